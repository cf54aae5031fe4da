/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan's routes, written as their structures: the choice depends on nothing else of it. */
#ifndef TESTS_UNIT_CHOOSE_HELPERS_H
#define TESTS_UNIT_CHOOSE_HELPERS_H

#include "text_helpers.h"

#include "liblync/choose.h"

#define PEERS 100

static ly_peer_t peers[PEERS];
static ly_load_t loads[PEERS], *load_of[PEERS];
static ly_peer_t *servers[] = {&peers[0], &peers[1], &peers[2]};
static ly_pool_t pool = {.servers = servers, .server_count = 3};
static ly_trunk_t trunk = {.pool = &pool};
static ly_arena_t arena = {malloc, free, NULL};
static _Atomic(uint32_t) turn;

/* As the reader of plans leaves them. owner: of routes to targets. */
static inline ly_ways_t ways_of(
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

static inline int done(void **state)
{
	(void)state;
	ly_arena_free(&arena);
	return 0;
}

static inline int ready(void **state)
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

static inline const ly_choice_t *choose(const ly_ways_t *ways,
		ly_seeker_t *seeker, const ly_call_numbers_t *numbers)
{
	const ly_chooser_t how = {.numbers = numbers,
			.loads = load_of,
			.seeker = seeker,
			.turn = &turn};

	return ly_choose(ways, &how);
}

#define READY(test) cmocka_unit_test_setup_teardown(test, ready, done)

#endif
