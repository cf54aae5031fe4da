/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Provisional answers to a new call: what of them its caller gets. The decisions are liblync's (early.h). */
#ifndef LYNC_EARLY_H
#define LYNC_EARLY_H

#include "lync_call.h"

/*
 * The current message is a provisional answer whose SDP is not for the caller (early-media of the plan), and so not for
 * rtpengine: who is called sends and gets no media until its 200. Both ends must be chosen where it is a reply.
 */
bool lync_early_hides_sdp(const lync_current_t *c);

/*
 * Whether the current reply may go on. Of a call to Lync it may not when it is a provisional answer of a telephone
 * beyond MaxEarlyDialogs of the trunk: logged once in a call. Those of a try are counted by the node that began it.
 */
bool lync_early_admit(lync_current_t *c);

#endif
