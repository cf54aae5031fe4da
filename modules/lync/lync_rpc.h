/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RPC commands: what an operator asks a running node.
 */
#ifndef LYNC_RPC_H
#define LYNC_RPC_H

#include "core/rpc.h"

extern rpc_export_t lync_rpc_commands[];

#endif
