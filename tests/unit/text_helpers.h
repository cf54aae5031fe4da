/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of texts and messages share. Included once per test program,
 * not compiled apart.
 */
#ifndef TESTS_UNIT_TEXT_HELPERS_H
#define TESTS_UNIT_TEXT_HELPERS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "liblync/slice.h"

#define MESSAGES "tests/fixtures/messages/"

/* A test whose blocks of memory end with it. */
#define TEST(test) cmocka_unit_test_teardown(test, forget_blocks)

static void *blocks[4096];
static unsigned block_count;

static inline int forget_blocks(void **state)
{
	(void)state;
	while(block_count)
		free(blocks[--block_count]);
	return 0;
}

/* A block of exactly that size: the sanitizer sees who reads or writes one byte beside it. */
static inline char *block(size_t size)
{
	char *p = malloc(size);

	assert_true(block_count < sizeof(blocks) / sizeof(blocks[0]));
	assert_non_null(p);
	blocks[block_count++] = p;
	return p;
}

/* text, moved to a block of its own. */
static inline ly_slice_t exact(ly_slice_t text)
{
	char *p = block(text.len);

	if(text.len)
		memcpy(p, text.s, text.len);
	return ly_slice(p, text.len);
}

static inline ly_slice_t text(const char *s)
{
	return exact(ly_cstr(s));
}

/* A file of tests/fixtures/messages. */
static inline ly_slice_t fixture(const char *name)
{
	char path[256];
	static char bytes[65536];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), MESSAGES "%s", name);
	f = fopen(path, "rb");
	if(!f)
		fail_msg("%s: not there; run the tests from the root of the checkout",
				path);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	assert_in_range(len, 1, sizeof(bytes) - 1);
	return exact(ly_slice(bytes, len));
}

static inline void check_text(ly_slice_t is, ly_slice_t expected,
		const char *what, const char *file, int line)
{
	size_t at = 0;

	if(ly_eq(is, expected))
		return;
	while(at < is.len && at < expected.len && is.s[at] == expected.s[at])
		at++;
	print_error("%s: differs from byte %zu on\n--- is (%zu)\n%.*s\n--- "
				"expected (%zu)\n%.*s\n---\n",
			what, at, is.len, LY_FMT(is), expected.len, LY_FMT(expected));
	_fail(file, line);
}

#define assert_slice(is, expected) \
	check_text((is), ly_cstr(expected), #is, __FILE__, __LINE__)
#define assert_same(is, expected) \
	check_text((is), (expected), #is, __FILE__, __LINE__)

/* part lies within whole; a part without a place must be empty. */
static inline bool within(ly_slice_t part, ly_slice_t whole)
{
	if(!part.s)
		return part.len == 0;
	return part.s >= whole.s && part.s + part.len <= whole.s + whole.len;
}

/* needle, in any case, somewhere in hay. */
static inline bool contains(ly_slice_t hay, const char *needle)
{
	for(size_t i = 0; i < hay.len; i++) {
		if(ly_istarts(ly_from(hay, i), ly_cstr(needle)))
			return true;
	}
	return false;
}

/* xorshift64: the same numbers on every machine. */
static inline uint32_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 32);
}

#endif
