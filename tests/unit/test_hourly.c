/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/hourly.h"

static ly_hourly_t hour;

static uint64_t sum(ly_hourly_count_t what, uint64_t now)
{
	uint64_t sums[LY_HOUR_COUNTS];

	ly_hourly_sum(&hour, now, sums);
	return sums[what];
}

static void an_hour_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(sum(LY_HOUR_BEGUN, 0), 0);
	/* at the very beginning of the clock, too */
	ly_hourly_add(&hour, LY_HOUR_BEGUN, 1, 0);
	ly_hourly_add(&hour, LY_HOUR_BEGUN, 2, 299);
	ly_hourly_add(&hour, LY_HOUR_RANG_MS, 1500, 300);
	assert_int_equal(sum(LY_HOUR_BEGUN, 300), 3);
	assert_int_equal(sum(LY_HOUR_RANG_MS, 300), 1500);
	assert_int_equal(sum(LY_HOUR_ANSWERED, 300), 0);
	assert_int_equal(sum(LY_HOUR_BEGUN, 3899), 3);
	assert_int_equal(sum(LY_HOUR_BEGUN, 3900), 0);
	assert_int_equal(sum(LY_HOUR_RANG_MS, 3900), 1500);
	assert_int_equal(sum(LY_HOUR_RANG_MS, 4200), 0);
}

/* What a part had in the hour before is gone when it is used again. */
static void a_part_begins_anew(void **state)
{
	(void)state;
	for(uint64_t now = 0; now < 100000; now += 100) {
		ly_hourly_add(&hour, LY_HOUR_ANSWERED, 1, now);
		if(now > 5000)
			assert_in_range(sum(LY_HOUR_ANSWERED, now), 37, 39);
	}
	assert_int_equal(sum(LY_HOUR_ANSWERED, 1000000), 0);
}

static int begin(void **state)
{
	(void)state;
	memset(&hour, 0, sizeof(hour));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test_setup(an_hour_and_no_more, begin),
			cmocka_unit_test_setup(a_part_begins_anew, begin)};

	return cmocka_run_group_tests_name("hourly", tests, NULL, NULL);
}
