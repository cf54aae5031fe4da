/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replies whose transaction this node does not have: it began on another node, or before a restart. Where they go is
 * sealed in our own Via, which they bring back.
 */
#ifndef LYNC_FORWARD_H
#define LYNC_FORWARD_H

#include "core/parser/msg_parser.h"

/*
 * lync_forward(): writes the reply for who asked, and sends it. 1; or -1 where it is no such reply, or cannot be sent
 * (logged).
 */
int ki_lync_forward(struct sip_msg *msg);

#endif
