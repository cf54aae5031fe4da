/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hours of a target in a moment: it dies, comes back, flaps, answers OPTIONS and no call. */
#include "lync_helpers.h"

#include "liblync/asking.h"
#include "liblync/balance.h"
#include "liblync/health.h"

#define START 10000000ull

static const ly_health_rules_t *const rules = &ly_health_rules;
static ly_asking_t asking;
static ly_health_t h;
static uint64_t now;
static unsigned sent, changes;

static int begin(void **state)
{
	(void)state;
	asking = (ly_asking_t){0};
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

/* One step of the clock: the OPTIONS that is due is answered, or not, as the target does. */
static void step(target_t target)
{
	bool changed = false;

	if(ly_asking_tick(&asking, rules, NULL, now)) {
		sent++;
		if(target == ANSWERS)
			ly_asking_answered(&asking, rules, true, "", now);
		else if(target == REFUSES)
			ly_asking_failed(&asking, rules, "refused", now);
	}
	ly_health_asked(&h, rules, asking.state, asking.reason, now, &changed);
	ly_health_tick(&h, now, &changed);
	changes += changed;
}

/* The clock goes on to a moment. */
static void goes_on(uint64_t until, target_t target)
{
	for(; now <= until; now += 10)
		step(target);
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
	assert_int_equal(share(), LY_SHARE_ALL);
}

static void one_that_dies_is_known_in_two_seconds(void **state)
{
	(void)state;
	goes_on(START, ANSWERS);
	goes_on(START + rules->interval + 1990, SILENT);
	assert_int_equal(h.state, LY_HEALTH_PROBING);
	assert_int_equal(share(), LY_SHARE_LAST); /* others are preferred */
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

static void what_is_known_of_a_loss_is_the_reason(void **state)
{
	(void)state;
	for(now = START; asking.state != LY_HEALTH_DOWN; now += 10)
		ly_asking_tick(&asking, rules, "nobody listens there", now);
	assert_string_equal(asking.reason, "nobody listens there");
	/* a better one later */
	for(; asking.due <= now || strstr(asking.reason, "nobody"); now += 10)
		ly_asking_tick(&asking, rules, "its host is off", now);
	assert_string_equal(asking.reason, "its host is off");
	assert_int_equal(asking.state, LY_HEALTH_DOWN);
}

static void an_answer_that_is_late_counts(void **state)
{
	(void)state;
	goes_on(START + 1200, SILENT);
	ly_asking_answered(&asking, rules, true, "", now);
	goes_on(now, SILENT);
	assert_int_equal(h.state, LY_HEALTH_UP);
	assert_string_equal(h.reason, "");
	goes_on(now + rules->interval - 30, SILENT);
	assert_int_equal(h.state, LY_HEALTH_UP);
}

static void one_that_answers_503_is_down(void **state)
{
	(void)state;
	for(unsigned i = 0; i < 3; i++) {
		now = asking.due ? asking.due : START;
		assert_true(ly_asking_tick(&asking, rules, NULL, now));
		ly_asking_answered(&asking, rules, false, "503 to OPTIONS", now + 5);
	}
	assert_int_equal(asking.state, LY_HEALTH_DOWN);
	assert_string_equal(asking.reason, "503 to OPTIONS");
}

static void who_is_suspect_is_asked_at_once(void **state)
{
	bool changed = false;

	(void)state;
	goes_on(START, ANSWERS);
	ly_health_suspect(&h, "no answer 2 s", now, &changed);
	assert_true(changed);
	assert_int_equal(h.state, LY_HEALTH_PROBING);
	assert_string_equal(h.reason, "no answer 2 s");
	assert_int_equal(share(), LY_SHARE_LAST);
	ly_asking_soon(&asking, now);
	goes_on(now, ANSWERS);
	assert_int_equal(sent, 2);
	assert_int_equal(h.state, LY_HEALTH_UP);
	assert_int_equal(share(), LY_SHARE_ALL); /* it was not away */
	/* no sooner than asked for, nor in the middle of being asked */
	ly_asking_soon(&asking, now + 500);
	goes_on(now + 480, SILENT);
	assert_int_equal(sent, 2);
	goes_on(now + 20, SILENT);
	assert_int_equal(sent, 3);
	ly_asking_soon(&asking, now);
	goes_on(now + 100, SILENT);
	assert_int_equal(sent, 3);
}

static void one_is_up_while_an_address_of_it_is(void **state)
{
	ly_asking_t up = {.state = LY_HEALTH_UP},
				probing = {.state = LY_HEALTH_PROBING, .reason = "slow"},
				down = {.state = LY_HEALTH_DOWN, .reason = "dead"};
	const ly_asking_t *some[] = {&down, &probing, &up},
					  *none[] = {&down, &probing}, *dead[] = {&down, &down},
					  *of;

	(void)state;
	assert_int_equal(ly_asking_all(some, 3, &of), LY_HEALTH_UP);
	assert_int_equal(ly_asking_all(none, 2, &of), LY_HEALTH_PROBING);
	assert_string_equal(of->reason, "slow");
	assert_int_equal(ly_asking_all(dead, 2, &of), LY_HEALTH_DOWN);
	assert_string_equal(of->reason, "dead");
}

static void one_that_is_back_starts_slowly(void **state)
{
	uint64_t back;

	(void)state;
	goes_on(START + 10000, SILENT);
	assert_int_equal(h.state, LY_HEALTH_DOWN);
	goes_on(asking.due + 1500, ANSWERS);
	assert_int_equal(h.state, LY_HEALTH_DOWN); /* two answers are not enough */
	goes_on(now + 3000, ANSWERS);
	assert_int_equal(h.state, LY_HEALTH_UP);
	back = h.back;
	now = back;
	assert_int_equal(share(), 26);
	now = back + rules->slow_start / 2;
	assert_int_equal(share(), 141);
	now = back + rules->slow_start;
	assert_int_equal(share(), LY_SHARE_ALL);
}

static void one_that_answers_now_and_then_does_not_come_back(void **state)
{
	(void)state;
	goes_on(START + 5000, SILENT);
	for(int i = 0; i < 20; i++) {
		goes_on(asking.due + 1500, ANSWERS);
		assert_int_equal(h.state, LY_HEALTH_DOWN);
		goes_on(now + rules->interval + 5000, SILENT);
	}
	assert_int_equal(changes, 2);
}

/* Away for as long as it is there, over a day: how much of the calls comes and goes with it, in hundredths. */
static unsigned moved_by_flaps(uint32_t interval, uint64_t period)
{
	ly_health_rules_t often = *rules;
	const uint64_t end = START + 24 * 3600000ull;
	uint64_t sum = 0, steps = 0;

	begin(NULL);
	often.interval = interval;
	for(; now < end; now += 50, steps++) {
		bool there = (now - START) / period % 2 == 0, changed = false;

		if(ly_asking_tick(&asking, &often, NULL, now) && there)
			ly_asking_answered(&asking, &often, true, "", now + 5);
		ly_health_asked(&h, &often, asking.state, asking.reason, now, &changed);
		ly_health_tick(&h, now, &changed);
		sum += ly_health_share(&h, &often, false, now);
	}
	assert_true(h.downs > 3);
	return (unsigned)(sum * 100 / steps / LY_SHARE_ALL);
}

static void one_that_flaps_moves_a_tenth_of_the_calls(void **state)
{
	(void)state;
	assert_in_range(moved_by_flaps(5000, 15000), 0, 10);
	assert_in_range(moved_by_flaps(10000, 30000), 0, 10);
	assert_in_range(moved_by_flaps(2000, 60000), 0, 10);
}

static void one_that_was_down_too_often_waits_longer(void **state)
{
	uint64_t waited = 0;

	(void)state;
	goes_on(START, ANSWERS);
	for(unsigned i = 1; i <= 4; i++) {
		goes_on(asking.due + 2010, SILENT);
		assert_int_equal(h.state, LY_HEALTH_DOWN);
		goes_on(asking.due + 2010, ANSWERS);
		if(i == 1) {
			assert_int_equal(h.state, LY_HEALTH_UP); /* once is no flap */
			continue;
		}
		assert_int_equal(h.state, LY_HEALTH_EJECTED);
		assert_true(h.ejected_until - now > waited);
		waited = h.ejected_until - now;
		assert_int_equal(share(), 0);
		goes_on(h.ejected_until, ANSWERS);
		assert_int_equal(h.state, LY_HEALTH_UP);
	}
	assert_int_equal(h.downs, 4);
	goes_on(now + rules->memory, ANSWERS);
	goes_on(asking.due + 2010, SILENT);
	assert_int_equal(h.downs, 1);
}

static void one_may_say_how_long_it_wants_none(void **state)
{
	bool changed = false;

	(void)state;
	goes_on(START, ANSWERS);
	ly_health_away(&h, 20000, "503, Retry-After 20", now, &changed);
	assert_int_equal(h.state, LY_HEALTH_EJECTED);
	goes_on(now + 19900, ANSWERS);
	assert_int_equal(share(), 0);
	goes_on(now + 100, ANSWERS);
	assert_int_equal(h.state, LY_HEALTH_UP);
	assert_int_equal(h.ejections, 0); /* it is not to blame */
	/* dead meanwhile, and back before its time is over */
	ly_health_away(&h, 600000, "503, Retry-After 600", now, &changed);
	goes_on(asking.due + 2010, SILENT);
	assert_int_equal(h.state, LY_HEALTH_DOWN);
	goes_on(asking.due + 2010, ANSWERS);
	assert_int_equal(h.state, LY_HEALTH_EJECTED);
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
		assert_int_equal(ly_health_share(&h, rules, true, now), LY_SHARE_ALL);
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
			cmocka_unit_test_setup(
					what_is_known_of_a_loss_is_the_reason, begin),
			cmocka_unit_test_setup(an_answer_that_is_late_counts, begin),
			cmocka_unit_test_setup(one_that_answers_503_is_down, begin),
			cmocka_unit_test_setup(who_is_suspect_is_asked_at_once, begin),
			cmocka_unit_test_setup(one_is_up_while_an_address_of_it_is, begin),
			cmocka_unit_test_setup(one_that_is_back_starts_slowly, begin),
			cmocka_unit_test_setup(
					one_that_answers_now_and_then_does_not_come_back, begin),
			cmocka_unit_test_setup(
					one_that_flaps_moves_a_tenth_of_the_calls, begin),
			cmocka_unit_test_setup(
					one_that_was_down_too_often_waits_longer, begin),
			cmocka_unit_test_setup(one_may_say_how_long_it_wants_none, begin),
			cmocka_unit_test_setup(
					calls_that_fail_eject_it_longer_each_time, begin),
			cmocka_unit_test_setup(a_call_that_goes_well_makes_good, begin),
			cmocka_unit_test_setup(one_that_is_ejected_may_die, begin),
			cmocka_unit_test(a_pool_is_not_emptied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
