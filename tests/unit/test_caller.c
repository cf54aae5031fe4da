/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who calls and who has forwarded, read from headers of every shape; what becomes of numbers on the way. */
#include "message_helpers.h"

#include "liblync/caller.h"
#include "liblync/history.h"
#include "liblync/numbering.h"

static ly_message_t m;

#define INVITE "INVITE sip:+4930123456@sbc1.example.net SIP/2.0\r\n"
#define BELIEVED {.believed = true}
#define OF_LYNC {.believed = true, .from_counts = true}

static void read(const char *headers)
{
	char raw[4096];

	snprintf(raw, sizeof(raw), INVITE "%s\r\n\r\n", headers);
	parse(text(raw), &m);
}

/* What a request says of its caller. */
static const struct
{
	const char *headers, *user; /* "": nobody is asserted */
	bool by_header, withheld;
	ly_caller_terms_t terms;
} callers[] = {
		{"From: <sip:+491@a>", "", false, false, BELIEVED},
		{"From: <sip:+491@a>", "+491", false, false, OF_LYNC},
		{"From: <sip:911;phone-context=x@a>", "911", false, false, OF_LYNC},
		{"From: <tel:+491>", "+491", false, false, OF_LYNC},
		/* what names nobody */
		{"From: <sip:ada@a>", "", false, true, OF_LYNC},
		{"From: <sip:ada@a>", "", false, false, BELIEVED},
		{"From: <sip:a>", "", false, true, OF_LYNC},
		{"f: \"Anonymous\" <sip:Anonymous@a>", "", false, true, BELIEVED},
		{"From: <sip:restricted@a>", "", false, true, BELIEVED},
		{"From: <sip:unavailable@a>", "", false, true, BELIEVED},
		{"From: <sip:+491@ANONYMOUS.invalid>", "", false, true, BELIEVED},
		{"From: <sip:anonymously@a>", "", false, false, BELIEVED},
		{"From: \"open <sip:a>", "", false, false, BELIEVED},
		{"To: <sip:a>", "", false, false, OF_LYNC},
		/* Privacy */
		{"From: <sip:+491@a>\r\nPrivacy: id", "+491", false, true, OF_LYNC},
		{"From: <sip:1@a>\r\nPRIVACY: none", "1", false, false, OF_LYNC},
		{"From: <sip:1@a>\r\nPrivacy: session;critical", "1", false, false,
				OF_LYNC},
		{"From: <sip:1@a>\r\nPrivacy: session ; ID;critical", "1", false, true,
				OF_LYNC},
		{"From: <sip:1@a>\r\nPrivacy: user", "1", false, true, OF_LYNC},
		{"From: <sip:1@a>\r\nPrivacy: none\r\nPrivacy: header", "1", false,
				true, OF_LYNC},
		{"From: <sip:1@a>\r\nPrivacy:", "1", false, false, OF_LYNC},
		{"From: <sip:1@a>\r\nPrivacy: identity", "1", false, false, OF_LYNC},
		/* one header before the others, a number before a name */
		{"From: <sip:1@a>\r\nP-Asserted-Identity: <sip:2@a>", "2", true, false,
				BELIEVED},
		{"From: <sip:1@a>\r\nP-Asserted-Identity: <sip:2@a>", "", false, false,
				{.believed = false}},
		{"From: <sip:1@a>\r\nP-Asserted-Identity: <sip:2@a>", "1", false, false,
				{.believed = false, .from_counts = true}},
		{"Remote-Party-ID: <sip:4@a>\r\nP-Preferred-Identity: <sip:3@a>\r\n"
		 "P-Asserted-Identity: <sip:2@a>",
				"2", true, false, BELIEVED},
		{"Remote-Party-ID: <sip:4@a>\r\nP-Preferred-Identity: <sip:3@a>", "3",
				true, false, BELIEVED},
		{"Remote-Party-ID: <sip:4@a>;privacy=off", "4", true, false, BELIEVED},
		{"Remote-Party-ID: <sip:4@a>;privacy=full", "4", true, true, BELIEVED},
		{"Remote-Party-ID: <sip:4@a>;privacy=\"uri\"", "4", true, true,
				BELIEVED},
		{"From: <sip:1@a>\r\nRemote-Party-ID: <sip:4@a>;privacy=full", "",
				false, true, {.believed = false}},
		{"P-Asserted-Identity: <sip:ada@a>, <tel:+49-1>", "+49-1", true, false,
				BELIEVED},
		{"P-Asserted-Identity: <sip:ada@a>\r\nP-Asserted-Identity: "
		 "sip:5@a;user=phone",
				"5", true, false, BELIEVED},
		{"P-Asserted-Identity: <sip:ada@a>\r\nRemote-Party-ID: <sip:4@a>", "4",
				true, false, BELIEVED},
		{"P-Asserted-Identity: <sip:2@a>\r\nRemote-Party-ID: "
		 "<sip:2@a>;privacy=full",
				"2", true, true, BELIEVED},
		{"P-Asserted-Identity: <sip:5@a>, <sip:6@a>", "5", true, false,
				BELIEVED},
		{"P-Asserted-Identity: nobody, <http://a>, \"x", "", false, false,
				BELIEVED},
};

static void who_calls(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(callers) / sizeof(callers[0]); i++) {
		ly_caller_t caller;

		read(callers[i].headers);
		ly_caller_read(&m, &callers[i].terms, &caller);
		if(!ly_eq(caller.asserted.uri.user, text(callers[i].user))
				|| caller.by_header != callers[i].by_header
				|| caller.withheld != callers[i].withheld)
			fail_msg("%s: '%.*s', by header %d, withheld %d",
					callers[i].headers, LY_FMT(caller.asserted.uri.user),
					caller.by_header, caller.withheld);
	}
}

/* "user cause[*] …", the oldest first; '*' is hidden. */
static const struct
{
	const char *headers, *is;
} histories[] = {
		{"X: y", ""},
		/* the called party at the end is nobody who has forwarded */
		{"History-Info: <sip:+4930123456@a>;index=1", ""},
		{"History-Info: <sip:1@a>;index=1, <sip:+4930123456@a>;index=1.1",
				"1 302 "},
		{"History-Info: <sip:1@a>;index=1", "1 302 "},
		{"HISTORY-INFO: <sip:1@a>;index=1\r\nx: y\r\nhistory-info: "
		 "<sip:2@a>;index=1.1",
				"1 302 2 302 "},
		/* why: with the one who left it, or with whom it came to */
		{"History-Info: <sip:1@a?Reason=SIP%3Bcause%3D486>;index=1, "
		 "<sip:2@a?reason=sip%3bCAUSE%3d408%3Btext%3D%22x%22>;index=1.1",
				"1 486 2 408 "},
		{"History-Info: <sip:1@a>;index=1, <sip:2@a;cause=480>;index=1.1",
				"1 480 2 302 "},
		{"History-Info: <sip:1@a?Reason=Q.850%3Bcause%3D17>;index=1", "1 302 "},
		{"History-Info: <sip:1@a?Reason=SIP%3Bcause%3D>;index=1", "1 302 "},
		{"History-Info: <sip:1@a>, <sip:2@a;cause=x>", "1 302 2 302 "},
		{"History-Info: <sip:1@a?Privacy=history>;index=1, "
		 "<sip:2@a?Privacy=none>, <sip:3@a?x=y&privacy=id>",
				"1 302* 2 302 3 302* "},
		/* the newest are kept; what cannot be read is left out */
		{"History-Info: <sip:1@a>,<sip:2@a>,<sip:3@a>,<sip:4@a>,<sip:5@a>,"
		 "<sip:6@a>,<sip:7@a>,<sip:8@a>,<sip:9@a>,<sip:+4930123456@a>",
				"2 302 3 302 4 302 5 302 6 302 7 302 8 302 9 302 "},
		{"History-Info: broken, <sip:1@a>, <ftp:x>, \"", "1 302 "},
		/* Diversion has the newest first */
		{"Diversion: <sip:2@a>;reason=no-answer\r\nDiversion: "
		 "<tel:1>;reason=User-Busy;privacy=full",
				"1 486* 2 408 "},
		{"Diversion: <sip:3@a>;reason=\"deflection\", <sip:2@a>, "
		 "<sip:1@a>;reason=follow-me;privacy=off",
				"1 404 2 404 3 480 "},
		{"Diversion: <sip:1@a>;reason=\"", "1 404 "},
		{"Diversion: <sip:9@a>\r\nHistory-Info: <sip:1@a>", "1 302 "},
};

static void who_has_forwarded(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(histories) / sizeof(histories[0]); i++) {
		ly_diversion_t list[LY_MAX_DIVERSIONS];
		char is[400];
		ly_buf_t out = ly_buf(is, sizeof(is));
		unsigned count;

		read(histories[i].headers);
		count = ly_history_read(&m, list);
		for(unsigned j = 0; j < count; j++)
			ly_putf(&out, "%.*s %u%s ", LY_FMT(list[j].party.uri.user),
					list[j].cause, list[j].hidden ? "*" : "");
		if(!ly_eq(ly_buf_slice(&out), text(histories[i].is)))
			fail_msg("%s: %.*s", histories[i].headers,
					LY_FMT(ly_buf_slice(&out)));
	}
}

static void a_long_history_ends(void **state)
{
	char raw[8192];
	ly_buf_t out = ly_buf(raw, sizeof(raw));
	ly_diversion_t list[LY_MAX_DIVERSIONS];

	(void)state;
	ly_put(&out, LY_LIT(INVITE "History-Info: <sip:0@a>"));
	for(int i = 0; i < 500; i++)
		ly_putf(&out, ", <sip:%d@a>", i);
	ly_put(&out, LY_LIT("\r\n\r\n"));
	assert_false(out.full);
	raw[out.len] = 0;
	parse(text(raw), &m);
	assert_int_equal(ly_history_read(&m, list), LY_MAX_DIVERSIONS);
}

static void reasons_and_causes(void **state)
{
	(void)state;
	assert_string_equal(ly_diversion_reason(302), "unconditional");
	assert_string_equal(ly_diversion_reason(480), "deflection");
	assert_string_equal(ly_diversion_reason(487), "deflection");
	assert_string_equal(ly_diversion_reason(503), "unavailable");
	assert_string_equal(ly_diversion_reason(0), "unknown");
	assert_string_equal(ly_diversion_reason(600), "unknown");
}

/* Without rules: the '+' and the separators. "+": it is missing at the sender, "-": unwanted at the receiver. */
static void plus_and_separators(void **state)
{
	static const struct
	{
		const char *plus, *number, *is;
	} rows[] = {{"", "+4930123456", "+4930123456"}, {"", "4930123456", NULL},
			{"+", "4930123456", "+4930123456"}, {"+", "030123456", NULL},
			{"+", "1234567", NULL}, {"-", "+4930123456", "4930123456"},
			{"+-", "4930123456", "4930123456"}, {"-", "+", NULL},
			{"", "+49-30-123.456", "+4930123456"}, {"", "(030) 1", NULL},
			{"", "(030)1", "0301"}, {"+", "49-30-12345", "+493012345"},
			{"", "ada-b", NULL}, {"", "*21#", NULL}, {"", "1-2*3#", "12*3#"},
			{"", "--", NULL}, {"", "-", NULL}, {"", "1+2", NULL},
			{"", "1-+2", NULL}, {"+-", "anonymous", NULL}};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const ly_numbering_t way = {.plus_missing = strchr(rows[i].plus, '+'),
				.plus_unwanted = strchr(rows[i].plus, '-')};
		ly_number_room_t arrives, leaves;
		ly_number_step_t step = ly_number_arrives(
				&way, LY_CALLED, text(rows[i].number), &arrives);

		step = ly_number_leaves(&way, LY_CALLED, step.number, &leaves);
		assert_slice(step.number, rows[i].is ? rows[i].is : rows[i].number);
	}
}

/* One too long for any rule goes on as it is. */
static void a_long_number(void **state)
{
	char digits[LY_NUMBER_MAX + 40];
	const ly_numbering_t way = {.plus_missing = true, .plus_unwanted = true};
	ly_number_room_t room;

	(void)state;
	for(size_t len = LY_NUMBER_MAX - 3; len < sizeof(digits); len++) {
		ly_slice_t number = ly_slice(digits, len);

		memset(digits, '1', sizeof(digits));
		assert_same(ly_number_arrives(&way, LY_CALLED, number, &room).number,
				number);
		digits[3] = '-';
		ly_number_arrives(&way, LY_CALLED, number, &room);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(who_calls), TEST(who_has_forwarded),
			TEST(a_long_history_ends), TEST(reasons_and_causes),
			TEST(plus_and_separators), TEST(a_long_number)};

	return cmocka_run_group_tests_name("caller", tests, NULL, NULL);
}
