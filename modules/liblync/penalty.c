/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/penalty.h"

#include <math.h>

#include "liblync/balance.h"

#define ONE_CALL 0.2 /* of the average is the last call */
#define FAILURES \
	20.0 /* where all fail, the target looks so many times busier */
#define DELAY_MAX 4.0

static double kept(double value, uint64_t since, uint64_t now)
{
	return value > 0.0 ? value * exp(-(double)(now - since) / LY_PENALTY_MS)
					   : 0.0;
}

void ly_penalty_call(ly_penalty_t *p, bool failed, uint64_t now)
{
	double before = kept(p->failures, p->failures_at, now);

	p->failures = before + ONE_CALL * ((failed ? 1.0 : 0.0) - before);
	p->failures_at = now;
}

void ly_penalty_rang(ly_penalty_t *p, unsigned ms, uint64_t now)
{
	double before = kept(p->delay, p->delay_at, now);

	p->delay = before > ms ? before : ms;
	p->delay_at = now;
}

unsigned ly_penalty_delay(const ly_penalty_t *p, uint64_t now)
{
	return (unsigned)kept(p->delay, p->delay_at, now);
}

uint32_t ly_penalty_value(const ly_penalty_t *p, unsigned usual, uint64_t now)
{
	double of_failures =
			1.0 + FAILURES * kept(p->failures, p->failures_at, now);
	double of_delay =
			usual ? fmin(fmax(kept(p->delay, p->delay_at, now) / usual, 1.0),
							DELAY_MAX)
				  : 1.0;

	return (uint32_t)(LY_PENALTY_NONE * of_failures * of_delay);
}
