/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a call that was answered, but not so that it could have audio. */
#ifndef LYNC_END_H
#define LYNC_END_H

#include "core/parser/msg_parser.h"
#include "lync_call.h"

/*
 * Where msg is the 200 to an INVITE that makes a call: who has answered gets ACK and BYE (RFC 3261 13.2.2.4 has it so
 * for an answer that is not acceptable), the caller 488, or 503 where the answer was good and rtpengine has failed. tm passes every 2xx on, whatever a script does, so it is told
 * that this has come: the failure route answers the caller, and a 200 that comes again is acknowledged again and goes
 * no further. Only in the onreply route of the INVITE, where tm holds the lock of the transaction's replies.
 * A 2xx within the call: the call ends, with BYE to both sides.
 * Returns false where msg is no such reply, or cannot be acknowledged (logged): then the caller must end the call.
 */
bool lync_end_answered(struct sip_msg *msg, lync_current_t *c);

/*
 * Where msg is a 200 that makes a call, but too late: its try was left for another one (left), or the caller has got
 * its refusal by now. Who has answered gets ACK and BYE, nobody else hears of it. Where lync_end_answered() may be used.
 * Returns whether msg is one.
 */
bool lync_end_late(struct sip_msg *msg, lync_current_t *c, bool left);

#endif
