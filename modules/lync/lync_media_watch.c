/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_media_watch.h"

#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/sr_module.h"
#include "lync.h"
#include "lync_key.h"
#include "lync_media_cure.h"
#include "lync_ng.h"
#include "lync_process.h"
#include "lync_plan.h"
#include "lync_record.h"

/*
 * A round: what is urgent and what is not. Each question waits for the answer to the one before, so a node that has just
 * come back never has more than one of them, and new calls get between.
 */
#define URGENT_MAX 32
#define CALM_MAX 20
#define ANEW_MAX 1 /* of these that begin anew: each is two re-INVITEs */
/* Between rounds where nothing is urgent. */
#define ROUND_MS 100
/* How often each node is asked whether it is still the same. */
#define REST_MS 500
/* Between what a node's uptime says and what our clock does: it counts whole seconds. */
#define DRIFT_MS 2000

typedef struct turn
{
	ly_slice_t call_id;
	ly_media_step_t step;
	uint8_t media;
} turn_t;

/* What one walk over the records finds. */
typedef struct round
{
	uint64_t now;
	turn_t urgent[URGENT_MAX], calm[CALM_MAX];
	unsigned urgent_count, calm_count, anew_count;
	ly_buf_t texts;
} round_t;

/* Of each node; of this process alone. */
typedef struct watched
{
	uint64_t began;	 /* when it was started, by its uptime; 0: not known */
	uint64_t left;	 /* when it was first seen to be down; 0: it is up */
	long long asked; /* how often it has been asked by anybody */
	ly_media_node_t state;
} watched_t;

static watched_t watched[LY_MEDIA_NODES_MAX + 1];

int lync_media_watch_init(void)
{
	if(lync_media_cure_init() < 0)
		return -1;
	if(!lync_ng_count())
		return 0;
	lync_process_register(1);
	return 0;
}

/* Nodes -------------------------------------------------------------------------------------------------------------- */

/* "statistics": seconds since it was started, and how many of these commands it has had. False: it does not say. */
static bool ask_node(unsigned number, long *uptime, long long *asked)
{
	ly_slice_t answer, why;
	ly_bencode_t all, total, control;

	lync_ng_begin(LY_LIT("statistics"));
	if(!lync_ng_ask(number, &answer, &why)
			|| !ly_bencode_find(answer, LY_LIT("statistics"), &all)
			|| !ly_bencode_find(all.text, LY_LIT("totalstatistics"), &total)
			|| !ly_bencode_find(
					all.text, LY_LIT("controlstatistics"), &control))
		return false;
	*asked = ly_bencode_number(control.text, LY_LIT("totalstatscount"), -1);
	*uptime =
			ly_number(ly_bencode_text(total.text, LY_LIT("uptime")), 1L << 40);
	return *uptime >= 0 && *asked >= 0;
}

/*
 * Between old calls and new ones. New ones it gets when it is found to be back; where it was not missed, it started
 * within the second that its uptime leaves open.
 */
static uint64_t start_of(const lync_ng_node_t *n, uint64_t now, long uptime)
{
	uint64_t came = atomic_load(&n->came), up = (uint64_t)uptime * 1000;

	return came + up + 1000 > now ? came : now - up;
}

/*
 * Another process, be it that it was started anew or that a standby has its address: it has begun at another time, or
 * has not heard of our last question.
 */
static void notice_start(
		unsigned number, watched_t *w, long uptime, long long asked)
{
	uint64_t now = lync_now_ms(), began = now - (uint64_t)uptime * 1000,
			 moved = began > w->began ? began - w->began : w->began - began;
	bool same = asked > w->asked && moved <= DRIFT_MS;

	w->asked = asked;
	if(w->began && same)
		return;
	if(w->began) {
		w->state.started = start_of(lync_ng_node(number), now, uptime);
		LM_NOTICE("media node %u (rtpengine at %s) was started anew; its calls "
				  "are looked after\n",
				number, lync_ng_node(number)->name);
	}
	w->began = began;
}

static void look_at_nodes(void)
{
	for(unsigned number = 1; number <= lync_ng_count(); number++) {
		watched_t *w = &watched[number];
		const lync_ng_node_t *n = lync_ng_node(number);
		uint64_t now = lync_now_ms();
		long long asked;
		long uptime;

		if(atomic_load(&n->up) && ask_node(number, &uptime, &asked))
			notice_start(number, w, uptime, asked);
		/* by our own clock: who finds it down says that first, and only then since when */
		w->state.up = atomic_load(&n->up);
		w->left = w->state.up ? 0 : w->left ? w->left : now;
		w->state.away = w->left ? now - w->left : 0;
	}
}

/* Whether one has gone or come back since it was looked at. */
static bool node_changed(void)
{
	for(unsigned number = 1; number <= lync_ng_count(); number++) {
		if(atomic_load(&lync_ng_node(number)->up) != watched[number].state.up)
			return true;
	}
	return false;
}

/* Calls -------------------------------------------------------------------------------------------------------------- */

/* Whether there is room for one more. */
static turn_t *place_for(round_t *round, ly_media_step_t step)
{
	if(step == LY_MEDIA_RESCUE || step == LY_MEDIA_MOVE)
		return round->urgent_count < URGENT_MAX
					   ? &round->urgent[round->urgent_count++]
					   : NULL;
	if(round->calm_count == CALM_MAX
			|| (step == LY_MEDIA_ANEW && round->anew_count == ANEW_MAX))
		return NULL;
	round->anew_count += step == LY_MEDIA_ANEW;
	return &round->calm[round->calm_count++];
}

/* In the lock. False ends the walk. */
static bool choose(const lync_record_t *r, void *data)
{
	round_t *round = data;
	uint8_t media = r->own.dialog.media;
	ly_media_step_t step;
	ly_slice_t call_id;
	turn_t *turn;

	if(!lync_ng_node(media) || r->early)
		return true;
	step = ly_media_next(
			&r->media, &watched[media].state, lync_media_rules(), round->now);
	if(step == LY_MEDIA_NOTHING || !lync_record_is_settled(r))
		return true;
	call_id = ly_slice(round->texts.s + round->texts.len, r->own.call_id.len);
	ly_put(&round->texts, r->own.call_id);
	if(round->texts.full)
		return false;
	if((turn = place_for(round, step)))
		*turn = (turn_t){call_id, step, media};
	return round->urgent_count < URGENT_MAX;
}

static void take_turns(const turn_t *turns, unsigned number)
{
	for(unsigned i = 0; i < number; i++)
		lync_media_cure(turns[i].call_id, turns[i].step,
				&watched[turns[i].media].state);
}

typedef enum left_over
{
	NOTHING_LEFT,
	CALM_LEFT,
	URGENT_LEFT
} left_over_t;

/* What there may be more of. */
static left_over_t play_round(void)
{
	static round_t round;
	static char memory[(URGENT_MAX + CALM_MAX) * LYNC_CALL_ID_MAX];

	round.now = lync_now_ms();
	round.urgent_count = round.calm_count = round.anew_count = 0;
	round.texts = ly_buf(memory, sizeof(memory));
	lync_record_each(choose, &round);
	take_turns(round.urgent, round.urgent_count);
	if(round.urgent_count == URGENT_MAX)
		return URGENT_LEFT;
	take_turns(round.calm, round.calm_count);
	return round.calm_count == CALM_MAX || round.anew_count ? CALM_LEFT
															: NOTHING_LEFT;
}

/* One after the other until there is nothing left to do, or the nodes are to be looked at. */
static void play_rounds(uint64_t end)
{
	left_over_t left;

	while((left = play_round()) != NOTHING_LEFT && lync_now_ms() < end) {
		if(left == CALM_LEFT)
			usleep(ROUND_MS * 1000);
	}
}

static void run(void *data)
{
	for(;;) {
		uint64_t next = lync_now_ms() + REST_MS;

		cfg_update();
		lync_plan_use(LYNC_FOR_MESSAGE);
		lync_key_refresh();
		look_at_nodes();
		play_rounds(next);
		lync_plan_release(LYNC_FOR_MESSAGE);
		while(lync_now_ms() < next && !node_changed())
			usleep(ROUND_MS * 1000);
	}
}

int lync_media_watch_child_init(int rank)
{
	return rank != PROC_MAIN || !lync_ng_count()
				   ? 0
				   : lync_process_start("lync media watch", true, run, NULL);
}

void lync_media_watch_rpc(rpc_t *rpc, void *root)
{
	const lync_media_done_t *d = lync_media_done();
	void *watch;

	if(rpc->struct_add(root, "{", "watch", &watch) < 0)
		return;
	rpc->struct_add(watch, "JJJJJJJ", "looks",
			(unsigned long long)atomic_load(&d->looks), "players",
			(unsigned long long)atomic_load(&d->players), "released",
			(unsigned long long)atomic_load(&d->released), "aided",
			(unsigned long long)atomic_load(&d->aided), "anew",
			(unsigned long long)atomic_load(&d->anew), "moved",
			(unsigned long long)atomic_load(&d->moved), "ended",
			(unsigned long long)atomic_load(&d->ended));
}
