/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The passage of one message from one leg of a call to the other: how the receiver's leg is named, and what the receiver
 * must bring back so that the way back is found. Pure: message, token and keys in; names, Contact and Via out.
 */
#ifndef LIBLYNC_PASSAGE_H
#define LIBLYNC_PASSAGE_H

#include "liblync/origin.h"
#include "liblync/rewrite.h"
#include "liblync/token.h"

#define LY_PASSAGE_MEMORY 8192 /* bytes that hold all that is composed */

typedef struct ly_passage
{
	const ly_message_t *m;
	const ly_keys_t *keys;
	ly_slice_t call_id; /* the caller's, see ly_passage_call_id() */
	ly_side_t to;		/* who gets m */
	ly_side_t caller;	/* the side that made the call */
	ly_dialog_t dialog;
	unsigned own_slot;		 /* of a request of our own: see ly_leg_cseq() */
	const ly_token_t *token; /* of a request in a dialog; else NULL */
	const ly_origin_t *
			origin; /* of the request that a reply answers; of a request NULL */
	/* route set of who sent m, where it is known better than by m's Record-Route: it stays as the dialog began with it
	 * (RFC 3261 12.2); s is NULL where it is not */
	ly_slice_t routes;
	const ly_trunk_t *trunk;
	const ly_peer_t *server;
	const ly_peer_t *target;
	uint16_t edition;
	/* how the receiver knows us */
	ly_slice_t our_host;
	uint16_t our_port;
	ly_transport_t transport;
} ly_passage_t;

/*
 * The caller's Call-ID: that of m, or what was sealed in it where m comes from the callee. Points into m or memory.
 */
ly_slice_t ly_passage_call_id(
		const ly_message_t *m, const ly_keys_t *keys, ly_buf_t *memory);

/*
 * What a party calls itself in From or To, to be given back to it later: "<uri>;epid=…", without display name and tag.
 * Empty where value cannot be read. Appended to memory.
 */
ly_slice_t ly_identity(ly_slice_t value, ly_buf_t *memory);

/*
 * A request in a dialog must have the tags that belong to its token. Returns NULL, or why it is refused (a static
 * text).
 */
const char *ly_passage_check(const ly_passage_t *p);

/*
 * Appends the tag in To by which the caller knows an answer of ours to its INVITE m: that of all answers, unless each
 * fork has its own.
 */
void ly_passage_caller_sees(const ly_passage_t *p, ly_buf_t *out);

/*
 * Sets the members of r that a leg fixes: leg, request_uri, routes, from, to and contact. What is composed stands in
 * memory. Returns NULL, or why the message cannot be passed on (a static text).
 */
const char *ly_passage_describe(
		const ly_passage_t *p, ly_rewrite_t *r, ly_buf_t *memory);

/*
 * Appends to out what our Via of the request has to carry, see origin.h. origin holds what only the caller of this
 * function knows: vias, peer, offer_in_request, plain, offered_*; the rest is set here. False where it is too long.
 */
bool ly_passage_origin(
		const ly_passage_t *p, ly_origin_t *origin, ly_buf_t *out);

#endif
