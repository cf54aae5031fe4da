/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of our own to Lync's INVITE that nobody else has given. early-media="183-immediate" of a trunk: a 183 of our own, whose SDP opens the media of Lync's leg before the gateway
 * has said anything. The real answer fits into it: see ly_early_placeholder().
 */
#ifndef LYNC_PROGRESS_H
#define LYNC_PROGRESS_H

#include "core/parser/msg_parser.h"
#include "modules/tm/tm_load.h"

/*
 * Answers Lync's INVITE with 183 and SDP, where its trunk says so. In the branch route after lync_write(): before the
 * INVITE leaves, so that rtpengine hears the real answer behind that of ours. 1: done; -1: there is none, which is no
 * fault: another trunk or direction, an INVITE without SDP, a target with SRTP; or it could not be made (logged).
 */
int ki_lync_progress(struct sip_msg *msg);

/*
 * progress-after: the same without SDP, for the call of a transaction that has had no more than 100 until now; in a
 * process of our own, which holds a reference to t. It begins the dialog that answers of all tries belong to, unless
 * they are reliable (100rel), and so have a dialog each.
 */
void lync_progress_of(struct cell *t);

#endif
