/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The media of a call at its media node: what rtpengine is told of an offer and an answer, and that it is over.
 */
#ifndef LYNC_RELAY_H
#define LYNC_RELAY_H

#include "lync_call.h"

/*
 * Gives c->sdp_taken to the media node of the call and what it makes of it to c->sdp_made. A new call gets its node here,
 * and another one where that does not answer. False where none does, or it refuses (logged).
 */
bool lync_relay(lync_current_t *c, bool answer);

/*
 * A new call whose INVITE has no SDP gets its node, too: the callee's token is made with the INVITE, and both sides' must
 * name the same.
 */
void lync_relay_choose(lync_current_t *c);

/* Gives the ports of the call back. Waits for nothing. */
void lync_relay_end(const lync_current_t *c);

/* Appends the flags of the offer or answer that the current message carries. */
void lync_relay_flags(const lync_current_t *c, bool answer, ly_buf_t *out);

#endif
