/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one process of the node that talks to Redis. SIP workers never do: they read what it left in shared memory.
 * It tells the cluster that this node lives, and which other nodes do.
 */
#ifndef LYNC_REDIS_H
#define LYNC_REDIS_H

#include "core/rpc.h"

/* Shared memory and the process slot; from mod_init(). Does nothing where no Redis is set. 0 or -1. */
int lync_redis_init(void);
/* Starts the process; from child_init(). 0 or -1. */
int lync_redis_child_init(int rank);

/* RPC lync.cluster: whether Redis answers, and the nodes that live. */
void lync_redis_rpc(rpc_t *rpc, void *ctx);

#endif
