/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Session timers of the current message, see liblync/timer.h: what is written, what is kept, and what was agreed. */
#ifndef LYNC_TIMER_H
#define LYNC_TIMER_H

#include "liblync/rewrite.h"
#include "lync_call.h"

/*
 * Sets the timer's members of r. Of a request c->call.timer is what its reply needs; of a reply c->agrees and c->agreed
 * are what the call's record needs. The lines of r live until the next call.
 */
void lync_timer_describe(lync_current_t *c, ly_rewrite_t *r);

/*
 * In a failure route: the last try was refused with 422 because of a Session-Expires that is ours. Returns the Min-SE
 * that the next one has to have; 0: it was not so.
 */
unsigned lync_timer_refused(const lync_current_t *c);

/* Min-SE of a reply, as far as it can be asked for; 0: none. */
unsigned lync_timer_least(const struct sip_msg *reply);

#endif
