/* SPDX-License-Identifier: GPL-2.0-or-later */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "liblync/regex.h"

#include <pcre2.h>
#include <stdlib.h>

#include "liblync/prefixes.h"
#include "liblync/regex_net.h"

/*
 * Numbers have 20 bytes and patterns a few parts: a match takes below a hundred steps. Backtracking without end, as
 * ^(\d+)+$ does it on "111...1x", stops at these.
 */
#define MAX_STEPS 10000
#define MAX_STEPS_TRIED \
	2500 /* of the numbers with which expressions are tried out */
#define MAX_HEAP_KIB 512

/* \uHHHH as in .NET; the pattern itself must not switch to UTF-8, whose checks would be paid for with every number. */
#define OPTIONS                                         \
	(PCRE2_ALT_BSUX | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP \
			| PCRE2_NEVER_BACKSLASH_C)

struct ly_regex_compiler
{
	ly_arena_t *arena;
	pcre2_compile_context *context; /* in the arena */
	ly_matcher_t *matcher;			/* tries out what was compiled */
};

struct ly_matcher
{
	pcre2_match_context *context;
	pcre2_match_data *data;
};

/* Compiling ---------------------------------------------------------------------------------------------------------- */

static void *from_arena(size_t size, void *arena)
{
	return ly_arena_alloc(arena, size);
}

/* It goes with the arena. PCRE2 takes one piece for each expression, of the right size. */
static void to_arena(void *p, void *arena)
{
	(void)p;
	(void)arena;
}

ly_regex_compiler_t *ly_regex_compiler_new(ly_arena_t *arena)
{
	pcre2_general_context *memory =
			pcre2_general_context_create(from_arena, to_arena, arena);
	ly_regex_compiler_t *compiler = calloc(1, sizeof(*compiler));

	if(!compiler || !memory) {
		free(compiler);
		return NULL;
	}
	compiler->arena = arena;
	compiler->context = pcre2_compile_context_create(memory);
	compiler->matcher = ly_matcher_new();
	if(compiler->context && compiler->matcher) {
		pcre2_set_match_limit(compiler->matcher->context, MAX_STEPS_TRIED);
		return compiler;
	}
	ly_regex_compiler_free(compiler);
	return NULL;
}

void ly_regex_compiler_free(ly_regex_compiler_t *compiler)
{
	if(compiler)
		ly_matcher_free(compiler->matcher);
	free(compiler);
}

static uint32_t info(const ly_regex_t *regex, uint32_t what)
{
	uint32_t value = 0;

	pcre2_pattern_info(regex->code, what, &value);
	return value;
}

static bool complain(ly_buf_t *why, int error, size_t at)
{
	unsigned char text[160];

	if(error == PCRE2_ERROR_HEAP_FAILED)
		return false;
	pcre2_get_error_message(error, text, sizeof(text));
	ly_putf(why,
			"is no regular expression that can be used here: %s (character "
			"%zu)",
			(const char *)text, at + 1);
	return false;
}

/* What PCRE2 can do, but .NET would do in another way, or we do not want to. */
static bool acceptable(const ly_regex_t *regex, ly_buf_t *why)
{
	uint32_t groups = info(regex, PCRE2_INFO_CAPTURECOUNT);
	uint32_t names = info(regex, PCRE2_INFO_NAMECOUNT);

	if(groups > LY_REGEX_MAX_GROUPS)
		ly_putf(why, "has %u groups, more than %d", groups,
				LY_REGEX_MAX_GROUPS);
	else if(names && groups > names && info(regex, PCRE2_INFO_BACKREFMAX))
		ly_put(why, LY_LIT("refers back to a group and has some with names and "
						   "some without, which .NET counts in another way; "
						   "give all of them names"));
	return why->len == 0;
}

/* Tries what makes expressions without end run without end: many equal characters, and then a wrong one. */
static bool ends(const ly_regex_t *regex, ly_matcher_t *matcher, ly_buf_t *why)
{
	static const size_t sizes[] = {24, 64};
	char probe[64];
	size_t len = regex->prefix.len;

	for(int i = 0; i < 4; i++) {
		size_t size = sizes[i & 1];
		memset(probe, i & 2 ? 'a' : '1', size);
		memcpy(probe, len ? regex->prefix.s : "", len);
		probe[size - 1] = 'X';
		if(ly_regex_match(regex, ly_slice(probe, size), matcher)
				!= LY_MATCHES_NEVER_ENDS)
			continue;
		ly_put(why, LY_LIT("needs too many steps on long numbers; expected one "
						   "without a repetition inside a repetition"));
		return false;
	}
	return true;
}

bool ly_regex_compile(
		ly_regex_compiler_t *compiler, ly_regex_t *regex, ly_buf_t *why)
{
	char prefix[LY_PREFIX_MAX];
	ly_buf_t start = ly_buf(prefix, sizeof(prefix));
	size_t at = 0;
	int error;
	const char *unlike = ly_regex_unlike_net(regex->text, &at);

	if(unlike) {
		ly_putf(why, "%s (character %zu)", unlike, at + 1);
		return false;
	}
	regex->code = pcre2_compile((PCRE2_SPTR)regex->text.s, regex->text.len,
			OPTIONS, &error, &at, compiler->context);
	if(!regex->code)
		return complain(why, error, at);
	ly_regex_prefix(regex->text, &start);
	regex->prefix = ly_arena_copy(compiler->arena, ly_buf_slice(&start));
	return regex->prefix.s && acceptable(regex, why)
		   && ends(regex, compiler->matcher, why);
}

/* Groups ------------------------------------------------------------------------------------------------------------- */

/* Of PCRE2's table of names, row i: two bytes of the group's number, the name, a NUL. */
static int row_group(const unsigned char *row)
{
	return row[0] << 8 | row[1];
}

static const unsigned char *names_of(
		const ly_regex_t *regex, uint32_t *count, uint32_t *width)
{
	const unsigned char *table = NULL;

	*count = info(regex, PCRE2_INFO_NAMECOUNT);
	*width = info(regex, PCRE2_INFO_NAMEENTRYSIZE);
	pcre2_pattern_info(regex->code, PCRE2_INFO_NAMETABLE, &table);
	return table;
}

int ly_regex_group_named(const ly_regex_t *regex, ly_slice_t name)
{
	uint32_t count, width;
	const unsigned char *table = names_of(regex, &count, &width);

	for(uint32_t i = 0; i < count; i++) {
		const unsigned char *row = table + i * width;
		if(ly_eq(name, ly_cstr((const char *)row + 2)))
			return row_group(row);
	}
	return -1;
}

/* Those without a name come first, each kind in the order of the pattern. */
int ly_regex_group(const ly_regex_t *regex, unsigned n)
{
	uint32_t groups = info(regex, PCRE2_INFO_CAPTURECOUNT), count, width;
	const unsigned char *table = names_of(regex, &count, &width);
	uint32_t named = 0; /* bit i: group i has a name */

	if(n == 0 || n > groups)
		return n == 0 ? 0 : -1;
	for(uint32_t i = 0; i < count; i++)
		named |= UINT32_C(1) << row_group(table + i * width);
	for(int pass = 0; pass < 2; pass++) {
		for(uint32_t group = 1; group <= groups; group++) {
			if((named >> group & 1) == (uint32_t)pass && --n == 0)
				return (int)group;
		}
	}
	return -1;
}

/* Matching ----------------------------------------------------------------------------------------------------------- */

ly_matcher_t *ly_matcher_new(void)
{
	ly_matcher_t *matcher = calloc(1, sizeof(*matcher));

	if(!matcher)
		return NULL;
	matcher->context = pcre2_match_context_create(NULL);
	matcher->data = pcre2_match_data_create(LY_REGEX_MAX_GROUPS + 1, NULL);
	if(!matcher->context || !matcher->data) {
		ly_matcher_free(matcher);
		return NULL;
	}
	pcre2_set_match_limit(matcher->context, MAX_STEPS);
	pcre2_set_heap_limit(matcher->context, MAX_HEAP_KIB);
	return matcher;
}

void ly_matcher_free(ly_matcher_t *matcher)
{
	if(!matcher)
		return;
	pcre2_match_data_free(matcher->data);
	pcre2_match_context_free(matcher->context);
	free(matcher);
}

ly_matched_t ly_regex_match(
		const ly_regex_t *regex, ly_slice_t text, ly_matcher_t *matcher)
{
	int result;

	if(!regex->text.len)
		return LY_MATCHES;
	if(text.len > LY_REGEX_MAX_SUBJECT)
		return LY_MATCHES_NOT;
	result = pcre2_match(regex->code, (PCRE2_SPTR)(text.s ? text.s : ""),
			text.len, 0, 0, matcher->data, matcher->context);
	return result > 0					   ? LY_MATCHES
		   : result == PCRE2_ERROR_NOMATCH ? LY_MATCHES_NOT
										   : LY_MATCHES_NEVER_ENDS;
}

ly_slice_t ly_matcher_group(
		const ly_matcher_t *matcher, ly_slice_t text, int group)
{
	const size_t *span = pcre2_get_ovector_pointer(matcher->data) + 2 * group;

	/* A group that took no part; or \K, behind which a match can begin after its end. */
	if(span[0] == PCRE2_UNSET || span[0] > span[1])
		return LY_EMPTY;
	return ly_slice(text.s + span[0], span[1] - span[0]);
}
