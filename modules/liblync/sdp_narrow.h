/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An offer with what its answer has left of it. */
#ifndef LIBLYNC_SDP_NARROW_H
#define LIBLYNC_SDP_NARROW_H

#include "liblync/slice.h"

/*
 * Writes offer to out, in its m= line the payload types that the answer's has, too, and in the answer's order; all of
 * them where they have none in common. Each has one m= line that counts, the first.
 */
void ly_sdp_narrow(ly_slice_t offer, ly_slice_t answer, ly_buf_t *out);

#endif
