/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a request came from: what its sender wrote into the headers that a reply has to bring back (RFC 3261 8.2.6.2).
 * It is sealed into a parameter of our own Via, in place of the Vias above it, and comes back with every reply: one
 * that reaches a node without the transaction finds its way all the same.
 */
#ifndef LIBLYNC_ORIGIN_H
#define LIBLYNC_ORIGIN_H

#include "liblync/sdp_media.h"
#include "liblync/sip.h"
#include "liblync/token.h"

#define LY_ORIGIN_PARAM LY_LIT("lt") /* of our Via */
/* Sealed, more than this is not sent: a peer may take a long Via amiss. The reply needs the transaction then. */
#define LY_ORIGIN_TEXT_MAX 1024
#define LY_ORIGIN_MEMORY 2048

typedef struct ly_origin
{
	ly_side_t side; /* who sent the request */
	bool caller;	/* and that side made the call */
	bool initial;	/* the request made the dialog, or would have */
	/* it had an offer, so the answer comes in the reply */
	bool offer_in_request;
	bool plain; /* Lync's offer had no key, and SRTPMode Optional allows that */
	ly_dialog_t dialog;
	uint32_t trunk; /* ly_name_hash() of the trunk's name */
	uint32_t peer;	/* … of who sent it: a Mediation Server or target */
	uint32_t run;	/* of who sends it on: its number since its start */
	uint32_t cseq;
	/* values of its Vias, with commas between them, as a reply has them: received= and rport= filled in */
	ly_slice_t vias;
	/* values of its Record-Routes likewise, where it makes a dialog */
	ly_slice_t record_routes;
	ly_slice_t from; /* whole values */
	ly_slice_t to;
	/* of the key line in the offer, as its sender wrote it: the answer has it; empty: none */
	ly_slice_t offered_tag;
	/* of the offer as its sender wrote it: which way the call's stream flows, and how many streams there are (0: not
	   known, at most LY_STREAMS_MAX) */
	ly_sdp_direction_t offered_direction;
	unsigned offered_streams;
} ly_origin_t;

/*
 * Appends the sealed origin to out. Of cseq only what does not show in the CSeq that the receiver gets. False where it
 * is too long (see LY_ORIGIN_TEXT_MAX), then nothing is written.
 */
bool ly_origin_seal(const ly_key_t *key, const ly_origin_t *origin,
		ly_slice_t call_id, ly_buf_t *out);

/*
 * Opens what stands in our Via of a reply, whose own CSeq number is shown_cseq. call_id: the caller's. Slices point
 * into memory (LY_ORIGIN_MEMORY bytes hold every origin). Returns NULL, or why it is refused (a static text).
 */
const char *ly_origin_open(const ly_keys_t *keys, ly_slice_t text,
		ly_slice_t call_id, uint32_t shown_cseq, char *memory, size_t size,
		ly_origin_t *origin);

/*
 * Appends the values of m's Vias to memory, with commas between them, the first one with received= and rport= as a
 * reply has to have them (RFC 3261 18.2.1, RFC 3581 4). source: where m came from, as text. Returns them.
 */
/* The same with the values of one Via header at a time; start: where the first one's begin in memory. */
void ly_origin_put_vias(ly_slice_t values, ly_slice_t source,
		unsigned source_port, size_t start, ly_buf_t *memory);
ly_slice_t ly_origin_vias(const ly_message_t *m, ly_slice_t source,
		unsigned source_port, ly_buf_t *memory);

/*
 * Where a reply goes (RFC 3261 18.2.2, RFC 3581 4) by the first of vias: received= or who the Via says, rport= or its
 * port, 0 where it names none. False where it cannot be read.
 */
bool ly_origin_destination(ly_slice_t vias, ly_slice_t *host, unsigned *port);

/* The number in a CSeq value; false where there is none. */
bool ly_cseq_number(ly_slice_t value, uint32_t *number);

#endif
