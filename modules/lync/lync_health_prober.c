/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_health_prober.h"

#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/sr_module.h"
#include "lync.h"
#include "lync_health_ends.h"
#include "lync_health_event.h"
#include "lync_health_hear.h"
#include "lync_health_send.h"
#include "lync_names.h"
#include "lync_plan.h"
#include "lync_process.h"

/* Between two looks: news come in bursts. */
#define LEAST_MS 5
#define MOST_MS 50
/* How often everybody's share and penalty are computed: where some change with time, and where nobody's does. */
#define APPLY_MS 200
#define APPLY_CALM_MS 1000
/* The interval may be a shorter one by now. */
static void hasten(const lync_watched_t *w, uint64_t now)
{
	uint32_t interval = w->peer->health->interval;

	for(unsigned i = 0; i < w->h->end_count; i++) {
		ly_asking_t *a = &w->h->ends[i].asking;
		if(a->due > now + interval)
			a->due = now + lync_options_random_below(interval);
	}
}

/* After another plan, and another answer of the DNS. */
static void follow(uint64_t now)
{
	static uint32_t plan;
	static unsigned names;
	uint64_t start = now;

	if(plan == lync_plan_edition() && names == lync_names_edition())
		return;
	names = lync_names_edition();
	if(plan != lync_plan_edition())
		lync_groups_build();
	plan = lync_plan_edition();
	for(unsigned i = 0; i < lync_watched_count; i++) {
		lync_ends_update(lync_watched[i].h, lync_watched[i].peer, &start);
		hasten(&lync_watched[i], now);
		lync_health_judge(&lync_watched[i], now);
		lync_health_set_due(&lync_watched[i]);
	}
	lync_health_stirred = true;
}

/* Sending ------------------------------------------------------------------------------------------------------------ */

static void send_options(const lync_watched_t *w, lync_end_t *end, uint64_t now)
{
	const char *why;

	if(end->asking.asked == 1 || !end->secret)
		end->secret = lync_options_random();
	end->sent_at = now;
	if(lync_options_send(w->peer, end, end->asking.asked))
		return;
	why = lync_options_lost(end);
	ly_asking_failed(&end->asking, w->peer->health,
			why ? why : "OPTIONS cannot be sent", now);
}

/* One whose time has come. True: it says something of its peer. */
static bool tick(lync_watched_t *w, lync_end_t *end, uint64_t now)
{
	ly_asking_t *a = &end->asking;
	const char *lost = a->asked ? lync_options_lost(end) : NULL;

	/* the last one goes out on another connection */
	if(a->asked == 2 || (a->asked && a->state == LY_HEALTH_DOWN))
		lync_options_reconnect(w->peer, end);
	if(ly_asking_tick(a, w->peer->health, lost, now))
		send_options(w, end, now);
	return a->state != LY_HEALTH_UP;
}

/* Returns when somebody is due next. */
static uint64_t ask_all(uint64_t now)
{
	uint64_t next = now + MOST_MS;

	for(unsigned i = 0; i < lync_watched_count; i++) {
		lync_watched_t *w = &lync_watched[i];

		if(w->due <= now) {
			bool said = false;

			for(unsigned j = 0; j < w->h->end_count; j++) {
				if(w->h->ends[j].asking.due <= now)
					said |= tick(w, &w->h->ends[j], now);
			}
			if(said)
				lync_health_judge(w, now);
			lync_health_set_due(w);
		}
		if(w->due < next)
			next = w->due;
	}
	return next;
}

/* The process --------------------------------------------------------------------------------------------------------- */

/* Times of ejections, shares, penalties, and what is to be told of them. */
static void apply(uint64_t now)
{
	static uint64_t applied;
	static bool calm;

	if(!lync_health_stirred
			&& now - applied < (calm ? APPLY_CALM_MS : APPLY_MS))
		return;
	applied = now;
	lync_health_lock();
	for(unsigned i = 0; i < lync_watched_count; i++)
		ly_health_tick(&lync_watched[i].h->health, now, &lync_health_stirred);
	calm = lync_groups_apply(now);
	lync_health_unlock();
	lync_health_stirred = false;
	for(unsigned i = 0; i < lync_watched_count; i++)
		lync_health_tell(&lync_watched[i]);
}

static void run(void *data)
{
	for(;;) {
		uint64_t now, next;

		cfg_update();
		lync_plan_use(LYNC_FOR_MESSAGE);
		now = lync_now_ms();
		lync_health_lock();
		follow(now);
		lync_health_hear();
		next = ask_all(now);
		lync_health_unlock();
		apply(now);
		lync_plan_release(LYNC_FOR_MESSAGE);
		usleep(LEAST_MS * 1000);
		now = lync_now_ms();
		if(next > now)
			lync_health_sleep((unsigned)(next - now));
	}
}

int lync_health_prober_init(void)
{
	lync_process_register(1);
	return lync_health_event_init();
}

int lync_health_prober_child_init(int rank)
{
	return rank != PROC_MAIN || !lync_health_is_on()
				   ? 0
				   : lync_process_start("lync health prober", true, run, NULL);
}
