/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ms-diagnostics: what is read, which one of several tells most, what a code means, what a log line gets of it. */
#include "message_helpers.h"

#include "liblync/diagnostic_codes.h"
#include "liblync/diagnostics.h"

static ly_diagnostic_t list[LY_DIAGNOSTICS_MAX];

/* Those of a reply with these header lines; the message stays until the next call. */
static unsigned read_lines(const char *lines)
{
	static ly_message_t m;
	char raw[4000];
	ly_buf_t b = ly_buf(raw, sizeof(raw));
	unsigned count;

	ly_put(&b, LY_LIT("SIP/2.0 404 Not Found\r\nCall-ID: 1@x\r\n"));
	ly_put(&b, ly_cstr(lines));
	ly_put(&b, LY_LIT("\r\n"));
	parse(exact(ly_buf_slice(&b)), &m);
	count = ly_diagnostics_read(&m, list);
	for(unsigned i = 0; i < count; i++) {
		assert_true(within(list[i].source, m.raw));
		assert_true(within(list[i].reason, m.raw));
		assert_true(within(list[i].component, m.raw));
		assert_true(within(list[i].sip_code, m.raw));
		assert_true(within(list[i].sip_text, m.raw));
	}
	return count;
}

static void assert_text(ly_slice_t text, const char *expected)
{
	if(!ly_eq(text, ly_cstr(expected)))
		fail_msg("'%.*s' is not '%s'", LY_FMT(text), expected);
}

static void whole_header(void **state)
{
	(void)state;
	assert_int_equal(
			read_lines("ms-diagnostics: 10003;source=\"MED01.CONTOSO.EXAMPLE\""
					   ";reason=\"Proxy returned a SIP failure code\""
					   ";component=\"MediationServer\";SipResponseCode=\"404\""
					   ";SipResponseText=\"Not Found\";appName=\"x\"\r\n"),
			1);
	assert_int_equal(list[0].id, 10003);
	assert_text(list[0].source, "MED01.CONTOSO.EXAMPLE");
	assert_text(list[0].reason, "Proxy returned a SIP failure code");
	assert_text(list[0].component, "MediationServer");
	assert_text(list[0].sip_code, "404");
	assert_text(list[0].sip_text, "Not Found");
}

static const struct
{
	const char *lines;
	unsigned count;
	unsigned id; /* of the first */
	const char *source, *reason;
} rows[] = {
		{"ms-diagnostics: 1003\r\n", 1, 1003, "", ""},
		{"MS-Diagnostics-Public:  4005 ; REASON = \"x\"\r\n", 1, 4005, "", "x"},
		/* [MS-OCER] lets a sub-code follow */
		{"ms-diagnostics: 10013.7;reason=\"x\"\r\n", 1, 10013, "", "x"},
		{"ms-diagnostics: 1\r\n ;source=\"a.b\"\r\n\t;reason=\"two\r\n  "
		 "lines\"\r\n",
				1, 1, "a.b", "two\r\n  lines"},
		{"ms-diagnostics: 1;reason=\"a;source=\\\"b\\\";c\";source=\"d\"\r\n",
				1, 1, "d", "a;source=\\\"b\\\";c"},
		{"ms-diagnostics: 1;reason=\"first\";reason=\"second\"\r\n", 1, 1, "",
				"first"},
		{"ms-diagnostics: 1;reason=token;source=a.b\r\n", 1, 1, "a.b", "token"},
		{"ms-diagnostics: 1;reason=\"\";source=\r\n", 1, 1, "", ""},
		{"ms-diagnostics: 1;reason\r\n", 1, 1, "", ""},
		{"ms-diagnostics: 1;;;reason=\"x\";\r\n", 1, 1, "", "x"},
		/* quotes that do not end */
		{"ms-diagnostics: 1;reason=\"x;source=\"a\r\n", 1, 1, "", "x;source="},
		{"ms-diagnostics: 1;reason=\"x\\\r\n", 1, 1, "", "x\\"},
		{"ms-diagnostics: 1;reason=\"\r\n", 1, 1, "", ""},
		/* no number */
		{"", 0, 0, "", ""},
		{"ms-diagnostics:\r\n", 0, 0, "", ""},
		{"ms-diagnostics: ;reason=\"x\"\r\n", 0, 0, "", ""},
		{"ms-diagnostics: -1\r\n", 0, 0, "", ""},
		{"ms-diagnostics: 1e3\r\n", 0, 0, "", ""},
		{"ms-diagnostics: 1000000\r\n", 0, 0, "", ""},
		{"ms-diagnostics: 99999999999999999999\r\n", 0, 0, "", ""},
		{"ms-diagnostics: x\r\nms-diagnostics: 12\r\n", 1, 12, "", ""},
		/* others' */
		{"ms-client-diagnostics: 52001\r\n", 0, 0, "", ""},
		{"ms-diagnostics-publi: 1\r\nx-ms-diagnostics: 1\r\n", 0, 0, "", ""},
		{"ms-diagnostics: 2\r\nms-diagnostics-public: 3\r\n"
		 "ms-diagnostics: 2\r\n",
				3, 2, "", ""},
};

static void what_is_read(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned count = read_lines(rows[i].lines);

		if(count != rows[i].count || (count && list[0].id != rows[i].id))
			fail_msg("row %zu: %u of them, %u", i, count, list[0].id);
		if(count) {
			assert_text(list[0].source, rows[i].source);
			assert_text(list[0].reason, rows[i].reason);
		}
	}
}

static void more_than_fit(void **state)
{
	char lines[1000];
	ly_buf_t b = ly_buf(lines, sizeof(lines) - 1);

	(void)state;
	for(unsigned i = 0; i < LY_DIAGNOSTICS_MAX + 2; i++)
		ly_putf(&b, "ms-diagnostics: %u\r\n", i);
	lines[b.len] = '\0';
	assert_int_equal(read_lines(lines), LY_DIAGNOSTICS_MAX);
	assert_int_equal(list[LY_DIAGNOSTICS_MAX - 1].id, LY_DIAGNOSTICS_MAX - 1);
}

static void the_most_telling(void **state)
{
	static const struct
	{
		unsigned ids[4];
		unsigned telling;
	} cases[] = {
			{{10013}, 10013},
			/* as in the trace, and the other way round */
			{{1034, 10003, 10003}, 10003},
			{{10003, 1034}, 10003},
			{{10003, 1003}, 1003},
			{{1034, 12004, 10003}, 12004},
			{{10003, 10777}, 10777},
			{{10777, 4005}, 4005},
			{{10404, 13777}, 13777},
			/* of equals the first */
			{{1003, 10013}, 1003},
			{{10013, 1003}, 10013},
			{{1011, 1034}, 1011},
	};

	(void)state;
	assert_null(ly_diagnostics_telling(list, 0));
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ly_diagnostic_t some[4] = {0};
		unsigned count = 0;

		for(; count < 4 && cases[i].ids[count]; count++)
			some[count].id = cases[i].ids[count];
		assert_int_equal(
				ly_diagnostics_telling(some, count)->id, cases[i].telling);
	}
	/* the first of two with one code has its source */
	read_lines("ms-diagnostics: 10003;source=\"a\"\r\n"
			   "ms-diagnostics-public: 10003\r\n");
	assert_ptr_equal(ly_diagnostics_telling(list, 2), list);
}

static void meanings(void **state)
{
	unsigned last = 0;

	(void)state;
	assert_non_null(strstr(ly_diagnostic_meaning(10013)->meaning, "topology"));
	assert_int_equal(ly_diagnostic_meaning(10013)->known_from, LY_KNOWN_TRACE);
	assert_non_null(strstr(ly_diagnostic_meaning(10014)->meaning, "Mediation"));
	assert_int_equal(ly_diagnostic_meaning(10486)->tells, LY_TELLS_CODE);
	assert_int_equal(ly_diagnostic_meaning(12999)->from, 12000);
	assert_int_equal(ly_diagnostic_meaning(13000)->to, 13000);
	assert_int_equal(ly_diagnostic_meaning(0)->to, 999);
	assert_int_equal(ly_diagnostic_meaning(18000)->to, ~0u);
	assert_int_equal(ly_diagnostic_meaning(~0u)->to, ~0u);
	for(unsigned i = 0; i < ly_meaning_count; i++) {
		const ly_meaning_t *row = &ly_meanings[i];

		assert_true(row->from <= row->to && row->meaning[0] && row->to_do[0]);
		/* none hides another */
		assert_ptr_equal(ly_diagnostic_meaning(row->to), row);
		if(row->from == row->to) {
			assert_true(row->from > last);
			last = row->from;
		}
	}
}

static void for_a_log_line(void **state)
{
	static const struct
	{
		const char *text, *put;
	} cases[] = {
			{"as it is", "as it is"},
			{"two\r\n \t lines", "two lines"},
			{"a \\\"b\\\" c\\\\d", "a 'b' c\\d"},
			{"\x01\x02x\x1b[31m\x7f", "x [31m "},
			{"M\xc3\xbcnchen", "M??nchen"},
			{"ends\\", "ends\\"},
			{"a\\\nb", "a b"},
			{"  x", "x"},
			{"%s %n", "%s %n"},
			{"", ""},
	};
	char memory[20];

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ly_buf_t out = ly_buf(memory, sizeof(memory));
		ly_put_diagnostic_text(&out, exact(ly_cstr(cases[i].text)), 100);
		assert_text(ly_buf_slice(&out), cases[i].put);
	}
	for(size_t most = 0; most < 4; most++) {
		ly_buf_t out = ly_buf(memory, sizeof(memory));
		ly_put_diagnostic_text(&out, LY_LIT("abc"), most);
		assert_int_equal(out.len, most);
	}
	{
		ly_buf_t out = ly_buf(memory, 2);
		ly_put_diagnostic_text(&out, LY_LIT("abc"), 100);
		assert_true(out.full);
		assert_text(ly_buf_slice(&out), "ab");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(whole_header),
			TEST(what_is_read),
			TEST(more_than_fit),
			TEST(the_most_telling),
			TEST(meanings),
			TEST(for_a_log_line),
	};

	return cmocka_run_group_tests_name("diagnostics", tests, NULL, NULL);
}
