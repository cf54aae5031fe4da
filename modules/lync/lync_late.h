/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers to an INVITE that come when its transaction is gone. That was another node's, or one of before a restart: then
 * the call goes on here. Or it was our own: then the call has had its end, or another one has taken it, and whoever
 * answers does not know that yet, as one whose connection hung and has got INVITE and CANCEL minutes too late.
 */
#ifndef LYNC_LATE_H
#define LYNC_LATE_H

#include "core/parser/msg_parser.h"
#include "lync_call.h"

/* Drawn when Kamailio starts. */
extern uint32_t lync_late_run;
void lync_late_init(void);

/*
 * Whether the stray reply c is one that nobody waits for any more. Whoever has taken the call gets ACK and BYE (logged).
 * A 2xx that comes again, of a call that is up, is none.
 */
bool lync_late(const struct sip_msg *msg, const lync_current_t *c);

#endif
