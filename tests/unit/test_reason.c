/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The Reason header: what is read from a reply, and what is written into ours. */
#include "message_helpers.h"

#include "liblync/reason.h"

/* A reply with these header lines; it stays until the next call. */
static const ly_message_t *reply_with(const char *lines)
{
	static ly_message_t m;
	char raw[2000];
	ly_buf_t b = ly_buf(raw, sizeof(raw));

	ly_put(&b, LY_LIT("SIP/2.0 480 Temporarily Unavailable\r\n"
					  "Call-ID: 1@gw.example\r\n"));
	ly_put(&b, ly_cstr(lines));
	ly_put(&b, LY_LIT("\r\n"));
	parse(exact(ly_buf_slice(&b)), &m);
	return &m;
}

static ly_reason_t read_lines(const char *lines)
{
	return ly_reason_q850(reply_with(lines));
}

static const struct
{
	const char *lines;
	unsigned cause;
	const char *text;
} read_rows[] = {
		{"Reason: Q.850;cause=17;text=\"user busy\"\r\n", 17, "\"user busy\""},
		{"Reason: Q.850;cause=127\r\n", 127, ""},
		{"REASON :  q.850 ; CAUSE = 16 ; Text = \"x\"\r\n", 16, "\"x\""},
		{"Reason: Q.850;text=\"cause=3;cause=4\";cause=1\r\n", 1,
				"\"cause=3;cause=4\""},
		{"Reason: Q.850\r\n ;cause=34\r\n", 34, ""},
		/* Several values, several headers: the first of Q.850. */
		{"Reason: SIP;cause=480;text=\"a, Q.850;cause=1\", Q.850;cause=19\r\n",
				19, ""},
		{"Reason: SIP;cause=480\r\nReason: Q.850;cause=20, Q.850;cause=21\r\n",
				20, ""},
		{"Reason: Q.850;cause=none\r\nReason: Q.850;cause=22\r\n", 22, ""},
		/* None. */
		{"", 0, ""},
		{"Reason:\r\n", 0, ""},
		{"Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n", 0, ""},
		{"X-Reason: Q.850;cause=17\r\n", 0, ""},
		{"Reason: Q.8500;cause=17\r\n", 0, ""},
		{"Reason: cause=17\r\n", 0, ""},
		/* Broken. */
		{"Reason: Q.850\r\n", 0, ""},
		{"Reason: Q.850;cause\r\n", 0, ""},
		{"Reason: Q.850;cause=\r\n", 0, ""},
		{"Reason: Q.850;cause=0\r\n", 0, ""},
		{"Reason: Q.850;cause=128\r\n", 0, ""},
		{"Reason: Q.850;cause=-17\r\n", 0, ""},
		{"Reason: Q.850;cause=1e1\r\n", 0, ""},
		{"Reason: Q.850;cause=99999999999999999999\r\n", 0, ""},
		{"Reason: Q.850;cause=\"17\r\n", 0, ""},
		/* A text that must not go on is left behind, its cause is not. */
		{"Reason: Q.850;cause=17;text=busy\r\n", 17, ""},
		{"Reason: Q.850;cause=17;text=\"busy\r\n", 17, ""},
		{"Reason: Q.850;cause=17;text=\"a\"b\"\r\n", 17, ""},
		{"Reason: Q.850;cause=17;text=\"a\\\"\r\n", 17, ""},
		{"Reason: Q.850;cause=17;text=\"a\\\"b\\\\\"\r\n", 17,
				"\"a\\\"b\\\\\""},
		{"Reason: Q.850;cause=17;text=\"two\r\n lines\"\r\n", 17, ""},
		{"Reason: Q.850;cause=17;text=\"\x01\"\r\n", 17, ""},
		{"Reason: Q.850;cause=17;text=\"\"\r\n", 17, "\"\""},
};

static void what_is_read(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(read_rows) / sizeof(read_rows[0]); i++) {
		ly_reason_t r = read_lines(read_rows[i].lines);
		if(r.cause != read_rows[i].cause
				|| !ly_eq(r.text, ly_cstr(read_rows[i].text)))
			fail_msg("%s: cause %u, text %.*s", read_rows[i].lines, r.cause,
					LY_FMT(r.text));
	}
}

/* A text of 128 bytes goes on, one of 129 does not. */
static void long_texts(void **state)
{
	char lines[300];

	(void)state;
	for(unsigned len = 125; len < 129; len++) {
		snprintf(lines, sizeof(lines),
				"Reason: Q.850;cause=1;text=\"%0*d\"\r\n", (int)len, 0);
		assert_int_equal(read_lines(lines).text.len,
				len + 2 > LY_REASON_TEXT_MAX ? 0 : len + 2);
	}
}

static void what_is_written(void **state)
{
	static const struct
	{
		unsigned cause;
		const char *text, *line;
	} rows[] = {
			{17, "", "Reason: Q.850;cause=17;text=\"user busy\"\r\n"},
			{17, "\"besetzt\"", "Reason: Q.850;cause=17;text=\"besetzt\"\r\n"},
			{99, "", "Reason: Q.850;cause=99\r\n"},
			{0, "\"x\"", ""},
	};
	char line[100];

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_buf_t out = ly_buf(line, sizeof(line));
		ly_put_reason(&out, rows[i].cause, ly_cstr(rows[i].text));
		assert_true(ly_eq(ly_buf_slice(&out), ly_cstr(rows[i].line)));
	}
}

static void how_long_nobody_should_ask(void **state)
{
	static const struct
	{
		const char *lines;
		unsigned seconds;
	} rows[] = {
			{"", 0},
			{"Retry-After: 30\r\n", 30},
			{"RETRY-AFTER: 120 (I'm in a meeting)\r\n", 120},
			{"Retry-After:\r\n 18000;duration=3600\r\n", 18000},
			{"Retry-After: 86400\r\n", 86400},
			{"Retry-After: 86401\r\n", 0},
			{"Retry-After: 99999999999999999999\r\n", 0},
			{"Retry-After: 0\r\n", 0},
			{"Retry-After: soon\r\n", 0},
			{"Retry-After: -5\r\n", 0},
			{"Retry-After:\r\n", 0},
			{"X-Retry-After: 5\r\n", 0},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
				ly_retry_after(reply_with(rows[i].lines)), rows[i].seconds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(what_is_read),
			TEST(long_texts),
			TEST(what_is_written),
			TEST(how_long_nobody_should_ask),
	};

	return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
