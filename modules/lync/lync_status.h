/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync.status: everything that has a slot, in one table. For lync-sbc status, and for who likes to read it raw. */
#ifndef LYNC_STATUS_H
#define LYNC_STATUS_H

#include "core/rpc.h"

/*
 * lync.status [FROM]: this node, the trunks, the pools with their servers, the targets, each kind in the order of the plan.
 * First a structure with node, edition, and, where more follow, next: with which FROM they are told. Then one for each.
 */
void lync_rpc_status(rpc_t *rpc, void *ctx);

#endif
