/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_peer.h"

#include "core/dprint.h"
#include "core/dset.h"
#include "core/socket_info.h"
#include "lync.h"
#include "lync_plan.h"
#include "liblync/face.h"
#include "liblync/hash.h"
#include "liblync/uri.h"
#include "lync_names.h"
#include "lync_tls.h"

#define MAX_LISTENS 64
#define MAX_PEERS_AT 64 /* peers at one address */

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

static void read_address(const struct ip_addr *ip, ly_addr_t *address)
{
	memset(address, 0, sizeof(*address));
	address->family = ip->af == AF_INET6 ? 6 : 4;
	memcpy(address->ip, ip->u.addr, ip->len);
}

/* Whether the certificate of whoever sent msg is the candidate's. */
static bool is_certified(struct sip_msg *msg, const ly_candidate_t *c)
{
	return c->name_count == 0
		   || lync_tls_peer_has_name(msg, c->names, c->name_count) >= 0;
}

/*
 * Of all that arrival fits: one whose certificate fits too. Whose address stands in the plan comes first. Returns
 * false with c->peer set where only the certificate was wrong.
 */
static bool find_sender(
		struct sip_msg *msg, const ly_arrival_t *arrival, ly_candidate_t *c)
{
	const ly_peer_t *named[MAX_PEERS_AT];
	ly_candidate_t other;
	unsigned count;

	c->peer = NULL;
	if(ly_match(lync_plan, lync_node, arrival, c) && is_certified(msg, c))
		return true;
	count = lync_names_peers_at(
			lync_plan, &arrival->source, named, MAX_PEERS_AT);
	for(unsigned i = 0; i < count; i++) {
		if(!ly_match_peer(lync_plan, lync_node, named[i], arrival, &other))
			continue;
		if(is_certified(msg, &other)) {
			*c = other;
			return true;
		}
		if(!c->peer)
			*c = other;
	}
	return false;
}

/*
 * Ours. A reply comes back over the connection that its request went out by; where we have opened that, it has a port
 * of its own, and the socket that it was opened for tells the side.
 */
static uint16_t local_port(const struct sip_msg *msg)
{
	const struct receive_info *rcv = &msg->rcv;

	return msg->first_line.type == SIP_REPLY && rcv->bind_address
				   ? rcv->bind_address->port_no
				   : rcv->dst_port;
}

bool lync_peer_identify(struct sip_msg *msg, ly_candidate_t *c, ly_buf_t *why)
{
	const struct receive_info *rcv = &msg->rcv;
	ly_arrival_t arrival;

	arrival.local_port = local_port(msg);
	arrival.transport = rcv->proto == PROTO_TLS	  ? LY_TLS
						: rcv->proto == PROTO_TCP ? LY_TCP
												  : LY_UDP;
	read_address(&rcv->src_ip, &arrival.source);
	read_address(&rcv->dst_ip, &arrival.local);
	if(find_sender(msg, &arrival, c))
		return true;
	if(c->peer) {
		ly_put(why, LY_LIT("its certificate is for "));
		lync_tls_peer_names(msg, why);
		ly_putf(why, ", and %.*s must be in it", LY_FMT(c->names[0]));
	} else {
		ly_putf(why, "the plan knows nobody at that address on port %u/%s",
				arrival.local_port, ly_transport_name(arrival.transport));
	}
	return false;
}

/* What a socket of ours on a side can send to. */
static unsigned family_of(ly_side_t side)
{
	return lync_node->side[side].address.family;
}

bool lync_peer_in_reach(const ly_peer_t *peer)
{
	ly_addr_t any;

	return peer->address.family
		   || lync_names_pick(peer, family_of(peer->side), 0, &any);
}

/* A server of pool, which the plan has by name alone, that is at the address. */
static const ly_peer_t *named_server(
		const ly_pool_t *pool, const ly_addr_t *address)
{
	const ly_peer_t *found[MAX_PEERS_AT] = {0};
	unsigned count =
			lync_names_peers_at(lync_plan, address, found, MAX_PEERS_AT);

	for(unsigned i = 0; i < count; i++) {
		if(found[i]->pool == pool)
			return found[i];
	}
	return NULL;
}

const ly_peer_t *lync_peer_at_host(
		const ly_peer_t *peer, ly_slice_t host, ly_addr_t *at)
{
	const ly_peer_t *server;

	if(!ly_host_addr(host, at))
		at->family = 0;
	if(!peer->pool)
		return at->family && lync_names_has(peer, at) ? peer : NULL;
	server = ly_pool_server(peer->pool, host);
	return server || !at->family ? server : named_server(peer->pool, at);
}

const ly_peer_t *lync_peer_of_contact(
		const ly_peer_t *peer, ly_slice_t contact, ly_addr_t *at)
{
	const ly_peer_t *found = NULL;
	ly_slice_t maddr;
	ly_uri_t uri;

	at->family = 0;
	if(!ly_uri_parse(contact, &uri))
		return peer;
	maddr = ly_param(uri.params, LY_LIT("maddr"));
	if(maddr.len)
		found = lync_peer_at_host(peer, maddr, at);
	if(!found)
		found = lync_peer_at_host(peer, uri.host, at);
	return found ? found : peer;
}

/* Where the peer is called. */
static bool find_address(const ly_peer_t *peer, ly_slice_t call_id,
		const ly_addr_t *at, ly_addr_t *address)
{
	unsigned family = family_of(peer->side);

	if(at->family == family && lync_names_has(peer, at)) {
		*address = *at;
		return true;
	}
	if(lync_names_pick(peer, family, ly_hash(LY_HASH_START, call_id), address))
		return true;
	LM_ERR("call %.*s: no IPv%u address of %.*s is known; see lync.names\n",
			LY_FMT(call_id), family, LY_FMT(peer->fqdn));
	return false;
}

/* "sip:192.0.2.11:5067;transport=tls" */
static void put_destination(
		ly_buf_t *uri, ly_slice_t host, uint16_t port, ly_transport_t transport)
{
	ly_put(uri, LY_LIT("sip:"));
	ly_put_host(uri, host);
	ly_putc(uri, ':');
	ly_put_number(uri, port);
	if(transport != LY_UDP) {
		ly_put(uri, LY_LIT(";transport="));
		ly_put(uri, ly_cstr(ly_transport_name(transport)));
	}
}

struct socket_info *lync_peer_socket(
		const ly_peer_t *peer, const ly_trunk_t *trunk)
{
	ly_transport_t transport = lync_peer_transport(peer->side, trunk, peer);
	/* the trunk's own port where it has one */
	int listen = ly_face_listen(lync_node, peer->side, transport,
			peer->side == LY_LYNC ? trunk->port : 0);

	return listen < 0 ? NULL : sockets[listen];
}

int lync_peer_send_to(struct sip_msg *msg, const ly_peer_t *peer,
		const ly_trunk_t *trunk, ly_slice_t call_id, const ly_addr_t *at)
{
	char text[128], host_text[64];
	ly_buf_t uri = ly_buf(text, sizeof(text));
	ly_buf_t host = ly_buf(host_text, sizeof(host_text));
	ly_transport_t transport = lync_peer_transport(peer->side, trunk, peer);
	uint16_t port = lync_peer_port(peer, trunk);
	struct socket_info *socket = lync_peer_socket(peer, trunk);
	ly_addr_t address = peer->address;
	str dst;

	if(!socket) {
		LM_ERR("no %s port on side %s of node %.*s to reach %.*s from\n",
				ly_transport_name(transport), ly_side_name(peer->side),
				LY_FMT(lync_node->name), LY_FMT(peer->name));
		return -1;
	}
	if(!address.family && !find_address(peer, call_id, at, &address))
		return -1;
	ly_addr_put(&host, &address);
	put_destination(&uri, ly_buf_slice(&host), port, transport);
	dst = lync_str(ly_buf_slice(&uri));
	if(uri.full || set_dst_uri(msg, &dst) < 0)
		return -1;
	ruri_mark_new(); /* in a failure route tm forwards to nobody otherwise */
	set_force_socket(msg, socket);
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

/* All peers at an address, those that have it in the plan first. Fills peers (MAX_PEERS_AT) and returns how many. */
static unsigned peers_at(const ly_plan_t *plan, const ly_addr_t *address,
		const ly_peer_t **peers)
{
	unsigned count = ly_peers_at(plan, address, peers, MAX_PEERS_AT);

	return count
		   + lync_names_peers_at(
				   plan, address, peers + count, MAX_PEERS_AT - count);
}

bool lync_peer_tls_names(
		const struct ip_addr *ip, unsigned short port, lync_tls_peer_t *tls)
{
	/* Not lync_plan: a connection may be opened in the middle of a message, or in tcp main, which sees none. */
	const ly_plan_t *plan = lync_plan_use(LYNC_FOR_TLS);
	const ly_peer_t *peers[MAX_PEERS_AT];
	ly_addr_t address;
	const unsigned short ports[] = {port, 0};
	unsigned count;

	read_address(ip, &address);
	count = peers_at(plan, &address, peers);
	tls->count = 0;
	for(int i = 0; i < 2 && tls->count == 0; i++) {
		for(unsigned j = 0; j < count; j++) {
			if(speaks_tls(plan, peers[j], ports[i]))
				add_tls_peer(peers[j], tls);
		}
	}
	return tls->count > 0;
}

void lync_peer_tls_done(void)
{
	lync_plan_release(LYNC_FOR_TLS);
}
