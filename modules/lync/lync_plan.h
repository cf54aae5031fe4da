/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan in force, and how another takes its place.
 *
 * Each plan that was loaded is an edition. Workers read without a lock: a process says which edition it works with
 * before it looks at it, and an edition that somebody works with, or one of the last that were replaced, stays. So
 * running calls go on under the edition they began with.
 */
#ifndef LYNC_PLAN_H
#define LYNC_PLAN_H

#include "lync.h"

/* What a process can work with at the same time: the current message, and the TLS connection that it goes out on. */
typedef enum lync_use
{
	LYNC_FOR_MESSAGE,
	LYNC_FOR_TLS,
	LYNC_USES
} lync_use_t;

/* Bytes for a reason: a path and a finding. */
#define LYNC_WHY_MAX (1024 + sizeof(ly_finding_t))

/*
 * Loads the plan of lync_cfg into shared memory, finds this node in it, and checks that it belongs to the generated
 * files. For mod_init(), before the fork. Returns 0, or -1 after an error line that says file, line, what is wrong
 * and what to do.
 */
int lync_plan_init(void);

/*
 * The plan in force, for this process, until it asks for the same use again. With LYNC_FOR_MESSAGE it also becomes
 * lync_plan and lync_node. Takes no lock.
 */
const ly_plan_t *lync_plan_use(lync_use_t use);

/*
 * This process needs no plan until it uses one again: after a message, an RPC command, before it sleeps. An edition
 * that nobody works with can be given back.
 */
void lync_plan_release(lync_use_t use);

/*
 * For work that is not the current message's, and may be done while there is one: lync_plan_lend() before it and
 * lync_plan_return() behind it, with what lend has returned; then lync_plan is again what it was for the message.
 */
uint32_t lync_plan_lend(void);
void lync_plan_return(uint32_t lent);

/* Which edition lync_plan is; never 0. */
uint32_t lync_plan_edition(void);

/* How many editions are kept beside the one in force. */
unsigned lync_plan_kept(void);

/*
 * Makes the edition whose number ends in these 16 bits lync_plan for the current message: that of a call which began under it. Where it
 * is no longer kept, or was another node's, lync_plan stays as it is.
 */
void lync_plan_use_edition(uint16_t edition);

/*
 * Loads the plan file anew. RPC process. On success the new edition is in force for every message that comes from
 * then on. Returns 0, or -1 with why (a line for people, LYNC_WHY_MAX bytes) and nothing changed. out gets what has changed.
 */
int lync_plan_reload(ly_buf_t *why, ly_buf_t *out);

void lync_plan_destroy(void);

#endif
