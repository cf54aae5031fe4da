/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

static void equal_or_not(void **state)
{
	(void)state;
	assert_true(ly_eq(text("abc"), text("abc")));
	assert_false(ly_eq(text("abc"), text("abd")));
	assert_false(ly_eq(text("abc"), text("ab")));
	assert_false(ly_eq(text("abc"), text("ABC")));
	assert_true(ly_eq(LY_EMPTY, text("")));
	assert_true(ly_ieq(text("Call-ID"), text("cALL-id")));
	assert_true(ly_ieq(text("azAZ"), text("AZaz")));
	assert_false(ly_ieq(text("Call-ID"), text("Call-I")));
	assert_false(ly_ieq(text("Call-I"), text("Call-ID")));
	assert_true(ly_ieq(LY_EMPTY, text("")));
	/* Only letters have a case: '@' and '`', '[' and '{' differ by the same bit. */
	assert_false(ly_ieq(text("@"), text("`")));
	assert_false(ly_ieq(text("["), text("{")));
	assert_false(ly_ieq(text("\xc4"), text("\xe4")));
	assert_true(ly_istarts(text("ms-diagnostics"), text("MS-")));
	assert_false(ly_istarts(text("ms"), text("ms-")));
	assert_true(ly_istarts(text("x"), LY_EMPTY));
	assert_true(ly_istarts(LY_EMPTY, LY_EMPTY));
}

static void found_or_not(void **state)
{
	(void)state;
	assert_int_equal(ly_find(text("a:b:c"), ':'), 1);
	assert_int_equal(ly_find(text("abc"), ':'), 3);
	assert_int_equal(ly_find(text(":"), ':'), 0);
	assert_int_equal(ly_find(LY_EMPTY, ':'), 0);
}

static void trimmed(void **state)
{
	ly_slice_t blank = text(" \t\r\n");

	(void)state;
	assert_slice(ly_trim(text(" \t a b\r\n ")), "a b");
	assert_slice(ly_trim(text("a")), "a");
	assert_slice(ly_trim(LY_EMPTY), "");
	assert_slice(ly_trim(text("")), "");
	/* What is put in place of nothing must come before the line end, not behind it. */
	assert_int_equal(ly_trim(blank).len, 0);
	assert_ptr_equal(ly_trim(blank).s, blank.s);
}

static void cut(void **state)
{
	ly_slice_t abc = text("abc");

	(void)state;
	assert_slice(ly_from(abc, 1), "bc");
	assert_slice(ly_from(abc, 3), "");
	assert_ptr_equal(ly_from(abc, 3).s, abc.s + 3);
	assert_ptr_equal(ly_from(abc, 99).s, abc.s + 3);
	assert_int_equal(ly_from(LY_EMPTY, 5).len, 0);
	assert_slice(ly_span(abc.s + 1, abc.s + 2), "b");
	assert_int_equal(ly_cstr(NULL).len, 0);
}

static void words(void **state)
{
	ly_slice_t rest = text(" \tone two\r\n three"), before = rest;

	(void)state;
	assert_slice(ly_word(&rest), "one");
	assert_slice(ly_word(&rest), "two");
	assert_slice(ly_word(&rest), "three");
	assert_ptr_equal(rest.s, before.s + before.len);
	assert_slice(ly_word(&rest), "");
	rest = exact(ly_slice("a\0b c", 5)); /* a NUL is a byte like others */
	assert_int_equal(ly_word(&rest).len, 3);
	rest = LY_EMPTY;
	assert_int_equal(ly_word(&rest).len, 0);
}

static void numbers(void **state)
{
	static const struct
	{
		const char *text;
		long max, is;
	} cases[] = {{"0", 9, 0}, {"007", 9, 7}, {"65535", 65535, 65535},
			{"65536", 65535, -1}, {"", 9, -1}, {"-1", 9, -1}, {"+1", 9, -1},
			{"1 ", 9, -1}, {"0x1", 99, -1}, {"1a", 99, -1},
			{"99999999999999999999999999", 65535, -1}};

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
				ly_number(text(cases[i].text), cases[i].max), cases[i].is);
	assert_true(ly_digits(text("0123456789")));
	assert_false(ly_digits(text("")));
	assert_false(ly_digits(text("12/")));
	assert_false(ly_digits(text("12:")));
}

static void written(void **state)
{
	ly_buf_t b = ly_buf(block(6), 6);

	(void)state;
	ly_put(&b, text("abc"));
	ly_putc(&b, 'd');
	ly_put(&b, LY_EMPTY);
	ly_put(&b, text("ef")); /* to the brim */
	assert_false(b.full);
	assert_slice(ly_buf_slice(&b), "abcdef");
	ly_putc(&b, 'g');
	assert_true(b.full);
	assert_slice(ly_buf_slice(&b), "abcdef");
}

/* Once something did not fit, nothing that comes later is written: a text has no hole. */
static void full_stays_full(void **state)
{
	ly_buf_t b = ly_buf(block(4), 4);

	(void)state;
	ly_put(&b, text("abcde"));
	assert_true(b.full);
	ly_putc(&b, 'x');
	ly_putf(&b, "%d", 1);
	ly_put(&b, LY_EMPTY);
	assert_int_equal(b.len, 0);
	assert_true(b.full);
}

static void printed(void **state)
{
	ly_buf_t b = ly_buf(block(6), 6), none = ly_buf(block(0), 0);

	(void)state;
	ly_putf(&b, "%d-", 12);
	ly_putf(&b, "%d", 3);
	assert_slice(ly_buf_slice(&b), "12-3");
	/* This fits, but without room for the NUL that vsnprintf wants. */
	ly_putf(&b, "%d", 45);
	assert_true(b.full);
	assert_slice(ly_buf_slice(&b), "12-3");
	ly_putf(&none, "%s", "");
	assert_true(none.full);
}

static void put_numbers(void **state)
{
	static const struct
	{
		unsigned n;
		const char *is;
	} cases[] = {{0, "0"}, {9, "9"}, {10, "10"}, {5067, "5067"},
			{65535, "65535"}, {4294967295u, "4294967295"}};

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i].is);
		ly_buf_t b = ly_buf(block(len), len);

		ly_put_number(&b, cases[i].n);
		assert_slice(ly_buf_slice(&b), cases[i].is);
		ly_put_number(&b, 1);
		assert_true(b.full);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(equal_or_not), TEST(found_or_not),
			TEST(trimmed), TEST(cut), TEST(words), TEST(numbers), TEST(written),
			TEST(full_stays_full), TEST(printed), TEST(put_numbers)};

	return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}
