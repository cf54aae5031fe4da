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
	const ly_peer_t target = {.routes = routes, .route_count = 2};

	(void)state;
	assert_int_equal(ly_choices_to_lync(&target, ways), 6);
	for(unsigned i = 0; i < 6; i++) {
		assert_ptr_equal(ways[i].peer, &peers[i % 3]);
		assert_ptr_equal(ways[i].trunk, i < 3 ? &trunk : &second);
		assert_int_equal(ways[i].tier, i < 3 ? 1 : 2);
		assert_int_equal(ways[i].weight, (i < 3 ? 10 : 5) * (i % 3 + 1));
	}
	peers[1].state = LY_STATE_DRAIN;
	assert_int_equal(ly_choices_to_lync(&target, ways), 4);
	assert_ptr_equal(ways[1].peer, &peers[2]);
	for(unsigned i = 0; i < 3; i++)
		peers[i].state = LY_STATE_DRAIN;
	assert_int_equal(ly_choices_to_lync(&target, ways), 0);
}

static void targets_of_a_trunk(void **state)
{
	static ly_route_t routes[100];
	ly_trunk_t from = {.pool = &pool, .routes = routes, .route_count = 3};

	(void)state;
	for(unsigned i = 0; i < 100; i++)
		routes[i] =
				(ly_route_t){.target = &peers[i], .tier = i + 1, .weight = i};
	assert_int_equal(ly_choices_to_pstn(&from, ways), 3);
	for(unsigned i = 0; i < 3; i++) {
		assert_ptr_equal(ways[i].peer, &peers[i]);
		assert_ptr_equal(ways[i].trunk, &from);
		assert_int_equal(ways[i].tier, i + 1);
		assert_int_equal(ways[i].weight, i);
	}
	peers[0].state = LY_STATE_DRAIN;
	assert_int_equal(ly_choices_to_pstn(&from, ways), 2);
	assert_ptr_equal(ways[0].peer, &peers[1]);
	/* More than there are bits for: the first ones, in order. */
	from.route_count = 100;
	assert_int_equal(ly_choices_to_pstn(&from, ways), LY_MAX_CHOICES);
	assert_ptr_equal(ways[LY_MAX_CHOICES - 1].peer, &peers[LY_MAX_CHOICES]);
	from.route_count = 0;
	assert_int_equal(ly_choices_to_pstn(&from, ways), 0);
}

#define READY(test) cmocka_unit_test_setup(test, ready)

int main(void)
{
	const struct CMUnitTest tests[] = {READY(by_weight), READY(large_weights),
			READY(lower_tiers_first), READY(weight_zero),
			READY(the_ends_of_the_range),
			READY(servers_share_the_weight_of_their_trunk),
			READY(targets_of_a_trunk)};

	return cmocka_run_group_tests_name("choose", tests, NULL, NULL);
}
