/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes: which ones a call may take, and who gets it. */
#include "text_helpers.h"

#include "liblync/choose.h"

#define PEERS 100
#define DRAWS 20000

/* From a plan: it is written as its structures, since the choice depends on nothing else of it. */
static ly_peer_t peers[PEERS];
static ly_load_t loads[PEERS], *load_of[PEERS];
static ly_peer_t *servers[] = {&peers[0], &peers[1], &peers[2]};
static ly_pool_t pool = {.servers = servers, .server_count = 3};
static ly_trunk_t trunk = {.pool = &pool}, second = {.pool = &pool};
static ly_choice_t shown[LY_MAX_CHOICES];
static ly_arena_t arena = {malloc, free, NULL};
static _Atomic(uint32_t) turn;

/* As the reader of plans leaves them. owner: of routes to targets. */
static ly_ways_t ways_of(
		const ly_trunk_t *owner, ly_route_t *routes, unsigned count)
{
	ly_regex_compiler_t *compiler = ly_regex_compiler_new(&arena);
	ly_ways_t ways;
	char why[200];

	for(unsigned i = 0; i < count; i++) {
		ly_regex_t *regexes[] = {&routes[i].match, &routes[i].from_match};
		for(int j = 0; j < 2; j++) {
			ly_buf_t out = ly_buf(why, sizeof(why));
			assert_true(!regexes[j]->text.len
						|| ly_regex_compile(compiler, regexes[j], &out));
		}
	}
	assert_true(ly_ways_build(&ways, owner, routes, count, &arena, &arena));
	ly_regex_compiler_free(compiler);
	return ways;
}

static int done(void **state)
{
	(void)state;
	ly_arena_free(&arena);
	return 0;
}

static int ready(void **state)
{
	(void)state;
	for(unsigned i = 0; i < PEERS; i++) {
		peers[i] = (ly_peer_t){.weight = i + 1,
				.state = LY_STATE_READY,
				.index = i,
				.hash = i * 7919,
				.pool = i < 3 ? &pool : NULL};
		loads[i].calls = loads[i].limit = 0;
		loads[i].penalty = LY_PENALTY_NONE;
		loads[i].share = LY_SHARE_ALL;
		load_of[i] = &loads[i];
	}
	return 0;
}

/* Calls ---------------------------------------------------------------------------------------------------------------- */

static const ly_choice_t *choose(const ly_ways_t *ways, ly_seeker_t *seeker,
		const ly_call_numbers_t *numbers)
{
	const ly_chooser_t how = {.numbers = numbers,
			.loads = load_of,
			.seeker = seeker,
			.turn = &turn};

	return ly_choose(ways, &how);
}

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

/* What people are shown --------------------------------------------------------------------------------------------- */

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

#define READY(test) cmocka_unit_test_setup_teardown(test, ready, done)

int main(void)
{
	const struct CMUnitTest tests[] = {READY(by_weight),
			READY(by_weight_over_several_ways), READY(every_one_is_tried_once),
			READY(what_speaks_against_one), READY(as_the_tier_says),
			READY(order_over_several_ways),
			READY(servers_share_the_weight_of_their_trunk),
			READY(targets_of_a_trunk), READY(numbers_choose_the_routes),
			READY(refusals_say_why)};

	return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
