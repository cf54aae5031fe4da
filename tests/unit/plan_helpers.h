/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of plans share. Included once per test program, not compiled apart. */
#ifndef TESTS_UNIT_PLAN_HELPERS_H
#define TESTS_UNIT_PLAN_HELPERS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

/* A block for each piece: every allocation can be made to fail, and the sanitizer sees whoever writes past one. */
#define BLOCK_BYTES 1
#include "liblync/arena.c"
#include "liblync/plan.h"

#define EXAMPLE "kamailio-cfg/lync-trunks.xml"
#define GOOD "tests/fixtures/plans/good/"
#define BAD "tests/fixtures/plans/bad/"

#define TEST(test) cmocka_unit_test_setup(test, forget)

/* Memory that is counted, and is not there once ---------------------------------------------------------- */

static long live, until_failure = -1; /* -1: never */

static inline void *take(size_t size)
{
	if(until_failure >= 0 && until_failure-- == 0)
		return NULL;
	live++;
	return malloc(size);
}

static inline void give(void *p)
{
	live -= p != NULL;
	free(p);
}

static inline int forget(void **state)
{
	(void)state;
	live = 0;
	until_failure = -1;
	return 0;
}

/* Helpers ------------------------------------------------------------------------------------------------------------ */

/* To be freed; a NUL stands behind it. */
static inline ly_slice_t file_bytes(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *bytes = malloc(1 << 20);
	size_t len;

	if(!f)
		fail_msg("%s: cannot be opened", path);
	len = fread(bytes, 1, (1 << 20) - 1, f);
	fclose(f);
	bytes[len] = '\0';
	return ly_slice(bytes, len);
}

/* As Windows PowerShell writes it. ASCII and one pair of surrogates is all that is needed. */
static inline ly_slice_t utf16(ly_slice_t text, bool big_endian, bool mark)
{
	char *bytes = malloc(2 * text.len + 2);
	size_t len = 0;

	if(mark) {
		bytes[len++] = big_endian ? '\xfe' : '\xff';
		bytes[len++] = big_endian ? '\xff' : '\xfe';
	}
	for(size_t i = 0; i < text.len; i++) {
		bytes[len++] = big_endian ? 0 : text.s[i];
		bytes[len++] = big_endian ? text.s[i] : 0;
	}
	return ly_slice(bytes, len);
}

static inline ly_plan_t *parse(ly_slice_t xml, ly_finding_t *finding)
{
	return ly_plan_parse(xml, "test", take, give, finding);
}

static inline void assert_slice(ly_slice_t slice, const char *text)
{
	assert_int_equal(slice.len, strlen(text));
	assert_memory_equal(slice.s, text, slice.len);
}

#endif
