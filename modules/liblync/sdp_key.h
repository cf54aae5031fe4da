/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys of calls that carry SRTP on both sides: each leg has its own (ly_media_twice()). */
#ifndef LIBLYNC_SDP_KEY_H
#define LIBLYNC_SDP_KEY_H

#include "liblync/edit.h"
#include "liblync/slice.h"

/* Writes to e what makes sdp one of plain RTP: RTP/AVP, no key lines. e was begun with sdp as its message. */
void ly_sdp_bare(ly_slice_t sdp, ly_edits_t *e);

/* Whether a key line of one of them has the key of one in the other: the master key and salt, whatever stands around. */
bool ly_sdp_shares_key(ly_slice_t a, ly_slice_t b);

#endif
