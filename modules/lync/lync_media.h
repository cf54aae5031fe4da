/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SDP on its way from one side to the other: what its sender may say, and what may go to who gets it. Between the two
 * stands rtpengine (lync_relay.h).
 */
#ifndef LYNC_MEDIA_H
#define LYNC_MEDIA_H

#include "core/parser/msg_parser.h"
#include "liblync/media.h"
#include "lync_call.h"

/* more than any endpoint sends on a trunk: a Lync client's with all candidates has 6 kB */
#define LYNC_SDP_MAX 16384

typedef enum lync_sdp_result
{
	LYNC_SDP_NONE = -1,	   /* the message carries no SDP */
	LYNC_SDP_REFUSED = -2, /* … one that must not pass; why was logged */
	LYNC_SDP_FAILED =
			-3, /* … one, but no media node makes anything of it; logged */
	LYNC_SDP_READY = 1 /* … one, and all is well */
} lync_sdp_result_t;

/*
 * Holds the SDP of msg against what its sender's side may say, and puts it, normalised, into c->sdp_taken. The text lives
 * until the next call.
 */
lync_sdp_result_t lync_media_take(struct sip_msg *msg, lync_current_t *c);

/* The same, and rtpengine makes of it what the other side gets: c->sdp_made. Waits for rtpengine, see lync_ng.h. */
lync_sdp_result_t lync_media_pass(struct sip_msg *msg, lync_current_t *c);

/*
 * What rtpengine made of it, to be sent to the receiver's side. Returns false when that must not be sent (logged).
 * sdp->s is NULL when there is none. The text lives until the next command to rtpengine.
 */
bool lync_media_result(lync_current_t *c, ly_slice_t *sdp);

/*
 * The policy's part alone: sdp, of the side that sends the current message, normalised into c->sdp_taken. answer: it
 * answers c->call.offered.direction. False where it is too large.
 */
bool lync_media_normalise(lync_current_t *c, ly_slice_t sdp, bool answer);

/* What a side of the call may carry; NULL where it is not known who stands there. */
const ly_media_profile_t *lync_media_profile(
		const lync_call_t *call, ly_side_t side);

#endif
