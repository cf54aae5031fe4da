/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/binrpc.h"

#define BYTES(literal) bytes(literal, sizeof(literal) - 1)

static ly_slice_t bytes(const char *literal, size_t len)
{
	char *copy = block(len);

	memcpy(copy, literal, len);
	return ly_slice(copy, len);
}

static void a_command(void **state)
{
	const ly_slice_t words[] = {text("lync.drain"), text("node"), text("")};
	char *memory = block(64);
	ly_buf_t out = ly_buf(memory, 64), small = ly_buf(block(20), 20);

	(void)state;
	ly_binrpc_put(&out, 0x01020304, words, 3);
	assert_false(out.full);
	assert_true(ly_eq(
			ly_buf_slice(&out), BYTES("\xa1\x0f\x00\x00\x00\x20\x01\x02\x03\x04"
									  "\xc1\x00\x00\x00\x0blync.drain\0"
									  "\xc1\x00\x00\x00\x05node\0"
									  "\xc1\x00\x00\x00\x01\0")));
	assert_int_equal(ly_binrpc_length(ly_buf_slice(&out)), (long)out.len);
	ly_binrpc_put(&small, 1, words, 3);
	assert_true(small.full);
}

static void how_long_one_is(void **state)
{
	(void)state;
	assert_int_equal(ly_binrpc_length(LY_EMPTY), 0);
	assert_int_equal(ly_binrpc_length(BYTES("\xa1")), 0);
	assert_int_equal(ly_binrpc_length(BYTES("\xa1\x10")), 0);
	assert_int_equal(ly_binrpc_length(BYTES("\xa1\x10\x05")), 2 + 1 + 1 + 5);
	assert_int_equal(
			ly_binrpc_length(BYTES("\xa1\x15\x01\x00")), 2 + 2 + 2 + 256);
	assert_int_equal(ly_binrpc_length(BYTES("HTTP/1.1")), -1);
	assert_int_equal(ly_binrpc_length(BYTES("\xa2\x10\x05")), -1);
}

static void is_next(ly_binrpc_t *a, ly_binrpc_kind_t kind, const char *what)
{
	ly_binrpc_value_t v = ly_binrpc_next(a);
	char number[24];

	assert_int_equal(v.kind, kind);
	snprintf(number, sizeof(number), "%ld", v.number);
	assert_true(ly_eq(kind == LY_BINRPC_NUMBER ? ly_cstr(number) : v.text,
			ly_cstr(what)));
}

/* {"calls": 300, "name": "gw1"}, [-1, "a longer text"], 1.5 */
static void an_answer(void **state)
{
	ly_binrpc_t a;

	(void)state;
	assert_true(ly_binrpc_open(BYTES("\xa1\x10\x31\x07"
									 "\x03\x65"
									 "calls\0\x20\x01\x2c\x55"
									 "name\0\x41gw1\0\x83"
									 "\x04\x40\xff\xff\xff\xff\x91\x0e"
									 "a longer text\0\x84\x22\x05\xdc"),
			&a));
	assert_int_equal(a.cookie, 7);
	assert_false(a.fault);
	is_next(&a, LY_BINRPC_OPENS, "");
	is_next(&a, LY_BINRPC_NAME, "calls");
	is_next(&a, LY_BINRPC_NUMBER, "300");
	is_next(&a, LY_BINRPC_NAME, "name");
	is_next(&a, LY_BINRPC_TEXT, "gw1");
	is_next(&a, LY_BINRPC_CLOSES, "");
	is_next(&a, LY_BINRPC_OPENS, "");
	is_next(&a, LY_BINRPC_NUMBER, "-1");
	is_next(&a, LY_BINRPC_TEXT, "a longer text");
	is_next(&a, LY_BINRPC_CLOSES, "");
	is_next(&a, LY_BINRPC_TEXT, "");
	is_next(&a, LY_BINRPC_END, "");
	is_next(&a, LY_BINRPC_END, "");
}

static void a_fault(void **state)
{
	ly_binrpc_t a;

	(void)state;
	assert_true(
			ly_binrpc_open(BYTES("\xa1\x30\x08\x07\x20\x01\x94\x41no!\0"), &a));
	assert_true(a.fault);
	is_next(&a, LY_BINRPC_NUMBER, "404");
	is_next(&a, LY_BINRPC_TEXT, "no!");
	is_next(&a, LY_BINRPC_END, "");
}

/* Each prefix of a value, and what no value is. */
static void broken_ones(void **state)
{
	static const char *const bad[] = {"\x41gw1", "\x41gw12", "\x91", "\x91\xff",
			"\xf1\x01\x01\x01\x01\x01\x01\x01", "\x81", "\x11\x01", "\x13",
			"\x50\x01\x01\x01\x01\x01",
			"\x47"
			"abcd",
			"\x0f", "\x20\x01"};
	ly_binrpc_t a;

	(void)state;
	for(size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		a = (ly_binrpc_t){.rest = text(bad[i])};
		is_next(&a, LY_BINRPC_BROKEN, "");
		is_next(&a, LY_BINRPC_BROKEN, "");
	}
	assert_false(ly_binrpc_open(BYTES("\xa1\x10\x05\x07\x00"), &a));
	assert_false(ly_binrpc_open(BYTES("\xa1\x00\x01\x07\x00"), &a));
	assert_false(ly_binrpc_open(BYTES("\xa1\x10\x01\x07\x00\x00"), &a));
	assert_false(ly_binrpc_open(LY_EMPTY, &a));
}

#define TEST_FREEING(test) cmocka_unit_test_teardown(test, forget_blocks)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST_FREEING(a_command),
			TEST_FREEING(how_long_one_is), TEST_FREEING(an_answer),
			TEST_FREEING(a_fault), TEST_FREEING(broken_ones)};

	return cmocka_run_group_tests_name("binrpc", tests, NULL, NULL);
}
