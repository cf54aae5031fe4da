/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync.health: how the peers are. */
#ifndef LYNC_HEALTH_RPC_H
#define LYNC_HEALTH_RPC_H

#include <time.h>

#include "core/rpc.h"
#include "liblync/health.h"
#include "liblync/plan.h"

/* lync.health [NAME] */
void lync_health_rpc(rpc_t *rpc, void *ctx);

/* How a peer of lync_plan is, for who shows it in a way of his own. */
typedef struct lync_view
{
	const char
			*state; /* "up", "probing", "down", "ejected", "draining", "off" */
	char reason[LY_HEALTH_REASON_MAX];
	int share;	  /* percent of the calls that it gets when all is well */
	time_t since; /* 0: since it takes calls, or none: as its slot has it */
} lync_view_t;

/* False where there is no prober. */
bool lync_health_read(const ly_peer_t *peer, lync_view_t *view);

/* In few words, into the row of a peer of lync_plan. */
void lync_health_rpc_briefly(rpc_t *rpc, void *row, const ly_peer_t *peer);

#endif
