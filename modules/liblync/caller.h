/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who calls, as a message says it: From, the headers in which a side asserts an identity (RFC 3325, and Remote-Party-ID
 * before it), and whether the caller wants to be shown (RFC 3323).
 */
#ifndef LIBLYNC_CALLER_H
#define LIBLYNC_CALLER_H

#include "liblync/plan.h"
#include "liblync/sip.h"
#include "liblync/uri.h"

typedef struct ly_caller
{
	/* in whose name the call comes; uri.text is empty where nobody says */
	ly_nameaddr_t asserted;
	bool by_header; /* one of the headers says it, not From alone */
	bool withheld;
} ly_caller_t;

/* What the receiver is told; decided by the plan. */
typedef struct ly_caller_terms
{
	ly_identity_t identity;
	ly_history_t history;
	bool believed; /* what the sender's headers say of the caller */
	/* From is as good as a header: it is written by a server, not by the caller */
	bool from_counts;
	const ly_regex_t *own_numbers; /* NULL: the receiver knows every caller */
	ly_slice_t fallback;		   /* the number for others; empty: none */
} ly_caller_terms_t;

/* The terms for a request, or a reply, that goes to a side. Trunk or target may be NULL while not known. */
ly_caller_terms_t ly_caller_terms(ly_side_t to, bool reply,
		const ly_trunk_t *trunk, const ly_peer_t *target);

/*
 * The caller of a request. Of several identities a telephone number is taken before others, since that is what both
 * sides route by.
 */
void ly_caller_read(const ly_message_t *m, const ly_caller_terms_t *terms,
		ly_caller_t *caller);

/*
 * Whether the receiver does not let a calling number pass, written as it will be sent: then it gets the fallback.
 * A number whose comparison does not end is no known one.
 */
bool ly_caller_is_unknown(const ly_caller_terms_t *terms, ly_slice_t number,
		ly_matcher_t *matcher);

#endif
