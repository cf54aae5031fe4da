/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bad plans, and memory that ends. What is wrong in tests/fixtures/plans/bad/X.xml stands in the file itself:
 * "expect LINE: THE BEGINNING OF THE FINDING -->".
 */
#include "plan_helpers.h"

#include <glob.h>
#include <libxml/parser.h>
#include <sys/stat.h>
#include <unistd.h>

#include "liblync/file.h"
#include "liblync/plan_reader.h"

static void expect_bad(ly_slice_t xml, unsigned line, const char *phrase)
{
	ly_finding_t finding = {0};
	ly_plan_t *plan = parse(xml, &finding);

	assert_null(plan);
	if(finding.line != line || !strstr(finding.text, phrase))
		fail_msg("expected line %u, '%s'; found line %u, '%s'", line, phrase,
				finding.line, finding.text);
	assert_int_equal(live, 0);
}

static void broken_utf16_is_refused(void **state)
{
	ly_slice_t text = LY_LIT("<a>\n\n</a>");
	ly_slice_t wide = utf16(text, false, true);

	(void)state;
	expect_bad(ly_slice(wide.s, wide.len - 1), 3, "ends inside a character");
	memcpy((char *)wide.s + 2 + 2 * 4, "\x00\xd8",
			2); /* a lone high surrogate */
	expect_bad(wide, 2, "half a character of UTF-16");
	memcpy((char *)wide.s + 2 + 2 * 4, "\x00\x00", 2);
	expect_bad(wide, 2, "not XML in UTF-8 or UTF-16");
	free((void *)wide.s);
}

static void each_bad_plan_is_refused_as_it_says(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob(BAD "*.xml", 0, NULL, &files), 0);
	assert_true(files.gl_pathc > 70);
	for(size_t i = 0; i < files.gl_pathc; i++) {
		const char *path = files.gl_pathv[i];
		ly_slice_t bytes = file_bytes(path);
		char *expected = strstr(bytes.s, "expect "), *end;
		ly_finding_t finding = {0};
		char found[900];

		assert_non_null(expected);
		expected += strlen("expect ");
		end = strstr(expected, " -->");
		assert_non_null(end);
		assert_null(ly_plan_load(path, take, give, &finding));
		snprintf(found, sizeof(found), "%u: %s", finding.line, finding.text);
		if(strncmp(found, expected, (size_t)(end - expected)) != 0)
			fail_msg("%s\nexpected %.*s\nfound    %s", path,
					(int)(end - expected), expected, found);
		assert_int_equal(live, 0);
		free((void *)bytes.s);
	}
	globfree(&files);
}

static void expect_unreadable(const char *path, const char *phrase)
{
	ly_finding_t finding = {0};

	assert_null(ly_plan_load(path, take, give, &finding));
	assert_int_equal(finding.line, 0);
	if(!strstr(finding.text, phrase))
		fail_msg("%s: found '%s'", path, finding.text);
	assert_int_equal(live, 0);
}

static void what_is_no_file_is_refused(void **state)
{
	char dir[] = "/tmp/lync-plan-XXXXXX", path[64];
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	expect_unreadable("/nonexistent/plan.xml", "No such file");
	expect_unreadable(dir, "no ordinary file");
	snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_unreadable(path, "no ordinary file");
	unlink(path);
	snprintf(path, sizeof(path), "%s/large", dir);
	f = fopen(path, "wb");
	assert_int_equal(ftruncate(fileno(f), LY_PLAN_MAX_BYTES + 1), 0);
	fclose(f);
	expect_unreadable(path, "8388609 bytes, more than the 8388608");
	unlink(path);
	rmdir(dir);
}

static void what_is_nothing_is_refused(void **state)
{
	char *large = malloc(LY_PLAN_MAX_BYTES + 1);

	(void)state;
	memset(large, ' ', LY_PLAN_MAX_BYTES + 1);
	expect_bad(LY_EMPTY, 1, "the file is empty; expected <lync-trunks");
	expect_bad(LY_LIT(" \n\t"), 1, "the file is empty");
	expect_bad(LY_LIT("\xef\xbb\xbf"), 1, "the file is empty");
	expect_bad(LY_LIT("\xff\xfe"), 1, "the file is empty");
	expect_bad(LY_LIT("PK\x03\x04"), 1, "not XML");
	expect_bad(LY_LIT("<a>\n\0</a>"), 2, "not XML");
	expect_bad(LY_LIT("\n\n<!DOCTYPE a>"), 3, "a DOCTYPE is refused");
	expect_bad(LY_LIT("<a><!ENTITY b \"c\"></a>"), 1, "a DOCTYPE is refused");
	expect_bad(
			LY_LIT("<!-- <!DOCTYPE a> -->\n<a/>"), 2, "the document is a <a>");
	expect_bad(ly_slice(large, LY_PLAN_MAX_BYTES + 1), 0, "8388609 bytes");
	expect_bad(ly_slice(large, LY_PLAN_MAX_BYTES), 1, "the file is empty");
	free(large);
}

static void many_names_are_not_listed(void **state)
{
	char *text = malloc(1 << 20), *p;
	ly_slice_t example = file_bytes(EXAMPLE);
	const char *end = strstr(example.s, "</lync-trunks>");

	(void)state;
	p = text + sprintf(text, "%.*s", (int)(end - example.s), example.s);
	for(int i = 0; i < 300; i++)
		p += sprintf(p,
				"<target name=\"t%d\" address=\"203.0.%d.%d\" port=\"5060\" "
				"transport=\"udp\"><route trunk=\"%s\"/></target>\n",
				i, i / 100, i % 100 + 1, "sbc1-hq");
	p += sprintf(p,
			"<trunk name=\"x\" pool=\"hq\" mediation-port=\"1\" port=\"5067\" "
			"fqdn=\"sbc1.example.net\" transport=\"tls\">"
			"<route target=\"t300\"/></trunk></lync-trunks>");
	expect_bad(ly_cstr(text), 330,
			"names the target 't300', which is none of the 301 in this plan");
	free(text);
	free((void *)example.s);
}

static unsigned told_lines[8], told;

static void tell(void *to, const ly_finding_t *finding)
{
	(void)to;
	assert_true(told < 8);
	told_lines[told++] = finding->line;
}

static void all_findings_of_a_step_are_told(void **state)
{
	char path[] = "/tmp/lync-plan-XXXXXX";
	ly_slice_t text = file_bytes(EXAMPLE);
	ly_report_t report = {.tell = tell};
	int fd = mkstemp(path);

	(void)state;
	memcpy(strstr(text.s, "fqdn=\"med01"), "fqnd=\"med01", 11);
	memcpy(strstr(text.s, "weight=\"50\""), "weight=\"5O\"", 11);
	memcpy(strstr(text.s, "target=\"gw1\""), "target=\"gw9\"", 12);
	assert_int_equal(write(fd, text.s, text.len), text.len);
	close(fd);
	assert_null(ly_plan_load_reporting(path, take, give, &report));
	unlink(path);
	free((void *)text.s);
	/* Unknown, missing, no number; the dangling reference is the next step's. */
	assert_int_equal(report.count, 3);
	assert_int_equal(told, 3);
	for(unsigned i = 0; i < 3; i++)
		assert_int_equal(told_lines[i], 16);
	assert_non_null(strstr(report.first.text, "did you mean 'fqdn'"));
	assert_int_equal(live, 0);
}

typedef ly_plan_t *(*read_t)(const char *path, ly_finding_t *finding);

static ly_plan_t *from_file(const char *path, ly_finding_t *finding)
{
	return ly_plan_load(path, take, give, finding);
}

/* The memory that is needed only while reading ends too. */
static ly_plan_t *build(ly_slice_t text, ly_finding_t *finding)
{
	ly_arena_t scratch = {take, give, NULL};
	ly_report_t report = {0};
	ly_plan_t *plan =
			ly_plan_build(text, "test", take, give, &scratch, &report);

	*finding = report.first;
	ly_arena_free(&scratch);
	return plan;
}

static ly_plan_t *from_utf8(const char *path, ly_finding_t *finding)
{
	ly_slice_t text = file_bytes(path);
	ly_plan_t *plan = build(text, finding);

	free((void *)text.s);
	return plan;
}

static ly_plan_t *from_utf16(const char *path, ly_finding_t *finding)
{
	ly_slice_t text = file_bytes(path), wide = utf16(text, false, true);
	ly_plan_t *plan = build(wide, finding);

	free((void *)text.s);
	free((void *)wide.s);
	return plan;
}

static void no_memory_for_the_file(void **state)
{
	ly_arena_t arena = {take, give, NULL};
	ly_report_t report = {0};
	ly_slice_t bytes;

	(void)state;
	until_failure = 0;
	assert_false(ly_file_read(EXAMPLE, 1 << 20, &arena, &report, &bytes));
	assert_string_equal(report.first.text, "out of memory");
	assert_int_equal(live, 0);
}

/* Fails the first allocation, then the second ... until the plan is read. */
static void fail_each(read_t read, const char *path, long at_least)
{
	ly_plan_t *plan = NULL;
	long n;

	for(n = 0; n < 10000; n++) {
		ly_finding_t finding = {0};
		until_failure = n;
		plan = read(path, &finding);
		if(plan)
			break;
		if(strcmp(finding.text, "out of memory") != 0)
			fail_msg("allocation %ld: %s", n, finding.text);
		assert_int_equal(live, 0);
	}
	until_failure = -1;
	assert_true(n >= at_least);
	print_message("%ld allocations failed in turn\n", n);
	ly_plan_free(plan);
	assert_int_equal(live, 0);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	fail_each(from_file, GOOD "full.xml", 60);
	fail_each(from_utf8, GOOD "full.xml", 120);
	fail_each(from_utf16, EXAMPLE, 50);
}

/* libxml2's own memory. Process-wide, which only a test may do. */
static long xml_until_failure = -1;

static bool xml_may(void)
{
	return xml_until_failure < 0 || xml_until_failure-- != 0;
}

static void *xml_malloc(size_t size)
{
	return xml_may() ? malloc(size) : NULL;
}

static void *xml_realloc(void *p, size_t size)
{
	return xml_may() ? realloc(p, size) : NULL;
}

static char *xml_strdup(const char *text)
{
	return xml_may() ? strdup(text) : NULL;
}

static void assert_same(ly_slice_t a, ly_slice_t b)
{
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.s, b.s, a.len);
}

static void assert_same_plan(const ly_plan_t *a, const ly_plan_t *b)
{
	assert_int_equal(a->node_count, b->node_count);
	for(unsigned i = 0; i < a->node_count; i++) {
		assert_int_equal(a->nodes[i].listen_count, b->nodes[i].listen_count);
		assert_memory_equal(a->nodes[i].listens, b->nodes[i].listens,
				a->nodes[i].listen_count * sizeof(ly_listen_t));
	}
	assert_int_equal(a->peer_count, b->peer_count);
	for(unsigned i = 0; i < a->peer_count; i++) {
		const ly_peer_t *p = &a->peers[i], *q = &b->peers[i];
		assert_same(p->name, q->name);
		assert_same(p->fqdn, q->fqdn);
		assert_memory_equal(&p->address, &q->address, sizeof(p->address));
		assert_int_equal(p->tls_min, q->tls_min);
		assert_int_equal(p->weight, q->weight);
		assert_int_equal(p->state, q->state);
		assert_ptr_equal(p->media, q->media);
		assert_int_equal(p->route_count, q->route_count);
	}
	assert_int_equal(a->trunk_count, b->trunk_count);
	for(unsigned i = 0; i < a->trunk_count; i++) {
		assert_same(a->trunks[i].name, b->trunks[i].name);
		assert_ptr_equal(a->trunks[i].dialect, b->trunks[i].dialect);
		assert_ptr_equal(a->trunks[i].media, b->trunks[i].media);
		assert_int_equal(a->trunks[i].SRTPMode, b->trunks[i].SRTPMode);
		assert_int_equal(a->trunks[i].route_count, b->trunks[i].route_count);
	}
}

/* libxml2 does without some of its memory and is mistaken without some other: never is the plan another one. */
static void every_allocation_of_libxml2_may_fail(void **state)
{
	ly_finding_t finding = {0};
	ly_plan_t *whole = from_file(GOOD "full.xml", &finding);
	bool failed = true;
	long n = 0;

	(void)state;
	live = 0;
	for(; failed; n++) {
		ly_plan_t *plan;
		xml_until_failure = n;
		plan = from_file(GOOD "full.xml", &finding);
		failed = xml_until_failure < 0;
		xml_until_failure = -1;
		if(plan)
			assert_same_plan(plan, whole);
		else
			assert_true(finding.text[0] != '\0');
		ly_plan_free(plan);
		assert_int_equal(live, 0);
	}
	print_message("%ld allocations failed in turn\n", n);
	assert_true(n > 100);
	ly_plan_free(whole);
}

static void quiet(void *to, const char *format, ...)
{
	(void)to;
	(void)format;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(broken_utf16_is_refused),
			TEST(each_bad_plan_is_refused_as_it_says),
			TEST(what_is_no_file_is_refused),
			TEST(what_is_nothing_is_refused),
			TEST(all_findings_of_a_step_are_told),
			TEST(many_names_are_not_listed),
			TEST(no_memory_for_the_file),
			TEST(every_allocation_may_fail),
			TEST(every_allocation_of_libxml2_may_fail),
	};

	xmlMemSetup(free, xml_malloc, xml_realloc, xml_strdup);
	xmlInitParser();
	xmlSetGenericErrorFunc(NULL, quiet);

	return cmocka_run_group_tests(tests, NULL, NULL);
}
