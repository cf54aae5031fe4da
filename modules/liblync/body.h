/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a message's body passes from one side to the other. */
#ifndef LIBLYNC_BODY_H
#define LIBLYNC_BODY_H

#include "liblync/sip.h"

/* The SDP in m's body; empty where it is something else. */
ly_slice_t ly_body_sdp(const ly_message_t *m);

/*
 * What passes of a body that is no SDP; its s is NULL: all of it. Nobody has looked into it: a multipart one may hold
 * an SDP with its keys.
 */
ly_slice_t ly_body_other(const ly_message_t *m);

#endif
