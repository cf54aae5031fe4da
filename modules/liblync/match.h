/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose request is this? A peer is known by the local address and port it came in on, its address, and over TLS by the name in
 * its verified certificate. All of this only reads the plan, in any process.
 */
#ifndef LIBLYNC_MATCH_H
#define LIBLYNC_MATCH_H

#include "liblync/plan.h"

#define LY_MAX_NAMES 2

/* How a request came in. */
typedef struct ly_arrival
{
	ly_transport_t transport;
	uint16_t local_port;
	ly_addr_t source;
	ly_addr_t local; /* ours: both sides of a node may have the same port */
} ly_arrival_t;

/* Somebody it can be. */
typedef struct ly_candidate
{
	ly_side_t side;
	const ly_trunk_t *trunk; /* side LY_LYNC */
	const ly_peer_t *peer;	 /* the Mediation Server or the target */
	ly_slice_t names
			[LY_MAX_NAMES]; /* over TLS the certificate must carry one of these */
	unsigned name_count;	/* 0 where the transport is not TLS */
} ly_candidate_t;

/*
 * Who may send requests like this to node. Fills c and returns true for the first that fits; nobody fits = false.
 * For TLS the caller still has to hold the certificate against c->names. Finds peers whose address stands in the
 * plan; for others, whose address the DNS has told, see ly_match_peer().
 */
bool ly_match(const ly_plan_t *plan, const ly_node_t *node,
		const ly_arrival_t *arrival, ly_candidate_t *c);

/*
 * Whether peer, whose address is arrival->source as the caller knows, may send requests like this to node: then
 * fills c and returns true.
 */
bool ly_match_peer(const ly_plan_t *plan, const ly_node_t *node,
		const ly_peer_t *peer, const ly_arrival_t *arrival, ly_candidate_t *c);

/* The peers with that address in the plan, in its order: fills found (max of them) and returns how many. */
unsigned ly_peers_at(const ly_plan_t *plan, const ly_addr_t *address,
		const ly_peer_t **found, unsigned max);

/*
 * The peers without an address whose FQDN this is, in the order of the plan: fills found (max of them) and returns
 * how many.
 */
unsigned ly_peers_named(const ly_plan_t *plan, ly_slice_t fqdn,
		const ly_peer_t **found, unsigned max);

/* By ly_name_hash(); NULL where there is none. */
const ly_trunk_t *ly_trunk_by_hash(const ly_plan_t *plan, uint32_t hash);
const ly_peer_t *ly_peer_by_hash(const ly_plan_t *plan, uint32_t hash);

/* The server of pool that host (a name or a literal address, IPv6 with or without brackets) stands for; NULL where it is none of them. */
const ly_peer_t *ly_pool_server(const ly_pool_t *pool, ly_slice_t host);

/* The literal address in a host of a URI, IPv6 with or without brackets; false where it is a name. */
bool ly_host_addr(ly_slice_t host, ly_addr_t *address);

/* Keys of the plan's indexes; for the one who builds them. */
uint64_t ly_trunk_key(
		const ly_pool_t *pool, ly_transport_t transport, uint16_t port);
uint64_t ly_address_key(const ly_addr_t *address);
uint64_t ly_fqdn_key(ly_slice_t fqdn); /* in any case of its letters */

#endif
