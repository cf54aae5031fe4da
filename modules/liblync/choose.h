/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which target, or which Mediation Server, gets a call: routes whose match fits its numbers, tiers first, in a tier as
 * its choice says (balance.h). Any process; the plan is only read.
 */
#ifndef LIBLYNC_CHOOSE_H
#define LIBLYNC_CHOOSE_H

#include "liblync/plan.h"

#define LY_MAX_CHOICES 1024 /* that people are shown of one call */

/* What routes look at: user parts without their parameters, as ly_numbers_apply() with the caller's numbers left them. */
typedef struct ly_call_numbers
{
	ly_slice_t called;
	ly_slice_t calling;
	ly_matcher_t *matcher; /* of this process */
} ly_call_numbers_t;

/* How a call is given to somebody. */
typedef struct ly_chooser
{
	const ly_call_numbers_t *
			numbers; /* NULL: not known; then routes with a match or from-match do not fit */
	ly_load_t *const *loads; /* by the index of a peer */
	ly_seeker_t *seeker;	 /* of the call; its may is set here */
	_Atomic(uint32_t) *turn; /* of round robin, of whose routes they are */
	/* what speaks against a choice beside its load; NULL: nothing */
	bool (*may)(const void *data, const ly_choice_t *choice);
	const void *data;
} ly_chooser_t;

/*
 * The one that gets the call, which is counted at its load and among those tried; NULL where nobody can have it. Of
 * several ways that fit in a tier one is drawn by the weight of all its seats, or the first with choice="priority".
 */
const ly_choice_t *ly_choose(const ly_ways_t *ways, const ly_chooser_t *how);

/*
 * For people: all that fit, the lowest tier first, without what drains by the plan. Fills choices (LY_MAX_CHOICES of
 * them) and returns how many.
 */
unsigned ly_choices(const ly_ways_t *ways, const ly_call_numbers_t *numbers,
		ly_choice_t *choices);

/* Why a call with these numbers does not take the route, in words that follow "because"; NULL where it does. */
const char *ly_route_refusal(
		const ly_route_t *route, const ly_call_numbers_t *numbers);

#endif
