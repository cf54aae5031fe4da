/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is looked up for every request gets an index: match.c finds with them. */
#include "liblync/match.h"
#include "liblync/plan_reader.h"

static ly_index_pair_t *room(ly_reader_t *reader, unsigned count)
{
	ly_index_pair_t *pairs =
			ly_arena_alloc(reader->scratch, count * sizeof(*pairs));

	if(!pairs)
		ly_found_no_memory(reader->report);
	return pairs;
}

static void build(ly_reader_t *reader, ly_index_t *index,
		ly_index_pair_t *pairs, unsigned count)
{
	if(!ly_index_build(index, &reader->plan->arena, pairs, count))
		ly_found_no_memory(reader->report);
}

/* The node whose FQDN the trunk has. */
static const ly_node_t *node_of(const ly_plan_t *plan, const ly_trunk_t *trunk)
{
	for(unsigned i = 0; i < plan->node_count; i++) {
		if(ly_ieq(plan->nodes[i].fqdn, trunk->fqdn))
			return &plan->nodes[i];
	}
	return NULL;
}

static void index_trunks(ly_reader_t *reader)
{
	ly_plan_t *plan = reader->plan;
	unsigned count = plan->trunk_count;
	ly_index_pair_t *hashes = room(reader, count),
					*places = room(reader, count);

	for(unsigned i = 0; hashes && places && i < count; i++) {
		ly_trunk_t *trunk = &plan->trunks[i];
		trunk->node = node_of(plan, trunk);
		hashes[i] = (ly_index_pair_t){trunk->hash, i};
		places[i] = (ly_index_pair_t){
				ly_trunk_key(trunk->pool, trunk->transport, trunk->port), i};
	}
	if(!hashes || !places)
		return;
	build(reader, &plan->trunks_by_hash, hashes, count);
	build(reader, &plan->trunks_by_place, places, count);
}

static void index_peers(ly_reader_t *reader)
{
	ly_plan_t *plan = reader->plan;
	unsigned count = plan->peer_count, known = 0, named = 0;
	ly_index_pair_t *hashes = room(reader, count),
					*places = room(reader, count), *names = room(reader, count);

	for(unsigned i = 0; hashes && places && names && i < count; i++) {
		const ly_peer_t *peer = &plan->peers[i];
		hashes[i] = (ly_index_pair_t){peer->hash, i};
		if(peer->address.family)
			places[known++] =
					(ly_index_pair_t){ly_address_key(&peer->address), i};
		else
			names[named++] = (ly_index_pair_t){ly_fqdn_key(peer->fqdn), i};
	}
	if(!hashes || !places || !names)
		return;
	build(reader, &plan->peers_by_hash, hashes, count);
	build(reader, &plan->peers_by_address, places, known);
	build(reader, &plan->peers_by_fqdn, names, named);
}

void ly_plan_index(ly_reader_t *reader)
{
	index_trunks(reader);
	index_peers(reader);
}
