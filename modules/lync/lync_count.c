/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_count.h"

#include "lync.h"

#define SLOTS 3

/* On the side of Lync a call concerns the trunk, the server and its pool. */
static void find_slots(
		const lync_call_t *call, ly_side_t side, lync_slot_t *slots[SLOTS])
{
	const ly_peer_t *peer = lync_peer_on(call, side);
	bool lync = side == LY_LYNC && call->trunk;

	slots[0] = peer ? lync_slot_peer(peer) : NULL;
	slots[1] = lync ? lync_slot_trunk(call->trunk) : NULL;
	slots[2] = lync ? lync_slot_pool(call->trunk->pool) : NULL;
}

static void count_side(const lync_call_t *call, ly_side_t side,
		lync_count_t what, ly_slice_t why)
{
	lync_slot_t *slots[SLOTS];

	find_slots(call, side, slots);
	for(unsigned i = 0; i < SLOTS; i++) {
		if(!slots[i])
			continue;
		lync_slot_count(slots[i], what);
		if(what == LYNC_BEGUN || what == LYNC_ANSWERED)
			ly_hourly_add(&slots[i]->hour,
					what == LYNC_BEGUN ? LY_HOUR_BEGUN : LY_HOUR_ANSWERED, 1,
					lync_now_ms() / 1000);
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

void lync_count_rang(const lync_call_t *call)
{
	uint64_t now = lync_now_ms(), took = now - call->given_at;
	lync_slot_t *slots[SLOTS];

	find_slots(call, called_side(call), slots);
	for(unsigned i = 0; i < SLOTS; i++) {
		if(!slots[i])
			continue;
		ly_hourly_add(&slots[i]->hour, LY_HOUR_RANG, 1, now / 1000);
		ly_hourly_add(
				&slots[i]->hour, LY_HOUR_RANG_MS, (uint32_t)took, now / 1000);
	}
}

void lync_count_answered(const lync_call_t *call)
{
	if(!call->rang)
		lync_count_rang(call);
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
