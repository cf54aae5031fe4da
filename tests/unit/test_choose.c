/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/choose.h"

#define DRAWS 100000

/* Draws with the same numbers on every machine. */
static void draw(const ly_choice_t *choices, unsigned count, uint64_t tried,
		unsigned *hits)
{
	uint64_t random = 88172645463325252;

	memset(hits, 0, count * sizeof(*hits));
	for(int i = 0; i < DRAWS; i++) {
		int chosen =
				ly_choose_weighted(choices, count, tried, next_random(&random));
		assert_in_range(chosen, 0, count - 1);
		hits[chosen]++;
	}
}

static void check_share(unsigned hits, double expected)
{
	double is = (double)hits / DRAWS;

	if(is < expected * 0.95 || is > expected * 1.05)
		fail_msg("%.4f of the calls, not %.4f", is, expected);
}

static void by_weight(void **state)
{
	const ly_choice_t choices[] = {{.tier = 1, .weight = 1},
			{.tier = 1, .weight = 2}, {.tier = 1, .weight = 3},
			{.tier = 1, .weight = 4}};
	unsigned hits[4];

	(void)state;
	draw(choices, 4, 0, hits);
	for(int i = 0; i < 4; i++)
		check_share(hits[i], (i + 1) / 10.0);
	/* Without the one that was tried the others keep their proportions. */
	draw(choices, 4, 1u << 3, hits);
	assert_int_equal(hits[3], 0);
	for(int i = 0; i < 3; i++)
		check_share(hits[i], (i + 1) / 6.0);
	draw(choices, 4, 1u << 3 | 1u << 0, hits);
	check_share(hits[1], 0.4);
	check_share(hits[2], 0.6);
}

static void large_weights(void **state)
{
	const ly_choice_t choices[] = {{.tier = 1, .weight = 0xffffffff},
			{.tier = 1, .weight = 0xffffffff}};
	unsigned hits[2];

	(void)state;
	draw(choices, 2, 0, hits);
	check_share(hits[0], 0.5);
	check_share(hits[1], 0.5);
}

static void lower_tiers_first(void **state)
{
	const ly_choice_t choices[] = {{.tier = 3, .weight = 100},
			{.tier = 2, .weight = 1}, {.tier = 7, .weight = 100},
			{.tier = 2, .weight = 1}};
	unsigned hits[4];

	(void)state;
	draw(choices, 4, 0, hits);
	assert_int_equal(hits[0] + hits[2], 0);
	check_share(hits[1], 0.5);
	draw(choices, 4, 1u << 1 | 1u << 3, hits);
	assert_int_equal(hits[0], DRAWS);
	draw(choices, 4, 1u << 1 | 1u << 3 | 1u << 0, hits);
	assert_int_equal(hits[2], DRAWS);
	assert_int_equal(ly_choose_weighted(choices, 4, 0xf, 0), -1);
	assert_int_equal(ly_choose_weighted(choices, 0, 0, 0), -1);
}

/* Weight 0: only when its tier has nothing else left, but before the next tier. */
static void weight_zero(void **state)
{
	const ly_choice_t choices[] = {{.tier = 1, .weight = 0},
			{.tier = 1, .weight = 5}, {.tier = 1, .weight = 0},
			{.tier = 2, .weight = 9}};
	unsigned hits[4];

	(void)state;
	draw(choices, 4, 0, hits);
	assert_int_equal(hits[1], DRAWS);
	draw(choices, 4, 1u << 1, hits);
	assert_int_equal(hits[0], DRAWS);
	draw(choices, 4, 1u << 1 | 1u << 0, hits);
	assert_int_equal(hits[2], DRAWS);
	draw(choices, 4, 1u << 1 | 1u << 0 | 1u << 2, hits);
	assert_int_equal(hits[3], DRAWS);
}

static void the_ends_of_the_range(void **state)
{
	ly_choice_t choices[LY_MAX_CHOICES];

	(void)state;
	for(int i = 0; i < LY_MAX_CHOICES; i++)
		choices[i] = (ly_choice_t){.tier = 1, .weight = 1};
	assert_int_equal(ly_choose_weighted(choices, LY_MAX_CHOICES, 0, 0), 0);
	assert_int_equal(ly_choose_weighted(choices, LY_MAX_CHOICES, 0, UINT32_MAX),
			LY_MAX_CHOICES - 1);
	assert_int_equal(ly_choose_weighted(choices, LY_MAX_CHOICES,
							 ~(UINT64_C(1) << 63), 12345),
			63);
	assert_int_equal(
			ly_choose_weighted(choices, LY_MAX_CHOICES, ~UINT64_C(0), 12345),
			-1);
}

/* The ways on, from a plan: it is written as its structures, since the choice depends on nothing else of it. */
static ly_peer_t peers[100];
static ly_peer_t *servers[] = {&peers[0], &peers[1], &peers[2]};
static ly_pool_t pool = {.servers = servers, .server_count = 3};
static ly_trunk_t trunk = {.pool = &pool}, second = {.pool = &pool};
static ly_choice_t ways[LY_MAX_CHOICES];
static ly_arena_t arena = {malloc, free, NULL};

/* As the reader of plans leaves it: expressions compiled, routes in order of what their match begins with. */
static ly_prefixes_t prepared(ly_route_t *routes, unsigned count)
{
	ly_regex_compiler_t *compiler = ly_regex_compiler_new(&arena);
	ly_slice_t begins[100];
	uint32_t items[100];
	ly_prefixes_t prefixes;
	char why[200];

	for(unsigned i = 0; i < count; i++) {
		ly_regex_t *regexes[] = {&routes[i].match, &routes[i].from_match};
		for(int j = 0; j < 2; j++) {
			ly_buf_t out = ly_buf(why, sizeof(why));
			assert_true(!regexes[j]->text.len
						|| ly_regex_compile(compiler, regexes[j], &out));
		}
		begins[i] = routes[i].match.prefix;
		items[i] = i;
	}
	assert_true(
			ly_prefixes_build(&prefixes, &arena, &arena, begins, items, count));
	ly_regex_compiler_free(compiler);
	return prefixes;
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
	for(unsigned i = 0; i < 100; i++)
		peers[i] = (ly_peer_t){.weight = i + 1, .state = LY_STATE_READY};
	return 0;
}

static void servers_share_the_weight_of_their_trunk(void **state)
{
	ly_route_t routes[] = {{.trunk = &trunk, .tier = 1, .weight = 10},
			{.trunk = &second, .tier = 2, .weight = 5}};
	const ly_peer_t target = {.routes = routes,
			.route_count = 2,
			.routes_by_prefix = prepared(routes, 2)};

	(void)state;
	assert_int_equal(ly_routes_to_lync(&target, NULL, ways), 6);
	for(unsigned i = 0; i < 6; i++) {
		assert_ptr_equal(ways[i].peer, &peers[i % 3]);
		assert_ptr_equal(ways[i].trunk, i < 3 ? &trunk : &second);
		assert_int_equal(ways[i].tier, i < 3 ? 1 : 2);
		assert_int_equal(ways[i].weight, (i < 3 ? 10 : 5) * (i % 3 + 1));
	}
	peers[1].state = LY_STATE_DRAIN;
	assert_int_equal(ly_routes_to_lync(&target, NULL, ways), 4);
	assert_ptr_equal(ways[1].peer, &peers[2]);
	second.state = LY_STATE_DRAIN;
	assert_int_equal(ly_routes_to_lync(&target, NULL, ways), 2);
	second.state = LY_STATE_READY;
	for(unsigned i = 0; i < 3; i++)
		peers[i].state = LY_STATE_DRAIN;
	assert_int_equal(ly_routes_to_lync(&target, NULL, ways), 0);
	peers[0].state = LY_STATE_READY;
	assert_int_equal(ly_routes_to_lync(&target, NULL, ways), 2);
	pool.state = LY_STATE_DRAIN;
	assert_int_equal(ly_routes_to_lync(&target, NULL, ways), 0);
	pool.state = LY_STATE_READY;
}

static void targets_of_a_trunk(void **state)
{
	static ly_route_t routes[100];
	ly_trunk_t from = {.pool = &pool, .routes = routes, .route_count = 3};

	(void)state;
	for(unsigned i = 0; i < 100; i++)
		routes[i] =
				(ly_route_t){.target = &peers[i], .tier = i + 1, .weight = i};
	from.routes_by_prefix = prepared(routes, 3);
	assert_int_equal(ly_routes_to_pstn(&from, NULL, ways), 3);
	for(unsigned i = 0; i < 3; i++) {
		assert_ptr_equal(ways[i].peer, &peers[i]);
		assert_ptr_equal(ways[i].trunk, &from);
		assert_int_equal(ways[i].tier, i + 1);
		assert_int_equal(ways[i].weight, i);
	}
	peers[0].state = LY_STATE_DRAIN;
	assert_int_equal(ly_routes_to_pstn(&from, NULL, ways), 2);
	assert_ptr_equal(ways[0].peer, &peers[1]);
	/* More than there are bits for: the first ones, in order. */
	from.route_count = 100;
	from.routes_by_prefix = prepared(routes, 100);
	assert_int_equal(ly_routes_to_pstn(&from, NULL, ways), LY_MAX_CHOICES);
	assert_ptr_equal(ways[LY_MAX_CHOICES - 1].peer, &peers[LY_MAX_CHOICES]);
	from.route_count = 0;
	from.routes_by_prefix = (ly_prefixes_t){0};
	assert_int_equal(ly_routes_to_pstn(&from, NULL, ways), 0);
}

#define MATCH(pattern) {.text = LY_LIT(pattern)}

static ly_route_t by_number[] = {
		{.target = &peers[0], .match = MATCH("^\\+4930(\\d+)$")},
		{.target = &peers[1]},
		{.target = &peers[2],
				.match = MATCH("^\\+49"),
				.from_match = MATCH("^\\+1")},
		{.target = &peers[3], .match = MATCH("1$")},
		{.target = &peers[4], .from_match = MATCH("^anonymous$")},
		{.target = &peers[5], .match = MATCH("^\\+4930(2+)+$")},
};
#define BY_NUMBER (sizeof(by_number) / sizeof(by_number[0]))

/* Which of them, as a mask. */
static unsigned chosen(const ly_trunk_t *from, const ly_call_numbers_t *numbers)
{
	unsigned count = ly_routes_to_pstn(from, numbers, ways), mask = 0;

	for(unsigned i = 0; i < count; i++) {
		unsigned bit = 1u << (ways[i].peer - peers);
		assert_true(bit > mask); /* in the order of the plan */
		mask |= bit;
	}
	return mask;
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
	ly_trunk_t from = {.routes = by_number,
			.route_count = BY_NUMBER,
			.routes_by_prefix = prepared(by_number, BY_NUMBER)};
	ly_call_numbers_t numbers = {.matcher = ly_matcher_new()};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		numbers.called = ly_cstr(rows[i].called);
		numbers.calling = ly_cstr(rows[i].calling);
		if(chosen(&from, &numbers) != rows[i].mask)
			fail_msg("row %zu: %x", i, chosen(&from, &numbers));
		for(unsigned j = 0; j < BY_NUMBER; j++)
			assert_int_equal(!ly_route_refusal(&by_number[j], &numbers),
					rows[i].mask >> j & 1);
	}
	/* Without numbers, those that ask for none. */
	assert_int_equal(chosen(&from, NULL), 2);
	ly_matcher_free(numbers.matcher);
}

static void refusals_say_why(void **state)
{
	ly_call_numbers_t numbers = {
			LY_LIT("+4989"), LY_LIT("+49"), ly_matcher_new(), false};
	ly_route_t to_lync = {.trunk = &trunk};

	(void)state;
	prepared(by_number, BY_NUMBER);
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
	peers[1].state = LY_STATE_DRAIN;
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

/* Whoever knows what holds right now gets the list whole: places in it keep their meaning while states change. */
static void any_state_leaves_nothing_out(void **state)
{
	ly_call_numbers_t numbers = {
			LY_LIT("+4989"), LY_LIT("+49"), ly_matcher_new(), true};
	ly_route_t to_lync = {.trunk = &trunk, .tier = 1, .weight = 1};
	ly_peer_t from = {.routes = &to_lync,
			.route_count = 1,
			.routes_by_prefix = prepared(&to_lync, 1)};
	unsigned all = ly_routes_to_lync(&from, &numbers, ways);

	(void)state;
	assert_true(all > 1);
	pool.servers[0]->state = trunk.state = pool.state = LY_STATE_DRAIN;
	assert_null(ly_route_refusal(&to_lync, &numbers));
	assert_int_equal(ly_routes_to_lync(&from, &numbers, ways), all);
	numbers.any_state = false;
	assert_int_equal(ly_routes_to_lync(&from, &numbers, ways), 0);
	trunk.state = pool.state = LY_STATE_READY;
	assert_int_equal(ly_routes_to_lync(&from, &numbers, ways), all - 1);
	ly_matcher_free(numbers.matcher);
}

#define READY(test) cmocka_unit_test_setup_teardown(test, ready, done)

int main(void)
{
	const struct CMUnitTest tests[] = {READY(by_weight), READY(large_weights),
			READY(lower_tiers_first), READY(weight_zero),
			READY(the_ends_of_the_range),
			READY(servers_share_the_weight_of_their_trunk),
			READY(targets_of_a_trunk), READY(any_state_leaves_nothing_out),
			READY(numbers_choose_the_routes), READY(refusals_say_why)};

	return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
