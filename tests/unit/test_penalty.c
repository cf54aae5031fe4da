/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What failures and slowness cost a target, and that they are forgotten. */
#include "lync_helpers.h"

#include "liblync/balance.h"
#include "liblync/penalty.h"

#define NOW 5000000ull

static void nothing_is_wrong_with_one_that_is_new(void **state)
{
	const ly_penalty_t p = {0};

	(void)state;
	assert_int_equal(ly_penalty_value(&p, 0, NOW), LY_PENALTY_NONE);
	assert_int_equal(ly_penalty_value(&p, 900, NOW), LY_PENALTY_NONE);
}

static void failures_count_and_are_made_good(void **state)
{
	ly_penalty_t p = {0};
	uint32_t one, all;

	(void)state;
	ly_penalty_call(&p, true, NOW);
	one = ly_penalty_value(&p, 0, NOW);
	assert_in_range(one, 5 * LY_PENALTY_NONE - 1, 5 * LY_PENALTY_NONE + 1);
	for(int i = 0; i < 50; i++)
		ly_penalty_call(&p, true, NOW);
	all = ly_penalty_value(&p, 0, NOW);
	assert_in_range(all, 20.9 * LY_PENALTY_NONE, 21 * LY_PENALTY_NONE);
	for(int i = 0; i < 50; i++)
		ly_penalty_call(&p, false, NOW);
	assert_in_range(
			ly_penalty_value(&p, 0, NOW), LY_PENALTY_NONE, LY_PENALTY_NONE + 1);
}

static void failures_are_forgotten(void **state)
{
	ly_penalty_t p = {0};

	(void)state;
	for(int i = 0; i < 50; i++)
		ly_penalty_call(&p, true, NOW);
	assert_in_range(ly_penalty_value(&p, 0, NOW + LY_PENALTY_MS),
			8.2 * LY_PENALTY_NONE, 8.4 * LY_PENALTY_NONE);
	assert_int_equal(
			ly_penalty_value(&p, 0, NOW + 20 * LY_PENALTY_MS), LY_PENALTY_NONE);
}

static void one_that_is_slow_gets_less(void **state)
{
	ly_penalty_t p = {0};

	(void)state;
	ly_penalty_rang(&p, 5000, NOW);
	ly_penalty_rang(&p, 100, NOW); /* the peak stays for a while */
	assert_int_equal(ly_penalty_delay(&p, NOW), 5000);
	assert_int_equal(ly_penalty_value(&p, 2500, NOW), 2 * LY_PENALTY_NONE);
	assert_int_equal(ly_penalty_value(&p, 500, NOW), 4 * LY_PENALTY_NONE);
	assert_int_equal(ly_penalty_value(&p, 9000, NOW), LY_PENALTY_NONE);
	ly_penalty_rang(&p, 100, NOW + 10 * LY_PENALTY_MS);
	assert_int_equal(ly_penalty_delay(&p, NOW + 10 * LY_PENALTY_MS), 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(nothing_is_wrong_with_one_that_is_new),
			cmocka_unit_test(failures_count_and_are_made_good),
			cmocka_unit_test(failures_are_forgotten),
			cmocka_unit_test(one_that_is_slow_gets_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
