/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections to peers that say nothing: what waits on one for its peer to come back must not come to it then. */
#ifndef LYNC_FLOW_H
#define LYNC_FLOW_H

#include "core/ip_addr.h"

/*
 * A request to dst was not answered at all. Over TCP or TLS: a connection that is not up yet is closed, with all that
 * was to be sent on it; one that is up is watched by the kernel from now on, which ends it when its peer acknowledges
 * nothing for some seconds. A peer that is alive and slow notices nothing. Waits for nobody but Kamailio's TCP process.
 */
void lync_flow_silent(const struct dest_info *dst);

#endif
