/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the prober makes of news: of answers to OPTIONS, of calls, of connections. In the prober alone, in the lock. */
#ifndef LYNC_HEALTH_HEAR_H
#define LYNC_HEALTH_HEAR_H

#include "lync_health_group.h"

/* Something has happened that may change who gets calls. */
extern bool lync_health_stirred;

/* All news since the last call. */
void lync_health_hear(void);

/* What the ends of a peer say of it: after an answer, a loss, and when they are others than before. */
void lync_health_judge(lync_watched_t *w, uint64_t now);

/* When an end of it is due may have changed. */
void lync_health_set_due(lync_watched_t *w);

#endif
