/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SDP (RFC 4566) for the lines that we touch; every other byte stays as it is.
 */
#ifndef LIBLYNC_SDP_H
#define LIBLYNC_SDP_H

#include "liblync/dialect.h"
#include "liblync/edit.h"
#include "liblync/media.h"

typedef struct ly_sdp_line
{
	char type;		  /* 'a' in "a=inactive" */
	ly_slice_t value; /* "inactive" */
	ly_slice_t line;  /* with its line end */
} ly_sdp_line_t;

/* Takes the first line off *rest. False at the end; type is 0 for a line that is not "x=…". */
bool ly_sdp_next(ly_slice_t *rest, ly_sdp_line_t *line);

/* A key line (RFC 4568): a=crypto:TAG SUITE inline:KEY|LIFETIME|MKI;inline:… SESSION-PARAMETERS */
typedef struct ly_crypto
{
	ly_slice_t tag;
	ly_slice_t suite;
	ly_slice_t key; /* base64 of master key and salt */
	bool mki;
	/* session parameters (UNENCRYPTED_SRTP …), or more keys; empty = all that the suite promises */
	ly_slice_t more;
} ly_crypto_t;

/* value is that of an a= line. False where it is no well-formed crypto line. */
bool ly_crypto_parse(ly_slice_t value, ly_crypto_t *crypto);
/*
 * AES_CM_128_HMAC_SHA1_80 with a key of the right length, one key, nothing turned off: the one suite a Mediation Server
 * speaks.
 */
bool ly_crypto_usable(const ly_crypto_t *crypto);

/*
 * Writes to e what the SDP rules in active (bits of ly_rules) change in sdp before rtpengine gets it (sdp_normalise.c).
 * e was begun with sdp as its message.
 */
void ly_sdp_normalise(ly_slice_t sdp, ly_rule_set_t active, ly_edits_t *e);

/*
 * Whether sdp has the form of an offer or answer (RFC 4566 5): v=0, m= lines with a port, an address for every stream.
 * rtpengine answers others as it does when it is out of order. Returns NULL, or what is wrong (a static text).
 */
const char *ly_sdp_form(ly_slice_t sdp);

/*
 * Whether sdp is what a side with that profile may say and hear: the m= line's protocol, a usable key where it must
 * be and none where it must not, at least one payload type. Where SRTP is optional: RTP/AVP without a key (the side is
 * plain: see ly_sdp_crypto_tag()), or RTP/SAVP or RTP/AVP with one. Returns NULL, or what is wrong (a static text).
 */
const char *ly_sdp_check(ly_slice_t sdp, const ly_media_profile_t *profile);

/*
 * The same for what rtpengine made and goes to that side: a stream has one key line at most. What is offered is one
 * suite, so that nobody chooses another.
 */
const char *ly_sdp_check_made(
		ly_slice_t sdp, const ly_media_profile_t *profile);

/*
 * The same for an answer to an offer of ours whose key line had that tag (empty: not known). rtpengine takes an answer
 * with another tag without a word, and then sends nothing: a silent call.
 */
const char *ly_sdp_check_answer(
		ly_slice_t sdp, const ly_media_profile_t *profile, ly_slice_t tag);

/*
 * An offer of Lync with SRTPMode Optional says RTP/AVP and carries keys; who takes SRTP answers RTP/SAVP (MS-SDPEXT),
 * so RTP/SAVP is what it means. Writes to e what makes it say so; e was begun with sdp as its message. Returns whether
 * it offers SRTP at all.
 */
bool ly_sdp_mean_srtp(ly_slice_t sdp, ly_edits_t *e);

/* The tag of the first key line; empty where there is none. */
ly_slice_t ly_sdp_crypto_tag(ly_slice_t sdp);

/* A hash of where media goes, by which protocol and with which keys: the same as long as these are. Never 0. */
uint64_t ly_sdp_place(ly_slice_t sdp);

#endif
