/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans that are taken but will not work as they may be meant. What is to be said about tests/fixtures/plans/warn/X.xml
 * stands in the file itself, in the order in which it is said: "expect LINE: THE BEGINNING OF THE WARNING -->".
 */
#include "plan_helpers.h"

#include <glob.h>

#include "liblync/plan_reader.h"

#define WARN "tests/fixtures/plans/warn/"

/* What the file still expects, and in which file. */
typedef struct reader
{
	const char *path;
	const char *rest;
} reader_t;

static void tell(void *to, const ly_finding_t *finding)
{
	reader_t *reader = to;
	const char *expected = strstr(reader->rest, "expect "), *end;
	char found[900];

	snprintf(found, sizeof(found), "%u: %s", finding->line, finding->text);
	if(!expected || finding->severity != LY_WARNING)
		fail_msg("%s\n%s %s", reader->path, ly_severity_name(finding->severity),
				found);
	expected += strlen("expect ");
	end = strstr(expected, " -->");
	assert_non_null(end);
	if(strncmp(found, expected, (size_t)(end - expected)) != 0)
		fail_msg("%s\nexpected %.*s\nfound    %s", reader->path,
				(int)(end - expected), expected, found);
	reader->rest = end;
}

static unsigned warnings_of(const char *path)
{
	ly_slice_t bytes = file_bytes(path);
	reader_t reader = {path, bytes.s};
	ly_report_t report = {.tell = tell, .to = &reader, .warn = true};
	ly_plan_t *plan = ly_plan_load_reporting(path, take, give, &report);

	if(!plan)
		fail_msg("%s: %s", path, report.first.text);
	if(strstr(reader.rest, "expect "))
		fail_msg("%s: not said: %s", path, strstr(reader.rest, "expect "));
	assert_int_equal(report.count, 0);
	ly_plan_free(plan);
	assert_int_equal(live, 0);
	free((void *)bytes.s);
	return report.warnings;
}

static void each_plan_is_warned_of(void **state)
{
	unsigned warnings = 0;
	glob_t files;

	(void)state;
	assert_int_equal(glob(WARN "*.xml", 0, NULL, &files), 0);
	for(size_t i = 0; i < files.gl_pathc; i++)
		warnings += warnings_of(files.gl_pathv[i]);
	globfree(&files);
	assert_true(warnings >= 23);
}

/* Trunks of two nodes on the same ports are no twins, rules of two lists do not meet, rules may bring the '+' back. */
static void nothing_is_said_of_good_plans(void **state)
{
	(void)state;
	assert_int_equal(warnings_of(EXAMPLE), 0);
	assert_int_equal(warnings_of(GOOD "two-nodes.xml"), 0);
	assert_int_equal(warnings_of(GOOD "numbers.xml"), 0);
}

/* Who wants to hear of nothing does not pay for it. */
static void warnings_stop_nothing(void **state)
{
	ly_finding_t finding = {0};
	ly_plan_t *plan =
			ly_plan_load(WARN "covered-rule.xml", take, give, &finding);

	(void)state;
	assert_non_null(plan);
	assert_string_equal(finding.text, "");
	ly_plan_free(plan);
}

/* Every allocation fails once: an error is told, and no plan comes. */
static void hear_nothing(void *to, const ly_finding_t *finding)
{
	(void)to;
	(void)finding;
}

static void memory_may_end(void **state)
{
	ly_slice_t bytes = file_bytes(WARN "covered-rule.xml");
	ly_report_t report;
	ly_plan_t *plan = NULL;
	long n = 0;

	(void)state;
	for(; !plan; n++) {
		ly_arena_t scratch = {take, give, NULL};
		report = (ly_report_t){.tell = hear_nothing, .warn = true};
		until_failure = n;
		plan = ly_plan_build(bytes, "test", take, give, &scratch, &report);
		until_failure = -1;
		ly_arena_free(&scratch);
		if(!plan) {
			assert_string_equal(report.first.text, "out of memory");
			assert_int_equal(live, 0);
		}
	}
	assert_int_equal(report.warnings, 2);
	assert_true(n > 80);
	ly_plan_free(plan);
	free((void *)bytes.s);
	assert_int_equal(live, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(each_plan_is_warned_of),
			TEST(nothing_is_said_of_good_plans),
			TEST(warnings_stop_nothing),
			TEST(memory_may_end),
	};

	return cmocka_run_group_tests_name("warn", tests, NULL, NULL);
}
