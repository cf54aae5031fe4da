/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one writer: the final value of every header and of the body, once per message. Editing a header twice corrupts
 * SIP without a log line, so nothing else in the configuration may touch From, To, Contact, the Request-URI or the
 * body.
 */
#ifndef LYNC_WRITE_H
#define LYNC_WRITE_H

#include "core/parser/msg_parser.h"
#include "lync_call.h"

/*
 * Writes msg for its receiver: in a branch route for a request that makes a dialog (each try starts from the message
 * as it came), in the request route for others, in the reply route for replies. Returns 0, or -1 after an error line:
 * then the message must not be sent.
 */
int lync_write_message(struct sip_msg *msg, lync_current_t *c);

/*
 * Writes the reply msg, whose transaction this node does not have, to out: the whole message, to be sent by
 * lync_forward. False after an error line.
 */
bool lync_write_text(struct sip_msg *msg, lync_current_t *c, ly_buf_t *out);

#endif
