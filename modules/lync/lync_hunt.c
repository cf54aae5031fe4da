/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_hunt.h"

#include "core/dprint.h"
#include "core/timer.h"
#include "lync.h"
#include "lync_count.h"
#include "lync_slow.h"

const ly_patience_t *lync_hunt_patience(const lync_call_t *call)
{
	return call->sender == LY_LYNC ? &call->target->patience
								   : &call->trunk->patience;
}

static const ly_hunt_t *hunt(const lync_call_t *call)
{
	return call->sender == LY_LYNC ? &call->trunk->hunt : &call->target->hunt;
}

static unsigned elapsed(const lync_call_t *call)
{
	return (unsigned)(lync_now_ms() - call->begun);
}

/* tm counts by transaction, and has one try at a time. A timer of 0 ticks would be none. */
static ticks_t in_ticks(unsigned ms)
{
	ticks_t ticks = MS_TO_TICKS(ms);
	return ticks ? ticks : 1;
}

void lync_hunt_try(lync_current_t *c)
{
	lync_call_t *call = &c->call;
	struct cell *t = lync_tm.t_gett();
	ly_patience_t p;

	if(!t || t == T_UNDEFINED)
		return;
	if(!call->tries++) {
		call->rings_for = t->fr_inv_timeout;
		lync_slow_note(call);
	}
	call->rang = false;
	/* an emergency has all the time of who is called: nothing ends its hunt */
	p = call->emergency ? *lync_hunt_patience(call)
						: ly_hunt_patience(hunt(call), lync_hunt_patience(call),
								  elapsed(call));
	t->fr_timeout = in_ticks(p.answer);
	t->fr_inv_timeout = call->rings_for;
	if(p.ringing && in_ticks(p.ringing) < call->rings_for)
		t->fr_inv_timeout = in_ticks(p.ringing);
}

/* Of those that may be next, with whom the call has the least patience. */
static unsigned least_answer(const lync_call_t *call)
{
	bool lync = call->sender == LY_LYNC;
	const ly_route_t *routes =
			lync ? call->trunk->routes : call->target->routes;
	unsigned count = lync ? call->trunk->route_count
						  : call->target->route_count,
			 least = lync_hunt_patience(call)->answer;

	for(unsigned i = 0; i < count; i++) {
		unsigned answer = lync ? routes[i].target->patience.answer
							   : routes[i].trunk->patience.answer;
		if(answer < least)
			least = answer;
	}
	return least;
}

bool lync_hunt_may(const lync_current_t *c)
{
	const lync_call_t *call = &c->call;
	/* who has sent it on has not failed; redirections have a bound of their own */
	unsigned ms = elapsed(call), tries = call->tries - call->redirected.count;

	if(call->emergency
			|| ly_hunt_may(hunt(call), tries, ms, least_answer(call)))
		return true;
	LM_WARN("call %.*s: nobody else is tried after %u tries and %u ms: %s of "
			"the %s %.*s\n",
			LY_FMT(lync_call_id(c)), tries, ms,
			tries >= hunt(call)->tries ? "hunt-tries" : "hunt-time",
			call->sender == LY_LYNC ? "trunk" : "target",
			LY_FMT(call->sender == LY_LYNC ? call->trunk->name
										   : call->target->name));
	return false;
}

bool lync_hunt_reply(lync_current_t *c)
{
	lync_call_t *call = &c->call;
	struct cell *t = lync_tm.t_gett();
	int branch;

	if(!call->initial || c->stray || !t || t == T_UNDEFINED)
		return true;
	branch = lync_tm.t_gett_branch();
	if(branch != T_BR_UNDEFINED && branch != call->branch)
		return false;
	if(c->message.status >= 180 && c->message.status < 200 && !call->rang) {
		/* tm is about to set its timer anew */
		t->fr_inv_timeout = call->rings_for;
		call->rang = true;
		lync_call_keep_rang(call);
		lync_count_rang(call);
	}
	return true;
}
