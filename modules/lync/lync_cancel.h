/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A CANCEL that meets the first answer of who is called. */
#ifndef LYNC_CANCEL_H
#define LYNC_CANCEL_H

#include "core/parser/msg_parser.h"

/*
 * Behind a CANCEL that was relayed: tm sends none to a branch that has said nothing yet, and leaves it to the first
 * provisional answer. One that comes in the moment between finds the branch still marked, and does nothing either: the
 * call would ring on. Whoever has answered, and has got no CANCEL by now, gets it.
 */
void lync_cancel_rest(struct sip_msg *msg);

#endif
