/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/choose.h"

/* NULL: it fits. */
static const char *number_refusal(const ly_regex_t *regex, ly_slice_t number,
		ly_matcher_t *matcher, const char *no, const char *never)
{
	ly_matched_t matched = ly_regex_match(regex, number, matcher);

	return matched == LY_MATCHES	   ? NULL
		   : matched == LY_MATCHES_NOT ? no
									   : never;
}

static const char *refused_by_numbers(
		const ly_route_t *route, const ly_call_numbers_t *numbers)
{
	const char *why = NULL;

	if(!route->match.text.len && !route->from_match.text.len)
		return NULL;
	if(!numbers)
		return "it asks for numbers, and none are known";
	why = number_refusal(&route->match, numbers->called, numbers->matcher,
			"match does not fit the called number",
			"match needs too many steps for the called number");
	if(!why)
		why = number_refusal(&route->from_match, numbers->calling,
				numbers->matcher, "from-match does not fit the calling number",
				"from-match needs too many steps for the calling number");
	return why;
}

const char *ly_route_refusal(
		const ly_route_t *route, const ly_call_numbers_t *numbers)
{
	if(numbers && numbers->any_state)
		return refused_by_numbers(route, numbers);
	if(route->target && route->target->state != LY_STATE_READY)
		return "the target drains";
	if(route->trunk && route->trunk->state != LY_STATE_READY)
		return "the trunk drains";
	if(route->trunk && route->trunk->pool->state != LY_STATE_READY)
		return "the trunk's pool drains";
	return refused_by_numbers(route, numbers);
}

/* The choices so far. */
typedef struct ways
{
	ly_choice_t *choices;
	unsigned count;
	bool any_state;
} ways_t;

static void add(ways_t *ways, const ly_trunk_t *trunk, const ly_peer_t *peer,
		unsigned tier, unsigned weight)
{
	if(ways->count < LY_MAX_CHOICES
			&& (ways->any_state || peer->state == LY_STATE_READY))
		ways->choices[ways->count++] = (ly_choice_t){trunk, peer, tier, weight};
}

static void add_target(
		ways_t *ways, const ly_trunk_t *trunk, const ly_route_t *route)
{
	add(ways, trunk, route->target, route->tier, route->weight);
}

/* A trunk's weight is spread over the servers of its pool by theirs. */
static void add_servers(
		ways_t *ways, const ly_trunk_t *unused, const ly_route_t *route)
{
	const ly_pool_t *pool = route->trunk->pool;

	(void)unused;
	for(unsigned i = 0; i < pool->server_count; i++)
		add(ways, route->trunk, pool->servers[i], route->tier,
				route->weight * pool->servers[i]->weight);
}

/* Routes whose match begins otherwise than the called number are not even looked at. */
static unsigned ways_on(const ly_route_t *routes,
		const ly_prefixes_t *by_prefix, const ly_call_numbers_t *numbers,
		const ly_trunk_t *trunk,
		void (*add_route)(ways_t *, const ly_trunk_t *, const ly_route_t *),
		ly_choice_t *choices)
{
	ways_t ways = {choices, 0, numbers && numbers->any_state};
	ly_prefix_walk_t walk;
	uint32_t i;

	ly_prefixes_begin(by_prefix, numbers ? numbers->called : LY_EMPTY, &walk);
	while(ways.count < LY_MAX_CHOICES && ly_prefixes_next(&walk, &i)) {
		if(!ly_route_refusal(&routes[i], numbers))
			add_route(&ways, trunk, &routes[i]);
	}
	return ways.count;
}

unsigned ly_routes_to_pstn(const ly_trunk_t *trunk,
		const ly_call_numbers_t *numbers, ly_choice_t *choices)
{
	return ways_on(trunk->routes, &trunk->routes_by_prefix, numbers, trunk,
			add_target, choices);
}

unsigned ly_routes_to_lync(const ly_peer_t *target,
		const ly_call_numbers_t *numbers, ly_choice_t *choices)
{
	return ways_on(target->routes, &target->routes_by_prefix, numbers, NULL,
			add_servers, choices);
}

/* The lowest tier with a choice that is left; 0 when none is. */
static unsigned lowest_tier(
		const ly_choice_t *choices, unsigned count, uint64_t tried)
{
	unsigned tier = 0;

	for(unsigned i = 0; i < count; i++) {
		if(!(tried >> i & 1) && (tier == 0 || choices[i].tier < tier))
			tier = choices[i].tier;
	}
	return tier;
}

int ly_choose_weighted(const ly_choice_t *choices, unsigned count,
		uint64_t tried, uint32_t random)
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
	point = (uint64_t)((unsigned __int128)random * sum
					   >> 32); /* 64 weights of 10^8 have more than 32 bits */
	for(unsigned i = 0; i < count; i++) {
		if(choices[i].tier != tier || tried >> i & 1)
			continue;
		if(point < choices[i].weight)
			return (int)i;
		point -= choices[i].weight;
	}
	return first;
}
