/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as it is written: read, changed, written. */
#include "draft_helpers.h"

#include "liblync/plan_changes.h"
#include "liblync/plan_write.h"

#include <glob.h>
#include <sanitizer/lsan_interface.h>

static ly_slice_t written(plan_t *plan)
{
	ly_slice_t text;

	assert_true(ly_plan_write(&plan->draft, &text));
	return text;
}

/* Writing ------------------------------------------------------------------------------------------------------------ */

static void expect_text(const char *in, const char *expected)
{
	plan_t plan;
	ly_slice_t text;

	load_right(&plan, in);
	text = written(&plan);
	if(!ly_eq(text, ly_cstr(expected)))
		fail_msg("\n%.*s\ninstead of\n%s", LY_FMT(text), expected);
	drop(&plan);
}

static void layout_of_elements(void **state)
{
	(void)state;
	expect_text(OPEN "<!-- all --><pool name=\"a\"><server fqdn=\"b\"/><!-- c "
					 "--><server/></pool><target name=\"d\"/><target/>"
					 "<numbers/>" CLOSE,
			HEAD OPEN "\n"
					  "\n"
					  "  <!-- all -->\n"
					  "  <pool name=\"a\">\n"
					  "    <server fqdn=\"b\"/>\n"
					  "    <!-- c -->\n"
					  "    <server/>\n"
					  "  </pool>\n"
					  "\n"
					  "  <target name=\"d\"/>\n"
					  "  <target/>\n"
					  "\n"
					  "  <numbers/>\n" CLOSE "\n");
}

/* What stands beside the root, prefixes, declarations of namespaces. */
static void all_of_the_document_stays(void **state)
{
	static const char text[] =
			HEAD "<?xml-model href=\"lync-trunks.xsd\"?>\n"
				 "<!-- before\n     the plan -->\n"
				 "<l:lync-trunks xmlns:l=\"urn:lync-sbc:trunks:1\" "
				 "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
				 "version=\"1\"\n               "
				 "xsi:schemaLocation=\"urn:lync-sbc:trunks:1 lync-trunks.xsd\" "
				 "x=\"\">\n\n"
				 "  <l:unknown xml:lang=\"de\"/>\n"
				 "</l:lync-trunks>\n"
				 "<!-- behind -->\n";

	(void)state;
	expect_text(text, text);
}

static void values_are_escaped(void **state)
{
	static const char text[] = HEAD OPEN
			"\n\n  <a b=\"&lt;&gt;&amp;&quot;'&#9;&#10;&#13; ä €\"/>\n" CLOSE
			"\n";

	(void)state;
	expect_text(text, text);
}

static void long_tags_are_broken(void **state)
{
	(void)state;
	expect_text(OPEN "<a b=\"1234567890123456789012345678901234567890\" "
					 "c=\"1234567890123456789012345678901234567890\" d=\"12\" "
					 "e=\"1234567890123456789012345678901234567890\"/>" CLOSE,
			HEAD OPEN
			"\n\n  <a b=\"1234567890123456789012345678901234567890\" "
			"c=\"1234567890123456789012345678901234567890\" d=\"12\"\n"
			"     e=\"1234567890123456789012345678901234567890\"/>\n" CLOSE
			"\n");
}

static void items_know_their_lines(void **state)
{
	static const char *const lines[] = {"<lync-trunks", "<pool", "<server"};
	plan_t plan;
	ly_slice_t text;
	const ly_item_t *item;

	(void)state;
	load_right(
			&plan, OPEN "<!-- a\nb --><pool><!-- c --><server/></pool>" CLOSE);
	text = written(&plan);
	item = plan.draft.root;
	for(size_t i = 0; i < 3; i++) {
		unsigned line = 1;
		const char *at = strstr(text.s, lines[i]);
		for(const char *p = text.s; p < at; p++)
			line += *p == '\n';
		assert_int_equal(item->line, line);
		item = i == 0 ? ly_item_first(item, "pool")
					  : ly_item_first(item, "server");
	}
	drop(&plan);
}

/* Every good plan means the same when it is written again, and is then written the same. */
static void good_plans_come_through(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob(GOOD "*.xml", 0, NULL, &files), 0);
	assert_int_equal(glob(EXAMPLE, GLOB_APPEND, NULL, &files), 0);
	for(size_t i = 0; i < files.gl_pathc; i++) {
		ly_slice_t bytes = file_bytes(files.gl_pathv[i]), text, again;
		ly_finding_t finding = {0};
		plan_t plan, second;
		ly_plan_t *parsed;
		assert_true(load(&plan, bytes));
		text = written(&plan);
		parsed = ly_plan_parse(text, "again", malloc, free, &finding);
		if(!parsed)
			fail_msg("%s: %u: %s", files.gl_pathv[i], finding.line,
					finding.text);
		ly_plan_free(parsed);
		assert_true(load(&second, text));
		again = written(&second);
		assert_true(ly_eq(again, text));
		ly_arena_free(&plan.arena);
		drop(&second);
		free((void *)bytes.s);
	}
	assert_true(files.gl_pathc >= 2);
	globfree(&files);
}

static void what_is_no_plan(void **state)
{
	static const char *const texts[][2] = {
			{"<lync-trunks/>", "the document is no plan"},
			{"<pool xmlns=\"urn:lync-sbc:trunks:1\"/>",
					"the document is no plan"},
			{OPEN, "not well-formed"},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		plan_t plan;
		assert_false(load(&plan, ly_cstr(texts[i][0])));
		assert_non_null(strstr(plan.report.first.text, texts[i][1]));
		drop(&plan);
	}
}

/* Changing ----------------------------------------------------------------------------------------------------------- */

static void new_elements_have_their_place(void **state)
{
	plan_t plan;
	ly_item_t *root;

	(void)state;
	load_right(&plan, OPEN "<pool name=\"a\"/><!-- of b --><trunk name=\"b\"/>"
						   "<!-- end -->" CLOSE);
	root = plan.draft.root;
	ly_item_set(&plan.draft, ly_draft_add(&plan.draft, root, "pool"), "name",
			LY_LIT("c"));
	ly_draft_add(&plan.draft, root, "node");
	ly_draft_add(&plan.draft, root, "codes");
	ly_draft_add(&plan.draft, root, "unknown");
	ly_draft_add(&plan.draft, ly_item_first(root, "trunk"), "limit");
	ly_draft_add(&plan.draft, ly_item_first(root, "trunk"), "route");
	ly_draft_add(&plan.draft, NULL, "route");
	assert_slice(written(&plan), HEAD OPEN "\n\n"
										   "  <node/>\n\n"
										   "  <pool name=\"a\"/>\n"
										   "  <pool name=\"c\"/>\n\n"
										   "  <!-- of b -->\n"
										   "  <trunk name=\"b\">\n"
										   "    <route/>\n"
										   "    <limit/>\n"
										   "  </trunk>\n\n"
										   "  <codes/>\n\n"
										   "  <unknown/>\n\n"
										   "  <!-- end -->\n" CLOSE "\n");
	drop(&plan);
}

static void attributes_and_comments(void **state)
{
	plan_t plan;
	ly_item_t *root, *pool;

	(void)state;
	load_right(&plan, OPEN "<pool a=\"1\" b=\"2\" c=\"3\"/>" CLOSE);
	root = plan.draft.root;
	pool = ly_item_first(root, "pool");
	assert_slice(ly_item_get(pool, "b"), "2");
	assert_null(ly_item_get(pool, "d").s);
	assert_null(ly_item_get(NULL, "b").s);
	ly_item_set(&plan.draft, pool, "b", LY_LIT("4"));
	ly_item_set(&plan.draft, pool, "d", LY_LIT("5"));
	ly_item_unset(pool, "a");
	ly_item_unset(pool, "x");
	for(int i = 0; i < 2; i++) { /* the second time nothing happens */
		ly_draft_comment(&plan.draft, root, pool, LY_LIT(" first "));
		ly_draft_comment(&plan.draft, root, pool, LY_LIT(" second "));
		ly_draft_comment(&plan.draft, pool, NULL, LY_LIT(" inside "));
	}
	assert_slice(written(&plan),
			HEAD OPEN "\n\n  <!-- first -->\n  <!-- second -->\n"
					  "  <pool b=\"4\" c=\"3\" d=\"5\">\n    <!-- inside -->\n"
					  "  </pool>\n" CLOSE "\n");
	ly_item_remove(pool->before->before);
	ly_item_remove(pool);
	assert_slice(
			written(&plan), HEAD OPEN "\n\n  <!-- second -->\n" CLOSE "\n");
	drop(&plan);
}

/* Memory ------------------------------------------------------------------------------------------------------------- */

static ly_slice_t fixture;

static void ignore(void *to, const char *line)
{
	(void)to;
	(void)line;
}

static bool rewrite(ly_report_t *report)
{
	static char first[10000];
	static size_t first_len;
	ly_arena_t arena = {take, give, NULL};
	ly_draft_t draft, other;
	ly_slice_t text;
	bool done = ly_draft_read(&draft, fixture, &arena, report)
				&& ly_draft_empty(&other, &arena, report)
				&& ly_plan_write(&draft, &text);

	if(done) {
		if(!first_len) {
			first_len = text.len;
			memcpy(first, text.s, text.len);
		}
		assert_true(ly_eq(text, ly_slice(first, first_len)));
		ly_plan_changes(&draft, &other, &arena, ignore, NULL);
		done = !report->count;
	}
	ly_arena_free(&arena);
	return done;
}

/* libxml2's writer itself loses some bytes when it has no memory for others; ours are counted. */
static void every_allocation_may_fail(void **state)
{
	ly_report_t report = {0};

	(void)state;
	fixture = file_bytes(GOOD "full.xml");
	assert_true(rewrite(&report)); /* now it is known what is right */
	__lsan_disable();
	fail_each_allocation(rewrite, 200);
	__lsan_enable();
	free((void *)fixture.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(layout_of_elements),
			TEST(all_of_the_document_stays),
			TEST(values_are_escaped),
			TEST(long_tags_are_broken),
			TEST(items_know_their_lines),
			TEST(good_plans_come_through),
			TEST(what_is_no_plan),
			TEST(new_elements_have_their_place),
			TEST(attributes_and_comments),
			TEST(every_allocation_may_fail),
	};

	let_libxml2_fail();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
