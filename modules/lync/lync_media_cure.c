/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_media_cure.h"

#include "core/dprint.h"
#include "core/mem/shm.h"
#include "lync.h"
#include "lync_ng.h"
#include "lync_own.h"
#include "lync_plan.h"
#include "lync_reinvite.h"
#include "lync_relay.h"

#define TIMED_OUT LY_LIT("Reason: Q.850;cause=102;text=\"Media timeout\"\r\n")
#define WRONG_KEY \
	LY_LIT("Reason: Q.850;cause=88;text=\"Media cannot be decrypted\"\r\n")

/* Of one call, in turn. */
static lync_record_t record;
static char memory[LYNC_RECORD_MEMORY];

static lync_media_done_t *done; /* in shared memory */
static ly_media_rules_t rules;

int lync_media_cure_init(void)
{
	if(lync_cfg.media_look <= 0 || lync_cfg.media_patience <= 0
			|| lync_cfg.media_timeout < 0) {
		LM_ERR("media_look, media_patience and media_timeout are seconds\n");
		return -1;
	}
	rules.interval = (uint64_t)lync_cfg.media_look * 1000;
	rules.patience = (uint64_t)lync_cfg.media_patience * 1000;
	rules.timeout = (uint64_t)lync_cfg.media_timeout * 1000;
	if(rules.timeout && rules.timeout / 2 < rules.interval)
		rules.interval = rules.timeout / 2;
	done = shm_mallocxz(sizeof(*done));
	if(done)
		return 0;
	SHM_MEM_ERROR;
	return -1;
}

const ly_media_rules_t *lync_media_rules(void)
{
	return &rules;
}

const lync_media_done_t *lync_media_done(void)
{
	return done;
}

static void count(_Atomic(uint64_t) *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* Looking ------------------------------------------------------------------------------------------------------------ */

/* False where nothing can be said: no answer, or none that can be read. */
static bool look(ly_media_seen_t *seen)
{
	ly_buf_t *out = lync_ng_begin(LY_LIT("query"));
	ly_slice_t answer, why;

	count(&done->looks);
	ly_ng_text(out, LY_LIT("call-id"), record.own.call_id);
	if(lync_ng_ask(record.own.dialog.media, &answer, &why))
		return ly_media_read(answer, seen);
	*seen = (ly_media_seen_t){0};
	return ly_istarts(why, LY_LIT("Unknown call-id"));
}

static bool wants_rtcp(void)
{
	lync_call_t call = {0};
	uint32_t lent = lync_plan_lend();
	bool wants =
			lync_own_find_parties(&record, &call)
			&& (call.trunk->RTCPActiveCalls || call.trunk->RTCPCallsOnHold);

	lync_plan_return(lent);
	return wants;
}

typedef struct finding
{
	const ly_media_node_t *node;
	const ly_media_seen_t *seen;
	bool wants_rtcp;
	ly_media_step_t step;
} finding_t;

/* In the lock. What has changed meanwhile is settled first: nobody has been told of it yet. */
static bool judge(lync_record_t *r, void *data)
{
	finding_t *f = data;

	f->step = LY_MEDIA_NOTHING;
	if(!lync_record_is_settled(r))
		return false;
	f->step = ly_media_found(
			&r->media, f->node, &rules, f->seen, f->wants_rtcp, lync_now_ms());
	return true;
}

/* Doing -------------------------------------------------------------------------------------------------------------- */

static void end(ly_slice_t reason, const char *why)
{
	char call_id[LYNC_CALL_ID_MAX];
	ly_buf_t kept = ly_buf(call_id, sizeof(call_id));

	ly_put(&kept, record.own.call_id);
	if(lync_own_bye(record.own.call_id, reason) < 0)
		return;
	count(&done->ended);
	LM_WARN("call %.*s: ended: %s\n", LY_FMT(ly_buf_slice(&kept)), why);
}

/* The media stay as they are, so nobody has to be told; where a key has become another, who has the old one is. */
static void renew(ly_slice_t flags, _Atomic(uint64_t) *counter)
{
	uint64_t made[2] = {0, 0};
	uint32_t lent = lync_plan_lend();
	bool renewed = lync_relay_renew(&record, flags, made);

	lync_plan_return(lent);
	if(!renewed)
		return;
	count(counter);
	for(int side = 0; side < 2; side++) {
		if(record.told[side] && made[side] != record.told[side])
			lync_reinvite_soon(record.own.call_id, (ly_side_t)side);
	}
}

/* No record of what its ends have said: nothing can be offered. */
static void begin_anew(bool lost, _Atomic(uint64_t) *counter)
{
	lync_asked_t asked = lync_reinvite_anew(record.own.call_id, lost);

	if(asked == LYNC_ASKED || asked == LYNC_ASKED_LATER)
		count(counter);
	else if(lost)
		count(&done->ended);
}

static bool put_off(lync_record_t *r, void *data)
{
	r->media.due = lync_now_ms() + rules.interval;
	return true;
}

static bool give_to(lync_record_t *r, void *data)
{
	r->media.left = r->own.dialog.media;
	r->own.dialog.media = *(uint8_t *)data;
	/* until it is asked: a second move has to wait */
	ly_media_begun(&r->media, lync_now_ms());
	return true;
}

static void move(void)
{
	uint8_t to = (uint8_t)lync_ng_choose(record.own.call_id, 0, false);

	if(!to) {
		end(LYNC_OWN_MEDIA_LOST,
				"its media node is away, and there is no other");
		return;
	}
	lync_record_change(record.own.call_id, give_to, &to, NULL, NULL);
	begin_anew(true, &done->moved);
}

static void do_found(ly_media_step_t step)
{
	switch(step) {
		case LY_MEDIA_PLAY:
			renew(LY_LIT("audio-player=force"), &done->players);
			return;
		case LY_MEDIA_AID:
			renew(LY_LIT("audio-player=force"), &done->aided);
			return;
		case LY_MEDIA_RELEASE:
			renew(LY_LIT("audio-player=off"), &done->released);
			return;
		case LY_MEDIA_LOST:
			begin_anew(true, &done->anew);
			return;
		case LY_MEDIA_GONE:
			end(TIMED_OUT, "its media node has given it up, since no media "
						   "came");
			return;
		case LY_MEDIA_SILENT:
			end(TIMED_OUT, "a side has sent nothing for media_timeout");
			return;
		case LY_MEDIA_WRONG_KEY:
			end(WRONG_KEY, "what a side sends cannot be decrypted with the key "
						   "that its SDP has told; look at its SDP");
			return;
		default:
			return;
	}
}

static bool has_left(lync_record_t *r, void *data)
{
	r->media.left = 0;
	return true;
}

/* The node that a call was taken from is back, and may have it still. */
static void leave(void)
{
	const lync_ng_node_t *n = lync_ng_node(record.media.left);

	if(!n || !atomic_load(&n->up))
		return;
	lync_relay_leave(record.media.left, record.own.call_id);
	lync_record_change(record.own.call_id, has_left, NULL, NULL, NULL);
}

static bool peek(lync_record_t *r, void *data)
{
	return true;
}

void lync_media_cure(
		ly_slice_t call_id, ly_media_step_t step, const ly_media_node_t *node)
{
	ly_media_seen_t seen;
	finding_t found = {.node = node, .seen = &seen};

	if(!lync_record_change(call_id, peek, NULL, &record, memory))
		return;
	if(step == LY_MEDIA_MOVE) {
		move();
	} else if(step == LY_MEDIA_ANEW) {
		lync_record_change(call_id, put_off, NULL, NULL, NULL);
		begin_anew(false, &done->anew);
	} else if(look(&seen)) {
		found.wants_rtcp = wants_rtcp();
		if(lync_record_change(call_id, judge, &found, &record, memory))
			do_found(found.step);
		leave();
	}
}
