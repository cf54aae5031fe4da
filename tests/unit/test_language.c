/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which numbers patterns match, compared: what is said of them is what PCRE2 does with all short numbers. */
#include "plan_helpers.h"

#include <time.h>

#include "liblync/language.h"
#include "liblync/regex.h"

static ly_language_t language(const char *pattern)
{
	ly_language_t l;

	if(!ly_language_of(ly_cstr(pattern), &l))
		fail_msg("%s is simple", pattern);
	return l;
}

static void one_is_within_another_or_not(void **state)
{
	static const struct
	{
		const char *inner, *outer;
		bool within;
	} rows[] = {
			{"^\\+49(\\d+)$", "^\\+(\\d+)$", true},
			{"^\\+(\\d+)$", "^\\+49(\\d+)$", false},
			{"^\\+49(\\d{3,11})$", "^\\+49(\\d+)$", true},
			{"^\\+49(\\d+)$", "^\\+49(\\d{3,11})$", false},
			{"^\\+49\\d{4}$", "^\\+49\\d{3,5}$", true},
			{"^\\+49\\d{3,6}$", "^\\+49\\d{3,5}$", false},
			{"^\\+49(30|89)1$", "^\\+49[38][09]1$", true},
			{"^\\+49[38][09]1$", "^\\+49(30|89)1$", false},
			{"^1", "^1.*$", true},
			{"^1.*$", "^1", true},
			{"1", "^.*$", true},
			{"^.*$", "1", false},
			{"^11*$", "^1+$", true},
			{"^1+$", "^11*$", true},
			{"^(ab)*$", "^(?:a|b)*$", true},
			{"^(?<x>1|2)?$", "^[0-9]?$", true},
			{"^$", "^1?$", true},
			{"^1?$", "^1$", false},
			{"^[^+]+$", "^\\+.*$", false},
			{"^\\d$", "^[^a-z]$", true},
			{"^\\w$", "^\\S$", true},
			{"^x{2}y{0}$", "^xx$", true},
			{"^(1{2}){2}$", "^1111$", true},
			{"^1*?2$", "^1*2$", true},
			/* A blank cannot stand in a number. */
			{"^[1 ]$", "^1$", true},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_language_t inner = language(rows[i].inner);
		ly_language_t outer = language(rows[i].outer);
		if(ly_language_within(&inner, &outer) != rows[i].within)
			fail_msg("%s in %s", rows[i].inner, rows[i].outer);
	}
}

static void nothing_is_said_of_others(void **state)
{
	static const char *const others[] = {"^a|b$", "^(?=a)b", "^(?<!a)b",
			"^(a)\\1$", "^a\\b", "(?i)a", "^a$b", "^(a$|b)", "^\\x41$", "^\\$",
			"^a{65}$", "^[a-\\d]$", "^(a", "^a{2", "^[a", "^(?>a)$", "^(?#x)a$",
			"^((((((()*){999}){999}){999}){999}){999}){999}$"};
	ly_language_t l;

	(void)state;
	for(size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if(ly_language_of(ly_cstr(others[i]), &l))
			fail_msg("%s is not simple", others[i]);
	}
}

static void what_no_number_looks_like(void **state)
{
	static const char *const never[] = {
			"^\\+49 30$", "^$", "^ *$", "^<.*>$", "[^\\s\\S]", "^@"};
	static const char *const sometimes[] = {
			"^\\+49", "x", "^\\D$", "^[ 1]+$", "^1? ?2$", "^#$"};
	ly_language_t number = language("^.+$");

	(void)state;
	for(size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		ly_language_t l = language(never[i]);
		if(ly_language_meets(&l, &number) || ly_language_meets(&number, &l))
			fail_msg("%s", never[i]);
	}
	for(size_t i = 0; i < sizeof(sometimes) / sizeof(sometimes[0]); i++) {
		ly_language_t l = language(sometimes[i]);
		if(!ly_language_meets(&l, &number) || !ly_language_meets(&number, &l))
			fail_msg("%s", sometimes[i]);
	}
}

/* Against PCRE2 ------------------------------------------------------------------------------------------------------ */

static const char *const patterns[] = {"^1", "^1$", "^12?$", "^(1|2)+$",
		"^1*2$", "2", "1$", "^[12]{2}$", "^[^1]*$", "^.{1,3}$", "^(12)*$",
		"^(1?2*)1*$", "^1{2,}$", "^(?:1|12)(2|)$", "^\\+?\\d+$", "^\\+.?$",
		"12", "^\\d{0,2}$", "^((1?2)?1)?$", "^[+1]*2{2}$", "^(1|2|\\+)*$"};
#define PATTERNS (sizeof(patterns) / sizeof(patterns[0]))
#define LETTERS "12+"
#define TEXTS \
	1092 /* of up to six letters, without the longest ones: (3^7 - 1) / 2 - 1 */

static ly_slice_t text_number(unsigned n, char *buffer)
{
	size_t len = 0;

	for(; n; n = (n - 1) / 3)
		buffer[len++] = LETTERS[(n - 1) % 3];
	return ly_slice(buffer, len);
}

/* matches[i][n]: pattern i matches text n. */
static bool matches[PATTERNS][TEXTS];

static void ask_pcre2(void)
{
	ly_arena_t arena = {malloc, free, NULL};
	ly_regex_compiler_t *compiler = ly_regex_compiler_new(&arena);
	ly_matcher_t *matcher = ly_matcher_new();

	for(size_t i = 0; i < PATTERNS; i++) {
		char text[200];
		ly_buf_t why = ly_buf(text, sizeof(text));
		ly_regex_t regex = {.text = ly_cstr(patterns[i])};
		if(!ly_regex_compile(compiler, &regex, &why))
			fail_msg("%s: %.*s", patterns[i], LY_FMT(ly_buf_slice(&why)));
		for(unsigned n = 0; n < TEXTS; n++)
			matches[i][n] =
					ly_regex_match(&regex, text_number(n, text), matcher)
					== LY_MATCHES;
	}
	ly_matcher_free(matcher);
	ly_regex_compiler_free(compiler);
	ly_arena_free(&arena);
}

static void pcre2_says_the_same(void **state)
{
	unsigned within = 0, meeting = 0;

	(void)state;
	ask_pcre2();
	for(size_t i = 0; i < PATTERNS; i++) {
		for(size_t j = 0; j < PATTERNS; j++) {
			ly_language_t a = language(patterns[i]), b = language(patterns[j]);
			bool all = true, some = false;
			for(unsigned n = 0; n < TEXTS; n++) {
				all &= !matches[i][n] || matches[j][n];
				some |= n && matches[i][n] && matches[j][n];
			}
			/* Longer texts, or of other letters, can be the exception only where all these fit. */
			if(ly_language_within(&a, &b) && !all)
				fail_msg("%s is not in %s", patterns[i], patterns[j]);
			if(ly_language_meets(&a, &b) != some)
				fail_msg("%s meets %s: %d", patterns[i], patterns[j], some);
			within += ly_language_within(&a, &b);
			meeting += some;
		}
	}
	print_message("%u of %zu pairs within, %u meeting\n", within,
			PATTERNS * PATTERNS, meeting);
	assert_true(within > 60 && meeting > 200);
}

static void samples_belong_to_their_language(void **state)
{
	ask_pcre2();
	(void)state;
	for(size_t i = 0; i < PATTERNS; i++) {
		ly_language_t l = language(patterns[i]);
		char buffer[LY_LANGUAGE_MAX];
		size_t len = ly_language_sample(&l, buffer), shortest = 0;
		assert_true(ly_language_has(&l, ly_slice(buffer, len)) || !len);
		for(unsigned n = 0; n < TEXTS; n++) {
			char text[10];
			ly_slice_t number = text_number(n, text);
			if(ly_language_has(&l, number) != matches[i][n])
				fail_msg("%s and '%.*s'", patterns[i], LY_FMT(number));
			if(matches[i][n] && n && (!shortest || number.len < shortest))
				shortest = number.len;
		}
		assert_int_equal(len, shortest);
	}
}

static void no_sample_of_nothing(void **state)
{
	static const char *const never[] = {"^$", "^1 $", "^\\[$", "^( )*$"};
	char buffer[LY_LANGUAGE_MAX];

	(void)state;
	for(size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
		ly_language_t l = language(never[i]);
		assert_int_equal(ly_language_sample(&l, buffer), 0);
	}
	ly_language_t letters = language("^[a-c]{2}[^0-9+]$");
	assert_int_equal(ly_language_sample(&letters, buffer), 3);
	assert_memory_equal(buffer, "aa!", 3);
}

static void comparing_ends(void **state)
{
	char pattern[200] = "^";
	ly_language_t a, b;
	clock_t start = clock();

	(void)state;
	for(int i = 0; i < 15; i++)
		strcat(pattern, "[12]*1");
	strcat(pattern, "$");
	a = language(pattern);
	b = language("^([12]*1[12]{20})*$");
	ly_language_within(&a, &b);
	ly_language_within(&b, &a);
	assert_true(clock() - start < CLOCKS_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(one_is_within_another_or_not),
			TEST(nothing_is_said_of_others),
			TEST(what_no_number_looks_like),
			TEST(pcre2_says_the_same),
			TEST(samples_belong_to_their_language),
			TEST(no_sample_of_nothing),
			TEST(comparing_ends),
	};

	return cmocka_run_group_tests_name("language", tests, NULL, NULL);
}
