/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_peer.h"

#include "core/dprint.h"
#include "core/dset.h"
#include "core/socket_info.h"
#include "lync.h"
#include "lync_plan.h"
#include "liblync/uri.h"
#include "lync_tls.h"

#define MAX_LISTENS 64

/* sockets[i] belongs to lync_node->listens[i]. Set before the fork. */
static struct socket_info *sockets[MAX_LISTENS];

static const int protos[] = {
		[LY_UDP] = PROTO_UDP, [LY_TCP] = PROTO_TCP, [LY_TLS] = PROTO_TLS};

int lync_peer_init(void)
{
	if(lync_node->listen_count > MAX_LISTENS) {
		LM_ERR("node %.*s listens on more than %d ports\n",
				LY_FMT(lync_node->name), MAX_LISTENS);
		return -1;
	}
	for(unsigned i = 0; i < lync_node->listen_count; i++) {
		const ly_listen_t *l = &lync_node->listens[i];
		str host = lync_str(lync_node->side[l->side].address_text);

		sockets[i] = grep_sock_info(&host, l->port, protos[l->transport]);
		if(!sockets[i]) {
			LM_ERR("the plan's node %.*s listens on %s:%.*s:%u (line %u), but "
				   "Kamailio does not: listen.cfg is not "
				   "the one generated from this plan (lync-sbc config)\n",
					LY_FMT(lync_node->name), ly_transport_name(l->transport),
					STR_FMT(&host), l->port, l->line);
			return -1;
		}
	}
	return 0;
}

/* Our socket on a side; the trunk's own port where it has one. */
static int find_listen(ly_side_t side, ly_transport_t transport, uint16_t port)
{
	for(unsigned i = 0; i < lync_node->listen_count; i++) {
		const ly_listen_t *l = &lync_node->listens[i];
		if(l->side == side && l->transport == transport
				&& (port == 0 || l->port == port))
			return (int)i;
	}
	return -1;
}

static void read_address(const struct ip_addr *ip, ly_addr_t *address)
{
	memset(address, 0, sizeof(*address));
	address->family = ip->af == AF_INET6 ? 6 : 4;
	memcpy(address->ip, ip->u.addr, ip->len);
}

bool lync_peer_identify(struct sip_msg *msg, ly_candidate_t *c, ly_buf_t *why)
{
	const struct receive_info *rcv = &msg->rcv;
	ly_arrival_t arrival;

	arrival.local_port = rcv->dst_port;
	arrival.transport = rcv->proto == PROTO_TLS	  ? LY_TLS
						: rcv->proto == PROTO_TCP ? LY_TCP
												  : LY_UDP;
	read_address(&rcv->src_ip, &arrival.source);
	if(!ly_match(lync_plan, lync_node, &arrival, c)) {
		ly_putf(why, "the plan knows nobody at that address on port %u/%s",
				arrival.local_port, ly_transport_name(arrival.transport));
		return false;
	}
	if(c->name_count
			&& lync_tls_peer_has_name(msg, c->names, c->name_count) < 0) {
		ly_put(why, LY_LIT("its certificate is for "));
		lync_tls_peer_names(msg, why);
		ly_putf(why, ", and %.*s must be in it", LY_FMT(c->names[0]));
		return false;
	}
	return true;
}

int lync_peer_send_to(
		struct sip_msg *msg, const ly_peer_t *peer, const ly_trunk_t *trunk)
{
	char text[128];
	ly_buf_t uri = ly_buf(text, sizeof(text));
	ly_transport_t transport = lync_peer_transport(peer->side, trunk, peer);
	uint16_t port = peer->side == LY_LYNC ? trunk->mediation_port : peer->port;
	int listen = find_listen(
			peer->side, transport, peer->side == LY_LYNC ? trunk->port : 0);
	str dst;

	if(listen < 0) {
		LM_ERR("no %s port on side %s of node %.*s to reach %.*s from\n",
				ly_transport_name(transport), ly_side_name(peer->side),
				LY_FMT(lync_node->name), LY_FMT(peer->name));
		return -1;
	}
	ly_put(&uri, LY_LIT("sip:"));
	ly_put_host(&uri, peer->address_text);
	ly_putc(&uri, ':');
	ly_put_number(&uri, port);
	if(transport != LY_UDP) {
		ly_put(&uri, LY_LIT(";transport="));
		ly_put(&uri, ly_cstr(ly_transport_name(transport)));
	}
	dst = lync_str(ly_buf_slice(&uri));
	if(uri.full || set_dst_uri(msg, &dst) < 0)
		return -1;
	ruri_mark_new(); /* in a failure route tm forwards to nobody otherwise */
	set_force_socket(msg, sockets[listen]);
	return 0;
}

/* Adds what is expected of one TLS peer of the plan. */
static void add_tls_peer(const ly_peer_t *peer, lync_tls_peer_t *tls)
{
	if(tls->count == 0 || peer->tls_min < tls->tls_min)
		tls->tls_min = peer->tls_min;
	if(tls->count < LYNC_TLS_NAMES_MAX)
		tls->names[tls->count++] = peer->fqdn;
	if(peer->pool && tls->count < LYNC_TLS_NAMES_MAX)
		tls->names[tls->count++] = peer->pool->fqdn;
}

/* Whether peer speaks TLS with us, on port (0 = any). */
static bool speaks_tls(
		const ly_plan_t *plan, const ly_peer_t *peer, unsigned short port)
{
	if(peer->side == LY_PSTN)
		return peer->transport == LY_TLS && (port == 0 || port == peer->port);
	for(unsigned i = 0; i < plan->trunk_count; i++) {
		const ly_trunk_t *trunk = &plan->trunks[i];
		if(trunk->pool == peer->pool && trunk->transport == LY_TLS
				&& (port == 0 || port == trunk->mediation_port))
			return true;
	}
	return false;
}

bool lync_peer_tls_names(
		const struct ip_addr *ip, unsigned short port, lync_tls_peer_t *tls)
{
	/* Not lync_plan: a connection may be opened in the middle of a message, or in tcp main, which sees none. */
	const ly_plan_t *plan = lync_plan_use(LYNC_FOR_TLS);
	ly_addr_t address;
	const unsigned short ports[] = {port, 0};

	read_address(ip, &address);
	tls->count = 0;
	for(int i = 0; i < 2 && tls->count == 0; i++) {
		for(unsigned j = 0; j < plan->peer_count; j++) {
			const ly_peer_t *peer = &plan->peers[j];
			if(ly_addr_eq(&peer->address, &address)
					&& speaks_tls(plan, peer, ports[i]))
				add_tls_peer(peer, tls);
		}
	}
	return tls->count > 0;
}

void lync_peer_tls_done(void)
{
	lync_plan_release(LYNC_FOR_TLS);
}

ly_slice_t lync_peer_our_host(ly_side_t side, const ly_trunk_t *trunk)
{
	const ly_interface_t *face = &lync_node->side[side];

	if(side == LY_LYNC)
		return trunk->fqdn;
	return face->advertise.len ? face->advertise : face->address_text;
}

uint16_t lync_peer_our_port(
		ly_side_t side, ly_transport_t transport, const ly_trunk_t *trunk)
{
	int listen;

	if(side == LY_LYNC)
		return trunk->port;
	listen = find_listen(side, transport, 0);
	return listen < 0 ? 5060 : lync_node->listens[listen].port;
}
