/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the plan and the network: whose a request is, and how one is sent to a peer.
 */
#ifndef LYNC_PEER_H
#define LYNC_PEER_H

#include "core/ip_addr.h"
#include "core/parser/msg_parser.h"
#include "liblync/match.h"
#include "lync_tls_out.h"

/*
 * Who sent msg, a request or a reply. Returns true with c filled in. Otherwise writes to why (for the log) what was missing: an unknown
 * address, or a certificate with other names.
 */
bool lync_peer_identify(struct sip_msg *msg, ly_candidate_t *c, ly_buf_t *why);

/* Whether an address of the peer is known that this node can send to. */
bool lync_peer_in_reach(const ly_peer_t *peer);

/*
 * Sends msg to peer next: sets the destination (a literal address, so that no worker ever waits for DNS) and our
 * socket. trunk tells a Mediation Server's port and transport. Of a peer that the plan has by name alone: to at,
 * where that is one of its addresses, though it drains; else to one that its name has now, the same for all requests
 * of a call (call_id). Returns 0, or -1 after an error line.
 */
int lync_peer_send_to(struct sip_msg *msg, const ly_peer_t *peer,
		const ly_trunk_t *trunk, ly_slice_t call_id, const ly_addr_t *at);

/* Where peer listens. trunk tells a Mediation Server's port. */
static inline uint16_t lync_peer_port(
		const ly_peer_t *peer, const ly_trunk_t *trunk)
{
	return peer->side == LY_LYNC ? trunk->mediation_port : peer->port;
}

/* Our socket towards peer; NULL where this node has none of its transport. */
struct socket_info *lync_peer_socket(
		const ly_peer_t *peer, const ly_trunk_t *trunk);

/*
 * Whether host, of a Contact or its maddr, stands for the peer, or for a server of its pool: then returns it, else
 * NULL. at gets the address where host is a literal one, else family 0.
 */
const ly_peer_t *lync_peer_at_host(
		const ly_peer_t *peer, ly_slice_t host, ly_addr_t *at);

/*
 * Whom a request inside a dialog goes to, by the remote target. Only to an address of the plan, or one that the DNS has
 * told: a Contact could point anywhere. A Mediation Server may name another server of its pool, by maddr or by name
 * (Kamailio looks at neither). peer: who is at that end of the call; at: as lync_peer_send_to() takes it.
 */
const ly_peer_t *lync_peer_of_contact(
		const ly_peer_t *peer, ly_slice_t contact, ly_addr_t *at);

/* Finds the sockets of this node's listens. From mod_init(). Returns 0, or -1 after an error line. */
int lync_peer_init(void);

/* What the certificate at ip:port must say: for lync_tls_out_init(). */
void lync_peer_tls_done(void);
bool lync_peer_tls_names(
		const struct ip_addr *ip, unsigned short port, lync_tls_peer_t *tls);

/* The transport of a leg. */
static inline ly_transport_t lync_peer_transport(
		ly_side_t side, const ly_trunk_t *trunk, const ly_peer_t *target)
{
	return side == LY_LYNC ? trunk->transport : target->transport;
}

#endif
