/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/loop.h"

#define SETS 4
#define NOW UINT64_C(5000000)
#define LYNC 0
#define NETWORK 1
#define PBX 77

static ly_loops_t *loops;

static uint64_t key(const char *calling, const char *called, uint32_t place)
{
	return ly_loop_key(loops, text(calling), text(called), place);
}

static void are_out(uint64_t k, uint64_t now, unsigned silent, unsigned all)
{
	ly_loop_out_t out = ly_loop_out(loops, k, now);

	assert_int_equal(out.silent, silent);
	assert_int_equal(out.all, all);
}

static void what_two_calls_have_in_common(void **state)
{
	uint64_t k = key("+498912345678", "+4930123456", LYNC);

	(void)state;
	assert_true(k == key("+498912345678", "+4930123456", LYNC));
	/* with the prefixes that come on the way */
	assert_true(k == key("00498912345678", "0004930123456", LYNC));
	assert_true(k == key("498912345678", "930123456", LYNC));
	assert_true(k != key("+498912345678", "+4930123457", LYNC));
	assert_true(k != key("+498912345679", "+4930123456", LYNC));
	assert_true(k != key("+4930123456", "+498912345678", LYNC));
	assert_true(k != key("+498912345678", "+4930123456", NETWORK));
	assert_true(key("", "112", LYNC) != key("", "12", LYNC));
	/* who withholds the number is nobody, whatever he is called */
	assert_true(key("anonymous", "1", LYNC) == key("", "1", LYNC));
	assert_true(key("ada", "1", LYNC) == key("bob", "1", LYNC));
	assert_true(key("1", "ada", LYNC) != key("1", "bob", LYNC));
	assert_true(key("1", "ada", LYNC) == key("1", "ada", LYNC));
}

static void passes_come_and_go(void **state)
{
	uint64_t k = key("1", "2", LYNC);
	ly_loop_pass_t pass[3], none = {0};

	(void)state;
	are_out(k, NOW, 0, 0);
	for(int i = 0; i < 3; i++)
		pass[i] = ly_loop_sent(loops, k, NOW + (unsigned)i);
	are_out(k, NOW + 3, 3, 3);
	are_out(key("1", "2", NETWORK), NOW + 3, 0, 0);
	ly_loop_rings(loops, pass[1]);
	ly_loop_rings(loops, pass[1]);
	are_out(k, NOW + 3, 2, 3);
	ly_loop_over(loops, pass[0]);
	ly_loop_over(loops, pass[0]);
	ly_loop_over(loops, none);
	ly_loop_rings(loops, none);
	are_out(k, NOW + 3, 1, 2);
	ly_loop_over(loops, pass[1]);
	ly_loop_over(loops, pass[2]);
	are_out(k, NOW + 3, 0, 0);
}

/* A place that was one of a call that rang is silent again. */
static void a_place_is_used_again(void **state)
{
	uint64_t k = key("1", "2", LYNC);
	ly_loop_pass_t pass = ly_loop_sent(loops, k, NOW);

	(void)state;
	ly_loop_rings(loops, pass);
	ly_loop_over(loops, pass);
	ly_loop_sent(loops, k, NOW + 1);
	are_out(k, NOW + 1, 1, 1);
}

static void nothing_is_out_for_ever(void **state)
{
	uint64_t k = key("1", "2", LYNC);

	(void)state;
	ly_loop_sent(loops, k, NOW);
	are_out(k, NOW + LY_LOOP_LIFE - 1, 1, 1);
	are_out(k, NOW + LY_LOOP_LIFE, 0, 0);
	/* the clock has 32 bits here, and 0 is none */
	ly_loop_sent(loops, k, (UINT64_C(1) << 32) - 10);
	ly_loop_sent(loops, k, UINT64_C(1) << 32);
	are_out(k, (UINT64_C(1) << 32) + 20, 2, 2);
}

static void more_than_there_is_room_for(void **state)
{
	uint64_t k = key("1", "2", LYNC);
	ly_loop_pass_t last = {0}, first = ly_loop_sent(loops, k, NOW);

	(void)state;
	for(unsigned i = 0; i < 100; i++)
		last = ly_loop_sent(loops, k, NOW + 1 + i / 10);
	are_out(k, NOW + 20, LY_LOOP_PASSES, LY_LOOP_PASSES);
	ly_loop_over(loops, first); /* long gone */
	are_out(k, NOW + 20, LY_LOOP_PASSES, LY_LOOP_PASSES);
	ly_loop_over(loops, last);
	are_out(k, NOW + 20, LY_LOOP_PASSES - 1, LY_LOOP_PASSES - 1);
}

/* A loop keeps its entry, however many other calls there are. */
static void many_other_calls(void **state)
{
	uint64_t k = key("1", "2", LYNC);
	char number[12];

	(void)state;
	for(unsigned round = 0; round < 3; round++) {
		ly_loop_sent(loops, k, NOW + round);
		for(unsigned i = 0; i < SETS; i++) {
			snprintf(number, sizeof(number), "%u", 100 * round + i);
			ly_loop_sent(loops, key("1", number, PBX), NOW + round);
		}
	}
	are_out(k, NOW + 3, 3, 3);
	for(unsigned i = 0; i < 1000; i++) {
		snprintf(number, sizeof(number), "%u", 1000 + i);
		ly_loop_sent(loops, key("1", number, PBX), NOW + 10 + i);
	}
	are_out(k, NOW + 1100, 0, 0);
}

static int begin(void **state)
{
	(void)state;
	loops = ly_loops_init(
			block(ly_loops_size(SETS)), SETS, UINT64_C(0x123456789abcdef));
	return 0;
}

#define LOOP(test) cmocka_unit_test_setup_teardown(test, begin, forget_blocks)

int main(void)
{
	const struct CMUnitTest tests[] = {LOOP(what_two_calls_have_in_common),
			LOOP(passes_come_and_go), LOOP(a_place_is_used_again),
			LOOP(nothing_is_out_for_ever), LOOP(more_than_there_is_room_for),
			LOOP(many_other_calls)};

	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
