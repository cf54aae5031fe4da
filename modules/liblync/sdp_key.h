/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Key lines on their way: in calls that carry SRTP on both sides each leg has keys of its own (ly_media_twice()); and
 * rtpengine hears one tag from everybody, all the time. It makes a new key of its own where a tag changes, and goes on
 * counting packets with it, which not every peer does.
 */
#ifndef LIBLYNC_SDP_KEY_H
#define LIBLYNC_SDP_KEY_H

#include "liblync/edit.h"
#include "liblync/slice.h"

/* Writes to e what makes sdp one of plain RTP: RTP/AVP, no key lines. e was begun with sdp as its message. */
void ly_sdp_bare(ly_slice_t sdp, ly_edits_t *e);

/* Writes to e what gives every key line of sdp that tag. e was begun with sdp as its message. */
void ly_sdp_retag(ly_slice_t sdp, ly_slice_t tag, ly_edits_t *e);

/* Whether a key line of one of them has the key of one in the other: the master key and salt, whatever stands around. */
bool ly_sdp_shares_key(ly_slice_t a, ly_slice_t b);

#endif
