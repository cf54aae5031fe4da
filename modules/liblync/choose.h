/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which target, or which Mediation Server, gets a call: routes whose match fits its numbers, tiers first, then at
 * random by weight. All of this only reads the plan, in any process.
 */
#ifndef LIBLYNC_CHOOSE_H
#define LIBLYNC_CHOOSE_H

#include "liblync/plan.h"

#define LY_MAX_CHOICES 64 /* of one call: one bit each */

/* What routes look at: user parts without their parameters, as ly_numbers_apply() with the caller's numbers left them. */
typedef struct ly_call_numbers
{
	ly_slice_t called;
	ly_slice_t calling;
	ly_matcher_t *matcher; /* of this process */
	bool any_state; /* also what drains by the plan: the caller knows what holds right now, and looks at it itself */
} ly_call_numbers_t;

/* One possibility: a target, or a server of the pool of a trunk. */
typedef struct ly_choice
{
	const ly_trunk_t *trunk;
	const ly_peer_t *peer;
	unsigned tier;
	unsigned weight;
} ly_choice_t;

/*
 * All ways on for a call that came in over trunk (from Lync), or from target: fills choices (LY_MAX_CHOICES of them)
 * and returns how many. The order is that of the plan, so a bit in a mask of tried ones keeps its meaning while plan
 * and numbers are the same. What drains is left out: peers, trunks, pools. numbers is NULL where they are not known:
 * then routes with a match or from-match are left out.
 */
unsigned ly_routes_to_pstn(const ly_trunk_t *trunk,
		const ly_call_numbers_t *numbers, ly_choice_t *choices);
unsigned ly_routes_to_lync(const ly_peer_t *target,
		const ly_call_numbers_t *numbers, ly_choice_t *choices);

/* Why a call with these numbers does not take the route, in words that follow "because"; NULL where it does. */
const char *ly_route_refusal(
		const ly_route_t *route, const ly_call_numbers_t *numbers);

/*
 * One that is not in tried (bit i = choices[i]): of the lowest tier that has one left, at random by weight. random is
 * a number from the whole range of 32 bits. A weight of 0 is taken only when nothing else is left in its tier.
 * Returns the index, or -1 when all were tried.
 */
int ly_choose_weighted(const ly_choice_t *choices, unsigned count,
		uint64_t tried, uint32_t random);

#endif
