/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls per second: in no second more than the limit, and nearly as many as that. */
#include "text_helpers.h"

#include "liblync/rate.h"

#define CALLS 200000

/* Offered at random times, about `load` times the limit; returns how many began. begun gets their times. */
static unsigned offer(uint32_t limit, double load, uint64_t *begun)
{
	ly_rate_t rate = {0};
	uint64_t random = 88172645463325252, now = 1;
	unsigned count = 0;
	double spare = 0;

	for(unsigned i = 0; i < CALLS; i++) {
		bool may;
		/* steps of 0 to twice the mean */
		spare +=
				2000.0 / (limit * load) * (next_random(&random) / 4294967296.0);
		now += (uint64_t)spare;
		spare -= (double)(uint64_t)spare;
		may = ly_rate_may(&rate, limit, now);
		assert_int_equal(ly_rate_take(&rate, limit, now), may);
		if(may)
			begun[count++] = now;
	}
	return count;
}

static void no_second_has_more(void **state)
{
	static const uint32_t limits[] = {1, 2, 5, 31, 32, 33, 64, 100, 127, 1000};
	static uint64_t begun[CALLS];

	(void)state;
	for(size_t l = 0; l < sizeof(limits) / sizeof(limits[0]); l++) {
		unsigned count = offer(limits[l], 3, begun);
		double seconds = (double)(begun[count - 1] - begun[0]) / 1000;

		for(unsigned i = limits[l]; i < count; i++) {
			if(begun[i] - begun[i - limits[l]] < 1000)
				fail_msg("limit %u: %u calls within %u ms", limits[l],
						limits[l] + 1,
						(unsigned)(begun[i] - begun[i - limits[l]]));
		}
		if(count / seconds < limits[l] * (limits[l] < 5 ? 0.7 : 0.9))
			fail_msg("limit %u: only %.1f begin in a second", limits[l],
					count / seconds);
	}
}

/* Well below the limit none is refused, but when six of 0.6 in a second come at once. */
static void below_it_all_pass(void **state)
{
	static uint64_t begun[CALLS];

	(void)state;
	assert_int_equal(offer(100, 0.5, begun), CALLS);
	assert_true(offer(5, 0.12, begun) > CALLS - 20);
}

static void none_is_no_limit(void **state)
{
	ly_rate_t rate = {0};

	(void)state;
	for(unsigned i = 0; i < 10000; i++)
		assert_true(ly_rate_take(&rate, 0, 5) && ly_rate_may(&rate, 0, 5));
}

/* All of them at once, then again a second later. */
static void a_burst(void **state)
{
	ly_rate_t rate = {0};

	(void)state;
	for(uint64_t now = 0; now < 5000; now += 1000) {
		for(unsigned i = 0; i < 64; i++)
			assert_true(ly_rate_take(&rate, 64, now));
		assert_false(ly_rate_take(&rate, 64, now));
		assert_false(ly_rate_take(&rate, 64, now + 999));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(no_second_has_more),
			cmocka_unit_test(below_it_all_pass),
			cmocka_unit_test(none_is_no_limit), cmocka_unit_test(a_burst)};

	return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
