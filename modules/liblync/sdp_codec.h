/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Codecs of one audio stream that rules take out, by their encoding names. The payload types that bear them are learned
 * from its a=rtpmap lines; then they leave the m= line, and what describes them goes.
 */
#ifndef LIBLYNC_SDP_CODEC_H
#define LIBLYNC_SDP_CODEC_H

#include "liblync/dialect.h"
#include "liblync/edit.h"
#include "liblync/slice.h"

#define LY_PAYLOAD_TYPES 128 /* 7 bits of an RTP header (RFC 3550 5.1) */

typedef struct ly_codecs
{
	ly_rule_set_t rules; /* those that may take something out */
	/* by payload type: which of them does, its index + 1; 0 = it stays */
	uint8_t taken[LY_PAYLOAD_TYPES];
	bool any;
} ly_codecs_t;

/* Begins a stream. Payload types with a name by themselves (RFC 3551 6) are known already. */
void ly_codecs_begin(ly_codecs_t *codecs, ly_rule_set_t rules);

/* The value of an a= line of the stream; of others than rtpmap nothing is learned. */
void ly_codecs_learn(ly_codecs_t *codecs, ly_slice_t attribute);

/*
 * All is learned: writes to e what leaves the formats of the m= line. Where nothing would stay nothing leaves, neither
 * here nor below: an m= line has a format (RFC 4566 9).
 */
void ly_codecs_leave(ly_codecs_t *codecs, ly_slice_t formats, ly_edits_t *e);

/* The id of the rule by which an attribute goes: rtpmap, fmtp or rtcp-fb of what has left; NULL where it stays. */
const char *ly_codecs_rule(const ly_codecs_t *codecs, ly_slice_t attribute);

#endif
