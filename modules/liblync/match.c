/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/match.h"

static bool listens(const ly_node_t *node, ly_side_t side, const ly_arrival_t *arrival)
{
	for(unsigned i = 0; i < node->listen_count; i++) {
		const ly_listen_t *l = &node->listens[i];
		if(l->side == side && l->transport == arrival->transport && l->port == arrival->local_port)
			return true;
	}
	return false;
}

static const ly_peer_t *server_at(const ly_pool_t *pool, const ly_addr_t *address)
{
	for(unsigned i = 0; i < pool->server_count; i++) {
		if(ly_addr_eq(&pool->servers[i]->address, address))
			return pool->servers[i];
	}
	return NULL;
}

/* A trunk is that of the node whose FQDN it has; one with another name of ours is every node's. */
static bool serves(const ly_plan_t *plan, const ly_node_t *node, const ly_trunk_t *trunk)
{
	if(ly_ieq(node->fqdn, trunk->fqdn))
		return true;
	for(unsigned i = 0; i < plan->node_count; i++) {
		if(ly_ieq(plan->nodes[i].fqdn, trunk->fqdn))
			return false;
	}
	return true;
}

/* Any server of the pool may call over any of its trunks. */
static bool match_lync(const ly_plan_t *plan, const ly_node_t *node, const ly_arrival_t *arrival, ly_candidate_t *c)
{
	for(unsigned i = 0; i < plan->trunk_count; i++) {
		const ly_trunk_t *trunk = &plan->trunks[i];
		const ly_peer_t *server;

		if(trunk->port != arrival->local_port || trunk->transport != arrival->transport
				|| !serves(plan, node, trunk) || !(server = server_at(trunk->pool, &arrival->source)))
			continue;
		*c = (ly_candidate_t){.side = LY_LYNC, .trunk = trunk, .peer = server};
		if(arrival->transport == LY_TLS) {
			/* A Mediation Server's certificate carries its own name and that of the pool. */
			c->names[0] = server->fqdn;
			c->names[1] = trunk->pool->fqdn;
			c->name_count = 2;
		}
		return true;
	}
	return false;
}

static bool match_pstn(const ly_plan_t *plan, const ly_arrival_t *arrival, ly_candidate_t *c)
{
	for(unsigned i = 0; i < plan->peer_count; i++) {
		const ly_peer_t *target = &plan->peers[i];

		if(target->side != LY_PSTN || target->transport != arrival->transport
				|| !ly_addr_eq(&target->address, &arrival->source))
			continue;
		*c = (ly_candidate_t){.side = LY_PSTN, .peer = target};
		if(arrival->transport == LY_TLS) {
			c->names[0] = target->fqdn;
			c->name_count = 1;
		}
		return true;
	}
	return false;
}

bool ly_match(const ly_plan_t *plan, const ly_node_t *node, const ly_arrival_t *arrival, ly_candidate_t *c)
{
	return (listens(node, LY_LYNC, arrival) && match_lync(plan, node, arrival, c))
		   || (listens(node, LY_PSTN, arrival) && match_pstn(plan, arrival, c));
}

const ly_trunk_t *ly_trunk_by_hash(const ly_plan_t *plan, uint32_t hash)
{
	for(unsigned i = 0; i < plan->trunk_count; i++) {
		if(plan->trunks[i].hash == hash)
			return &plan->trunks[i];
	}
	return NULL;
}

const ly_peer_t *ly_peer_by_hash(const ly_plan_t *plan, uint32_t hash)
{
	for(unsigned i = 0; i < plan->peer_count; i++) {
		if(plan->peers[i].hash == hash)
			return &plan->peers[i];
	}
	return NULL;
}

const ly_peer_t *ly_pool_server(const ly_pool_t *pool, ly_slice_t host)
{
	ly_addr_t address;
	bool bracketed = host.len > 2 && host.s[0] == '[' && host.s[host.len - 1] == ']';
	bool literal = ly_addr_parse(bracketed ? ly_slice(host.s + 1, host.len - 2) : host, &address)
				   && (address.family == 6 || !bracketed);

	for(unsigned i = 0; i < pool->server_count; i++) {
		const ly_peer_t *server = pool->servers[i];
		if(ly_ieq(server->fqdn, host) || (literal && ly_addr_eq(&server->address, &address)))
			return server;
	}
	return NULL;
}
