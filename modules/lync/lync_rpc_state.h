/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RPC about what is true right now: lync.drain, lync.ready, lync.trunk. They run in the RPC process. */
#ifndef LYNC_RPC_STATE_H
#define LYNC_RPC_STATE_H

#include "core/rpc.h"
#include "lync_state.h"

/* lync.drain KIND NAME, lync.ready KIND NAME: trunk, target, server, pool; node means this one. */
void lync_rpc_drain(rpc_t *rpc, void *ctx);
void lync_rpc_ready(rpc_t *rpc, void *ctx);

/* lync.trunk NAME: its settings, state, counts, and the servers of its pool. */
void lync_rpc_trunk(rpc_t *rpc, void *ctx);

/* lync.peer NAME: state and counts of a target or Mediation Server. */
void lync_rpc_peer(rpc_t *rpc, void *ctx);

/* Adds the state of a slot, who said it and since when, to a structure. */
void lync_rpc_add_state(rpc_t *rpc, void *row, const lync_slot_t *slot);

/* How its calls have ended, and why the last one that failed has. */
void lync_rpc_add_counts(rpc_t *rpc, void *row, const lync_slot_t *slot);

#define LYNC_TIME_MAX 24

/* "2026-11-23T09:40:51Z" */
const char *lync_rpc_when(time_t at, char text[LYNC_TIME_MAX]);

#endif
