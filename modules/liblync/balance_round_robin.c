/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Weighted round robin without a state for each seat: the n-th call falls on the n-th point of a sequence that fills
 * the sum of all weights evenly (steps of the golden ratio), so a target of weight 3 is not called three times in a row.
 */
#include "liblync/balance.h"

#define STEP UINT64_C(0x9e3779b97f4a7c15) /* 2^64 divided by the golden ratio */

/* The first behind `from` that can have it; -1: none. */
static int next_from(const ly_seats_t *seats, ly_load_t *const *loads,
		const ly_seeker_t *seeker, uint32_t from, bool weighted)
{
	for(uint32_t i = 0; i < seats->count; i++) {
		uint32_t at = (from + i) % seats->count;

		if((seats->seat[at].weight != 0) == weighted
				&& ly_seeker_may(seeker, seats, loads, at))
			return (int)at;
	}
	return -1;
}

int ly_balance_round_robin(const ly_seats_t *seats, ly_load_t *const *loads,
		ly_seeker_t *seeker, _Atomic(uint32_t) *cursor)
{
	uint32_t turn = atomic_fetch_add_explicit(cursor, 1, memory_order_relaxed);
	int at;

	if(!seats->count)
		return -1;
	do {
		at = -1;
		if(seats->below[seats->count])
			at = next_from(seats, loads, seeker,
					ly_seats_find(seats, turn * STEP), true);
		if(at < 0)
			at = next_from(seats, loads, seeker, turn % seats->count, false);
	} while(at >= 0 && !ly_seeker_take(seeker, seats, loads, (uint32_t)at));
	return at;
}
