/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of our own in a call: BYE and re-INVITE. Each is written as the one end would write it, and then goes the
 * way of all its requests to the other: so that end sees one dialog, whoever speaks.
 */
#ifndef LIBLYNC_OWN_H
#define LIBLYNC_OWN_H

#include "liblync/passage.h"

/* What is known of an end of a call. */
typedef struct ly_end
{
	ly_slice_t contact; /* its Contact URI; empty: not known */
	ly_slice_t routes;	/* its route set; empty: none */
	ly_slice_t tag;
	uint32_t cseq; /* of its last request */
	bool spoke;	   /* it has sent one */
	/* how many of ours the other end got since, as if from this one */
	uint8_t own;
} ly_end_t;

typedef struct ly_own
{
	ly_slice_t call_id; /* the caller's */
	ly_side_t caller;
	ly_dialog_t dialog;
	/* the caller's From and To as it wrote them, without display names and tags */
	ly_slice_t from, to;
	ly_end_t end[2]; /* by ly_side_t */
} ly_own_t;

/* The number that comes after all others. */
#define LY_OWN_LAST_CSEQ 0x7ffffffeu

/*
 * Which own_slot (see passage.h) the next request of ours to side has, and counts it. False where all are
 * used: the end that it speaks for has to send one first.
 */
bool ly_own_slot(ly_own_t *call, ly_side_t side, unsigned *slot);

/* The own_slot of a request that no other will follow, where the numbers before it are not known: a BYE. */
unsigned ly_own_last_slot(const ly_own_t *call, ly_side_t side);

/*
 * Writes the request to text as the end that is not on side would send it. method: "BYE", "INVITE". headers: more of
 * them, each with its line end. body: of type application/sdp; empty: none.
 */
void ly_own_request(const ly_own_t *call, ly_side_t side, ly_slice_t method,
		ly_slice_t headers, ly_slice_t body, ly_buf_t *text);

/* The token that such a request would bring: what ly_passage_describe() has to know of side. */
ly_token_t ly_own_token(const ly_own_t *call, ly_side_t side);

#endif
