/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Balancing: which of a list of targets gets the next call. One algorithm a file (balance_*.c), over two plain arrays:
 * what the plan says of the seats of a list, which is never changed, and pointers to what is true of the targets right
 * now, which any process reads and writes at any time.
 *
 * Choosing counts: a call that is given is among the calls of its target when the function returns, and a limit is not
 * passed by two processes that choose at the same moment. No lock is taken anywhere; nothing is allocated.
 */
#ifndef LIBLYNC_BALANCE_H
#define LIBLYNC_BALANCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Targets that one call is given, one after the other: as many as a transaction of Kamailio has branches. */
#define LY_TRIES_MAX 12
#define LY_SHARE_ALL 256
#define LY_PENALTY_NONE 256

/* What is true of one target right now. A line of the cache each: workers write to different ones. */
typedef struct ly_load
{
	_Atomic(uint32_t) calls; /* that it has, those that are set up among them */
	_Atomic(uint32_t) limit; /* it takes no more than so many; 0: any number */
	_Atomic(uint32_t)
			penalty; /* of failures and slowness; LY_PENALTY_NONE and up */
	_Atomic(uint32_t)
			share; /* of its weight, LY_SHARE_ALL at most: slow start; 0: it takes no calls */
} __attribute__((aligned(64))) ly_load_t;

/* One place of a list. */
typedef struct ly_seat
{
	uint32_t load; /* whose: an index of loads */
	uint32_t
			id; /* of the same target the same, whatever list it stands in: for ly_balance_sticky() */
	uint32_t weight; /* 0: it gets calls where no other place can have them */
	uint32_t keep, other; /* ly_seats_build() */
} ly_seat_t;

typedef struct ly_seats
{
	const ly_seat_t *seat;
	const uint64_t *
			below; /* the weights of the seats before each; below[count] is the sum of all */
	uint32_t count;
} ly_seats_t;

/*
 * Makes a list of count seats, of which load, id and weight are set; below has room for count + 1, scratch for count and is
 * needed no longer than this takes. seat and below must stay as long as the list.
 */
ly_seats_t ly_seats_build(
		ly_seat_t *seat, uint64_t *below, double *scratch, uint32_t count);

/* A call that looks for a target. */
typedef struct ly_seeker
{
	uint64_t
			random; /* any number to begin with; of this call, or of this process */
	uint32_t tried
			[LY_TRIES_MAX]; /* indexes of loads: those that have had the call do not get it again */
	unsigned tried_count;
	bool unlimited; /* an emergency: limits do not hold for it */
	bool desperate; /* likewise, and there is nobody else: it takes those that take no calls */
	/* what speaks against a seat beside its load; NULL: nothing */
	bool (*may)(const void *data, uint32_t at);
	const void *data;
} ly_seeker_t;

/*
 * Each returns the index of the seat that gets the call, counted at its load and among those tried; or -1 where none
 * can have it: all were tried, take no calls or are full, or LY_TRIES_MAX have been tried.
 */

/* Weighted power of two choices: of two that are drawn by weight, the one with less to do for its weight. O(1). */
int ly_balance_two(
		const ly_seats_t *seats, ly_load_t *const *loads, ly_seeker_t *seeker);

/* One after the other, as often as their weights say, whatever they have to do. cursor: of this list, shared. O(log n). */
int ly_balance_round_robin(const ly_seats_t *seats, ly_load_t *const *loads,
		ly_seeker_t *seeker, _Atomic(uint32_t) *cursor);

/* Always the first one that can have it. */
int ly_balance_priority(
		const ly_seats_t *seats, ly_load_t *const *loads, ly_seeker_t *seeker);

/*
 * The same one for the same key (a hash), as long as it can have it and has not more than 5/4 of its share of all calls;
 * when seats come or go few keys go elsewhere. O(n).
 */
int ly_balance_sticky(const ly_seats_t *seats, ly_load_t *const *loads,
		ly_seeker_t *seeker, uint64_t key);

/* Counts one more call where the limit allows it, or unlimited. */
bool ly_load_take(ly_load_t *load, bool unlimited);

/* The call is no longer there: it has ended, or was not taken. Once for each call that was given or taken. */
void ly_load_release(ly_load_t *load);

/* For the algorithms ------------------------------------------------------------------------------------------------- */

/* A number of 64 random bits. */
uint64_t ly_seeker_random(ly_seeker_t *seeker);

/* Whether the target of a seat can have the call. */
bool ly_seeker_may(const ly_seeker_t *seeker, const ly_seats_t *seats,
		ly_load_t *const *loads, uint32_t at);

/* Counts the call at the seat and remembers the try. False where the last free call has just gone to another process. */
bool ly_seeker_take(ly_seeker_t *seeker, const ly_seats_t *seats,
		ly_load_t *const *loads, uint32_t at);

/* The seat that a point of all weights, of 0 to 2^64 - 1, falls on. There is a weight. O(log n). */
uint32_t ly_seats_find(const ly_seats_t *seats, uint64_t point);

/* The seat for a number of 64 random bits, as often as its weight says. There is a weight. O(1). */
static inline uint32_t ly_seats_draw(const ly_seats_t *seats, uint64_t random)
{
	uint32_t at = (uint32_t)((random >> 32) * seats->count >> 32);
	const ly_seat_t *drawn = &seats->seat[at];

	return (uint32_t)random < drawn->keep ? at : drawn->other;
}

#endif
