/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_numbers.h"

#include "core/dprint.h"
#include "lync.h"

/* Of this process, for good. */
static ly_matcher_t *matcher(const lync_current_t *c)
{
	static ly_matcher_t *mine;

	if(!mine && !(mine = ly_matcher_new()))
		LM_ERR("call %.*s: no memory to match numbers: no number rule is "
			   "applied, no route with a match is taken\n",
				LY_FMT(lync_call_id(c)));
	return mine;
}

ly_numbering_t lync_numbers(const lync_current_t *c)
{
	const lync_call_t *call = &c->call;

	/* Whoever sends it names somebody who is to be called. */
	if(c->message.request && ly_eq(c->message.method, LY_LIT("REFER")))
		return ly_numbering(call->sender == LY_LYNC ? LY_FROM_LYNC : LY_TO_LYNC,
				call->trunk, call->target, matcher(c));
	/* Replies, and requests of the called side, do not speak of the call's numbers. */
	if(!c->message.request || call->sender != call->caller)
		return ly_numbering_back(
				lync_other_side(lync_receiver(c)), call->trunk, call->target);
	return ly_numbering(call->caller == LY_LYNC ? LY_FROM_LYNC : LY_TO_LYNC,
			call->trunk, call->target, matcher(c));
}

void lync_numbers_complain(
		const lync_current_t *c, const ly_number_step_t *step)
{
	LM_WARN("call %.*s: the number %.*s goes on as it is: rule '%.*s' "
			"(%.*s:%u) was not applied, for %s\n",
			LY_FMT(lync_call_id(c)), LY_FMT(step->number),
			LY_FMT(step->rule->name), LY_FMT(lync_plan->file), step->rule->line,
			step->trouble);
}
