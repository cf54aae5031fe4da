/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The peers of the plan in force as the prober has them, and what it makes of their health: how many calls each gets. Those
 * of a pool, and all targets, are a group: so many of it may be left out. In the prober alone, in the lock.
 */
#ifndef LYNC_HEALTH_GROUP_H
#define LYNC_HEALTH_GROUP_H

#include "lync_health.h"

typedef struct lync_group
{
	unsigned count;	 /* of peers that are not drained */
	unsigned usable; /* of these: they get calls */
	unsigned usual;	 /* ms until one in the middle rings; 0: not known */
} lync_group_t;

/* As it is shown: a peer that is drained is that, however it is. */
typedef enum lync_peer_state
{
	LYNC_PEER_UP,
	LYNC_PEER_PROBING,
	LYNC_PEER_DOWN,
	LYNC_PEER_EJECTED,
	LYNC_PEER_DRAINING,
	LYNC_PEER_OFF, /* the plan wants no look at it: options="0s" failures="0" */
	LYNC_PEER_STATES
} lync_peer_state_t;

typedef struct lync_watched
{
	const ly_peer_t *peer;
	lync_slot_t *slot;
	lync_health_t *h;
	lync_group_t *group;
	uint64_t due; /* when one of its ends is */
} lync_watched_t;

/* Those of the plan in force. */
extern lync_watched_t *lync_watched;
extern unsigned lync_watched_count;

/* After another plan has come into force. False: no memory, and there is nobody. */
bool lync_groups_build(void);

/* Who has that health; NULL: nobody in the plan. */
lync_watched_t *lync_watched_of(const lync_health_t *h);

/* Whether calls may eject one more of its group. */
bool lync_group_may_eject(const lync_watched_t *w);

/* Share and penalty of everybody, into their loads. False: there are some that change with time. */
bool lync_groups_apply(uint64_t now);

/* What the peer is right now. */
lync_peer_state_t lync_peer_state(
		const lync_health_t *h, const ly_peer_t *peer);
const char *lync_peer_state_name(lync_peer_state_t state);

#endif
