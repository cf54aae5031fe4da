/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Session timers: what becomes of a 422, what is agreed with a 2xx, and when a call is over (RFC 4028). */
#include "timer_helpers.h"

/* 422 -------------------------------------------------------------------------------------------------------------- */

static void too_small(void **state)
{
	static const struct
	{
		const char *start, *lines;
		ly_timer_asked_t asked;
		unsigned least;
	} rows[] = {
			{TOO_SMALL, "Min-SE: 3600\r\n", {1800, true, true, false}, 3600},
			{TOO_SMALL, "MIN-SE :\r\n 1801\r\n", {1800, false, true, false},
					1801},
			{TOO_SMALL, "Min-SE: 86400\r\n", {1800, true, true, false}, 86400},
			/* Not ours, or for the second time. */
			{TOO_SMALL, "Min-SE: 3600\r\n", {1800, true, false, false}, 0},
			{TOO_SMALL, "Min-SE: 3600\r\n", {1800, true, true, true}, 0},
			{TOO_SMALL, "Min-SE: 3600\r\n", {0}, 0},
			/* It does not say what would do. */
			{TOO_SMALL, "", {1800, true, true, false}, 0},
			{TOO_SMALL, "Min-SE: long\r\n", {1800, true, true, false}, 0},
			{TOO_SMALL, "Min-SE: 3600\r\nMin-SE: 7200\r\n",
					{1800, true, true, false}, 0},
			{TOO_SMALL, "Min-SE: 1800\r\n", {1800, true, true, false}, 0},
			{TOO_SMALL, "Min-SE: 86401\r\n", {1800, true, true, false}, 0},
			/* Other responses. */
			{"SIP/2.0 486 Busy Here\r\nCSeq: 1 INVITE\r\n", "Min-SE: 3600\r\n",
					{1800, true, true, false}, 0},
			{OK, "Min-SE: 3600\r\n", {1800, true, true, false}, 0},
			{INVITE, "Min-SE: 3600\r\n", {1800, true, true, false}, 0},
	};

	(void)state;
	for(size_t i = 0; i < COUNT(rows); i++) {
		unsigned least = ly_timer_least(
				message(rows[i].start, rows[i].lines), &rows[i].asked);
		if(least != rows[i].least)
			fail_msg("row %zu: %s%s: %u", i, rows[i].start, rows[i].lines,
					least);
	}
}

/* 7.4: tried again with the Min-SE of the 422, the largest that is known. */
static void tried_again(void **state)
{
	static const struct
	{
		const char *lines;
		unsigned plan, least;
		const char *added, *digits;
		unsigned number;
	} rows[] = {
			{"Supported: timer\r\n", 1800, 3600,
					"Session-Expires: 3600\r\nMin-SE: 3600\r\n", "", 0},
			{"Supported: timer\r\n", 1800, 86400,
					"Session-Expires: 86400\r\nMin-SE: 86400\r\n", "", 0},
			{"Min-SE: 90\r\n", 1800, 3600, "Session-Expires: 3600\r\n", "90",
					3600},
			{"Min-SE: 3600\r\n", 1800, 3600, "Session-Expires: 3600\r\n", "",
					0},
			{"Min-SE: 7200\r\n", 1800, 3600, "Session-Expires: 7200\r\n", "",
					0},
	};

	(void)state;
	for(size_t i = 0; i < COUNT(rows); i++) {
		char memory[LY_TIMER_LINES_MAX];
		ly_buf_t lines = ly_buf(memory, sizeof(memory));
		ly_timer_asked_t asked;
		ly_timer_change_t change =
				ly_timer_request(message(INVITE, rows[i].lines), rows[i].plan,
						rows[i].least, &lines, &asked);
		assert_slice(ly_buf_slice(&lines), rows[i].added);
		assert_slice(change.digits, rows[i].digits);
		assert_int_equal(change.number, rows[i].number);
		assert_true(asked.inserted && asked.again);
		assert_int_equal(
				ly_timer_least(message(TOO_SMALL, "Min-SE: 80000\r\n"), &asked),
				0);
	}
}

/* 2xx -------------------------------------------------------------------------------------------------------------- */

#define OF_UAC ";refresher=uac\r\n"
static const struct
{
	ly_timer_asked_t asked;
	const char *lines;
	const char *added;
	ly_timer_agreed_t agreed;
	unsigned deadline;
} response_rows[] = {
		/* 8.2: the UAS knows no timers. The UAC does: it refreshes. */
		{{1800, true, true, false}, "",
				"Session-Expires: 1800" OF_UAC "Require: timer\r\n",
				{1800, LY_REFRESHER_UAC}, 1832},
		{{90, true, false, false}, "Require: 100rel\r\n",
				"Session-Expires: 90" OF_UAC "Require: timer\r\n",
				{90, LY_REFRESHER_UAC}, 122},
		{{1800, true, true, false}, "Require: 100rel, timer\r\n",
				"Session-Expires: 1800" OF_UAC, {1800, LY_REFRESHER_UAC}, 1832},
		{{1800, true, true, false}, "Supported: timer\r\n",
				"Session-Expires: 1800" OF_UAC "Require: timer\r\n",
				{1800, LY_REFRESHER_UAC}, 1832},
		{{4294967295u, true, true, false}, "",
				"Session-Expires: 4294967295" OF_UAC "Require: timer\r\n",
				{4294967295u, LY_REFRESHER_UAC}, 0},
		/* Nor does the UAC: the session has no end. */
		{{1800, false, true, false}, "", "", {0, LY_REFRESHER_NONE}, 0},
		{{1800, false, false, false}, "Supported: timer\r\n", "",
				{0, LY_REFRESHER_NONE}, 0},
		/* Nobody has asked. */
		{{0, true, false, false}, "", "", {0, LY_REFRESHER_NONE}, 0},
		{{0, false, false, false}, "", "", {0, LY_REFRESHER_NONE}, 0},
		/* Table 2 of section 9: the UAC knows no timers, so the UAS refreshes. */
		{{1800, false, true, false}, "Session-Expires: 1800;refresher=uas\r\n",
				"", {1800, LY_REFRESHER_UAS}, 1832},
		/* The UAC does: it or the UAS, as the answer says; shorter, too. */
		{{1800, true, true, false},
				"Session-Expires: 1800" OF_UAC "Require: timer\r\n", "",
				{1800, LY_REFRESHER_UAC}, 1832},
		{{1800, true, false, false}, "x:600 ;Refresher=UAS\r\n", "",
				{600, LY_REFRESHER_UAS}, 632},
		/* The UAS asks where nobody has. */
		{{0, true, false, false}, "Session-Expires: 600;refresher=uas\r\n", "",
				{600, LY_REFRESHER_UAS}, 632},
		{{0, true, false, false}, "Session-Expires: 600" OF_UAC, "",
				{600, LY_REFRESHER_UAC}, 632},
		/* Not in the table: who knows no timers is to refresh, or nobody is named. */
		{{1800, false, true, false}, "Session-Expires: 1800" OF_UAC, "",
				{1800, LY_REFRESHER_NONE}, 0},
		{{1800, false, true, false}, "Session-Expires: 1800\r\n", "",
				{1800, LY_REFRESHER_NONE}, 0},
		{{1800, true, true, false}, "Session-Expires: 1800\r\n", "",
				{1800, LY_REFRESHER_UAC}, 1832},
		/* Shorter than allowed: whoever refreshes may do it later. Longer than a day: nobody can mean it. */
		{{1800, true, true, false}, "Session-Expires: 1;refresher=uas\r\n", "",
				{1, LY_REFRESHER_UAS}, 122},
		{{1800, true, true, false}, "Session-Expires: 86400;refresher=uas\r\n",
				"", {86400, LY_REFRESHER_UAS}, 86432},
		{{1800, true, true, false}, "Session-Expires: 86401;refresher=uas\r\n",
				"", {86401, LY_REFRESHER_UAS}, 0},
		/* Wrong: it stays as it is, and nothing is put beside it. */
		{{1800, true, true, false}, "Session-Expires: 0;refresher=uas\r\n", "",
				{0, LY_REFRESHER_NONE}, 0},
		{{1800, true, true, false}, "Session-Expires:\r\n", "",
				{0, LY_REFRESHER_NONE}, 0},
};

static void check_response(size_t row, const char *start)
{
	char memory[LY_TIMER_LINES_MAX];
	ly_buf_t lines = ly_buf(memory, sizeof(memory));
	ly_timer_agreed_t agreed = {7, LY_REFRESHER_UAS};
	unsigned deadline;

	assert_true(ly_timer_response(message(start, response_rows[row].lines),
			&response_rows[row].asked, &lines, &agreed));
	deadline = ly_timer_deadline(&agreed, LY_TIMER_GRACE);
	if(!ly_eq(ly_buf_slice(&lines), ly_cstr(response_rows[row].added))
			|| agreed.interval != response_rows[row].agreed.interval
			|| agreed.refresher != response_rows[row].agreed.refresher
			|| deadline != response_rows[row].deadline)
		fail_msg("row %zu: %s: adds '%.*s', agreed %u, refresher %d, deadline "
				 "%u",
				row, response_rows[row].lines, LY_FMT(ly_buf_slice(&lines)),
				agreed.interval, agreed.refresher, deadline);
	assert_false(lines.full);
}

static void what_is_agreed(void **state)
{
	(void)state;
	for(size_t i = 0; i < COUNT(response_rows); i++) {
		check_response(i, OK);
		check_response(i, "SIP/2.0 202 Accepted\r\nCSeq: 2 UPDATE\r\n");
	}
}

static void grace(void **state)
{
	const ly_timer_agreed_t agreed = {600, LY_REFRESHER_UAS},
							shortest = {1, LY_REFRESHER_UAS};

	(void)state;
	assert_int_equal(ly_timer_deadline(&agreed, 0), 600);
	assert_int_equal(ly_timer_deadline(&shortest, 1), 91);
}

#define KEEP "Supported: timer\r\nSession-Expires: "

/* A re-INVITE of our own: what is left of the session, whoever refreshes it. */
static void kept(void **state)
{
	static const struct
	{
		ly_timer_agreed_t agreed;
		unsigned passed;
		bool receiver;
		unsigned least;
		const char *lines;
	} rows[] = {
			{{0, LY_REFRESHER_NONE}, 0, true, 0, ""},
			/* nobody refreshes: for the ends there is no timer */
			{{1800, LY_REFRESHER_NONE}, 0, true, 0, ""},
			{{1800, LY_REFRESHER_UAC}, 0, true, 0,
					KEEP "1800;refresher=uas\r\n"},
			{{1800, LY_REFRESHER_UAS}, 700, false, 0,
					KEEP "1100;refresher=uac\r\n"},
			{{1800, LY_REFRESHER_UAC}, 1750, true, 0,
					KEEP "90;refresher=uas\r\n"},
			{{1800, LY_REFRESHER_UAC}, 1832, true, 0,
					KEEP "90;refresher=uas\r\n"},
			{{60, LY_REFRESHER_UAS}, 0, false, 0, KEEP "90;refresher=uac\r\n"},
			{{4294967295u, LY_REFRESHER_UAS}, 0, false, 0,
					KEEP "86400;refresher=uac\r\n"},
			/* after its 422 */
			{{1800, LY_REFRESHER_UAC}, 700, true, 1800,
					KEEP "1800;refresher=uas\r\n"
						 "Min-SE: 1800\r\n"},
			{{1800, LY_REFRESHER_UAC}, 100, true, 86400,
					KEEP "86400;refresher=uas\r\n"
						 "Min-SE: 86400\r\n"},
	};

	(void)state;
	for(size_t i = 0; i < COUNT(rows); i++) {
		char memory[LY_TIMER_LINES_MAX];
		ly_buf_t lines = ly_buf(memory, sizeof(memory));

		ly_timer_keep(&rows[i].agreed, rows[i].passed, rows[i].receiver,
				rows[i].least, &lines);
		assert_false(lines.full);
		if(!ly_eq(ly_buf_slice(&lines), ly_cstr(rows[i].lines)))
			fail_msg("row %zu: '%.*s'", i, LY_FMT(ly_buf_slice(&lines)));
	}
}

/* They neither begin a session nor refresh it. */
static void other_responses(void **state)
{
	static const char *const starts[] = {
			"SIP/2.0 183 Session Progress\r\nCSeq: 1 INVITE\r\n",
			"SIP/2.0 302 Moved Temporarily\r\nCSeq: 1 INVITE\r\n", TOO_SMALL,
			"SIP/2.0 200 OK\r\nCSeq: 3 BYE\r\n",
			"SIP/2.0 200 OK\r\nCSeq: 3 PRACK\r\n", "SIP/2.0 200 OK\r\n",
			INVITE};
	const ly_timer_asked_t asked = {1800, true, true, false};

	(void)state;
	for(size_t i = 0; i < COUNT(starts); i++) {
		char memory[LY_TIMER_LINES_MAX];
		ly_buf_t lines = ly_buf(memory, sizeof(memory));
		ly_timer_agreed_t agreed = {600, LY_REFRESHER_UAS};
		assert_false(
				ly_timer_response(message(starts[i], "Supported: timer\r\n"),
						&asked, &lines, &agreed));
		assert_int_equal(lines.len, 0);
		assert_int_equal(agreed.interval, 600);
		assert_int_equal(agreed.refresher, LY_REFRESHER_UAS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(too_small),
			TEST(tried_again),
			TEST(what_is_agreed),
			TEST(grace),
			TEST(kept),
			TEST(other_responses),
	};

	return cmocka_run_group_tests_name("timer agreed", tests, NULL, NULL);
}
