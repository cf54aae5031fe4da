/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects of Export-Clixml: their shapes, escapes and limits. */
#include "lync_helpers.h"

#include "liblync/clixml.h"
#include "liblync/clixml_text.h"

#define OPEN "<Objs xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">"
#define CLOSE "</Objs>"

/* "name:text{properties}[items]", null as "-", a type in front. */
static void put_values(ly_buf_t *b, const ly_clixml_value_t *first)
{
	for(const ly_clixml_value_t *v = first; v; v = v->next) {
		if(v != first)
			ly_putc(b, ' ');
		if(v->types && v->types->count)
			ly_putf(b, "(%.*s)", LY_FMT(v->types->names[0]));
		ly_putf(b, "%.*s%s%.*s", LY_FMT(v->name), v->name.len ? ":" : "",
				LY_FMT(v->text));
		if(v->kind == LY_CLIXML_NULL)
			ly_putc(b, '-');
		if(v->properties) {
			ly_putc(b, '{');
			put_values(b, v->properties);
			ly_putc(b, '}');
		}
		if(v->list) {
			ly_putc(b, '[');
			put_values(b, v->items);
			ly_putc(b, ']');
		}
	}
}

static bool read_as(ly_slice_t bytes, const char *expected, ly_report_t *report)
{
	ly_arena_t arena = {take, give, NULL};
	const ly_clixml_value_t *first;
	bool read = ly_clixml_read(bytes, &arena, report, &first);
	char words[4000];
	ly_buf_t b = ly_buf(words, sizeof(words) - 1);

	put_values(&b, read ? first : NULL);
	words[b.len] = '\0';
	if(read)
		assert_string_equal(words, expected);
	ly_arena_free(&arena);
	return read;
}

static void shapes(void **state)
{
	static const char *const files[][2] = {
			{OPEN CLOSE, ""},
			{OPEN "<S>a</S><Nil/><I32> 7 </I32><S/>" CLOSE, "a -  7  "},
			{OPEN "<Obj RefId=\"0\"><TN RefId=\"0\"><T>A.B</T><T>C</T></TN>"
				  "<ToString>x</ToString><Props><B N=\"p\">true</B></Props>"
				  "<MS><S N=\"m\">1</S></MS></Obj>"
				  "<Obj RefId=\"1\"><TNRef RefId=\"0\"/></Obj>" CLOSE,
					"(A.B)x{p:true m:1} (A.B)"},
			{OPEN "<Obj><LST><S>a</S><Nil/></LST></Obj><Obj><LST/></Obj>"
				  "<Obj><IE><S>b</S></IE></Obj>" CLOSE,
					"[a -] [] [b]"},
			{OPEN "<Obj><DCT><En><S N=\"Key\">k</S><S N=\"Value\">v</S></En>"
				  "</DCT></Obj>" CLOSE,
					"[{Key:k Value:v}]"},
			/* Boxed: an enumeration says its name, a number nothing. */
			{OPEN "<Obj><I32>1</I32><ToString>Optional</ToString></Obj>"
				  "<Obj><ToString>Optional</ToString><I32>1</I32></Obj>"
				  "<Obj><I32>1</I32></Obj>" CLOSE,
					"Optional Optional 1"},
			{OPEN "<Obj RefId=\"3\"><ToString>x</ToString></Obj>"
				  "<Obj><Props><Ref N=\"r\" RefId=\"3\"/></Props></Obj>"
				  "<Ref RefId=\"4\"/>" CLOSE,
					"x {r:x} -"},
			/* No object lies in itself. */
			{OPEN "<Obj RefId=\"1\"><Props><Ref N=\"me\" RefId=\"1\"/></Props>"
				  "</Obj>" CLOSE,
					"{me:-}"},
			{OPEN "<S N=\"a_x0020_b\">_x0041__x000A_</S><S>a<!-- -->b"
				  "<![CDATA[<c>]]></S>" CLOSE,
					"a b:A\n ab<c>"},
			{OPEN "<x:S xmlns:x=\"urn:other\">a</x:S><S xmlns=\"\">b</S>" CLOSE,
					""},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		ly_report_t report = {0};
		if(!read_as(ly_cstr(files[i][0]), files[i][1], &report))
			fail_msg("%s: %s", files[i][0], report.first.text);
		assert_int_equal(live, 0);
	}
}

static void escapes(void **state)
{
	static const char *const texts[][2] = {
			{"", ""},
			{"plain", "plain"},
			{"_", "_"},
			{"_x", "_x"},
			{"_x0041", "_x0041"},
			{"_x00g1_", "_x00g1_"},
			{"_X0041_", "_X0041_"},
			{"_x0041_", "A"},
			{"a_x00e9_b", "a\xc3\xa9"
						  "b"},
			{"_x20AC_", "\xe2\x82\xac"},
			{"__x0041__", "_A_"},
			{"_x005F_x0041_", "_x0041_"},
			{"_xD83D__xDE00_", "\xf0\x9f\x98\x80"},
			/* What XML cannot hold. */
			{"_xD83D_", "\xef\xbf\xbd"},
			{"_xD83D__x0041_", "\xef\xbf\xbd"
							   "A"},
			{"_xDE00_", "\xef\xbf\xbd"},
			{"_x0000_", "\xef\xbf\xbd"},
			{"_x001F_", "\xef\xbf\xbd"},
			{"_xFFFF_", "\xef\xbf\xbd"},
			{"_x0009__x000A__x000D_", "\t\n\r"},
	};
	ly_arena_t arena = {take, give, NULL};

	(void)state;
	for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ly_slice_t text;
		assert_true(ly_clixml_unescape(ly_cstr(texts[i][0]), &arena, &text));
		assert_slice(text, texts[i][1]);
	}
	ly_arena_free(&arena);
}

static void types(void **state)
{
	ly_slice_t names[] = {LY_LIT("Deserialized.A.Voice.Route#Decorated"),
			LY_LIT("System.Object")};
	ly_clixml_types_t list = {names, 2};
	ly_clixml_value_t object = {.types = &list}, untyped = {0};

	(void)state;
	assert_true(ly_clixml_is(&object, "Voice.Route"));
	assert_true(ly_clixml_is(&object, "Route"));
	assert_true(ly_clixml_is(&object, "system.object"));
	assert_false(ly_clixml_is(&object, "oute"));
	assert_false(ly_clixml_is(&object, "Route#Decorated"));
	assert_false(ly_clixml_is(&object, "B.A.Voice.Route"));
	assert_false(ly_clixml_is(&untyped, "Route"));
}

static void lists_that_are_cut_off(void **state)
{
	static const struct
	{
		const char *value;
		bool text_only;
	} lists[] = {
			{"<Obj N=\"l\"><LST><S>Name=a</S></LST></Obj>", true},
			{"<Obj N=\"l\"><LST><Obj><Props/></Obj><S>b</S></LST></Obj>", true},
			{"<S N=\"l\">System.Collections.Generic.List`1[A]</S>", true},
			{"<Obj N=\"l\"><ToString>List</ToString></Obj>", true},
			{"<Obj N=\"l\"><LST/></Obj>", false},
			{"<Obj N=\"l\"><LST><Obj><Props/></Obj></LST></Obj>", false},
			{"<Nil N=\"l\"/>", false},
			{"<S N=\"l\"/>", false},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		ly_arena_t arena = {take, give, NULL};
		ly_report_t report = {0};
		const ly_clixml_value_t *first, *list;
		char text[300];
		int len = snprintf(text, sizeof(text),
				OPEN "<Obj><Props>%s</Props></Obj>" CLOSE, lists[i].value);
		assert_true(ly_clixml_read(
				ly_slice(text, (size_t)len), &arena, &report, &first));
		list = ly_clixml_property(first, "L");
		assert_non_null(list);
		assert_int_equal(ly_clixml_text_only(list), lists[i].text_only);
		assert_null(ly_clixml_property(first, "ll"));
		assert_int_equal(ly_clixml_text(first, "ll").len, 0);
		ly_arena_free(&arena);
	}
}

/* n times open, middle, n times close. */
static ly_slice_t nested(const char *open, const char *close, unsigned n)
{
	size_t cap = sizeof(OPEN CLOSE) + n * (strlen(open) + strlen(close));
	char *text = malloc(cap);
	ly_buf_t b = ly_buf(text, cap);

	ly_put(&b, LY_LIT(OPEN));
	for(unsigned i = 0; i < n; i++)
		ly_put(&b, ly_cstr(open));
	for(unsigned i = 0; i < n; i++)
		ly_put(&b, ly_cstr(close));
	ly_put(&b, LY_LIT(CLOSE));
	assert_false(b.full);
	return ly_buf_slice(&b);
}

static void expect_refusal(ly_slice_t text, const char *phrase)
{
	ly_report_t report = {0};

	assert_false(read_as(text, "", &report));
	if(!strstr(report.first.text, phrase))
		fail_msg("'%s' instead of '%s'", report.first.text, phrase);
	assert_int_equal(live, 0);
}

static void limits(void **state)
{
	ly_slice_t deep =
			nested("<Obj><LST>", "</LST></Obj>", LY_CLIXML_MAX_DEPTH + 1);
	ly_slice_t entries = nested("<En>", "</En>", 250);
	ly_slice_t many = nested("<S/>", "", LY_CLIXML_MAX_VALUES + 1);
	ly_arena_t arena = {take, give, NULL};
	ly_report_t report = {0};
	const ly_clixml_value_t *first;

	(void)state;
	expect_refusal(deep, "objects lie more than 32 deep in each other");
	expect_refusal(many, "more than 500000 values");
	assert_true(ly_clixml_read(entries, &arena, &report, &first));
	ly_arena_free(&arena);
	free((void *)deep.s);
	free((void *)entries.s);
	free((void *)many.s);
	expect_refusal(LY_LIT("<Objs/>"), "the document is a <Objs>; expected");
	expect_refusal(LY_LIT("<Objects/>"), "not Export-Csv or ConvertTo-Xml");
	expect_refusal(LY_LIT("\"Identity\",\"Global\"\r\n"), "this is not XML");
	expect_refusal(LY_LIT(OPEN), "not well-formed XML");
}

static const char small[] = OPEN
		"<Obj RefId=\"0\"><TN RefId=\"0\"><T>A</T></TN><Props>"
		"<S N=\"_x0041_\">_x0042_</S><Obj N=\"l\" RefId=\"1\"><LST><S>1</S>"
		"<S>2</S></LST></Obj></Props></Obj><Obj RefId=\"2\"><TNRef "
		"RefId=\"0\"/><Props><Ref N=\"r\" RefId=\"1\"/></Props></Obj>" CLOSE;

static bool read_small(ly_report_t *report)
{
	return read_as(ly_cstr(small), "(A){A:B l:[1 2]} (A){r:[1 2]}", report);
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	fail_each_allocation(read_small, 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(shapes),
			TEST(escapes),
			TEST(types),
			TEST(lists_that_are_cut_off),
			TEST(limits),
			TEST(every_allocation_may_fail),
	};

	let_libxml2_fail();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
