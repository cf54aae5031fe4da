/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RPC commands about one call: lync.hangup, lync.reinvite; and lync.calls. README.md says what they take and answer. */
#ifndef LYNC_RPC_CALL_H
#define LYNC_RPC_CALL_H

#include "core/rpc.h"

void lync_rpc_hangup(rpc_t *rpc, void *ctx);
void lync_rpc_reinvite(rpc_t *rpc, void *ctx);
void lync_rpc_calls(rpc_t *rpc, void *ctx);
void lync_rpc_recount(rpc_t *rpc, void *ctx);

#endif
