/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many calls begin in one second: never more than the limit, in whatever second one looks. (A bucket of tokens lets
 * twice as many pass in the second behind a quiet one, and the carrier at the other end counts.) Times are milliseconds
 * of a clock that never goes back. Any process, without a lock.
 */
#ifndef LIBLYNC_RATE_H
#define LIBLYNC_RATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define LY_RATE_PLACES 32

/* The begins of the last calls; where the limit is above LY_RATE_PLACES a place stands for several. All 0: none yet. */
typedef struct ly_rate
{
	_Atomic(uint32_t) head; /* calls so far */
	_Atomic(uint32_t)
			at[LY_RATE_PLACES]; /* when the last one of each place began, + 1 */
} ly_rate_t;

/* One more may begin now. limit 0: any number may. */
bool ly_rate_may(const ly_rate_t *rate, uint32_t limit, uint64_t now);

/* One more begins, where it may. */
bool ly_rate_take(ly_rate_t *rate, uint32_t limit, uint64_t now);

#endif
