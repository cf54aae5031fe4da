/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The routes of one trunk or target, as a call looks at them: those that ask for the same numbers and have the same
 * tier are one way, a list of seats (balance.h), however many there are.
 */
#ifndef LIBLYNC_WAYS_H
#define LIBLYNC_WAYS_H

#include "liblync/arena.h"
#include "liblync/balance.h"
#include "liblync/prefixes.h"

struct ly_peer;
struct ly_route;
struct ly_trunk;

/* One possibility: a target, or a server of the pool of a trunk. */
typedef struct ly_choice
{
	const struct ly_trunk *trunk;
	const struct ly_peer *peer;
	unsigned tier;
	unsigned weight;
} ly_choice_t;

typedef struct ly_way
{
	const struct ly_route
			*route;				/* the first of them: what all have in common */
	ly_seats_t seats;			/* a load is that of the peer with this index */
	const ly_choice_t *choices; /* by seat */
} ly_way_t;

/* The lowest tier first, in one tier as the plan has them. */
typedef struct ly_ways
{
	const ly_way_t *list;
	unsigned count;
	ly_prefixes_t by_prefix; /* of match */
} ly_ways_t;

/*
 * The ways of count routes, whose expressions are compiled and whose peers are numbered. trunk: whose they are; NULL:
 * a target's. All of it lies in arena; scratch is needed only during the call. False without memory.
 */
bool ly_ways_build(ly_ways_t *ways, const struct ly_trunk *trunk,
		const struct ly_route *routes, unsigned count, ly_arena_t *arena,
		ly_arena_t *scratch);

#endif
