/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a plan Kamailio takes at its start only. Sockets and TLS profiles are bound before modules load, from
 * files that `lync-sbc config` generates; this number says whether files and plan belong together.
 */
#ifndef LIBLYNC_PLAN_BIND_H
#define LIBLYNC_PLAN_BIND_H

#include "liblync/plan.h"

/*
 * The same number for plans that give the node the same listen.cfg, tls.cfg and node.cfg: its name and FQDN,
 * addresses, ports and certificate. Trunks, pools and targets can change without a restart and do not count.
 * node is one of plan's. Reads only, any process.
 */
uint64_t ly_plan_bindings(const ly_plan_t *plan, const ly_node_t *node);

#endif
