/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/face.h"

int ly_face_listen(const ly_node_t *node, ly_side_t side,
		ly_transport_t transport, uint16_t port)
{
	for(unsigned i = 0; i < node->listen_count; i++) {
		const ly_listen_t *l = &node->listens[i];
		if(l->side == side && l->transport == transport
				&& (port == 0 || l->port == port))
			return (int)i;
	}
	return -1;
}

ly_slice_t ly_face_host(
		const ly_node_t *node, ly_side_t side, const ly_trunk_t *trunk)
{
	const ly_interface_t *face = &node->side[side];

	if(side == LY_LYNC)
		return trunk->fqdn;
	return face->advertise.len ? face->advertise : face->address_text;
}

uint16_t ly_face_port(const ly_node_t *node, ly_side_t side,
		ly_transport_t transport, const ly_trunk_t *trunk)
{
	int listen;

	if(side == LY_LYNC)
		return trunk->port;
	listen = ly_face_listen(node, side, transport, 0);
	return listen < 0 ? 5060 : node->listens[listen].port;
}
