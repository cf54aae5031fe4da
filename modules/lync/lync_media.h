/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SDP on its way to rtpengine and back. rtpengine is driven from kamailio.cfg and works on two script variables:
 * $var(lync_sdp_in), which lync_sdp() fills, and $var(lync_sdp_out), which rtpengine fills.
 */
#ifndef LYNC_MEDIA_H
#define LYNC_MEDIA_H

#include "core/parser/msg_parser.h"
#include "lync_call.h"

/* more than any endpoint sends on a trunk: a Lync client's with all candidates has 6 kB */
#define LYNC_SDP_MAX 16384

/* Looks the two script variables up. From mod_init(). Returns 0, or -1 after an error line. */
int lync_media_init(void);

typedef enum lync_sdp_result
{
	LYNC_SDP_NONE = -1,	   /* the message carries no SDP */
	LYNC_SDP_REFUSED = -2, /* … one that must not pass; why was logged */
	LYNC_SDP_READY = 1	   /* … one, normalised in $var(lync_sdp_in) */
} lync_sdp_result_t;

/* Holds the SDP of msg against what its sender's side may say, and puts it, normalised, into $var(lync_sdp_in). */
lync_sdp_result_t lync_media_take(struct sip_msg *msg, lync_current_t *c);

/*
 * What rtpengine made of it, to be sent to the receiver's side. Returns false when that must not be sent (logged).
 * sdp->s is NULL when there is none. The text lives until the next rtpengine call.
 */
bool lync_media_result(struct sip_msg *msg, lync_current_t *c, ly_slice_t *sdp);

/* The flags for rtpengine_offer(), rtpengine_answer() and rtpengine_delete(); empty where the call is not known. */
void lync_media_offer_flags(const lync_current_t *c, ly_buf_t *out);
void lync_media_answer_flags(const lync_current_t *c, ly_buf_t *out);
void lync_media_delete_flags(const lync_current_t *c, ly_buf_t *out);

/*
 * For who drives rtpengine from C: the offer or answer that msg carries goes to rtpengine, $var(lync_sdp_out) has its
 * result. False where there is none, it must not pass, or rtpengine does not answer (logged).
 */
bool lync_media_offer(struct sip_msg *msg, lync_current_t *c);
bool lync_media_answer(struct sip_msg *msg, lync_current_t *c);
/* What goes out in place of msg's SDP, without rtpengine: it made that one before. False where there is no memory. */
bool lync_media_give(struct sip_msg *msg, lync_current_t *c, ly_slice_t sdp);
/* Gives the ports of the call back. */
void lync_media_delete(struct sip_msg *msg, const lync_current_t *c);

#endif
