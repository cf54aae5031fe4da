/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hours of a target in a moment: it dies, comes back, flaps, answers OPTIONS and no call. */
#include "lync_helpers.h"

#include "liblync/health.h"

#define START 10000000ull

static const ly_health_rules_t *const rules = &ly_health_rules;
static ly_health_t h;
static uint64_t now;
static unsigned sent, changes;

static int begin(void **state)
{
	(void)state;
	h = (ly_health_t){0};
	now = START;
	sent = changes = 0;
	return 0;
}

typedef enum target
{
	ANSWERS,
	SILENT,
	REFUSES
} target_t;

/* The clock goes on to a moment; each OPTIONS is answered, or not, as the target does. */
static void goes_on(uint64_t until, target_t target)
{
	bool changed = false;

	for(; now <= until; now += 10) {
		if(ly_health_tick(&h, rules, now, &changed)) {
			sent++;
			if(target == ANSWERS)
				ly_health_answered(&h, rules, true, "", now, &changed);
			else if(target == REFUSES)
				ly_health_unreachable(&h, rules, "refused", now, &changed);
		}
		changes += changed;
		changed = false;
	}
}

static void call(bool failed, bool may_eject)
{
	bool changed = false;

	ly_health_call(&h, rules, failed, "503", may_eject, now, &changed);
	changes += changed;
}

static unsigned share(void)
{
	return ly_health_share(&h, rules, false, now);
}

static void one_that_is_well_is_asked_now_and_then(void **state)
{
	(void)state;
	goes_on(START + 10 * rules->interval, ANSWERS);
	assert_int_equal(sent, 11);
	assert_int_equal(changes, 0);
	assert_int_equal(share(), 256);
}

static void one_that_dies_is_known_in_two_seconds(void **state)
{
	(void)state;
	goes_on(START, ANSWERS);
	goes_on(START + rules->interval + 1990, SILENT);
	assert_int_equal(h.state, LY_HEALTH_PROBING);
	assert_int_equal(share(), 256);
	goes_on(now + 20, SILENT);
	assert_int_equal(h.state, LY_HEALTH_DOWN);
	assert_string_equal(h.reason, "no answer to 3 OPTIONS");
	assert_int_equal(share(), 0);
	assert_int_equal(changes, 2);
}

static void one_that_refuses_is_known_sooner(void **state)
{
	(void)state;
	goes_on(START + 1010, REFUSES);
	assert_int_equal(h.state, LY_HEALTH_DOWN);
	assert_string_equal(h.reason, "refused");
	goes_on(now + 3600000, REFUSES);
	assert_int_equal(changes, 2);
	assert_in_range(sent, 100, 140); /* no storm */
}

static void an_answer_that_is_late_counts(void **state)
{
	bool changed = false;

	(void)state;
	goes_on(START + 1200, SILENT);
	ly_health_answered(&h, rules, true, "", now, &changed);
	assert_int_equal(h.state, LY_HEALTH_UP);
	assert_string_equal(h.reason, "");
	goes_on(now + rules->interval - 20, SILENT);
	assert_int_equal(h.state, LY_HEALTH_UP);
}

static void one_that_is_back_starts_slowly(void **state)
{
	uint64_t back;

	(void)state;
	goes_on(START + 10000, SILENT);
	assert_int_equal(h.state, LY_HEALTH_DOWN);
	goes_on(h.due + 1500, ANSWERS);
	assert_int_equal(h.state, LY_HEALTH_DOWN); /* two answers are not enough */
	goes_on(now + 3000, ANSWERS);
	assert_int_equal(h.state, LY_HEALTH_UP);
	back = h.back;
	now = back;
	assert_int_equal(share(), 26);
	now = back + rules->slow_start / 2;
	assert_int_equal(share(), 141);
	now = back + rules->slow_start;
	assert_int_equal(share(), 256);
}

static void one_that_flaps_does_not_come_back(void **state)
{
	(void)state;
	goes_on(START + 5000, SILENT);
	for(int i = 0; i < 20; i++) {
		goes_on(h.due + 1500, ANSWERS);
		assert_int_equal(h.state, LY_HEALTH_DOWN);
		goes_on(now + rules->interval + 5000, SILENT);
	}
	assert_int_equal(changes, 2);
}

static void calls_that_fail_eject_it_longer_each_time(void **state)
{
	uint64_t longest = 0;

	(void)state;
	goes_on(START, ANSWERS);
	for(unsigned n = 1; n <= 30; n++) {
		for(unsigned i = 0; i < rules->failures; i++) {
			assert_int_equal(h.state, LY_HEALTH_UP);
			call(true, true);
		}
		assert_int_equal(h.state, LY_HEALTH_EJECTED);
		assert_string_equal(h.reason, "503 x5");
		assert_int_equal(share(), 0);
		assert_int_equal(ly_health_share(&h, rules, true, now), 256);
		uint64_t lasts = h.ejected_until - now;
		assert_true(lasts >= longest);
		longest = lasts;
		goes_on(h.ejected_until, ANSWERS);
	}
	assert_int_equal(longest, rules->ejection_max);
	now += rules->memory + 10;
	for(unsigned i = 0; i < rules->failures; i++)
		call(true, true);
	assert_int_equal(h.ejected_until - now, rules->ejection);
}

static void a_call_that_goes_well_makes_good(void **state)
{
	(void)state;
	for(unsigned i = 0; i < 100; i++)
		call(i % rules->failures != 0, true);
	assert_int_equal(h.state, LY_HEALTH_UP);
	for(unsigned i = 0; i < 100; i++)
		call(true, false);
	assert_int_equal(h.state, LY_HEALTH_UP); /* others are out already */
	call(true, true);
	assert_int_equal(h.state, LY_HEALTH_EJECTED);
}

static void one_that_is_ejected_may_die(void **state)
{
	(void)state;
	goes_on(START, ANSWERS);
	for(unsigned i = 0; i < rules->failures; i++)
		call(true, true);
	goes_on(now + rules->interval + 2010, SILENT);
	assert_int_equal(h.state, LY_HEALTH_DOWN);
	assert_int_equal(ly_health_share(&h, rules, true, now), 0);
}

static void a_pool_is_not_emptied(void **state)
{
	(void)state;
	assert_true(ly_health_may_eject(0, 1));
	assert_false(ly_health_may_eject(1, 2));
	assert_false(ly_health_may_eject(1, 19));
	assert_true(ly_health_may_eject(1, 20));
	assert_false(ly_health_may_eject(2, 20));
	assert_true(ly_health_panics(1, 3));
	assert_false(ly_health_panics(2, 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test_setup(
					one_that_is_well_is_asked_now_and_then, begin),
			cmocka_unit_test_setup(
					one_that_dies_is_known_in_two_seconds, begin),
			cmocka_unit_test_setup(one_that_refuses_is_known_sooner, begin),
			cmocka_unit_test_setup(an_answer_that_is_late_counts, begin),
			cmocka_unit_test_setup(one_that_is_back_starts_slowly, begin),
			cmocka_unit_test_setup(one_that_flaps_does_not_come_back, begin),
			cmocka_unit_test_setup(
					calls_that_fail_eject_it_longer_each_time, begin),
			cmocka_unit_test_setup(a_call_that_goes_well_makes_good, begin),
			cmocka_unit_test_setup(one_that_is_ejected_may_die, begin),
			cmocka_unit_test(a_pool_is_not_emptied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
