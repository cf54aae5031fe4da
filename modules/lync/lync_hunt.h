/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long a new call is tried: tm's timers of each try, and whether there is another one. The numbers are the plan's
 * (liblync/hunt.h).
 */
#ifndef LYNC_HUNT_H
#define LYNC_HUNT_H

#include "core/parser/msg_parser.h"
#include "lync_call.h"

/* The limits of who is called. */
const ly_patience_t *lync_hunt_patience(const lync_call_t *call);

/* A try begins: in the branch route of a new call, where the message has not been written yet. */
void lync_hunt_try(lync_current_t *c);

/* Whether there may be another try; where not, one line in the log says why. */
bool lync_hunt_may(const lync_current_t *c);

/*
 * A reply to a new call has come. It rings: then it may ring for as long as any other. False where the reply is of a
 * try that was left before, so that nothing in it is for the caller.
 */
bool lync_hunt_reply(lync_current_t *c);

#endif
