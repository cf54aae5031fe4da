/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names over time: what answers and silence make of what is known, and when the DNS is asked again. */
#include "names_helpers.h"

static void a_name_is_asked_at_once(void **state)
{
	(void)state;
	assert_int_equal(name.ask_at, NOW);
	assert_false(ly_name_resolved(&name));
	assert_known("");
}

static void an_answer_counts_at_once(void **state)
{
	(void)state;
	ly_name_round_begin(&name);
	assert_true(hear(0, "192.0.2.10,192.0.2.11", 300, NOW));
	assert_true(ly_name_resolved(&name));
	assert_false(ly_name_round_over(&name));
	assert_known("192.0.2.10, 192.0.2.11");
	assert_true(hear(1, "2001:db8::10", 30, NOW));
	assert_int_equal(ly_name_round_end(&name, NOW, 0), LY_NAME_NO_NEWS);
	assert_int_equal(name.ask_at, NOW + 30 * SECOND);
	assert_int_equal(name.error, 0);
	assert_known("192.0.2.10, 192.0.2.11, 2001:db8::10");
}

/* Of an answer in another order nothing is new. */
static void the_order_means_nothing(void **state)
{
	(void)state;
	round_of("192.0.2.10,192.0.2.11", 5, NOW);
	ly_name_round_begin(&name);
	assert_false(hear(0, "192.0.2.11,192.0.2.10,192.0.2.11", 5, NOW));
	assert_known("192.0.2.10, 192.0.2.11");
}

static void the_ttl_has_bounds(void **state)
{
	static const struct
	{
		uint32_t ttl, seconds;
	} cases[] = {{0, 5}, {1, 5}, {5, 5}, {6, 6}, {3600, 3600}, {3601, 3600},
			{UINT32_MAX, 3600}};

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		round_of("192.0.2.10", cases[i].ttl, NOW);
		assert_int_equal(name.ask_at, NOW + cases[i].seconds * SECOND);
	}
}

static void what_vanishes_drains_for_six_hours(void **state)
{
	const int64_t hours = 6 * 3600 * SECOND;

	(void)state;
	round_of("192.0.2.10,192.0.2.11", 5, NOW);
	round_of("192.0.2.11", 5, NOW + 1);
	assert_known("192.0.2.11; draining: 192.0.2.10");
	round_of("192.0.2.12", 5, NOW + 2);
	assert_known("192.0.2.12; draining: 192.0.2.11, 192.0.2.10");
	round_of("192.0.2.12", 5, NOW + 3); /* does not begin anew */
	assert_false(ly_name_expire(&name, NOW + hours));
	assert_true(ly_name_expire(&name, NOW + 1 + hours));
	assert_known("192.0.2.12; draining: 192.0.2.11");
	round_of("192.0.2.11", 5, NOW + 4);
	assert_known("192.0.2.11; draining: 192.0.2.12");
	assert_true(ly_name_expire(&name, NOW + 4 + hours));
	assert_known("192.0.2.11");
	assert_false(ly_name_expire(&name, INT64_MAX));
}

static void the_last_good_answer_stays(void **state)
{
	(void)state;
	round_of("192.0.2.10", 5, NOW);
	for(int i = 0; i < 100; i++) {
		failed_round(NOW + i);
		assert_known("192.0.2.10");
	}
	/* No addresses at all is no answer either. */
	ly_name_round_begin(&name);
	assert_false(hear_empty(0, NOW));
	assert_false(hear_empty(1, NOW));
	ly_name_round_end(&name, NOW, HALF);
	assert_int_equal(name.error, 1);
	assert_known("192.0.2.10");
}

static void failures_are_news_once(void **state)
{
	(void)state;
	assert_int_equal(failed_round(NOW), LY_NAME_FAILS);
	assert_int_equal(failed_round(NOW), LY_NAME_NO_NEWS);
	assert_int_equal(name.error, 12);
	ly_name_round_begin(&name);
	hear(0, "192.0.2.10", 5, NOW);
	hear_empty(1, NOW);
	assert_int_equal(ly_name_round_end(&name, NOW, HALF), LY_NAME_BACK);
	assert_int_equal(name.error, 0);
	round_of("192.0.2.10", 5, NOW);
	assert_int_equal(failed_round(NOW), LY_NAME_FAILS);
}

static void pauses_grow_to_a_minute(void **state)
{
	static const int seconds[] = {5, 10, 20, 40, 60, 60, 60};

	(void)state;
	for(size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		failed_round(NOW);
		assert_int_equal(name.ask_at, NOW + seconds[i] * SECOND);
	}
	name.failures = UINT32_MAX;
	failed_round(NOW);
	assert_int_equal(name.ask_at, NOW + 60 * SECOND);
	round_of("192.0.2.10", 300, NOW);
	failed_round(NOW);
	assert_int_equal(name.ask_at, NOW + 5 * SECOND);
}

/* Three quarters to five quarters of the pause. */
static void pauses_have_jitter(void **state)
{
	(void)state;
	for(int i = 0; i < 2; i++) {
		begin(state);
		ly_name_round_begin(&name);
		hear_nothing(0, 12, NOW);
		hear_nothing(1, 12, NOW);
		ly_name_round_end(&name, NOW, i ? UINT32_MAX : 0);
		assert_in_range(name.ask_at - NOW, i ? 6249 : 3750, i ? 6250 : 3750);
	}
}

static void one_family_without_an_answer(void **state)
{
	(void)state;
	ly_name_round_begin(&name);
	hear(0, "192.0.2.10", 300, NOW);
	hear(1, "2001:db8::10", 300, NOW);
	ly_name_round_end(&name, NOW, HALF);
	ly_name_round_begin(&name);
	assert_false(hear_nothing(1, 12, NOW));
	assert_true(hear(0, "192.0.2.11", 300, NOW));
	assert_int_equal(ly_name_round_end(&name, NOW, HALF), LY_NAME_NO_NEWS);
	assert_known("192.0.2.11, 2001:db8::10; draining: 192.0.2.10");
	assert_int_equal(name.error, 12);
	assert_int_equal(name.ask_at, NOW + 60 * SECOND);
}

/* RFC 4074: "no such name" of AAAA alone is what broken servers say; "no such address" is believed. */
static void one_family_without_addresses(void **state)
{
	(void)state;
	for(int first = 0; first < 2; first++) {
		begin(state);
		ly_name_round_begin(&name);
		hear(0, "192.0.2.10", 300, NOW);
		hear(1, "2001:db8::10", 300, NOW);
		ly_name_round_end(&name, NOW, HALF);
		ly_name_round_begin(&name);
		if(first)
			assert_false(hear_empty(1, NOW));
		assert_false(hear(0, "192.0.2.10", 300, NOW) && first == 0);
		if(!first)
			assert_true(hear_empty(1, NOW));
		ly_name_round_end(&name, NOW, HALF);
		assert_known("192.0.2.10; draining: 2001:db8::10");
		assert_int_equal(name.error, 0);
	}
}

/* Names that come and go ---------------------------------------------------------------------------------------------- */

static void a_name_without_a_plan(void **state)
{
	(void)state;
	round_of("192.0.2.10", 300, NOW);
	ly_name_want(&name, false, NOW + 5);
	assert_int_equal(name.forget_at, NOW + 5 + LY_NAME_DRAIN_MS);
	ly_name_want(&name, false, NOW + 9); /* does not begin anew */
	assert_int_equal(name.forget_at, NOW + 5 + LY_NAME_DRAIN_MS);
	assert_known("192.0.2.10");
	ly_name_want(&name, true, NOW + 10);
	assert_int_equal(name.forget_at, 0);
	assert_int_equal(name.ask_at, NOW + 10);
	ly_name_want(&name, true, NOW + 11);
	assert_int_equal(name.ask_at, NOW + 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {NAME_TEST(a_name_is_asked_at_once),
			NAME_TEST(an_answer_counts_at_once),
			NAME_TEST(the_order_means_nothing), NAME_TEST(the_ttl_has_bounds),
			NAME_TEST(what_vanishes_drains_for_six_hours),
			NAME_TEST(the_last_good_answer_stays),
			NAME_TEST(failures_are_news_once),
			NAME_TEST(pauses_grow_to_a_minute), NAME_TEST(pauses_have_jitter),
			NAME_TEST(one_family_without_an_answer),
			NAME_TEST(one_family_without_addresses),
			NAME_TEST(a_name_without_a_plan)};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
