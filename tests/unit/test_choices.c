/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which routes a call may take: what people are shown, and what calls get. */
#include "choose_helpers.h"

static ly_choice_t shown[LY_MAX_CHOICES];
static ly_trunk_t second = {.pool = &pool};

static void servers_share_the_weight_of_their_trunk(void **state)
{
	ly_route_t routes[] = {{.trunk = &trunk, .tier = 1, .weight = 10},
			{.trunk = &second, .tier = 2, .weight = 5}};
	ly_ways_t ways = ways_of(NULL, routes, 2);

	(void)state;
	assert_int_equal(ly_choices(&ways, NULL, shown), 6);
	for(unsigned i = 0; i < 6; i++) {
		assert_ptr_equal(shown[i].peer, &peers[i % 3]);
		assert_ptr_equal(shown[i].trunk, i < 3 ? &trunk : &second);
		assert_int_equal(shown[i].tier, i < 3 ? 1 : 2);
		assert_int_equal(shown[i].weight, (i < 3 ? 10 : 5) * (i % 3 + 1));
	}
	peers[1].state = LY_STATE_DRAIN;
	assert_int_equal(ly_choices(&ways, NULL, shown), 4);
	assert_ptr_equal(shown[1].peer, &peers[2]);
	second.state = LY_STATE_DRAIN;
	assert_int_equal(ly_choices(&ways, NULL, shown), 2);
	second.state = LY_STATE_READY;
	pool.state = LY_STATE_DRAIN;
	assert_int_equal(ly_choices(&ways, NULL, shown), 0);
	pool.state = LY_STATE_READY;
	for(unsigned i = 0; i < 3; i++)
		peers[i].state = LY_STATE_DRAIN;
	assert_int_equal(ly_choices(&ways, NULL, shown), 0);
}

static void targets_of_a_trunk(void **state)
{
	static ly_route_t routes[PEERS];
	ly_ways_t ways;

	(void)state;
	for(unsigned i = 0; i < PEERS; i++) {
		routes[i] = (ly_route_t){
				.target = &peers[i], .tier = i % 99 + 1, .weight = i};
		peers[i].pool = NULL;
	}
	trunk.state = LY_STATE_DRAIN; /* of calls that come over it */
	ways = ways_of(&trunk, routes, 3);
	assert_int_equal(ly_choices(&ways, NULL, shown), 3);
	for(unsigned i = 0; i < 3; i++) {
		assert_ptr_equal(shown[i].peer, &peers[i]);
		assert_ptr_equal(shown[i].trunk, &trunk);
		assert_int_equal(shown[i].tier, i + 1);
		assert_int_equal(shown[i].weight, i);
	}
	peers[0].state = LY_STATE_DRAIN;
	assert_int_equal(ly_choices(&ways, NULL, shown), 2);
	assert_ptr_equal(shown[0].peer, &peers[1]);
	ways = ways_of(&trunk, routes, PEERS);
	assert_int_equal(ly_choices(&ways, NULL, shown), PEERS - 1);
	ways = ways_of(&trunk, routes, 0);
	assert_int_equal(ly_choices(&ways, NULL, shown), 0);
	trunk.state = LY_STATE_READY;
}

#define MATCH(pattern) {.text = LY_LIT(pattern)}

static ly_route_t by_number[] = {
		{.target = &peers[10], .match = MATCH("^\\+4930(\\d+)$")},
		{.target = &peers[11]},
		{.target = &peers[12],
				.match = MATCH("^\\+49"),
				.from_match = MATCH("^\\+1")},
		{.target = &peers[13], .match = MATCH("1$")},
		{.target = &peers[14], .from_match = MATCH("^anonymous$")},
		{.target = &peers[15], .match = MATCH("^\\+4930(2+)+$")},
};
#define BY_NUMBER (sizeof(by_number) / sizeof(by_number[0]))

/* Which of them, as a mask. */
static unsigned fitting(const ly_ways_t *ways, const ly_call_numbers_t *numbers)
{
	unsigned count = ly_choices(ways, numbers, shown), mask = 0;

	for(unsigned i = 0; i < count; i++) {
		unsigned bit = 1u << (shown[i].peer - &peers[10]);
		assert_true(bit > mask); /* in the order of the plan */
		mask |= bit;
	}
	return mask;
}

/* A call is given to exactly those that people are shown. */
static void check_calls(
		const ly_ways_t *ways, const ly_call_numbers_t *numbers, unsigned mask)
{
	ly_seeker_t seeker = {.random = 5};
	const ly_choice_t *c;

	while((c = choose(ways, &seeker, numbers)))
		mask ^= 1u << (c->peer - &peers[10]);
	assert_int_equal(mask, 0);
}

static void numbers_choose_the_routes(void **state)
{
	static const struct
	{
		const char *called, *calling;
		unsigned mask;
	} rows[] = {{"+49301", "+14255550100", 1 | 2 | 4 | 8},
			{"+49302", "+14255550100", 1 | 2 | 4 | 32},
			{"+49302", "+4989", 1 | 2 | 32}, {"+4989", "+1", 2 | 4},
			{"+4989", "anonymous", 2 | 16}, {"", "", 2}, {"1", "x+1", 2 | 8},
			{"+493022222222222222222222222222222222222222222222222222x", "+1",
					2 | 4}};
	ly_ways_t ways = ways_of(&trunk, by_number, BY_NUMBER);
	ly_call_numbers_t numbers = {.matcher = ly_matcher_new()};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		numbers.called = ly_cstr(rows[i].called);
		numbers.calling = ly_cstr(rows[i].calling);
		if(fitting(&ways, &numbers) != rows[i].mask)
			fail_msg("row %zu: %x", i, fitting(&ways, &numbers));
		check_calls(&ways, &numbers, rows[i].mask);
		for(unsigned j = 0; j < BY_NUMBER; j++)
			assert_int_equal(!ly_route_refusal(&by_number[j], &numbers),
					rows[i].mask >> j & 1);
	}
	/* Without numbers, those that ask for none. */
	assert_int_equal(fitting(&ways, NULL), 2);
	check_calls(&ways, NULL, 2);
	ly_matcher_free(numbers.matcher);
}

static void refusals_say_why(void **state)
{
	ly_call_numbers_t numbers = {
			LY_LIT("+4989"), LY_LIT("+49"), ly_matcher_new()};
	ly_route_t to_lync = {.trunk = &trunk};

	(void)state;
	ways_of(&trunk, by_number, BY_NUMBER);
	assert_string_equal(ly_route_refusal(&by_number[0], &numbers),
			"match does not fit the called number");
	assert_null(ly_route_refusal(&by_number[1], &numbers));
	assert_string_equal(ly_route_refusal(&by_number[2], &numbers),
			"from-match does not fit the calling number");
	assert_string_equal(ly_route_refusal(&by_number[2], NULL),
			"it asks for numbers, and none are known");
	numbers.called =
			LY_LIT("+493022222222222222222222222222222222222222222222222222x");
	assert_string_equal(ly_route_refusal(&by_number[5], &numbers),
			"match needs too many steps for the called number");
	peers[11].state = LY_STATE_DRAIN;
	assert_string_equal(
			ly_route_refusal(&by_number[1], &numbers), "the target drains");
	trunk.state = LY_STATE_DRAIN;
	assert_string_equal(ly_route_refusal(&to_lync, NULL), "the trunk drains");
	trunk.state = LY_STATE_READY;
	pool.state = LY_STATE_DRAIN;
	assert_string_equal(
			ly_route_refusal(&to_lync, NULL), "the trunk's pool drains");
	pool.state = LY_STATE_READY;
	assert_null(ly_route_refusal(&to_lync, NULL));
	ly_matcher_free(numbers.matcher);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			READY(servers_share_the_weight_of_their_trunk),
			READY(targets_of_a_trunk), READY(numbers_choose_the_routes),
			READY(refusals_say_why)};

	return cmocka_run_group_tests_name("choices", tests, NULL, NULL);
}
