/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_count.h"

#include "lync.h"

/* On the side of Lync a call concerns the trunk and the server. */
static void count_side(const lync_call_t *call, ly_side_t side,
		lync_count_t what, ly_slice_t why)
{
	const ly_peer_t *peer = lync_peer_on(call, side);
	lync_slot_t *slots[2] = {peer ? lync_slot_peer(peer) : NULL,
			side == LY_LYNC && call->trunk ? lync_slot_trunk(call->trunk)
										   : NULL};

	for(unsigned i = 0; i < 2; i++) {
		if(!slots[i])
			continue;
		lync_slot_count(slots[i], what);
		if(why.len)
			lync_slot_failed(slots[i], why);
	}
}

static ly_side_t called_side(const lync_call_t *call)
{
	return lync_other_side(call->sender);
}

static void count_begun(const lync_call_t *call, ly_side_t side)
{
	count_side(call, side, LYNC_BEGUN, LY_EMPTY);
	if(call->emergency)
		count_side(call, side, LYNC_EMERGENCY, LY_EMPTY);
}

void lync_count_begun(const lync_call_t *call)
{
	if(call->branch == 0)
		count_begun(call, call->sender);
	count_begun(call, called_side(call));
}

void lync_count_answered(const lync_call_t *call)
{
	count_side(call, call->sender, LYNC_ANSWERED, LY_EMPTY);
	count_side(call, called_side(call), LYNC_ANSWERED, LY_EMPTY);
}

void lync_count_over(const lync_call_t *call, lync_count_t what, ly_slice_t why,
		bool try_counts, bool last)
{
	if(what != LYNC_FAILED)
		why = LY_EMPTY;
	if(try_counts)
		count_side(call, called_side(call), what, why);
	if(last)
		count_side(call, call->sender, what, why);
}

void lync_count_turned_away(const lync_call_t *call)
{
	count_side(call, call->sender, LYNC_TURNED_AWAY, LY_EMPTY);
}
