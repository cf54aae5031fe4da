/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_crossing.h"

#include "core/dprint.h"
#include "lync.h"
#include "lync_plan.h"

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

ly_crossing_t lync_crossing(const lync_current_t *c)
{
	const lync_call_t *call = &c->call;

	return (ly_crossing_t){.m = &c->message,
			.to = lync_receiver(c),
			.caller = call->caller,
			.initial = call->initial,
			.emergency = call->emergency != LY_NO_EMERGENCY,
			.sdp_alone = call->sdp_alone,
			.node = lync_node,
			.trunk = call->trunk,
			.server = call->server,
			.target = call->target,
			.called = call->redirected.number[0]
							  ? ly_cstr(call->redirected.number)
							  : LY_EMPTY,
			.matcher = matcher(c)};
}
