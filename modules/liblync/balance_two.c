/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Weighted power of two choices. A look at all targets for the one with the least to do sends a herd to it, and nearly
 * everything to one that refuses at once, which never has anything to do; two draws bound that at twice its share
 * (facts: cluster.md 2.4).
 */
#include "liblync/balance.h"

/* While most targets can have the call a few draws find one; then it is worth a walk. */
#define DRAWS 8
/* Of so few one may have nearly all the weight: then the second is found by a walk, too. */
#define FEW 16

/* Of those that can have the call one by weight, exactly, but not `other`: where draws do not find one. -1: none. */
static int walk(const ly_seats_t *seats, ly_load_t *const *loads,
		ly_seeker_t *seeker, int other)
{
	uint64_t sum = 0, point;
	uint32_t count = 0;

	for(uint32_t i = 0; i < seats->count; i++) {
		if((int)i != other && ly_seeker_may(seeker, seats, loads, i)) {
			sum += seats->seat[i].weight;
			count++;
		}
	}
	if(!count)
		return -1;
	/* those of no weight alone are all alike */
	point = (uint64_t)((unsigned __int128)ly_seeker_random(seeker)
							   * (sum ? sum : count)
					   >> 64);
	for(uint32_t i = 0; i < seats->count; i++) {
		uint64_t weight = sum ? seats->seat[i].weight : 1;

		if((int)i == other || !ly_seeker_may(seeker, seats, loads, i))
			continue;
		if(point < weight)
			return (int)i;
		point -= weight;
	}
	return -1; /* what could have it a moment ago cannot any more */
}

/* By weight; not `other`, where that can be had. -1: there is none. */
static int draw(const ly_seats_t *seats, ly_load_t *const *loads,
		ly_seeker_t *seeker, int other)
{
	bool any = seats->count && seats->below[seats->count];
	int found;

	for(int i = 0; any && i < DRAWS; i++) {
		uint32_t at = ly_seats_draw(seats, ly_seeker_random(seeker));

		if((int)at != other && ly_seeker_may(seeker, seats, loads, at))
			return (int)at;
	}
	if(other >= 0 && seats->count > FEW)
		return other;
	found = walk(seats, loads, seeker, other);
	return found < 0 ? other : found;
}

/*
 * What a target has to do, as ((calls + 1) x penalty - 1) / (weight x share): seen once, and compared without a division.
 * Whoever has no calls and no penalty has nothing to do, whatever its weight: so with little traffic too the draw by
 * weight decides, and not always the heaviest gets the call.
 */
typedef struct burden
{
	uint32_t calls, share;
	uint64_t work, room;
} burden_t;

static burden_t burden_of(
		const ly_seats_t *seats, ly_load_t *const *loads, int at)
{
	const ly_seat_t *seat = &seats->seat[at];
	const ly_load_t *load = loads[seat->load];
	burden_t b = {
			.calls = atomic_load_explicit(&load->calls, memory_order_relaxed)};

	b.work =
			((uint64_t)b.calls + 1)
					* atomic_load_explicit(&load->penalty, memory_order_relaxed)
			- LY_PENALTY_NONE;
	b.share = atomic_load_explicit(&load->share, memory_order_relaxed);
	b.room = (uint64_t)seat->weight * b.share;
	return b;
}

/* Equal ones are left to chance: a was drawn first, by its weight, of which not all may count now. */
static bool is_second_better(
		const burden_t *a, const burden_t *b, ly_seeker_t *seeker)
{
	unsigned __int128 one = (unsigned __int128)a->work * b->room,
					  other = (unsigned __int128)b->work * a->room;

	if(one == other && a->share < LY_SHARE_ALL)
		return ly_seeker_random(seeker) % LY_SHARE_ALL >= a->share;
	return other < one;
}

int ly_balance_two(
		const ly_seats_t *seats, ly_load_t *const *loads, ly_seeker_t *seeker)
{
	int one = draw(seats, loads, seeker, -1), other;
	burden_t a, b;

	if(one < 0)
		return -1;
	other = draw(seats, loads, seeker, one);
	a = burden_of(seats, loads, one);
	b = burden_of(seats, loads, other);
	if(is_second_better(&a, &b, seeker))
		one = other;
	/* another process may take the same one meanwhile: the next calls even it out */
	if(ly_seeker_may(seeker, seats, loads, (uint32_t)one)
			&& ly_seeker_take(seeker, seats, loads, (uint32_t)one))
		return one;
	one = walk(seats, loads, seeker, -1);
	return one >= 0 && ly_seeker_take(seeker, seats, loads, (uint32_t)one) ? one
																		   : -1;
}
