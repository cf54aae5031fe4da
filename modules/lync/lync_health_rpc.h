/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync.health: how the peers are. */
#ifndef LYNC_HEALTH_RPC_H
#define LYNC_HEALTH_RPC_H

#include "core/rpc.h"
#include "liblync/plan.h"

/* lync.health [NAME] */
void lync_health_rpc(rpc_t *rpc, void *ctx);

/* In few words, into the row of a peer of lync_plan. */
void lync_health_rpc_briefly(rpc_t *rpc, void *row, const ly_peer_t *peer);

#endif
