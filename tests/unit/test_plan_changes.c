/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What differs between two plans, in words. */
#include "draft_helpers.h"

#include "liblync/plan_changes.h"

static void add_line(void *to, const char *line)
{
	ly_putf(to, "%s\n", line);
}

static void expect_changes(
		const char *old, const char *fresh, unsigned count, const char *lines)
{
	plan_t before, after;
	char text[5000];
	ly_buf_t b = ly_buf(text, sizeof(text) - 1);

	load_right(&before, old);
	load_right(&after, fresh);
	assert_int_equal(ly_plan_changes(&before.draft, &after.draft, &after.arena,
							 add_line, &b),
			count);
	text[b.len] = '\0';
	assert_string_equal(text, lines);
	ly_arena_free(&before.arena);
	drop(&after);
}

static void changes(void **state)
{
	(void)state;
	expect_changes(OPEN "<pool name=\"a\"/><!-- c --><pool name=\"b\"/>" CLOSE,
			OPEN "\n<pool name=\"b\"/><pool name=\"a\"/>" CLOSE, 0, "");
	expect_changes(OPEN "<pool name=\"a\" x=\"1\" y=\"2\"/>" CLOSE,
			OPEN "<pool name=\"a\" x=\"3\" z=\"&#10;\"/>" CLOSE, 1,
			"~   <pool name=\"a\">: x \"1\" -> \"3\", y \"2\" -> none, z none "
			"-> \"?\"\n");
	expect_changes(OPEN "<pool name=\"a\"><server fqdn=\"s\"/></pool>" CLOSE,
			OPEN "<trunk name=\"t\"><route target=\"g\"/></trunk>" CLOSE, 4,
			"-   <pool name=\"a\">\n"
			"-     <server fqdn=\"s\"/>\n"
			"+   <trunk name=\"t\">\n"
			"+     <route target=\"g\"/>\n");
	expect_changes(OPEN "<pool name=\"a\"><server fqdn=\"s\"/><server "
						"fqdn=\"t\"/></pool>" CLOSE,
			OPEN "<pool name=\"a\"><server fqdn=\"s\" weight=\"1\"/><server "
				 "fqdn=\"u\"/></pool>" CLOSE,
			3,
			"    <pool name=\"a\">\n"
			"-     <server fqdn=\"t\"/>\n"
			"~     <server fqdn=\"s\">: weight none -> \"1\"\n"
			"+     <server fqdn=\"u\"/>\n");
	expect_changes("<lync-trunks xmlns=\"urn:lync-sbc:trunks:1\"/>", OPEN CLOSE,
			1, "~ <lync-trunks>: version none -> \"1\"\n");
}

/* Elements that are alike are told apart by their order. */
static void changes_among_equals(void **state)
{
	(void)state;
	expect_changes(OPEN "<trunk name=\"t\"><route target=\"g\" tier=\"1\"/>"
						"<route target=\"g\" tier=\"2\"/></trunk>" CLOSE,
			OPEN "<trunk name=\"t\"><route target=\"g\" tier=\"1\"/><route "
				 "target=\"g\" tier=\"3\"/><route target=\"g\"/></trunk>" CLOSE,
			2,
			"    <trunk name=\"t\">\n"
			"~     <route target=\"g\">: tier \"2\" -> \"3\"\n"
			"+     <route target=\"g\"/>\n");
}

static void long_values_are_cut_off(void **state)
{
	char fresh[3000];
	char text[5000];
	ly_buf_t b = ly_buf(text, sizeof(text) - 1);
	plan_t before, after;
	int len = sprintf(fresh, OPEN "<pool name=\"");

	(void)state;
	for(int i = 0; i < 1000; i++)
		len += sprintf(fresh + len, "ä");
	sprintf(fresh + len, "\"/>" CLOSE);
	load_right(&before, OPEN CLOSE);
	load_right(&after, fresh);
	ly_plan_changes(&before.draft, &after.draft, &after.arena, add_line, &b);
	text[b.len] = '\0';
	assert_int_equal(b.len, sizeof("+   <pool name=\"...\"/>\n") - 1 + 200);
	assert_non_null(strstr(text, "ä...\"/>\n"));
	ly_arena_free(&before.arena);
	drop(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(changes),
			TEST(changes_among_equals),
			TEST(long_values_are_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
