/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/choose.h"

static unsigned add(ly_choice_t *choices, unsigned count, const ly_trunk_t *trunk, const ly_peer_t *peer,
		unsigned tier, unsigned weight)
{
	if(count == LY_MAX_CHOICES || peer->state != LY_STATE_READY)
		return count;
	choices[count] = (ly_choice_t){trunk, peer, tier, weight};
	return count + 1;
}

unsigned ly_choices_to_pstn(const ly_trunk_t *trunk, ly_choice_t *choices)
{
	unsigned count = 0;

	for(unsigned i = 0; i < trunk->route_count; i++) {
		const ly_route_t *route = &trunk->routes[i];
		count = add(choices, count, trunk, route->target, route->tier, route->weight);
	}
	return count;
}

unsigned ly_choices_to_lync(const ly_peer_t *target, ly_choice_t *choices)
{
	unsigned count = 0;

	for(unsigned i = 0; i < target->route_count; i++) {
		const ly_route_t *route = &target->routes[i];
		const ly_pool_t *pool = route->trunk->pool;

		/* A trunk's weight is spread over the servers of its pool by theirs. */
		for(unsigned j = 0; j < pool->server_count; j++)
			count = add(choices, count, route->trunk, pool->servers[j], route->tier,
					route->weight * pool->servers[j]->weight);
	}
	return count;
}

/* The lowest tier with a choice that is left; 0 when none is. */
static unsigned lowest_tier(const ly_choice_t *choices, unsigned count, uint64_t tried)
{
	unsigned tier = 0;

	for(unsigned i = 0; i < count; i++) {
		if(!(tried >> i & 1) && (tier == 0 || choices[i].tier < tier))
			tier = choices[i].tier;
	}
	return tier;
}

int ly_choose_weighted(const ly_choice_t *choices, unsigned count, uint64_t tried, uint32_t random)
{
	unsigned tier = lowest_tier(choices, count, tried);
	uint64_t sum = 0, point;
	int first = -1;

	for(unsigned i = 0; i < count; i++) {
		if(choices[i].tier == tier && !(tried >> i & 1)) {
			sum += choices[i].weight;
			if(first < 0)
				first = (int)i;
		}
	}
	if(sum == 0)
		return first;
	point = (uint64_t)((unsigned __int128)random * sum >> 32); /* 64 weights of 10^8 have more than 32 bits */
	for(unsigned i = 0; i < count; i++) {
		if(choices[i].tier != tier || tried >> i & 1)
			continue;
		if(point < choices[i].weight)
			return (int)i;
		point -= choices[i].weight;
	}
	return first;
}
