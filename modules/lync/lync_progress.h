/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * early-media="183-immediate" of a trunk: a 183 of our own, whose SDP opens the media of Lync's leg before the gateway
 * has said anything. The real answer fits into it: see ly_early_placeholder().
 */
#ifndef LYNC_PROGRESS_H
#define LYNC_PROGRESS_H

#include "core/parser/msg_parser.h"

/*
 * Answers Lync's INVITE with 183 and SDP, where its trunk says so. In the branch route after lync_write(): before the
 * INVITE leaves, so that rtpengine hears the real answer behind that of ours. 1: done; -1: there is none, which is no
 * fault: another trunk or direction, an INVITE without SDP, a target with SRTP; or it could not be made (logged).
 */
int ki_lync_progress(struct sip_msg *msg);

#endif
