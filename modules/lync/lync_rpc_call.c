/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_rpc_call.h"

#include "liblync/codes.h"
#include "lync.h"
#include "lync_calls.h"
#include "lync_own.h"
#include "lync_record.h"
#include "lync_recount.h"
#include "lync_reinvite.h"

/* "lync.hangup CALL-ID [CODE]" */
void lync_rpc_hangup(rpc_t *rpc, void *ctx)
{
	char text[128];
	ly_buf_t reason = ly_buf(text, sizeof(text));
	str call_id;
	int code = 0, sent;

	if(rpc->scan(ctx, "S*d", &call_id, &code) < 1)
		return;
	if(code)
		ly_putf(&reason, "Reason: SIP;cause=%d;text=\"%s\"\r\n", code,
				ly_code_phrase((unsigned)code));
	sent = lync_own_bye(lync_slice(&call_id), ly_buf_slice(&reason));
	if(sent < 0)
		rpc->fault(ctx, 404, "no such call is up on this node");
	else
		rpc->rpl_printf(ctx, "BYE was sent to %s",
				sent == 2	? "both sides"
				: sent == 1 ? "one side; too little is known of the other"
							: "nobody: too little is known of both sides");
}

static bool read_side(const str *word, ly_side_t *side)
{
	for(int i = 0; i < 2; i++) {
		if(ly_eq(lync_slice(word), ly_cstr(ly_side_name((ly_side_t)i)))) {
			*side = (ly_side_t)i;
			return true;
		}
	}
	return false;
}

/* "lync.reinvite CALL-ID lync|pstn" */
void lync_rpc_reinvite(rpc_t *rpc, void *ctx)
{
	static const char *said[] = {[LYNC_ASKED] = "sent",
			[LYNC_ASKED_LATER] =
					"another INVITE is under way in the call; it follows",
			[LYNC_ASKED_NOBODY] = "no such call is up on this node, or too "
								  "little is known of it",
			[LYNC_ASKED_TOO_OFTEN] =
					"no CSeq number is left until the other side speaks",
			[LYNC_ASKED_FAILED] = "it could not be sent; the log says why"};
	lync_asked_t result;
	ly_side_t side;
	str call_id, word;

	if(rpc->scan(ctx, "SS", &call_id, &word) < 2)
		return;
	if(!read_side(&word, &side)) {
		rpc->fault(ctx, 400, "the side is lync or pstn");
		return;
	}
	result = lync_reinvite(lync_slice(&call_id), side);
	if(result == LYNC_ASKED || result == LYNC_ASKED_LATER)
		rpc->rpl_printf(ctx, "%s", said[result]);
	else
		rpc->fault(ctx, result == LYNC_ASKED_NOBODY ? 404 : 500, "%s",
				said[result]);
}

void lync_rpc_calls(rpc_t *rpc, void *ctx)
{
	lync_recounted_t recounted = lync_recount_sum();
	lync_calls_sum_t sum;
	void *row;

	lync_calls_sum(&sum);
	if(rpc->add(ctx, "{", &row) < 0)
		return;
	rpc->struct_add(row, "dddddd", "up", (int)lync_record_count(), "legs",
			(int)sum.legs, "legs_max", (int)sum.legs_max, "uncounted",
			(int)sum.uncounted, "recounts", (int)recounted.recounts, "drift",
			(int)recounted.drift);
}

void lync_rpc_recount(rpc_t *rpc, void *ctx)
{
	lync_recount();
	lync_rpc_calls(rpc, ctx);
}
