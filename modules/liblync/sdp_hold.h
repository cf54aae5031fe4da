/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hold, as each side wants to be told of it. Who holds writes an offer that does not receive (a=sendonly with music,
 * a=inactive without, RFC 3264 8.4; before that c=0.0.0.0, RFC 2543 B.5), and peers differ in which of them they
 * understand. Only the receiver's SDP says what its form is: rtpengine has been told what the holder wrote.
 */
#ifndef LIBLYNC_SDP_HOLD_H
#define LIBLYNC_SDP_HOLD_H

#include "liblync/edit.h"
#include "liblync/plan_words.h"
#include "liblync/sdp_media.h"

/*
 * Writes to e what gives an offer the receiver's form of hold, where it is one. e was begun with sdp as its message,
 * and memory for LY_SDP_HOLD_TEXT bytes.
 */
void ly_sdp_hold_offer(ly_slice_t sdp, ly_hold_t form, ly_edits_t *e);

/*
 * Writes to e what makes an answer fit the direction that the holder has offered (RFC 3264 6.1), whatever its peer has
 * answered to the form that it was given: never more than either of them wants. e as above, and sdp as rtpengine is to
 * get it: it passes packets as the answer says, so a holder would hear who does not know that he is held.
 */
void ly_sdp_hold_answer(
		ly_slice_t sdp, ly_sdp_direction_t offered, ly_edits_t *e);

#define LY_SDP_HOLD_TEXT 16

#endif
