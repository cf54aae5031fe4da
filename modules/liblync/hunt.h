/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a call looks for somebody who takes it: each try by the patience with who is called, all of them together by
 * the hunt of who calls. Times are milliseconds.
 */
#ifndef LIBLYNC_HUNT_H
#define LIBLYNC_HUNT_H

#include <stdbool.h>

#define LY_HUNT_TRIES_MAX \
	12 /* as many as a transaction of Kamailio has branches: max_branches */

/* Of who is called, from its INVITE on. */
typedef struct ly_patience
{
	unsigned answer; /* without any reply, be it 100 */
	unsigned
			ringing; /* without a 18x, though 100 came; 0: as long as it may ring */
} ly_patience_t;

/* Of who calls. */
typedef struct ly_hunt
{
	unsigned tries; /* at most */
	unsigned
			time; /* in which each of them has begun, and got its first reply; 0: any */
} ly_hunt_t;

/*
 * Whether there may be another try: tries have been made, the first one elapsed ms ago. least: the shortest
 * patience.answer among those that may be next: less than that is no try.
 */
bool ly_hunt_may(const ly_hunt_t *hunt, unsigned tries, unsigned elapsed,
		unsigned least);

/* What holds for a try that begins now: who is called has no more time to say something than is left. */
ly_patience_t ly_hunt_patience(
		const ly_hunt_t *hunt, const ly_patience_t *called, unsigned elapsed);

#endif
