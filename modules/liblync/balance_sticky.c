/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Weighted rendezvous hashing with bounded load: each seat draws a number from the key and itself, the highest one for
 * its weight wins, and who has more than its bound of all calls is passed over.
 */
#include "liblync/balance.h"

#include <math.h>

#include "liblync/hash.h"

/* 5/4: bounded loads of 1.25 keep nearly all keys at home (facts: cluster.md 2.4). */
#define BOUND_ABOVE 5
#define BOUND_BELOW 4

/* -ln(u) / weight is exponential, so the smallest one falls on a seat as often as its weight says. */
static double distance(uint64_t key, const ly_seat_t *seat)
{
	uint64_t mixed = ly_hash_mix(key ^ ly_hash_mix(seat->id));
	double u = ((double)(mixed >> 11) + 0.5) / 9007199254740992.0; /* 2^53 */

	return seat->weight ? -log(u) / seat->weight : INFINITY;
}

static uint64_t calls_of(const ly_load_t *load)
{
	return atomic_load_explicit(&load->calls, memory_order_relaxed);
}

/* Within its part of one call more than there are. */
static bool is_bounded(const ly_seats_t *seats, ly_load_t *const *loads,
		uint32_t at, uint64_t all_calls)
{
	const ly_seat_t *seat = &seats->seat[at];

	return (unsigned __int128)calls_of(loads[seat->load]) * BOUND_BELOW
				   * seats->below[seats->count]
		   < (unsigned __int128)(all_calls + 1) * BOUND_ABOVE * seat->weight;
}

/* The nearest that can have it; only those within the bound first. -1: none. */
static int nearest(const ly_seats_t *seats, ly_load_t *const *loads,
		const ly_seeker_t *seeker, uint64_t key, bool bounded)
{
	uint64_t all_calls = 0;
	double best = 0;
	int found = -1;

	for(uint32_t i = 0; bounded && i < seats->count; i++)
		all_calls += calls_of(loads[seats->seat[i].load]);
	for(uint32_t i = 0; i < seats->count; i++) {
		double here;

		if(!ly_seeker_may(seeker, seats, loads, i)
				|| (bounded && !is_bounded(seats, loads, i, all_calls)))
			continue;
		here = distance(key, &seats->seat[i]);
		if(found < 0 || here < best) {
			best = here;
			found = (int)i;
		}
	}
	return found;
}

int ly_balance_sticky(const ly_seats_t *seats, ly_load_t *const *loads,
		ly_seeker_t *seeker, uint64_t key)
{
	int at;

	do {
		at = nearest(seats, loads, seeker, key, true);
		if(at < 0)
			at = nearest(seats, loads, seeker, key, false);
	} while(at >= 0 && !ly_seeker_take(seeker, seats, loads, (uint32_t)at));
	return at;
}
