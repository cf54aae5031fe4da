/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses and ports of a peer are asked: those that its calls can go to. In the prober alone. */
#ifndef LYNC_HEALTH_ENDS_H
#define LYNC_HEALTH_ENDS_H

#include "lync_health.h"

/*
 * Brings the ends of the peer in line with the plan in force and the DNS; those that stay keep what is known of them. In the
 * lock. Of new ones the first is asked at *start, the others a little later each. False: no memory, and all is as it was.
 */
bool lync_ends_update(lync_health_t *h, const ly_peer_t *peer, uint64_t *start);

/* It is asked no more. In the lock. */
void lync_ends_drop(lync_health_t *h);

/* Whose end has that place; *h gets whose it is. NULL: nobody's. */
lync_end_t *lync_ends_at(uint32_t place, lync_health_t **h);


#endif
