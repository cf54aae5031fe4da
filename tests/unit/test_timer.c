/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Session timers: what is read, and what a request asks for (RFC 4028). */
#include "timer_helpers.h"

/* Reading ------------------------------------------------------------------------------------------------------------ */

enum
{
	SUPPORTED = 1,
	REQUIRED = 2
};

static const struct
{
	const char *lines;
	unsigned interval;
	ly_refresher_t refresher;
	unsigned least;
	int listed;
	bool wrong;
} read_rows[] = {
		{"", 0, LY_REFRESHER_NONE, 0, 0, false},
		{"Session-Expires: 1800\r\n", 1800, LY_REFRESHER_NONE, 0, 0, false},
		{"Session-Expires: 1800;refresher=uac\r\n", 1800, LY_REFRESHER_UAC, 0,
				0, false},
		{"Session-Expires: 1800;refresher=uas\r\nMin-SE: 90\r\n", 1800,
				LY_REFRESHER_UAS, 90, 0, false},
		{"Session-Expires: 4294967295\r\nMin-SE: 4294967295\r\n", 4294967295u,
				LY_REFRESHER_NONE, 4294967295u, 0, false},
		/* Compact forms, any case, blanks, folding, other parameters. */
		{"x: 600;refresher=uas\r\nk: timer\r\n", 600, LY_REFRESHER_UAS, 0,
				SUPPORTED, false},
		{"X:600\r\nK: timer\r\n", 600, LY_REFRESHER_NONE, 0, SUPPORTED, false},
		{"SESSION-EXPIRES :\t600 ; foo=bar ; REFRESHER = UAC\r\n"
		 "min-se : 120 ;x=y\r\nsupported:TIMER\r\n",
				600, LY_REFRESHER_UAC, 120, SUPPORTED, false},
		{"Session-Expires:\r\n 600\r\n ;refresher=\r\n\tuas\r\nMin-SE:\r\n "
		 "300\r\n",
				600, LY_REFRESHER_UAS, 300, 0, false},
		{"Session-Expires: 00600\r\n", 600, LY_REFRESHER_NONE, 0, 0, false},
		{"Session-Expires: 600;refresher=both\r\n", 600, LY_REFRESHER_NONE, 0,
				0, false},
		{"Session-Expires: 600;refresher\r\n", 600, LY_REFRESHER_NONE, 0, 0,
				false},
		{"Session-Expires: 600;norefresher=uac;x=\";refresher=uac\"\r\n", 600,
				LY_REFRESHER_NONE, 0, 0, false},
		/* Lists of option tags, in one line and in several. */
		{"Supported: timer\r\n", 0, LY_REFRESHER_NONE, 0, SUPPORTED, false},
		{"Supported: 100rel, timer\r\n", 0, LY_REFRESHER_NONE, 0, SUPPORTED,
				false},
		{"SUPPORTED: timer\r\nSUPPORTED: 100rel\r\n", 0, LY_REFRESHER_NONE, 0,
				SUPPORTED, false},
		{"Supported: 100rel\r\nk: replaces,\r\n timer,norefersub\r\n", 0,
				LY_REFRESHER_NONE, 0, SUPPORTED, false},
		{"Supported: ,, 100rel,,timer,\r\n", 0, LY_REFRESHER_NONE, 0, SUPPORTED,
				false},
		{"Require: timer\r\n", 0, LY_REFRESHER_NONE, 0, SUPPORTED | REQUIRED,
				false},
		{"Require: 100rel\r\nrequire: x , Timer\r\n", 0, LY_REFRESHER_NONE, 0,
				SUPPORTED | REQUIRED, false},
		{"Supported:\r\n", 0, LY_REFRESHER_NONE, 0, 0, false},
		{"Supported: timers, xtimer, \"timer\", timer;x\r\n", 0,
				LY_REFRESHER_NONE, 0, 0, false},
		{"Unsupported: timer\r\nProxy-Require: timer\r\nR: timer\r\n", 0,
				LY_REFRESHER_NONE, 0, 0, false},
		/* Nonsense counts as not said. */
		{"Session-Expires:\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
		{"Session-Expires: ;refresher=uac\r\n", 0, LY_REFRESHER_NONE, 0, 0,
				true},
		{"Session-Expires: 0\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
		{"Session-Expires: -1800\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
		{"Session-Expires: +1800\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
		{"Session-Expires: 1800s\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
		{"Session-Expires: 18 00\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
		{"Session-Expires: 1800, 900\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
		{"Session-Expires: 4294967296\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
		{"Session-Expires: 99999999999999999999999\r\n", 0, LY_REFRESHER_NONE,
				0, 0, true},
		{"Session-Expires: abc;refresher=uac\r\n", 0, LY_REFRESHER_NONE, 0, 0,
				true},
		{"Session-Expires: 1800;refresher=uac\r\nx: 1800\r\n", 0,
				LY_REFRESHER_NONE, 0, 0, true},
		{"Min-SE: none\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
		{"Min-SE: 0\r\nSession-Expires: 600\r\n", 600, LY_REFRESHER_NONE, 0, 0,
				true},
		{"Min-SE: 90\r\nMin-SE: 90\r\n", 0, LY_REFRESHER_NONE, 0, 0, true},
};

static void what_is_read(void **state)
{
	(void)state;
	for(size_t i = 0; i < COUNT(read_rows); i++) {
		const ly_message_t *m = message(INVITE, read_rows[i].lines);
		ly_timer_t t = ly_timer_read(m);
		int listed =
				(t.supported ? SUPPORTED : 0) | (t.required ? REQUIRED : 0);
		if(t.interval != read_rows[i].interval
				|| t.refresher != read_rows[i].refresher
				|| t.least != read_rows[i].least
				|| listed != read_rows[i].listed
				|| (t.wrong != NULL) != read_rows[i].wrong)
			fail_msg("%s: %u, refresher %d, at least %u, listed %d, wrong: %s",
					read_rows[i].lines, t.interval, t.refresher, t.least,
					listed, t.wrong ? t.wrong : "nothing");
		assert_true(within(t.expires, m->raw) && within(t.min_se, m->raw));
	}
}

/* Requests ----------------------------------------------------------------------------------------------------------- */

/* An INVITE to a peer whose plan says 1800. */
static const struct
{
	const char *lines;
	const char *added;
	const char *digits; /* that become number */
	unsigned number;
	ly_timer_asked_t asked;
} request_rows[] = {
		/* 8.1: none is there. */
		{"", "Session-Expires: 1800\r\n", "", 0, {1800, false, true, false}},
		{"Supported: timer\r\n", "Session-Expires: 1800\r\n", "", 0,
				{1800, true, true, false}},
		{"Require: timer\r\n", "Session-Expires: 1800\r\n", "", 0,
				{1800, true, true, false}},
		{"Min-SE: 90\r\n", "Session-Expires: 1800\r\n", "", 0,
				{1800, false, true, false}},
		{"Min-SE: 1800\r\n", "Session-Expires: 1800\r\n", "", 0,
				{1800, false, true, false}},
		/* Never shorter than Min-SE, never longer than a day. */
		{"k: timer\r\nMin-SE: 1801\r\n", "Session-Expires: 1801\r\n", "", 0,
				{1801, true, true, false}},
		{"Min-SE: 86400\r\n", "Session-Expires: 86400\r\n", "", 0,
				{86400, false, true, false}},
		{"Min-SE: 86401\r\n", "", "", 0, {0, false, false, false}},
		{"Supported: timer\r\nMin-SE: 4294967295\r\n", "", "", 0,
				{0, true, false, false}},
		/* One that is there stays, shorter or longer than ours. */
		{"Session-Expires: 1800\r\n", "", "", 0, {1800, false, false, false}},
		{"Supported: timer\r\nx: 90;refresher=uac\r\n", "", "", 0,
				{90, true, false, false}},
		{"Supported: timer\r\nSession-Expires: 86400;refresher=uas\r\n", "", "",
				0, {86400, true, false, false}},
		{"Supported: timer\r\nMin-SE: 600\r\nSession-Expires: 600\r\n", "", "",
				0, {600, true, false, false}},
		/* Shorter than allowed: up to what is. */
		{"Session-Expires: 89\r\n", "", "89", 90, {90, false, false, false}},
		{"Supported: timer\r\nSession-Expires: 1;refresher=uac\r\n", "", "1",
				90, {90, true, false, false}},
		{"Min-SE: 30\r\nSession-Expires: 40\r\n", "", "40", 90,
				{90, false, false, false}},
		{"Supported: timer\r\nMin-SE: 900\r\nSession-Expires: 600\r\n", "",
				"600", 900, {900, true, false, false}},
		/* Longer than is of use: down, but not below Min-SE. */
		{"Session-Expires: 86401\r\n", "", "86401", 86400,
				{86400, false, false, false}},
		{"Min-SE: 90000\r\nSession-Expires: 100000\r\n", "", "100000", 90000,
				{90000, false, false, false}},
		/* What is wrong stays as it is, and nothing is put beside it. */
		{"Session-Expires: soon\r\n", "", "", 0, {0, false, false, false}},
		{"Session-Expires: 0\r\n", "", "", 0, {0, false, false, false}},
		{"Supported: timer\r\nMin-SE: soon\r\n", "", "", 0,
				{0, true, false, false}},
		{"Supported: timer\r\nSession-Expires: 60\r\nSession-Expires: 60\r\n",
				"", "", 0, {0, true, false, false}},
};

static bool same_asked(const ly_timer_asked_t *a, const ly_timer_asked_t *b)
{
	return a->interval == b->interval && a->uac_supports == b->uac_supports
		   && a->inserted == b->inserted && a->again == b->again;
}

static void check_request(size_t row, const char *start)
{
	char memory[LY_TIMER_LINES_MAX];
	ly_buf_t lines = ly_buf(memory, sizeof(memory));
	ly_timer_asked_t asked = {1, true, true, true};
	const ly_message_t *m = message(start, request_rows[row].lines);
	ly_timer_change_t change = ly_timer_request(m, 1800, 0, &lines, &asked);

	if(!ly_eq(ly_buf_slice(&lines), ly_cstr(request_rows[row].added))
			|| !ly_eq(change.digits, ly_cstr(request_rows[row].digits))
			|| change.number != request_rows[row].number
			|| !same_asked(&asked, &request_rows[row].asked))
		fail_msg("%s%s: adds '%.*s', '%.*s' becomes %u; asked for %u, "
				 "supports %d, inserted %d, again %d",
				start, request_rows[row].lines, LY_FMT(ly_buf_slice(&lines)),
				LY_FMT(change.digits), change.number, asked.interval,
				asked.uac_supports, asked.inserted, asked.again);
	assert_true(within(change.digits, m->raw));
	assert_false(lines.full);
}

static void what_a_request_asks_for(void **state)
{
	(void)state;
	for(size_t i = 0; i < COUNT(request_rows); i++) {
		check_request(i, INVITE);
		check_request(i, UPDATE);
	}
}

/* A plan without a timer changes nothing; what a sender can do is known all the same. */
static void a_plan_without_a_timer(void **state)
{
	static const char *const wishes[] = {"Supported: timer\r\n",
			"Supported: timer\r\nSession-Expires: 60\r\n",
			"Supported: timer\r\nSession-Expires: 1800\r\n"};

	(void)state;
	for(size_t i = 0; i < COUNT(wishes); i++) {
		char memory[LY_TIMER_LINES_MAX];
		ly_buf_t lines = ly_buf(memory, sizeof(memory));
		ly_timer_asked_t asked;
		ly_timer_change_t change = ly_timer_request(
				message(INVITE, wishes[i]), 0, 0, &lines, &asked);
		assert_int_equal(lines.len, 0);
		assert_int_equal(change.digits.len, 0);
		assert_true(
				same_asked(&asked, &(ly_timer_asked_t){0, true, false, false}));
	}
}

/* The shortest and the longest that a plan can say, and what it cannot. */
static void intervals_of_a_plan(void **state)
{
	static const struct
	{
		unsigned plan;
		const char *added;
	} rows[] = {{90, "Session-Expires: 90\r\n"},
			{86400, "Session-Expires: 86400\r\n"},
			{1, "Session-Expires: 90\r\n"},
			{4294967295u, "Session-Expires: 86400\r\n"}};

	(void)state;
	for(size_t i = 0; i < COUNT(rows); i++) {
		char memory[LY_TIMER_LINES_MAX];
		ly_buf_t lines = ly_buf(memory, sizeof(memory));
		ly_timer_asked_t asked;
		ly_timer_request(message(INVITE, ""), rows[i].plan, 0, &lines, &asked);
		assert_slice(ly_buf_slice(&lines), rows[i].added);
	}
}

/* Table 1 of section 4: INVITE and UPDATE only. */
static void other_requests(void **state)
{
	static const char *const starts[] = {
			"BYE sip:gw.example SIP/2.0\r\nCSeq: 1 BYE\r\n",
			"ACK sip:gw.example SIP/2.0\r\nCSeq: 1 ACK\r\n",
			"OPTIONS sip:gw.example SIP/2.0\r\nCSeq: 1 OPTIONS\r\n",
			"invite sip:gw.example SIP/2.0\r\nCSeq: 1 invite\r\n", OK};

	(void)state;
	for(size_t i = 0; i < COUNT(starts); i++) {
		char memory[LY_TIMER_LINES_MAX];
		ly_buf_t lines = ly_buf(memory, sizeof(memory));
		ly_timer_asked_t asked = {1, true, true, true};
		ly_timer_change_t change = ly_timer_request(
				message(starts[i], "Supported: timer\r\nx: 60\r\n"), 1800, 0,
				&lines, &asked);
		assert_int_equal(lines.len, 0);
		assert_int_equal(change.digits.len, 0);
		assert_true(same_asked(&asked, &(ly_timer_asked_t){0}));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(what_is_read),
			TEST(what_a_request_asks_for),
			TEST(a_plan_without_a_timer),
			TEST(intervals_of_a_plan),
			TEST(other_requests),
	};

	return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
