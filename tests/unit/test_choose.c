/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who gets a call, of those whose routes fit it. */
#include "choose_helpers.h"

#define DRAWS 20000

static void share_is(unsigned i, double expected)
{
	double is = (double)loads[i].calls / DRAWS;

	if(is < expected * 0.95 - 0.001 || is > expected * 1.05 + 0.001)
		fail_msg("%u: %.4f of the calls, not %.4f", i, is, expected);
}

/* So many calls, none of which ends. */
static void call_many(const ly_ways_t *ways, const ly_call_numbers_t *numbers)
{
	ly_seeker_t all = {.random = 88172645463325252};

	for(int i = 0; i < DRAWS; i++) {
		ly_seeker_t seeker = {.random = ly_seeker_random(&all)};
		assert_non_null(choose(ways, &seeker, numbers));
	}
}

static void by_weight(void **state)
{
	ly_route_t routes[4];
	ly_ways_t ways;

	(void)state;
	for(unsigned i = 0; i < 4; i++)
		routes[i] = (ly_route_t){
				.target = &peers[10 + i], .tier = 1, .weight = i + 1};
	ways = ways_of(&trunk, routes, 4);
	assert_int_equal(ways.count, 1);
	call_many(&ways, NULL);
	for(unsigned i = 0; i < 4; i++)
		share_is(10 + i, (i + 1) / 10.0);
}

/* Routes that ask for other numbers are lists of their own; a call that fits both goes to either, by their weights. */
static void by_weight_over_several_ways(void **state)
{
	ly_route_t routes[] = {{.target = &peers[10], .tier = 1, .weight = 10},
			{.target = &peers[11], .tier = 1, .weight = 20},
			{.target = &peers[12],
					.tier = 1,
					.weight = 70,
					.match = {.text = LY_LIT("^\\+49")}}};
	ly_ways_t ways = ways_of(&trunk, routes, 3);
	ly_call_numbers_t numbers = {
			LY_LIT("+4989"), LY_LIT("+1"), ly_matcher_new()};

	(void)state;
	assert_int_equal(ways.count, 2);
	call_many(&ways, &numbers);
	share_is(10, 0.1);
	share_is(11, 0.2);
	share_is(12, 0.7);
	numbers.called = LY_LIT("+1");
	call_many(&ways, &numbers);
	share_is(12, 0.7);
	ly_matcher_free(numbers.matcher);
}

/* Each of them once, the tiers in their order; then nobody. */
static void every_one_is_tried_once(void **state)
{
	static const unsigned tiers[] = {3, 2, 7, 2};
	ly_route_t routes[4];
	ly_seeker_t seeker = {.random = 1};
	unsigned before = 0;
	ly_ways_t ways;

	(void)state;
	for(unsigned i = 0; i < 4; i++)
		routes[i] = (ly_route_t){
				.target = &peers[10 + i], .tier = tiers[i], .weight = i != 0};
	ways = ways_of(&trunk, routes, 4);
	for(unsigned i = 0; i < 4; i++) {
		const ly_choice_t *c = choose(&ways, &seeker, NULL);
		assert_non_null(c);
		assert_true(c->tier >= before);
		before = c->tier;
		assert_int_equal(loads[c->peer->index].calls, 1);
	}
	assert_null(choose(&ways, &seeker, NULL));
}

static bool not_the_first(const void *data, const ly_choice_t *choice)
{
	return choice->peer != data;
}

static void what_speaks_against_one(void **state)
{
	ly_route_t routes[] = {{.target = &peers[10], .tier = 1, .weight = 1000},
			{.target = &peers[11], .tier = 1, .weight = 0},
			{.target = &peers[12], .tier = 2, .weight = 1}};
	ly_ways_t ways = ways_of(&trunk, routes, 3);
	ly_seeker_t seeker = {.random = 1};
	const ly_chooser_t how = {.loads = load_of,
			.seeker = &seeker,
			.turn = &turn,
			.may = not_the_first,
			.data = &peers[10]};

	(void)state;
	assert_ptr_equal(ly_choose(&ways, &how)->peer, &peers[11]);
	assert_ptr_equal(ly_choose(&ways, &how)->peer, &peers[12]);
	assert_null(ly_choose(&ways, &how));
}

static void as_the_tier_says(void **state)
{
	static const ly_choice_by_t rows[] = {
			LY_BY_TURN, LY_BY_ORDER, LY_BY_CALLED, LY_BY_CALLING};
	ly_route_t routes[2];

	for(unsigned r = 0; r < 4; r++) {
		ly_call_numbers_t numbers = {
				LY_LIT("1"), LY_LIT("2"), ly_matcher_new()};
		unsigned first, other;
		ly_ways_t ways;

		ready(state);
		for(unsigned i = 0; i < 2; i++)
			routes[i] = (ly_route_t){.target = &peers[10 + i],
					.tier = 1,
					.weight = 1,
					.choice = rows[r]};
		ways = ways_of(&trunk, routes, 2);
		for(unsigned i = 0; i < 1000; i++) {
			ly_seeker_t seeker = {.random = i};
			const ly_choice_t *c = choose(&ways, &seeker, &numbers);
			assert_non_null(c);
			/* the key decides as long as no bound does: no call stays */
			if(rows[r] != LY_BY_TURN)
				ly_load_release(&loads[c->peer->index]);
			loads[50 + c->peer->index].calls++;
		}
		first = loads[60].calls;
		other = loads[61].calls;
		if(rows[r] == LY_BY_TURN)
			assert_in_range(first, 498, 502);
		else if(rows[r] == LY_BY_ORDER)
			assert_int_equal(first, 1000);
		else
			assert_true(first == 1000 || other == 1000);
		ly_matcher_free(numbers.matcher);
	}
}

/* With "priority" also ways that ask for other numbers have the order of the plan. */
static void order_over_several_ways(void **state)
{
	ly_route_t routes[] = {{.target = &peers[10],
								   .tier = 1,
								   .weight = 1,
								   .choice = LY_BY_ORDER,
								   .match = {.text = LY_LIT("9")}},
			{.target = &peers[11],
					.tier = 1,
					.weight = 10000,
					.choice = LY_BY_ORDER}};
	ly_ways_t ways = ways_of(&trunk, routes, 2);
	ly_call_numbers_t numbers = {LY_LIT("9"), LY_LIT("2"), ly_matcher_new()};

	(void)state;
	call_many(&ways, &numbers);
	share_is(10, 1);
	ly_matcher_free(numbers.matcher);
}

int main(void)
{
	const struct CMUnitTest tests[] = {READY(by_weight),
			READY(by_weight_over_several_ways), READY(every_one_is_tried_once),
			READY(what_speaks_against_one), READY(as_the_tier_says),
			READY(order_over_several_ways)};

	return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
