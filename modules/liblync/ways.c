/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/ways.h"

#include <stdlib.h>
#include <string.h>

#include "liblync/plan.h"

static int compare_texts(ly_slice_t a, ly_slice_t b)
{
	int order = memcmp(
			a.s ? a.s : "", b.s ? b.s : "", a.len < b.len ? a.len : b.len);

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* 0: they are one way. */
static int compare_asked(const ly_route_t *a, const ly_route_t *b)
{
	int order = (a->tier > b->tier) - (a->tier < b->tier);

	if(!order)
		order = compare_texts(a->match.text, b->match.text);
	return order ? order
				 : compare_texts(a->from_match.text, b->from_match.text);
}

static int by_asked(const void *one, const void *other)
{
	const ly_route_t *a = *(const ly_route_t *const *)one,
					 *b = *(const ly_route_t *const *)other;
	int order = compare_asked(a, b);

	return order ? order : (a > b) - (a < b);
}

static int by_tier(const void *one, const void *other)
{
	const ly_route_t *a = ((const ly_way_t *)one)->route,
					 *b = ((const ly_way_t *)other)->route;
	int order = (a->tier > b->tier) - (a->tier < b->tier);

	return order ? order : (a > b) - (a < b);
}

static unsigned seats_of(const ly_route_t *route)
{
	return route->trunk ? route->trunk->pool->server_count : 1;
}

/* A trunk's weight is spread over the servers of its pool by theirs. */
static ly_choice_t choice_of(
		const ly_trunk_t *owner, const ly_route_t *route, unsigned i)
{
	const ly_peer_t *server =
			route->trunk ? route->trunk->pool->servers[i] : NULL;

	if(!server)
		return (ly_choice_t){owner, route->target, route->tier, route->weight};
	return (ly_choice_t){
			route->trunk, server, route->tier, route->weight * server->weight};
}

/* Of these routes, which are one way. */
static bool build_way(ly_way_t *way, const ly_trunk_t *owner,
		const ly_route_t *const *routes, unsigned count, ly_arena_t *arena,
		ly_arena_t *scratch)
{
	ly_choice_t *choices;
	ly_seat_t *seats;
	uint64_t *below;
	double *means;
	unsigned all = 0, n = 0;

	for(unsigned i = 0; i < count; i++)
		all += seats_of(routes[i]);
	choices = ly_arena_alloc(arena, all * sizeof(*choices));
	seats = ly_arena_alloc(arena, all * sizeof(*seats));
	below = ly_arena_alloc(arena, (all + 1) * sizeof(*below));
	means = ly_arena_alloc(scratch, all * sizeof(*means));
	if(!choices || !seats || !below || !means)
		return false;
	for(unsigned i = 0; i < count; i++) {
		for(unsigned j = 0; j < seats_of(routes[i]); j++, n++) {
			choices[n] = choice_of(owner, routes[i], j);
			seats[n] = (ly_seat_t){.load = choices[n].peer->index,
					.id = choices[n].peer->hash,
					.weight = choices[n].weight};
		}
	}
	way->route = routes[0];
	way->choices = choices;
	way->seats = ly_seats_build(seats, below, means, all);
	return true;
}

static bool order_by_prefix(
		ly_ways_t *ways, ly_arena_t *arena, ly_arena_t *scratch)
{
	ly_slice_t *prefixes =
			ly_arena_alloc(scratch, ways->count * sizeof(*prefixes));
	uint32_t *items = ly_arena_alloc(scratch, ways->count * sizeof(*items));

	if(!prefixes || !items)
		return false;
	for(uint32_t i = 0; i < ways->count; i++) {
		prefixes[i] = ways->list[i].route->match.prefix;
		items[i] = i;
	}
	return ly_prefixes_build(
			&ways->by_prefix, arena, scratch, prefixes, items, ways->count);
}

bool ly_ways_build(ly_ways_t *ways, const ly_trunk_t *trunk,
		const ly_route_t *routes, unsigned count, ly_arena_t *arena,
		ly_arena_t *scratch)
{
	const ly_route_t **sorted;
	ly_way_t *list;
	unsigned begins = 0;

	*ways = (ly_ways_t){0};
	if(!count)
		return true;
	sorted = ly_arena_alloc(scratch, count * sizeof(*sorted));
	list = ly_arena_alloc(arena, count * sizeof(*list));
	if(!sorted || !list)
		return false;
	for(unsigned i = 0; i < count; i++)
		sorted[i] = &routes[i];
	qsort(sorted, count, sizeof(*sorted), by_asked);
	for(unsigned i = 1; i <= count; i++) {
		if(i < count && compare_asked(sorted[begins], sorted[i]) == 0)
			continue;
		if(!build_way(&list[ways->count++], trunk, &sorted[begins], i - begins,
				   arena, scratch))
			return false;
		begins = i;
	}
	qsort(list, ways->count, sizeof(*list), by_tier);
	ways->list = list;
	return order_by_prefix(ways, arena, scratch);
}
