/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The faces of a node: under which name and port each side knows us. */
#ifndef LIBLYNC_FACE_H
#define LIBLYNC_FACE_H

#include "liblync/plan.h"

/*
 * Where node listens on a side with that transport, on that port where it is not 0: the index in node->listens; or -1,
 * nowhere.
 */
int ly_face_listen(const ly_node_t *node, ly_side_t side,
		ly_transport_t transport, uint16_t port);

/* How side knows us: host (FQDN or address) and port, for Contact and From. transport: of the leg. */
ly_slice_t ly_face_host(
		const ly_node_t *node, ly_side_t side, const ly_trunk_t *trunk);
uint16_t ly_face_port(const ly_node_t *node, ly_side_t side,
		ly_transport_t transport, const ly_trunk_t *trunk);

#endif
