/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pattern, a translation and a number, a line each: it ends, a number becomes a number, and what is said of simple
 * patterns without matching is what matching says.
 */
#include "fuzz.h"

#include "liblync/language.h"
#include "liblync/regex_net.h"
#include "liblync/translation.h"

static ly_slice_t line_of(ly_slice_t *rest)
{
	size_t end = ly_find(*rest, '\n');
	ly_slice_t line = ly_slice(rest->s, end);

	*rest = ly_from(*rest, end + 1);
	return line;
}

static bool can_be_a_number(ly_slice_t text)
{
	for(size_t i = 0; i < text.len; i++) {
		char c = text.s[i];
		if(c <= ' ' || c >= 127 || strchr("\"<>@[\\]^`{|}", c))
			return false;
	}
	return true;
}

static void check_language(
		const ly_regex_t *regex, ly_slice_t number, ly_matcher_t *matcher)
{
	ly_language_t language;
	char sample[LY_LANGUAGE_MAX];
	ly_matched_t matched = ly_regex_match(regex, number, matcher);
	size_t len;

	if(!ly_language_of(regex->text, &language))
		return;
	if(can_be_a_number(number) && matched != LY_MATCHES_NEVER_ENDS
			&& number.len <= LY_REGEX_MAX_SUBJECT)
		must(ly_language_has(&language, number) == (matched == LY_MATCHES),
				"a simple pattern is what PCRE2 takes it for");
	/* It may give up, and then says no; so no promise but that it ends. */
	(void)ly_language_within(&language, &language);
	len = ly_language_sample(&language, sample);
	if(len)
		must(ly_regex_match(regex, ly_slice(sample, len), matcher)
						!= LY_MATCHES_NOT,
				"a sample matches");
}

static void check_match(const ly_regex_t *regex, ly_translation_t *translation,
		ly_slice_t number, ly_matcher_t *matcher, ly_arena_t *arena)
{
	char text[300], result[LY_REGEX_MAX_SUBJECT];
	ly_buf_t why = ly_buf(text, sizeof(text));
	ly_buf_t out = ly_buf(result, sizeof(result));

	if(!ly_translation_compile(translation, regex, arena, &why)) {
		must(why.len, "why a translation is refused");
		return;
	}
	if(ly_regex_match(regex, number, matcher) != LY_MATCHES)
		return;
	must(number.len >= regex->prefix.len
					&& memcmp(number.s,
							   regex->prefix.len ? regex->prefix.s : "",
							   regex->prefix.len)
							   == 0,
			"every match begins with the prefix");
	ly_translation_put(translation, number, matcher, &out);
	must(out.len <= sizeof(result), "a result within its room");
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static ly_matcher_t *matcher;
	ly_slice_t copy = copy_of(data, size), rest = copy;
	ly_arena_t arena = {malloc, free, NULL};
	ly_regex_compiler_t *compiler = ly_regex_compiler_new(&arena);
	ly_regex_t regex = {.text = line_of(&rest)};
	ly_translation_t translation = {.text = line_of(&rest)};
	char text[300];
	ly_buf_t why = ly_buf(text, sizeof(text));

	if(!matcher)
		matcher = ly_matcher_new();
	if(regex.text.len && ly_find(regex.text, '\0') == regex.text.len) {
		if(ly_regex_compile(compiler, &regex, &why)) {
			check_language(&regex, rest, matcher);
			check_match(&regex, &translation, rest, matcher, &arena);
		} else
			must(why.len, "why a pattern is refused");
	}
	ly_regex_compiler_free(compiler);
	ly_arena_free(&arena);
	give_back(copy);
	return 0;
}
