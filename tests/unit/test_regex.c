/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regular expressions of .NET: what matches, what is refused and why, what every match begins with, and that it ends. */
#include "plan_helpers.h"

#include <time.h>

#include "liblync/regex.h"
#include "liblync/regex_net.h"

static ly_arena_t arena;
static ly_regex_compiler_t *compiler;
static ly_matcher_t *matcher;

static int begin(void **state)
{
	(void)state;
	arena = (ly_arena_t){malloc, free, NULL};
	compiler = ly_regex_compiler_new(&arena);
	matcher = ly_matcher_new();
	return compiler && matcher ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	ly_regex_compiler_free(compiler);
	ly_matcher_free(matcher);
	ly_arena_free(&arena);
	return 0;
}

static char why_text[300];

/* Why it is refused; empty where it is not. */
static ly_slice_t compile(ly_regex_t *regex, const char *pattern)
{
	ly_buf_t why = ly_buf(why_text, sizeof(why_text));

	*regex = (ly_regex_t){.text = ly_cstr(pattern)};
	if(ly_regex_compile(compiler, regex, &why))
		assert_int_equal(why.len, 0);
	else
		assert_true(why.len > 0);
	return ly_buf_slice(&why);
}

static ly_regex_t compiled(const char *pattern)
{
	ly_regex_t regex;
	ly_slice_t why = compile(&regex, pattern);

	if(why.len)
		fail_msg("%s: %.*s", pattern, LY_FMT(why));
	return regex;
}

static void what_matches(void **state)
{
	static const struct
	{
		const char *pattern, *number, *first; /* NULL: it does not match */
	} rows[] = {
			{"^\\+(\\d+)$", "+4930123", "4930123"},
			{"^\\+(\\d+)$", "4930123", NULL},
			{"^\\+(\\d+)$", "+4930123x", NULL},
			{"^\\u002B(\\d+)$", "+4930123", "4930123"},
			{"^\\x2b49(?<rest>[0-9]*)$", "+49", ""},
			{"^\\+49(?:30|89)(\\d{4,})$", "+49895555", "5555"},
			{"^(\\d{10})[x|X](\\d{5})$", "4255550100x12345", "4255550100"},
			{"(\\d)(?=5$)", "12345", "4"},
			{"(?<=^0049)(\\d+)", "004930", "30"},
			{"^(?i)(anonymous)$", "Anonymous", "Anonymous"},
			{"^(?<a>1)(?<b>\\k<a>)$", "11", "1"},
			{"^.*()$", "", ""},
			{"^[^5](5)", "45", "5"},
			{"^[]x](5)", "]5", "5"},
			{"^(a{x)", "a{x", "a{x"},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_regex_t regex = compiled(rows[i].pattern);
		ly_slice_t number = ly_cstr(rows[i].number);
		ly_matched_t matched = ly_regex_match(&regex, number, matcher);
		if(matched != (rows[i].first ? LY_MATCHES : LY_MATCHES_NOT))
			fail_msg("row %zu", i);
		if(rows[i].first)
			assert_slice(ly_matcher_group(matcher, number, 1), rows[i].first);
	}
}

static void no_expression_matches_everything(void **state)
{
	const ly_regex_t none = {0};

	(void)state;
	assert_int_equal(ly_regex_match(&none, LY_LIT("x"), matcher), LY_MATCHES);
	assert_int_equal(ly_regex_match(&none, LY_EMPTY, matcher), LY_MATCHES);
}

static void what_is_refused(void **state)
{
	static const struct
	{
		const char *pattern, *why;
	} rows[] = {
			{"^(\\d+$", "is no regular expression that can be used here: "
						"missing closing parenthesis (character 7)"},
			{"^+49", "is no regular expression"},
			{"[a-z-[aeiou]]", "takes characters off a class"},
			{"^[0-9-[5]]$", "takes characters off a class"},
			{"^[[:digit:]]+$", "has a class like [:digit:]"},
			{"^(?<open-close>a)", "has a balancing group"},
			{"^(?'-close'a)", "has a balancing group"},
			{"^(?<1>a)", "gives a group a number as its name"},
			{"^(?<a>x)|(?<a>y)", "is no regular expression"},
			{"^\\d{,3}$", "has braces that are plain text to .NET"},
			{"^\\d{ 1, 3 }$", "has braces that are plain text to .NET"},
			{"^\\d++$", "has a possessive quantifier"},
			{"^\\d{2}+$", "has a possessive quantifier"},
			{"(*UTF)^1", "has (*...)"},
			{"^\\Q+49\\E", "has \\Q or \\E"},
			{"^\\v", "has \\v"},
			{"^\xc3\xa4$", "has a character that is not ASCII"},
			{"^[\xc3\xa4]$", "has a character that is not ASCII"},
			{"^\\p{IsGreek}$", "is no regular expression"},
			{"^\\C$", "is no regular expression"},
			{"^(a)(?<b>x)\\1$", "refers back to a group"},
			{"^(\\d+)+$", "needs too many steps"},
			{"^\\+49(?:[a-z]+)*$", "needs too many steps"},
			{"(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)"
			 "(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)(1)",
					"has 31 groups, more than 30"},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_regex_t regex;
		ly_slice_t why = compile(&regex, rows[i].pattern);
		size_t len = strlen(rows[i].why);
		if(why.len < len || memcmp(why.s, rows[i].why, len) != 0)
			fail_msg("%s: '%.*s'", rows[i].pattern, LY_FMT(why));
	}
}

/* What looks like one of those, but is not. */
static void what_is_not_refused(void **state)
{
	static const char *const patterns[] = {"^(?<!a)(?<=b|^)1", "[-[]", "[[]",
			"[a\\-[b]", "\\[:digit:\\]", "[:d]", "\\++", "\\d{3}", "\\d{2,}",
			"a{b", "\\\\v", "(?<a_b>1)", "(?#a|b)1", "[]-]", "[^]1]"};

	(void)state;
	for(size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		compiled(patterns[i]);
}

/* Those without a name first, as .NET does it. */
static void groups_have_the_numbers_of_net(void **state)
{
	ly_regex_t regex = compiled("(?<x>1)(2)(?<y>3)(4)");

	(void)state;
	assert_int_equal(ly_regex_group(&regex, 0), 0);
	assert_int_equal(ly_regex_group(&regex, 1), 2);
	assert_int_equal(ly_regex_group(&regex, 2), 4);
	assert_int_equal(ly_regex_group(&regex, 3), 1);
	assert_int_equal(ly_regex_group(&regex, 4), 3);
	assert_int_equal(ly_regex_group(&regex, 5), -1);
	assert_int_equal(ly_regex_group_named(&regex, LY_LIT("y")), 3);
	assert_int_equal(ly_regex_group_named(&regex, LY_LIT("Y")), -1);
	assert_int_equal(ly_regex_group_named(&regex, LY_EMPTY), -1);
}

static const struct
{
	const char *pattern, *prefix;
} prefixes[] = {{"^\\+4930(\\d+)$", "+4930"}, {"^\\+", "+"}, {"^0*1", ""},
		{"^00?1", "0"}, {"^01{2}", "0"}, {"^01+2", "01"}, {"^0[01]", "0"},
		{"^0.1", "0"}, {"^0|1", ""}, {"^(0|1)", ""}, {"^0(1|2)", "0"},
		{"^0[|]1", "0"}, {"^0\\|1", "0"}, {"^0(1|2)|3", ""}, {"0", ""},
		{"(^0)", ""}, {"^\\d", ""}, {"^\\x30", ""}, {"^\\*10\\#", "*10#"},
		{"^012345678901234567", "0123456789012345"}, {"^0$", "0"}, {"^^0", ""},
		{"^0[\\]|]+1$", "0"}, {"^0{,1", ""}, {"^(?i)a", ""},
		{"^1(?x) 2 ", "1"}};

static void what_every_match_begins_with(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		ly_regex_t regex = compiled(prefixes[i].pattern);
		if(!ly_eq(regex.prefix, ly_cstr(prefixes[i].prefix)))
			fail_msg("%s: '%.*s'", prefixes[i].pattern, LY_FMT(regex.prefix));
	}
}

/* All texts of up to six of these characters: where one matches, it begins so. */
static void no_match_begins_otherwise(void **state)
{
	static const char letters[] = "+0123|";
	unsigned long matches = 0;

	(void)state;
	for(size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		ly_regex_t regex = compiled(prefixes[i].pattern);
		for(unsigned n = 0; n < 6 * 6 * 6 * 6; n++) {
			char text[4];
			ly_slice_t number = ly_slice(text, 4);
			for(unsigned c = 0, rest = n; c < 4; c++, rest /= 6)
				text[c] = letters[rest % 6];
			if(ly_regex_match(&regex, number, matcher) != LY_MATCHES)
				continue;
			matches++;
			if(regex.prefix.len > 4
					|| memcmp(text, regex.prefix.s, regex.prefix.len) != 0)
				fail_msg("%s matches %.4s", prefixes[i].pattern, text);
		}
	}
	assert_true(matches > 1000);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The digits that are tried at the start do not show it; the limit of steps ends it all the same. */
static void every_match_ends(void **state)
{
	char number[LY_REGEX_MAX_SUBJECT + 1];
	ly_regex_t regex = compiled("^(2+)+$");
	double start = seconds();

	(void)state;
	memset(number, '2', sizeof(number));
	number[LY_REGEX_MAX_SUBJECT - 1] = 'x';
	assert_int_equal(ly_regex_match(&regex,
							 ly_slice(number, LY_REGEX_MAX_SUBJECT), matcher),
			LY_MATCHES_NEVER_ENDS);
	start = seconds() - start;
	print_message("given up after %.2f ms\n", start * 1e3);
	assert_true(start < 0.1); /* with sanitizers, on any machine */
	/* And the next match is not the worse for it. */
	assert_int_equal(
			ly_regex_match(&regex, LY_LIT("222"), matcher), LY_MATCHES);
	/* Longer than any number. */
	number[LY_REGEX_MAX_SUBJECT - 1] = '2';
	assert_int_equal(ly_regex_match(&regex,
							 ly_slice(number, LY_REGEX_MAX_SUBJECT), matcher),
			LY_MATCHES);
	assert_int_equal(
			ly_regex_match(&regex, ly_slice(number, LY_REGEX_MAX_SUBJECT + 1),
					matcher),
			LY_MATCHES_NOT);
}

#define REGEX(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
			REGEX(what_matches),
			REGEX(no_expression_matches_everything),
			REGEX(what_is_refused),
			REGEX(what_is_not_refused),
			REGEX(groups_have_the_numbers_of_net),
			REGEX(what_every_match_begins_with),
			REGEX(no_match_begins_otherwise),
			REGEX(every_match_ends),
	};

	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
