/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer is in another state: one line in the log, and an event route of the script, event_route[lync:peer-down] and the
 * like, in which $lync(peer), $lync(state), $lync(was) and $lync(reason) say what has happened.
 */
#ifndef LYNC_HEALTH_EVENT_H
#define LYNC_HEALTH_EVENT_H

#include "lync_health_group.h"

typedef struct lync_event
{
	ly_slice_t peer;
	const char *state, *was, *reason;
} lync_event_t;

/* From mod_init(). Returns 0, or -1 after an error line. */
int lync_health_event_init(void);

/* Tells it, if it was not told before. In the prober. */
void lync_health_tell(const lync_watched_t *w);

/* Of the event route that runs; NULL: none does. */
const lync_event_t *lync_event_now(void);

#endif
