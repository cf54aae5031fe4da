/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hold in the form that the receiver of an SDP wants (attribute hold of trunk and target): liblync/sdp_hold.h. */
#ifndef LYNC_HOLD_H
#define LYNC_HOLD_H

#include "lync_call.h"

/* Of the request's offer, as its sender wrote it: kept until the answer comes. */
void lync_hold_keep(lync_current_t *c, const ly_streams_t *offer);

/* What rtpengine made of the current message's offer, as its receiver is to see it. It lives until the next call. */
ly_slice_t lync_hold_form(const lync_current_t *c, ly_slice_t sdp);

#endif
