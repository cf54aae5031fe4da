/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Media profiles: what one side of a call may carry, and the flags that make rtpengine 12.5 bring two sides together.
 * Those that come with the SBC stand in rtpengine-profiles/, one file each; a plan may define others.
 */
#ifndef LIBLYNC_MEDIA_H
#define LIBLYNC_MEDIA_H

#include <stdint.h>

#include "liblync/plan_words.h"
#include "liblync/slice.h"

/* Codecs by their encoding names, a bit each; telephone-event (RFC 4733) and CN (RFC 3389) are among them. */
typedef uint32_t ly_codec_set_t;

typedef struct ly_media_profile
{
	ly_slice_t name; /* "lync-srtp-required", "gateway-g729" */
	ly_side_t side;	 /* of the SBC, on which it may be used */
	/*
	 * Required: RTP/SAVP with one a=crypto. None: RTP/AVP without. Optional: RTP/AVP with one in an offer of ours, and
	 * either of the two after that.
	 */
	ly_media_srtp_t srtp;
	ly_codec_set_t codecs;
	ly_slice_t codec_names; /* with blanks between them, the best first */
	ly_dtmf_t dtmf;
	/* the same side as long as it carries plain RTP; itself where srtp is none */
	const struct ly_media_profile *plain;
	unsigned line; /* of the plan; 0: it came with the SBC */
} ly_media_profile_t;

/* A profile that came with the SBC, by its name; NULL where none has it. */
const ly_media_profile_t *ly_media_profile(ly_slice_t name);
/* The i-th of them, in the order of their names; NULL behind the last. */
const ly_media_profile_t *ly_media_shipped(unsigned i);

/* Fills room, which profile->plain gets where it has SRTP. Returns what it is to be: room, or the profile itself. */
const ly_media_profile_t *ly_media_plain(
		const ly_media_profile_t *profile, ly_media_profile_t *room);

/* The names of codecs in text become a set. Returns the first word that is none; empty where all are. */
ly_slice_t ly_media_codecs(ly_slice_t text, ly_codec_set_t *set);
/* For messages: "PCMU, PCMA, G722, …", all that rtpengine 12.5 both reads and writes. */
const char *ly_media_codec_names(void);
/* Whether one of them carries speech. */
bool ly_media_speaks(ly_codec_set_t codecs);

/*
 * The flags ("rtpp-flags" of ng) for an offer or answer of one side to another. from: who wrote the SDP; to: who gets
 * what rtpengine makes of it. Pass from->plain or to->plain for a side whose SRTP is optional while the call is plain
 * there. Both write to out and return false where it is full; 1024 bytes are enough (LY_MEDIA_FLAGS).
 */
#define LY_MEDIA_FLAGS 1024
bool ly_media_offer(const ly_media_profile_t *from,
		const ly_media_profile_t *to, ly_buf_t *out);
bool ly_media_answer(const ly_media_profile_t *from,
		const ly_media_profile_t *to, ly_buf_t *out);

/*
 * Both sides carry SRTP. rtpengine 12.5 would pass the key of one on to the other, and what it has once passed on
 * stays. A leg gets a key of its own when rtpengine first hears the SDP as if it came from a plain side:
 *   - the first offer of a call goes to rtpengine twice: ly_sdp_bare() of it with the flags of
 *     ly_media_offer(from->plain, to), whose result is thrown away; then itself, with those of ly_media_offer(from, to)
 *   - so does the first answer, with ly_media_answer(from->plain, to) and ly_media_answer(from, to)
 * From then on, one message each. An offer that goes only once comes back without a key line, which ly_sdp_check()
 * refuses; ly_sdp_shares_key() finds an answer that did.
 */
bool ly_media_twice(
		const ly_media_profile_t *from, const ly_media_profile_t *to);

#endif
