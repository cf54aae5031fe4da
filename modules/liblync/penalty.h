/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By how much a target is made to look busier than it is, since its calls have failed lately or took long to ring: who
 * fails at once has always the least to do, and would get the most calls (facts: cluster.md 2.4). Times are milliseconds
 * of a clock that never goes back. One writer at a time.
 */
#ifndef LIBLYNC_PENALTY_H
#define LIBLYNC_PENALTY_H

#include <stdbool.h>
#include <stdint.h>

/* Of both averages: after so long an old value counts for a third. */
#define LY_PENALTY_MS 30000

/* All 0: no call yet. */
typedef struct ly_penalty
{
	double failures; /* of the calls: 0 to 1 */
	double delay; /* from INVITE to ringing, ms; the peak at once, less only with time */
	uint64_t failures_at, delay_at;
} ly_penalty_t;

/* A call has failed in a way of which the target is to blame, or has not. */
void ly_penalty_call(ly_penalty_t *p, bool failed, uint64_t now);

/* A call has rung, or was answered, ms after its INVITE. */
void ly_penalty_rang(ly_penalty_t *p, unsigned ms, uint64_t now);

/* The delay that is remembered, ms; 0: none. */
unsigned ly_penalty_delay(const ly_penalty_t *p, uint64_t now);

/*
 * What ly_load_t has as penalty: LY_PENALTY_NONE where nothing is wrong, 21 times that where every call fails, up to 4
 * times that for a delay above `usual` ms, that of its pool's middle (0: not known).
 */
uint32_t ly_penalty_value(const ly_penalty_t *p, unsigned usual, uint64_t now);

#endif
