/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_health_event.h"

#include <stdio.h>

#include "core/action.h"
#include "core/dprint.h"
#include "core/fmsg.h"
#include "core/kemi.h"
#include "core/receive.h"
#include "core/route.h"
#include "lync.h"

#define TEXT_MAX 160

static int routes[LYNC_PEER_STATES]; /* -1: the script has none */
static char names[LYNC_PEER_STATES][32];
static const lync_event_t *now_told;

int lync_health_event_init(void)
{
	for(int i = 0; i < LYNC_PEER_STATES; i++) {
		snprintf(names[i], sizeof(names[i]), "lync:peer-%s",
				lync_peer_state_name((lync_peer_state_t)i));
		routes[i] = route_lookup(&event_rt, names[i]);
		if(routes[i] >= 0 && !event_rt.rlist[routes[i]])
			routes[i] = -1;
	}
	return 0;
}

const lync_event_t *lync_event_now(void)
{
	return now_told;
}

/* The script's route: the prober waits until it has ended. */
static void run_route(lync_peer_state_t state, const lync_event_t *event)
{
	sr_kemi_eng_t *engine =
			lync_cfg.event_callback.len ? sr_kemi_eng_get() : NULL;
	str name = {names[state], (int)strlen(names[state])};
	int before = get_route_type();
	struct run_act_ctx ctx;
	sip_msg_t *msg;

	if((routes[state] < 0 && !engine) || faked_msg_init() < 0
			|| !(msg = faked_msg_next()))
		return;
	now_told = event;
	set_route_type(EVENT_ROUTE);
	init_run_actions_ctx(&ctx);
	if(!engine)
		run_top_route(event_rt.rlist[routes[state]], msg, &ctx);
	else if(sr_kemi_route(
					engine, msg, EVENT_ROUTE, &lync_cfg.event_callback, &name)
			< 0)
		LM_ERR("the function %.*s of the script has failed for %s\n",
				STR_FMT(&lync_cfg.event_callback), name.s);
	set_route_type(before);
	ksr_msg_env_reset();
	now_told = NULL;
}

/* What it means for calls. */
static void put_meaning(
		const lync_watched_t *w, lync_peer_state_t state, ly_buf_t *out)
{
	const ly_health_t *h = &w->h->health;
	const ly_health_rules_t *rules = w->peer->health;
	uint64_t left = h->ejected_until - h->since;

	switch(state) {
		case LYNC_PEER_UP:
			if(h->back == h->since && rules->slow_start)
				ly_putf(out, "its share of the calls grows for %u s",
						rules->slow_start / 1000);
			else
				ly_putf(out, "it gets calls");
			break;
		case LYNC_PEER_PROBING:
			ly_putf(out, "others get calls first, while it is asked again");
			break;
		case LYNC_PEER_DOWN:
			ly_putf(out,
					"it gets no calls until it has answered %u OPTIONS in a "
					"row",
					rules->up_after);
			break;
		case LYNC_PEER_EJECTED:
			ly_putf(out, "it gets no calls for %u.%u s",
					(unsigned)(left / 1000), (unsigned)(left % 1000 / 100));
			break;
		case LYNC_PEER_DRAINING:
			ly_putf(out, "it gets no new calls, those that it has go on");
			break;
		default:
			ly_putf(out, "nothing of it is looked at");
	}
}

static const char *reason_of(
		const lync_watched_t *w, lync_peer_state_t state, lync_peer_state_t was)
{
	if(state == LYNC_PEER_DRAINING)
		return lync_drains(w->slot) ? lync_slot_by(w->slot) : "its pool drains";
	if(state == LYNC_PEER_OFF)
		return "the plan";
	if(state != LYNC_PEER_UP)
		return w->h->health.reason;
	return was == LYNC_PEER_DOWN || was == LYNC_PEER_PROBING ? "it answers"
		   : was == LYNC_PEER_EJECTED  ? "its time is over"
		   : was == LYNC_PEER_DRAINING ? lync_slot_by(w->slot)
									   : "the plan";
}

void lync_health_tell(const lync_watched_t *w)
{
	lync_peer_state_t state = lync_peer_state(w->h, w->peer),
					  was = (lync_peer_state_t)w->h->told;
	bool bad = state == LYNC_PEER_DOWN || state == LYNC_PEER_EJECTED;
	char text[TEXT_MAX];
	ly_buf_t meaning = ly_buf(text, sizeof(text));
	lync_event_t event = {.peer = w->peer->name,
			.state = lync_peer_state_name(state),
			.was = lync_peer_state_name(was),
			.reason = reason_of(w, state, was)};

	if(state == was)
		return;
	w->h->told = state;
	put_meaning(w, state, &meaning);
	LOG(bad ? L_WARN : L_NOTICE, "peer %.*s is %s, was %s: %s; %.*s\n",
			LY_FMT(event.peer), event.state, event.was, event.reason,
			LY_FMT(ly_buf_slice(&meaning)));
	run_route(state, &event);
}
