/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who gets a call, by each algorithm: against a model of calls that come and go, and with several threads at once. */
#include "lync_helpers.h"

#include <pthread.h>

#include "liblync/balance.h"

#define TARGETS_MAX 64
#define CHOICES 100000

static ly_seat_t seat[TARGETS_MAX];
static uint64_t below[TARGETS_MAX + 1];
static ly_load_t loads[TARGETS_MAX], *at_loads[TARGETS_MAX];
static ly_seats_t seats;
static double scratch[TARGETS_MAX];
static uint64_t given[TARGETS_MAX];
static _Atomic(uint32_t) cursor;

/* Targets of these weights, with nothing to do. */
static void begin(unsigned count, uint32_t (*weight)(unsigned i))
{
	cursor = 0;
	for(unsigned i = 0; i < count; i++) {
		seat[i] = (ly_seat_t){.load = i, .id = i, .weight = weight(i)};
		at_loads[i] = &loads[i];
		loads[i].calls = loads[i].limit = 0;
		loads[i].penalty = LY_PENALTY_NONE;
		loads[i].share = LY_SHARE_ALL;
		given[i] = 0;
	}
	seats = ly_seats_build(seat, below, scratch, count);
}

static uint32_t one_to_four(unsigned i)
{
	return 1 + i % 4;
}

static uint32_t one(unsigned i)
{
	(void)i;
	return 1;
}

static uint32_t none(unsigned i)
{
	(void)i;
	return 0;
}

static uint32_t the_second(unsigned i)
{
	return i == 1;
}

typedef int (*algorithm_t)(ly_seeker_t *seeker);

static int by_two(ly_seeker_t *seeker)
{
	return ly_balance_two(&seats, at_loads, seeker);
}

static int by_round_robin(ly_seeker_t *seeker)
{
	return ly_balance_round_robin(&seats, at_loads, seeker, &cursor);
}

static int by_priority(ly_seeker_t *seeker)
{
	return ly_balance_priority(&seats, at_loads, seeker);
}

static int by_key(ly_seeker_t *seeker)
{
	return ly_balance_sticky(&seats, at_loads, seeker, seeker->random);
}

static const algorithm_t algorithms[] = {
		by_two, by_round_robin, by_priority, by_key};
#define EACH_ALGORITHM(a) \
	for(const algorithm_t *a = algorithms; a < algorithms + 4; a++)

/* One call more, and the one that began `lasting` calls ago ends; those of `sink` end at once. */
static void call(algorithm_t algorithm, uint64_t *random, int *up,
		unsigned lasting, unsigned n, int sink)
{
	ly_seeker_t seeker = {.random = *random += 0x1234567};
	int *ending = &up[n % lasting], at;

	if(n >= lasting && *ending >= 0)
		ly_load_release(&loads[*ending]);
	at = algorithm(&seeker);
	assert_in_range(at, 0, seats.count - 1);
	assert_int_equal(seeker.tried_count, 1);
	given[at]++;
	*ending = at == sink ? -1 : at;
	if(at == sink)
		ly_load_release(&loads[at]);
}

/* The largest part of the calls that one got, over its fair share. */
static double worst(algorithm_t algorithm, int sink, unsigned *of)
{
	static int up[1000];
	uint64_t random = 42;
	double most = 0;

	for(unsigned n = 0; n < CHOICES; n++)
		call(algorithm, &random, up, 1000, n, sink);
	for(unsigned i = 0; i < seats.count; i++) {
		double share = (double)given[i] / CHOICES * (double)below[seats.count]
					   / seat[i].weight;
		if(share > most) {
			most = share;
			*of = i;
		}
	}
	return most;
}

static uint32_t far_apart(unsigned i)
{
	return i % 3 ? i * i * i + 1 : 0;
}

/* A draw falls on each as often as its weight says, exactly: over all numbers that it may be drawn with. */
static void a_draw_is_by_weight(void **state)
{
	(void)state;
	begin(TARGETS_MAX, far_apart);
	for(uint32_t i = 0; i < seats.count; i++) {
		double part = 0, wanted = (double)seat[i].weight * seats.count
								  / (double)below[seats.count];

		for(uint32_t from = 0; from < seats.count; from++) {
			double kept = (double)seat[from].keep / UINT32_MAX;

			part += from == i ? kept : 0;
			part += seat[from].other == i ? 1 - kept : 0;
		}
		assert_true(part > wanted - 1e-6 && part < wanted + 1e-6);
	}
}

static void calls_are_spread_by_weight(void **state)
{
	static const algorithm_t fair[] = {by_two, by_round_robin, by_key};

	(void)state;
	for(unsigned a = 0; a < 3; a++) {
		for(unsigned count = 2; count <= 64; count *= 2) {
			unsigned of = 0;
			double share;

			begin(count, one_to_four);
			share = worst(fair[a], -1, &of);
			if(share > 1.1)
				fail_msg("algorithm %u: of %u targets number %u gets %.3f of "
						 "its share",
						a, count, of, share);
		}
	}
}

static void one_that_refuses_at_once_gets_twice_its_share_at_most(void **state)
{
	(void)state;
	for(unsigned count = 4; count <= 64; count *= 2) {
		unsigned of = 0;

		begin(count, one);
		assert_true(worst(by_two, 1, &of) <= 2.05);
		assert_int_equal(of, 1);
	}
}

static void failures_and_a_slow_start_take_calls_away(void **state)
{
	unsigned of = 0;

	(void)state;
	begin(8, one);
	loads[3].penalty = 4 * LY_PENALTY_NONE;
	loads[5].share = LY_SHARE_ALL / 2;
	worst(by_two, -1, &of);
	/* it holds a quarter, or half, of the calls of the others */
	assert_in_range(given[3], CHOICES / 40, CHOICES / 25);
	assert_in_range(given[5], CHOICES / 16, CHOICES / 13);
}

static uint32_t three_to_one(unsigned i)
{
	return i ? 25 : 75;
}

/* How many of 10,000 calls the first of two gets, when each ends before the next. */
static unsigned firsts_of_10000(void)
{
	ly_seeker_t all = {.random = 5};
	unsigned count = 0;

	for(unsigned n = 0; n < 10000; n++) {
		ly_seeker_t seeker = {.random = ly_seeker_random(&all)};
		int at = ly_balance_two(&seats, at_loads, &seeker);
		ly_load_release(&loads[at]);
		count += at == 0;
	}
	return count;
}

/* With nobody in a call weight decides, not always the heaviest; but never for one that fails. */
static void little_traffic_is_spread_too(void **state)
{
	(void)state;
	begin(2, three_to_one);
	assert_in_range(firsts_of_10000(), 7300, 7700);
	loads[0].share = LY_SHARE_ALL / 4;
	assert_in_range(firsts_of_10000(), 1700, 2700);
	loads[0].share = LY_SHARE_ALL;
	loads[0].penalty = LY_PENALTY_NONE + 1;
	assert_int_equal(firsts_of_10000(), 0);
}

static void who_cannot_have_it_does_not_get_it(void **state)
{
	(void)state;
	EACH_ALGORITHM(algorithm)
	{
		begin(8, one_to_four);
		for(unsigned i = 0; i < 8; i++) {
			loads[i].share = i == 2 ? LY_SHARE_ALL : 0;
			loads[i].limit = 2;
		}
		for(unsigned n = 0; n < 2; n++) {
			ly_seeker_t seeker = {.random = n};
			assert_int_equal((*algorithm)(&seeker), 2);
		}
		ly_seeker_t seeker = {.random = 9};
		assert_int_equal((*algorithm)(&seeker), -1);
		seeker.unlimited = true;
		assert_int_equal((*algorithm)(&seeker), 2);
		assert_int_equal((*algorithm)(&seeker), -1); /* it has had it */
		assert_int_equal(loads[2].calls, 3);
	}
}

static void each_is_tried_once(void **state)
{
	(void)state;
	EACH_ALGORITHM(algorithm)
	{
		ly_seeker_t seeker = {.random = 7};
		uint64_t seen = 0;

		begin(LY_TRIES_MAX + 4, one_to_four);
		for(unsigned n = 0; n < LY_TRIES_MAX; n++) {
			int at = (*algorithm)(&seeker);

			assert_in_range(at, 0, LY_TRIES_MAX + 3);
			assert_false(seen & UINT64_C(1) << at);
			seen |= UINT64_C(1) << at;
		}
		assert_int_equal((*algorithm)(&seeker), -1);
	}
}

static void without_a_weight_when_no_other_is_left(void **state)
{
	(void)state;
	EACH_ALGORITHM(algorithm)
	{
		ly_seeker_t seeker = {.random = 7};

		begin(0, one);
		assert_int_equal((*algorithm)(&seeker), -1);
		begin(3, none);
		assert_in_range((*algorithm)(&seeker), 0, 2);
		if(*algorithm == by_priority)
			continue;
		begin(3, the_second);
		seeker.tried_count = 0;
		assert_int_equal((*algorithm)(&seeker), 1);
		assert_int_not_equal((*algorithm)(&seeker), 1);
	}
}

static void round_robin_does_not_call_one_three_times_in_a_row(void **state)
{
	int before[2] = {-1, -1};

	(void)state;
	begin(4, one_to_four);
	for(unsigned n = 0; n < 1000; n++) {
		ly_seeker_t seeker = {.random = 1};
		int at = by_round_robin(&seeker);

		assert_false(at == before[0] && at == before[1]);
		before[1] = before[0];
		before[0] = at;
	}
}

static void a_key_stays_where_it_is(void **state)
{
	int homes[1000];
	unsigned moved = 0;

	(void)state;
	begin(10, one_to_four);
	for(int round = 0; round < 2; round++) {
		for(unsigned key = 0; key < 1000; key++) {
			ly_seeker_t seeker = {0};
			int at = ly_balance_sticky(
					&seats, at_loads, &seeker, key * 0x9e3779b97f4a7c15);

			ly_load_release(&loads[at]);
			if(round == 0)
				homes[key] = at;
			else if(homes[key] != 4)
				moved += homes[key] != at;
			else
				assert_int_not_equal(at, 4);
		}
		loads[4].share = 0;
	}
	assert_int_equal(moved, 0); /* only its own keys have gone elsewhere */
}

static void one_key_for_all_does_not_fill_one_target(void **state)
{
	(void)state;
	begin(4, one);
	for(unsigned n = 0; n < 1000; n++) {
		ly_seeker_t seeker = {0};
		ly_balance_sticky(&seats, at_loads, &seeker, 77);
	}
	for(unsigned i = 0; i < 4; i++)
		assert_in_range(loads[i].calls, 1, 1000 * 5 / 4 / 4 + 1);
}

static void *keep_choosing(void *limit_is_kept)
{
	_Atomic(bool) *kept = limit_is_kept;
	ly_seeker_t seeker = {.random = (uintptr_t)&seeker};

	for(unsigned n = 0; n < 200000; n++) {
		int at;

		seeker.tried_count = 0;
		at = by_two(&seeker);
		for(unsigned i = 0; i < seats.count; i++) {
			if(loads[i].calls > loads[i].limit)
				*kept = false;
		}
		if(at >= 0)
			ly_load_release(&loads[at]);
	}
	return NULL;
}

static void limits_hold_for_many_at_once(void **state)
{
	_Atomic(bool) kept = true;
	pthread_t threads[4];

	(void)state;
	begin(3, one);
	for(unsigned i = 0; i < 3; i++)
		loads[i].limit = 1;
	for(unsigned i = 0; i < 4; i++)
		assert_int_equal(
				pthread_create(&threads[i], NULL, keep_choosing, &kept), 0);
	for(unsigned i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	assert_true(kept);
	for(unsigned i = 0; i < 3; i++)
		assert_int_equal(loads[i].calls, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_draw_is_by_weight),
			cmocka_unit_test(calls_are_spread_by_weight),
			cmocka_unit_test(
					one_that_refuses_at_once_gets_twice_its_share_at_most),
			cmocka_unit_test(failures_and_a_slow_start_take_calls_away),
			cmocka_unit_test(little_traffic_is_spread_too),
			cmocka_unit_test(who_cannot_have_it_does_not_get_it),
			cmocka_unit_test(each_is_tried_once),
			cmocka_unit_test(without_a_weight_when_no_other_is_left),
			cmocka_unit_test(
					round_robin_does_not_call_one_three_times_in_a_row),
			cmocka_unit_test(a_key_stays_where_it_is),
			cmocka_unit_test(one_key_for_all_does_not_fill_one_target),
			cmocka_unit_test(limits_hold_for_many_at_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
