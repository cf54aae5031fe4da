/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The code with which a call is refused. Lync reads from it what to do next: after a 5xx it tries another trunk, a 4xx
 * or 6xx ends its search. Gateways say in the Reason header (RFC 3326) what the telephone network meant, and do not
 * always choose the code for it that Lync needs.
 */
#ifndef LIBLYNC_CODES_H
#define LIBLYNC_CODES_H

#include "liblync/plan.h"

/* What is passed on. */
typedef struct ly_code
{
	unsigned code; /* of SIP */
	unsigned
			cause; /* of Q.850, for the Reason header: the given one, else what the code means; 0: none */
	const ly_code_rule_t *rule; /* of the plan, that was applied; NULL: none */
	bool by_cause; /* RFC 3398 has another code for the cause than the given one */
} ly_code_t;

/*
 * What becomes of a final answer to an INVITE that begins a call. code is its status, cause the value of
 * "Reason: Q.850;cause=" or 0. The rules of first, then those of second are tried (NULL: there are none): give them
 * in the order in which the answer meets them, for a call from Lync the target's and then the trunk's. The first
 * rule for the direction that fits decides. Where none fits, an answer to Lync gets the code that belongs to its
 * cause; one from Lync keeps its own.
 * A redirection, for which no rule is, becomes 480: another trunk would find nobody else at that number, so Lync need
 * not try one. Codes that SIP itself works with (401, 407, 420, 421, 422, 487, 491, 494) are never changed.
 * Reads only, any process.
 */
ly_code_t ly_codes_decide(const ly_codes_t *first, const ly_codes_t *second,
		ly_direction_t direction, unsigned code, unsigned cause);

/* SIP itself works with it, so no rule is asked: the caller tries again, or the call was cancelled. */
bool ly_code_is_sips_own(unsigned code);

/* The meaning of a cause in words of Q.850, for logs; NULL where it has no row in the table. */
const char *ly_cause_text(unsigned cause);

/* The reason phrase of 180, and of a code from 300 to 699: its own, else that of its class. */
const char *ly_code_phrase(unsigned code);

#endif
