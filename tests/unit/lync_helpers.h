/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of what Lync exports share. Included once per test program, not compiled apart. */
#ifndef TESTS_UNIT_LYNC_HELPERS_H
#define TESTS_UNIT_LYNC_HELPERS_H

#include "plan_helpers.h"

#include <libxml/parser.h>

#define LYNC "tests/fixtures/lync/"

/* Every form in which Windows may write the text; each to be freed. */
#define FORMS 6
static inline void forms_of(ly_slice_t text, ly_slice_t forms[FORMS])
{
	ly_slice_t plain = {malloc(text.len), text.len};
	ly_slice_t marked = {malloc(text.len + 3), text.len + 3};

	memcpy((char *)plain.s, text.s, text.len);
	memcpy((char *)marked.s, "\xef\xbb\xbf", 3);
	memcpy((char *)marked.s + 3, text.s, text.len);
	forms[0] = plain;
	forms[1] = marked;
	forms[2] = utf16(text, false, true);
	forms[3] = utf16(text, true, true);
	forms[4] = utf16(text, false, false);
	forms[5] = utf16(text, true, false);
}

/* libxml2's own memory fails once: process-wide, which only a test may do. */
static long xml_until_failure = -1;

static inline bool xml_may(void)
{
	return xml_until_failure < 0 || xml_until_failure-- != 0;
}

static inline void *xml_malloc(size_t size)
{
	return xml_may() ? malloc(size) : NULL;
}

static inline void *xml_realloc(void *p, size_t size)
{
	return xml_may() ? realloc(p, size) : NULL;
}

static inline char *xml_strdup(const char *text)
{
	return xml_may() ? strdup(text) : NULL;
}

static inline void quiet(void *to, const char *format, ...)
{
	(void)to;
	(void)format;
}

static inline void let_libxml2_fail(void)
{
	xmlMemSetup(free, xml_malloc, xml_realloc, xml_strdup);
	xmlInitParser();
	xmlSetGenericErrorFunc(NULL, quiet);
}

/*
 * Fails the first allocation, then the second … of ours and of libxml2, until none is left to fail. Each time work()
 * either does what it does with all its memory (it asserts that), or says false with a finding.
 */
static inline void fail_each_allocation(
		bool (*work)(ly_report_t *report), long at_least)
{
	long *const counters[] = {&until_failure, &xml_until_failure};

	for(size_t i = 0; i < 2; i++) {
		long n = 0;
		for(bool failed = true; failed; n++) {
			ly_report_t report = {0};
			bool done;
			*counters[i] = n;
			done = work(&report);
			failed = *counters[i] < 0;
			*counters[i] = -1;
			if(done == (report.count > 0))
				fail_msg("allocation %ld: %s but '%s'", n,
						done ? "done" : "not done", report.first.text);
			if(!failed && !done)
				fail_msg("with all memory: '%s'", report.first.text);
			assert_int_equal(live, 0);
		}
		print_message("%s: %ld allocations failed in turn\n",
				i ? "libxml2" : "arena", n - 1);
		assert_true(n > at_least);
	}
}

#endif
