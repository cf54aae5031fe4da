/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of a plan is all of it: written down again it is the same plan. */
#define _GNU_SOURCE /* memmem */
#include "plan_helpers.h"

#include "liblync/plan_schema.h"
#include "liblync/plan_walk.h"

/* Writes XML. */
typedef struct writer
{
	ly_buf_t out;
	bool open; /* the tag is not closed yet */
	unsigned depth, deepest, lists;
	unsigned standard, given;
} writer_t;

static void on_list(void *to, const char *name, bool begins)
{
	writer_t *w = to;

	(void)name;
	w->lists += begins;
}

static void close_tag(writer_t *w)
{
	if(w->open)
		ly_putc(&w->out, '>');
	w->open = false;
}

static void on_element(void *to, const char *name, bool begins)
{
	writer_t *w = to;

	close_tag(w);
	if(begins)
		ly_putf(&w->out, "\n<%s", name);
	else
		ly_putf(&w->out, "</%s>", name);
	if(begins && w->depth == 0)
		ly_putf(&w->out, " xmlns=\"" LY_PLAN_NAMESPACE "\"");
	w->open = begins;
	w->depth += begins ? 1u : -1u;
	w->deepest = w->depth > w->deepest ? w->depth : w->deepest;
}

static void on_attribute(void *to, const ly_told_attribute_t *a)
{
	writer_t *w = to;

	assert_true(w->open && a->value.len > 0);
	w->standard += a->standard;
	w->given += !a->standard;
	if(a->what == LY_TOLD_BOOLEAN)
		assert_true(ly_eq(a->value, LY_LIT("true"))
					|| ly_eq(a->value, LY_LIT("false")));
	if(a->what == LY_TOLD_NUMBER)
		assert_true(ly_digits(a->value));
	ly_putf(&w->out, " %s=\"", a->name);
	for(size_t i = 0; i < a->value.len; i++) {
		if(strchr("<&\"", a->value.s[i]))
			ly_putf(&w->out, "&#%d;", a->value.s[i]);
		else
			ly_putc(&w->out, a->value.s[i]);
	}
	ly_putc(&w->out, '"');
}

static writer_t written(const ly_plan_t *plan, char *buffer, size_t size)
{
	writer_t w = {.out = ly_buf(buffer, size)};
	const ly_listener_t listener = {&w, on_list, on_element, on_attribute};

	ly_plan_walk(plan, &listener);
	assert_false(w.out.full);
	assert_int_equal(w.depth, 0);
	return w;
}

static char first[40000], second[40000];

/* Every attribute of the tables stands somewhere in the text. */
static void assert_all_there(const ly_element_t *element, ly_slice_t text)
{
	char wanted[80];

	for(const ly_attribute_t *a = element->attributes; a->name; a++) {
		snprintf(wanted, sizeof(wanted), " %s=\"", a->name);
		if(!memmem(text.s, text.len, wanted, strlen(wanted)))
			fail_msg("<%s %s> is not told", element->name, a->name);
	}
	snprintf(wanted, sizeof(wanted), "<%s ", element->name);
	assert_non_null(memmem(text.s, text.len, wanted, strlen(wanted)));
	for(const ly_element_t *const *c = element->children; *c; c++)
		assert_all_there(*c, text);
}

static void what_is_told_makes_the_same_plan(void **state)
{
	static const char *const files[] = {
			GOOD "full.xml", GOOD "two-of-each.xml", EXAMPLE};

	(void)state;
	for(size_t i = 0; i < 3; i++) {
		ly_finding_t finding = {0};
		ly_plan_t *plan = ly_plan_load(files[i], take, give, &finding);
		writer_t w = written(plan, first, sizeof(first));
		ly_plan_t *again = parse(ly_buf_slice(&w.out), &finding);
		if(!again)
			fail_msg("%s: %u: %s\n%.*s", files[i], finding.line, finding.text,
					LY_FMT(ly_buf_slice(&w.out)));
		if(i == 0)
			assert_all_there(&ly_plan_root, ly_buf_slice(&w.out));
		writer_t v = written(again, second, sizeof(second));
		assert_true(ly_eq(ly_buf_slice(&w.out), ly_buf_slice(&v.out)));
		assert_int_equal(w.deepest, 3);
		assert_true(w.standard > 20 && w.given > 20);
		assert_true(w.lists > 8);
		ly_plan_free(plan);
		ly_plan_free(again);
		assert_int_equal(live, 0);
	}
}

static void one_trunk_is_told(void **state)
{
	ly_finding_t finding = {0};
	ly_plan_t *plan = ly_plan_load(EXAMPLE, take, give, &finding);
	writer_t w = {.out = ly_buf(first, sizeof(first)), .depth = 1};
	const ly_listener_t listener = {&w, NULL, on_element, on_attribute};

	(void)state;
	ly_plan_walk_trunk(&plan->trunks[0], &listener);
	ly_putc(&w.out, '\0');
	assert_ptr_equal(
			strstr(first, "\n<trunk name=\"sbc1-hq\" pool=\"hq\" "), first);
	assert_non_null(strstr(first, " EnableReferSupport=\"false\""));
	assert_non_null(
			strstr(first, "\n<route target=\"gw1\" tier=\"1\" "
						  "weight=\"100\" choice=\"load\"></route></trunk>"));
	ly_plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(what_is_told_makes_the_same_plan),
			TEST(one_trunk_is_told),
	};

	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
