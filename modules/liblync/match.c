/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/match.h"

#include "liblync/hash.h"

uint64_t ly_trunk_key(
		const ly_pool_t *pool, ly_transport_t transport, uint16_t port)
{
	return (uint64_t)pool->index << 32 | (uint64_t)transport << 16 | port;
}

uint64_t ly_address_key(const ly_addr_t *address)
{
	return ly_hash(ly_hash_byte(LY_HASH_START, address->family),
			ly_slice((const char *)address->ip, sizeof(address->ip)));
}

uint64_t ly_fqdn_key(ly_slice_t fqdn)
{
	uint64_t hash = LY_HASH_START;

	for(size_t i = 0; i < fqdn.len; i++) {
		char c = fqdn.s[i];
		hash = ly_hash_byte(hash,
				(unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
	}
	return hash;
}

static bool listens(
		const ly_node_t *node, ly_side_t side, const ly_arrival_t *arrival)
{
	if(!ly_addr_eq(&node->side[side].address, &arrival->local))
		return false;
	for(unsigned i = 0; i < node->listen_count; i++) {
		const ly_listen_t *l = &node->listens[i];
		if(l->side == side && l->transport == arrival->transport
				&& l->port == arrival->local_port)
			return true;
	}
	return false;
}

/* A trunk is that of the node whose FQDN it has; one with another name of ours is every node's. */
static const ly_trunk_t *trunk_for(const ly_plan_t *plan, const ly_node_t *node,
		const ly_pool_t *pool, const ly_arrival_t *arrival)
{
	ly_items_t found = ly_index_find(&plan->trunks_by_place,
			ly_trunk_key(pool, arrival->transport, arrival->local_port));

	for(unsigned i = 0; i < found.count; i++) {
		const ly_trunk_t *trunk = &plan->trunks[found.item[i]];
		if(!trunk->node || trunk->node == node)
			return trunk;
	}
	return NULL;
}

/* Any server of the pool may call over any of its trunks. Its certificate carries its own name and that of the pool. */
static bool match_server(const ly_plan_t *plan, const ly_node_t *node,
		const ly_peer_t *server, const ly_arrival_t *arrival, ly_candidate_t *c)
{
	const ly_trunk_t *trunk = trunk_for(plan, node, server->pool, arrival);

	if(!trunk)
		return false;
	*c = (ly_candidate_t){.side = LY_LYNC,
			.trunk = trunk,
			.peer = server,
			.names = {server->fqdn, server->pool->fqdn},
			.name_count = arrival->transport == LY_TLS ? 2 : 0};
	return true;
}

static bool match_target(
		const ly_peer_t *target, const ly_arrival_t *arrival, ly_candidate_t *c)
{
	if(target->transport != arrival->transport)
		return false;
	*c = (ly_candidate_t){.side = LY_PSTN,
			.peer = target,
			.names = {target->fqdn},
			.name_count = arrival->transport == LY_TLS ? 1 : 0};
	return true;
}

bool ly_match_peer(const ly_plan_t *plan, const ly_node_t *node,
		const ly_peer_t *peer, const ly_arrival_t *arrival, ly_candidate_t *c)
{
	return listens(node, peer->side, arrival)
		   && (peer->pool ? match_server(plan, node, peer, arrival, c)
						  : match_target(peer, arrival, c));
}

/* Servers stand before targets in the plan, so where both fit it is the server. */
bool ly_match(const ly_plan_t *plan, const ly_node_t *node,
		const ly_arrival_t *arrival, ly_candidate_t *c)
{
	ly_items_t found = ly_index_find(
			&plan->peers_by_address, ly_address_key(&arrival->source));

	for(unsigned i = 0; i < found.count; i++) {
		const ly_peer_t *peer = &plan->peers[found.item[i]];
		if(ly_addr_eq(&peer->address, &arrival->source)
				&& ly_match_peer(plan, node, peer, arrival, c))
			return true;
	}
	return false;
}

unsigned ly_peers_at(const ly_plan_t *plan, const ly_addr_t *address,
		const ly_peer_t **found, unsigned max)
{
	ly_items_t items =
			ly_index_find(&plan->peers_by_address, ly_address_key(address));
	unsigned count = 0;

	for(unsigned i = 0; i < items.count && count < max; i++) {
		const ly_peer_t *peer = &plan->peers[items.item[i]];
		if(ly_addr_eq(&peer->address, address))
			found[count++] = peer;
	}
	return count;
}

unsigned ly_peers_named(const ly_plan_t *plan, ly_slice_t fqdn,
		const ly_peer_t **found, unsigned max)
{
	ly_items_t items = ly_index_find(&plan->peers_by_fqdn, ly_fqdn_key(fqdn));
	unsigned count = 0;

	for(unsigned i = 0; i < items.count && count < max; i++) {
		const ly_peer_t *peer = &plan->peers[items.item[i]];
		if(ly_ieq(peer->fqdn, fqdn))
			found[count++] = peer;
	}
	return count;
}

/* The check of the plan has seen to it that a hash means one thing. */
const ly_trunk_t *ly_trunk_by_hash(const ly_plan_t *plan, uint32_t hash)
{
	ly_items_t found = ly_index_find(&plan->trunks_by_hash, hash);

	return found.count ? &plan->trunks[found.item[0]] : NULL;
}

const ly_peer_t *ly_peer_by_hash(const ly_plan_t *plan, uint32_t hash)
{
	ly_items_t found = ly_index_find(&plan->peers_by_hash, hash);

	return found.count ? &plan->peers[found.item[0]] : NULL;
}

bool ly_host_addr(ly_slice_t host, ly_addr_t *address)
{
	bool bracketed =
			host.len > 2 && host.s[0] == '[' && host.s[host.len - 1] == ']';

	return ly_addr_parse(bracketed ? ly_slice(host.s + 1, host.len - 2) : host,
				   address)
		   && (address->family == 6 || !bracketed);
}

const ly_peer_t *ly_pool_server(const ly_pool_t *pool, ly_slice_t host)
{
	ly_addr_t address;
	bool literal = ly_host_addr(host, &address);

	for(unsigned i = 0; i < pool->server_count; i++) {
		const ly_peer_t *server = pool->servers[i];
		if(ly_ieq(server->fqdn, host)
				|| (literal && ly_addr_eq(&server->address, &address)))
			return server;
	}
	return NULL;
}
