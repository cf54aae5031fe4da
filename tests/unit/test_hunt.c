/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan_helpers.h"

#include "liblync/hunt.h"

/* Rows: what the plan allows, what has been, whether there may be another try. */
static void another_try(void **state)
{
	static const struct
	{
		ly_hunt_t hunt;
		unsigned tries, elapsed, least;
		bool may;
	} rows[] = {
			{{4, 8000}, 0, 0, 1000, true},
			{{4, 8000}, 3, 3000, 1000, true},
			{{4, 8000}, 4, 4000, 1000, false},
			{{1, 8000}, 1, 0, 1000, false},
			/* its first answer has to fit in */
			{{16, 8000}, 2, 7000, 1000, true},
			{{16, 8000}, 2, 7001, 1000, false},
			{{16, 8000}, 2, 7001, 200, true},
			{{16, 8000}, 2, 7999, 1, true},
			{{16, 8000}, 2, 8000, 0, false},
			{{16, 8000}, 2, 4000000000u, 1000, false},
			{{16, 0}, 15, 4000000000u, 1000, true},
			{{16, 0}, 16, 0, 1000, false},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if(ly_hunt_may(
				   &rows[i].hunt, rows[i].tries, rows[i].elapsed, rows[i].least)
				!= rows[i].may)
			fail_msg("row %zu", i);
	}
}

/* Who is called has no longer for its first answer than is left; to ring it may take its time. */
static void patience(void **state)
{
	static const struct
	{
		ly_hunt_t hunt;
		ly_patience_t called;
		unsigned elapsed, answer;
	} rows[] = {
			{{4, 8000}, {1000, 6000}, 0, 1000},
			{{4, 8000}, {1000, 6000}, 7000, 1000},
			{{4, 8000}, {3000, 6000}, 7000, 1000},
			{{4, 8000}, {3000, 0}, 7999, 1},
			{{4, 500}, {1000, 6000}, 0, 500},
			{{4, 0}, {3000, 6000}, 7000, 3000},
			/* only one that ly_hunt_may() allows begins */
			{{4, 8000}, {3000, 6000}, 9000, 3000},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_patience_t p = ly_hunt_patience(
				&rows[i].hunt, &rows[i].called, rows[i].elapsed);
		assert_int_equal(p.answer, rows[i].answer);
		assert_int_equal(p.ringing, rows[i].called.ringing);
	}
}

/* Of a side that says all, and of one that says nothing. */
static void the_plan_says_so(void **state)
{
	ly_finding_t finding = {0};
	ly_plan_t *plan = ly_plan_load(GOOD "full.xml", take, give, &finding);
	const ly_trunk_t *trunk = &plan->trunks[0], *bare = &plan->trunks[1];
	const ly_peer_t *target = ly_plan_target(plan, LY_LIT("gw1")),
					*plain = ly_plan_target(plan, LY_LIT("gw2"));
	const struct
	{
		const ly_patience_t *patience;
		const ly_hunt_t *hunt;
		unsigned answer, ringing, tries, time;
	} rows[] = {
			{&trunk->patience, &trunk->hunt, 800, 5000, 3, 9000},
			{&bare->patience, &bare->hunt, 1000, 6000, 4, 8000},
			{&target->patience, &target->hunt, 1500, 60000, 12, 0},
			{&plain->patience, &plain->hunt, 1000, 0, 4, 20000},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(rows[i].patience->answer, rows[i].answer);
		assert_int_equal(rows[i].patience->ringing, rows[i].ringing);
		assert_int_equal(rows[i].hunt->tries, rows[i].tries);
		assert_int_equal(rows[i].hunt->time, rows[i].time);
	}
	assert_int_equal(trunk->progress_after, 7000);
	assert_int_equal(bare->progress_after, 6000);
	ly_plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(another_try),
			cmocka_unit_test(patience),
			cmocka_unit_test(the_plan_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
