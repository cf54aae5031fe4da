/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What calls have come to in the last hour: those that began, were answered and rang, and after how long. Twelve parts of
 * five minutes, and the one that is under way. Times are seconds of a clock that never goes back. Any process, without a
 * lock: what is counted in the moment in which a part begins anew may be lost.
 */
#ifndef LIBLYNC_HOURLY_H
#define LIBLYNC_HOURLY_H

#include <stdatomic.h>
#include <stdint.h>

#define LY_HOURLY_PARTS 13
#define LY_HOURLY_PART 300

typedef enum ly_hourly_count
{
	LY_HOUR_BEGUN,
	LY_HOUR_ANSWERED,
	LY_HOUR_RANG,
	LY_HOUR_RANG_MS, /* all of them together */
	LY_HOUR_COUNTS
} ly_hourly_count_t;

/* All 0: nothing yet. */
typedef struct ly_hourly
{
	struct
	{
		_Atomic(uint32_t) part; /* number of it, + 1 */
		_Atomic(uint32_t) counts[LY_HOUR_COUNTS];
	} parts[LY_HOURLY_PARTS];
} ly_hourly_t;

void ly_hourly_add(
		ly_hourly_t *h, ly_hourly_count_t what, uint32_t amount, uint64_t now);

/* Of the last hour, and up to five minutes more. */
void ly_hourly_sum(
		const ly_hourly_t *h, uint64_t now, uint64_t sums[LY_HOUR_COUNTS]);

#endif
