/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The media of a call at its media node: what rtpengine is told of an offer and an answer, and that it is over.
 */
#ifndef LYNC_RELAY_H
#define LYNC_RELAY_H

#include "liblync/dtmf.h"
#include "lync_call.h"
#include "lync_record.h"

/*
 * Gives c->sdp_taken to the media node of the call and what it makes of it to c->sdp_made. A new call gets its node here,
 * and another one where that does not answer. False where none does, or it refuses (logged).
 */
bool lync_relay(lync_current_t *c, bool answer);

/*
 * Tells the media node of a call once more what its two sides have said last: same ports, and mostly the same keys.
 * more: further flags for both commands, or empty. made: gets ly_sdp_place() of what each side would have to be told; where
 * that is not what it was told, it needs a re-INVITE. False where it does not answer or refuses, or the call is not whole (logged).
 */
bool lync_relay_renew(
		const lync_record_t *record, ly_slice_t more, uint64_t made[2]);

/*
 * A new call whose INVITE has no SDP gets its node, too: the callee's token is made with the INVITE, and both sides' must
 * name the same.
 */
void lync_relay_choose(lync_current_t *c);

/*
 * Has the media node play a digit to the other side, as if who sent the current message had pressed it in its audio.
 * Waits for nothing. False where the call has no media node, or that is down.
 */
bool lync_relay_press(const lync_current_t *c, const ly_digit_t *digit);

/* Gives the ports of the call back, and waits until that is done. False (*why, as of lync_ng_ask()) where it is not. */
bool lync_relay_forget(const lync_record_t *record, ly_slice_t *why);

/* The same at a node that need not be that of its record. Waits for nothing. */
void lync_relay_leave(unsigned media, ly_slice_t call_id);

/* The same for the current call. Waits for nothing. */
void lync_relay_end(const lync_current_t *c);

#endif
