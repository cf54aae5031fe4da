/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Early dialogs: what a caller gets of the provisional answers (18x) to its INVITE. Some callers stop their own ringing
 * at the first SDP and are silent until audio comes, some cannot read a 183 at all: early-media of trunk and target says
 * how much of it they are shown. And a caller can take only so many telephones at once that ring for its call.
 */
#ifndef LIBLYNC_EARLY_H
#define LIBLYNC_EARLY_H

#include "liblync/plan_words.h"
#include "liblync/sip.h"

/* What becomes of a provisional answer. All zero: it passes as it is. */
typedef struct ly_early
{
	bool without_sdp; /* its SDP is not for the caller, and so not for the media relay */
	unsigned status; /* in place of its own; 0: that one */
} ly_early_t;

/*
 * By the early-media of who gets m. m: an answer to an INVITE that begins a call; a final one passes as it is. So does
 * the SDP of a reliable one (RFC 3262 5): it is the answer, and the 200 need not have it again. That of any other only
 * tells before what the 200 says all the same (RFC 3261 13.2.1).
 */
ly_early_t ly_early(const ly_message_t *m, ly_early_media_t mode);

/* Early dialogs that are told apart; a higher limit is none. Lync's own is 20. */
#define LY_FORKS_MAX 32

/* The early dialogs of one INVITE. Begins as all zero. */
typedef struct ly_forks
{
	uint32_t tags[LY_FORKS_MAX]; /* hashes of To-tags */
	uint8_t count;
	bool told; /* one too many was logged */
} ly_forks_t;

/*
 * Whether a provisional answer with that To-tag may go on to who can take at most max early dialogs: it belongs to one
 * that is counted, or is the first of another, and there is room. An answer without a tag makes no dialog.
 */
bool ly_forks_admit(ly_forks_t *forks, ly_slice_t tag, unsigned max);

/*
 * Appends sdp to out, its o= with the name of session: all SDP of who is called is one session for a caller that was
 * answered by ly_early_placeholder() before (RFC 3264 8). False where there is no o=, or out is full.
 */
bool ly_early_session(ly_slice_t sdp, uint32_t session, ly_buf_t *out);

/*
 * Appends to out an answer of our own to offer (as the media relay has made it for who is called): for a 183 with SDP
 * before who is called has said anything. Media that the caller sends meanwhile goes to the discard port (RFC 863) of
 * address. It takes all codecs of the offer: after an answer with one of them rtpengine 12.5 makes of an answer with
 * another one an m= line without any; after this one it turns each of them into what the caller was told.
 * False where the offer has no audio stream in RTP/AVP, or out is full.
 */
bool ly_early_placeholder(
		ly_slice_t offer, ly_slice_t address, uint32_t session, ly_buf_t *out);

#endif
