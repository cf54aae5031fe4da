/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RPC commands: what an operator asks a running node.
 */
#ifndef LYNC_RPC_H
#define LYNC_RPC_H

#include "core/rpc.h"
#include "liblync/slice.h"

extern rpc_export_t lync_rpc_commands[];

/*
 * Answers an RPC command with error 500. What is longer than ctl can answer is cut, with a word that the log has the
 * rest. why: read during the call only.
 */
void lync_rpc_fault(rpc_t *rpc, void *ctx, ly_slice_t why);

#endif
