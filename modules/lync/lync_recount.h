/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Once a minute all calls are counted anew, from their holds: a counter that says something else is wrong, is set right,
 * and told. It never should be.
 */
#ifndef LYNC_RECOUNT_H
#define LYNC_RECOUNT_H

#include "liblync/hold.h"

#define LYNC_RECOUNT_INTERVAL 60 /* s */

/* Before the fork. 0, or -1 after an error line. */
int lync_recount_init(ly_holds_t *holds);

typedef struct lync_recounted
{
	uint64_t recounts;
	uint64_t drift; /* by how much counters were wrong, all recounts together */
} lync_recounted_t;

lync_recounted_t lync_recount_sum(void);

/* Now, for RPC; one at a time. Returns by how much counters were wrong. */
uint64_t lync_recount(void);

#endif
