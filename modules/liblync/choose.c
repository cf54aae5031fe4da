/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/choose.h"

#include "liblync/hash.h"

#define WAYS_MAX \
	64 /* of one tier that fit a call: the first ones are looked at */

/* Numbers ------------------------------------------------------------------------------------------------------------ */

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

/* Ways whose match begins otherwise than the called number are not even looked at. */
static void begin(const ly_ways_t *ways, const ly_call_numbers_t *numbers,
		ly_prefix_walk_t *walk)
{
	ly_prefixes_begin(
			&ways->by_prefix, numbers ? numbers->called : LY_EMPTY, walk);
}

/* The next one that fits; NULL: there is none. */
static const ly_way_t *next(const ly_ways_t *ways,
		const ly_call_numbers_t *numbers, ly_prefix_walk_t *walk)
{
	uint32_t i;

	while(ly_prefixes_next(walk, &i)) {
		if(!refused_by_numbers(ways->list[i].route, numbers))
			return &ways->list[i];
	}
	return NULL;
}

/* For a call --------------------------------------------------------------------------------------------------------- */

/* Whose seats the seeker looks at. */
typedef struct looked_at
{
	const ly_chooser_t *how;
	const ly_way_t *way;
} looked_at_t;

static bool may(const void *data, uint32_t at)
{
	const looked_at_t *l = data;

	return l->how->may(l->how->data, &l->way->choices[at]);
}

static uint64_t key_of(ly_slice_t number)
{
	return ly_hash_mix(ly_hash(LY_HASH_START, number));
}

static int seat_of(const ly_way_t *way, const ly_chooser_t *how)
{
	const ly_call_numbers_t *n = how->numbers;

	switch(way->route->choice) {
		case LY_BY_TURN:
			return ly_balance_round_robin(
					&way->seats, how->loads, how->seeker, how->turn);
		case LY_BY_ORDER:
			return ly_balance_priority(&way->seats, how->loads, how->seeker);
		case LY_BY_CALLED:
			return ly_balance_sticky(&way->seats, how->loads, how->seeker,
					key_of(n ? n->called : LY_EMPTY));
		case LY_BY_CALLING:
			return ly_balance_sticky(&way->seats, how->loads, how->seeker,
					key_of(n ? n->calling : LY_EMPTY));
		default:
			return ly_balance_two(&way->seats, how->loads, how->seeker);
	}
}

/* NULL: none of its seats can have the call. */
static const ly_choice_t *choose_on(
		const ly_way_t *way, const ly_chooser_t *how)
{
	const looked_at_t looked_at = {how, way};
	int at;

	how->seeker->may = how->may ? may : NULL;
	how->seeker->data = &looked_at;
	at = seat_of(way, how);
	return at < 0 ? NULL : &way->choices[at];
}

static uint64_t weight_of(const ly_way_t *way)
{
	return way->seats.below[way->seats.count];
}

/* Which way of a tier is looked at first; the others are there for when it has nobody. */
static unsigned draw_way(
		const ly_way_t *const *ways, unsigned count, ly_seeker_t *seeker)
{
	uint64_t sum = 0, point;

	if(count == 1 || ways[0]->route->choice == LY_BY_ORDER)
		return 0;
	for(unsigned i = 0; i < count; i++)
		sum += weight_of(ways[i]);
	point = (uint64_t)((unsigned __int128)ly_seeker_random(seeker) * sum >> 64);
	for(unsigned i = 0; i < count; i++) {
		if(point < weight_of(ways[i]))
			return i;
		point -= weight_of(ways[i]);
	}
	return 0; /* none has a weight */
}

static const ly_choice_t *choose_in_tier(
		const ly_way_t **ways, unsigned count, const ly_chooser_t *how)
{
	const ly_choice_t *found = NULL;

	while(count && !found) {
		unsigned i = draw_way(ways, count, how->seeker);

		found = choose_on(ways[i], how);
		count--;
		for(; i < count; i++)
			ways[i] = ways[i + 1];
	}
	return found;
}

const ly_choice_t *ly_choose(const ly_ways_t *ways, const ly_chooser_t *how)
{
	const ly_way_t *tier[WAYS_MAX], *way;
	const ly_choice_t *found = NULL;
	ly_prefix_walk_t walk;
	unsigned count;

	begin(ways, how->numbers, &walk);
	way = next(ways, how->numbers, &walk);
	while(way && !found) {
		unsigned number = way->route->tier;

		for(count = 0; way && way->route->tier == number;
				way = next(ways, how->numbers, &walk)) {
			if(count < WAYS_MAX)
				tier[count++] = way;
		}
		found = choose_in_tier(tier, count, how);
	}
	return found;
}

/* For people --------------------------------------------------------------------------------------------------------- */

static const char *drain_of(const ly_trunk_t *to)
{
	if(to->state != LY_STATE_READY)
		return "the trunk drains";
	return to->pool->state != LY_STATE_READY ? "the trunk's pool drains" : NULL;
}

const char *ly_route_refusal(
		const ly_route_t *route, const ly_call_numbers_t *numbers)
{
	const char *why = route->trunk ? drain_of(route->trunk) : NULL;

	if(route->target && route->target->state != LY_STATE_READY)
		why = "the target drains";
	return why ? why : refused_by_numbers(route, numbers);
}

unsigned ly_choices(const ly_ways_t *ways, const ly_call_numbers_t *numbers,
		ly_choice_t *choices)
{
	ly_prefix_walk_t walk;
	const ly_way_t *way;
	unsigned count = 0;

	begin(ways, numbers, &walk);
	while((way = next(ways, numbers, &walk))) {
		for(uint32_t i = 0; i < way->seats.count && count < LY_MAX_CHOICES;
				i++) {
			const ly_choice_t *c = &way->choices[i];
			if(c->peer->state == LY_STATE_READY
					&& !(c->peer->pool && drain_of(c->trunk)))
				choices[count++] = *c;
		}
	}
	return count;
}
