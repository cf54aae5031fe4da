/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls in progress, counted at whom they concern, and the limits of the plan. A call has two legs, and a leg is one
 * hold (liblync/hold.h): that of its caller from the INVITE on, that of who is called for each try anew. What an INVITE
 * only tries ends with its transaction at the latest; from the answer on the record of the call (lync_record.h) has both.
 */
#ifndef LYNC_CALLS_H
#define LYNC_CALLS_H

#include "liblync/choose.h"
#include "lync_call.h"

/* Before the fork. 0, or -1 after an error line. */
int lync_calls_init(void);

/*
 * A new call comes in, of a transaction of msg that exists: it is counted at its caller. False where a limit does not let
 * it, or nothing can count it: then call->turned_away and call->retry_after say how it is refused, and it is logged.
 */
bool lync_calls_come_in(struct sip_msg *msg, lync_current_t *c);

/*
 * The leg of who is called: chosen by the ways of the call's trunk or target; counted. NULL: nobody can have it. Whoever
 * had the leg before has been given back.
 */
const ly_choice_t *lync_calls_choose(lync_current_t *c, const ly_ways_t *ways,
		const ly_call_numbers_t *numbers);

/* The same for one that is chosen already; false where a limit does not let it. */
bool lync_calls_go_to(
		lync_current_t *c, const ly_trunk_t *trunk, const ly_peer_t *peer);

/* A try has come to nothing. */
void lync_calls_give_back(lync_call_t *call);

/* Nobody has taken the call, and nobody will. */
void lync_calls_over(lync_call_t *call);

/* Records: who answers keeps the legs, also those of a call that begun on another node. Then they end with the record. */
void lync_calls_answered(const lync_call_t *call, ly_hold_id_t hold[2]);
void lync_calls_taken_over(const lync_call_t *call, ly_hold_id_t hold[2]);
void lync_calls_end(const ly_hold_id_t hold[2]);

/* For RPC. */
typedef struct lync_calls_sum
{
	uint32_t legs, legs_max;
	uint64_t uncounted; /* legs, for want of records */
} lync_calls_sum_t;

void lync_calls_sum(lync_calls_sum_t *sum);

#endif
