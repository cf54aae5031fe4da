/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Session timers in a message: what is added, and where. What is added is the business of test_timer.c. */
#include "message_helpers.h"

#include "liblync/rewrite.h"

static ly_message_t m;
static ly_edits_t e;

#define HEADERS \
	"f: <sip:+49301@a.example>;tag=f\r\nt: <sip:+49302@b.example>\r\n"

static ly_slice_t good(ly_slice_t raw, const ly_rewrite_t *r)
{
	parse(raw, &m);
	ly_edits_begin(&e, m.raw, block(2048), 2048);
	assert_null(ly_rewrite(&m, r, &e));
	return apply(&e);
}

/* Behind the last header, whatever becomes of that; and one number. */
static void session_timers(void **state)
{
	static const ly_keys_t keys;
	ly_rewrite_t r = {.active = ly_rule_bit(LY_LIT("server"))};

	(void)state;
	r.timer_lines = text("Session-Expires: 1800\r\nMin-SE: 90\r\n");
	assert_slice(
			good(text("UPDATE sip:us SIP/2.0\r\n" HEADERS "l: 3\r\n\r\nabc"),
					&r),
			"UPDATE sip:us SIP/2.0\r\n" HEADERS
			"l: 3\r\nSession-Expires: 1800\r\nMin-SE: 90\r\n\r\nabc");
	assert_slice(good(text("SIP/2.0 200 OK\r\nServer: s\r\n\r\n"), &r),
			"SIP/2.0 200 OK\r\nSession-Expires: 1800\r\nMin-SE: 90\r\n\r\n");
	/* where a length is missing it stands there too */
	r.leg.keys = &keys;
	assert_slice(good(text("SIP/2.0 200 OK\r\nUnknown: s\r\n\r\n"), &r),
			"SIP/2.0 200 OK\r\nUnknown: s\r\nSession-Expires: 1800\r\n"
			"Min-SE: 90\r\nContent-Length: 0\r\n\r\n");
	assert_string_equal(e.list[0].rule, "session-timer");
	assert_int_equal(e.count, 1);
	assert_slice(
			good(text("SIP/2.0 200 OK\r\n\r\n"), &r), "SIP/2.0 200 OK\r\n\r\n");
}

static void a_timer_that_changes(void **state)
{
	ly_slice_t raw = text(
			"UPDATE sip:us SIP/2.0\r\n" HEADERS "x: 30 ;refresher=uac\r\n\r\n");
	ly_rewrite_t r = {0};

	(void)state;
	parse(raw, &m);
	r.timer_change = (ly_timer_change_t){ly_timer_read(&m).expires, 90};
	assert_slice(good(raw, &r),
			"UPDATE sip:us SIP/2.0\r\n" HEADERS "x: 90 ;refresher=uac\r\n\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(session_timers), TEST(a_timer_that_changes)};

	return cmocka_run_group_tests_name("rewrite, timers", tests, NULL, NULL);
}
