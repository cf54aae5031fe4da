/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/dtmf.h"

static ly_message_t m;

#define RELAY "application/dtmf-relay"
#define ALONE "application/dtmf"

static const struct
{
	const char *type, *body;
	ly_info_t is;
	unsigned event, duration;
} infos[] = {
		{RELAY, "Signal=5\r\nDuration=160\r\n", LY_INFO_DIGIT, 5, 160},
		{RELAY, "Signal=5\r\nDuration=160", LY_INFO_DIGIT, 5, 160},
		{RELAY, "Signal= 5\nDuration= 160\n", LY_INFO_DIGIT, 5, 160},
		{RELAY, "duration = 160\r\nSIGNAL = #\r\n", LY_INFO_DIGIT, 11, 160},
		{"Application/DTMF-Relay;x=y", "Signal=0", LY_INFO_DIGIT, 0,
				LY_DIGIT_USUAL},
		{RELAY, "\r\nSignal=*\r\nVolume=10\r\n\r\n", LY_INFO_DIGIT, 10,
				LY_DIGIT_USUAL},
		{RELAY, "Signal=d\r\nDuration=1\r\n", LY_INFO_DIGIT, 15,
				LY_DIGIT_SHORTEST},
		{RELAY, "Signal=A\r\nDuration=65535\r\n", LY_INFO_DIGIT, 12,
				LY_DIGIT_LONGEST},
		{RELAY, "Signal=10\r\n", LY_INFO_DIGIT, 10, LY_DIGIT_USUAL},
		{RELAY, "Signal=15\r\n", LY_INFO_DIGIT, 15, LY_DIGIT_USUAL},
		{ALONE, "5", LY_INFO_DIGIT, 5, LY_DIGIT_USUAL},
		{ALONE, " D\r\n", LY_INFO_DIGIT, 15, LY_DIGIT_USUAL},
		{ALONE, "11\r\n", LY_INFO_DIGIT, 11, LY_DIGIT_USUAL},
		/* no digit, or not one */
		{RELAY, "", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "5", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal=\r\n", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal=E\r\n", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal=16\r\n", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal=05\r\n", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal=123\r\n", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal=1\r\nSignal=2\r\n", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal=1\r\nDuration=\r\n", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal=1\r\nDuration=-5\r\n", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Signal=1\r\nDuration=65536\r\n", LY_INFO_UNREADABLE, 0, 0},
		{RELAY, "Duration=160\r\n", LY_INFO_UNREADABLE, 0, 0},
		{ALONE, "", LY_INFO_UNREADABLE, 0, 0},
		{ALONE, "1\r\n2", LY_INFO_UNREADABLE, 0, 0},
		{ALONE, "Signal=5", LY_INFO_UNREADABLE, 0, 0},
		/* of another kind */
		{"application/x-dtmf", "5", LY_INFO_OTHER, 0, 0},
		{"application/dtmf-relays", "Signal=5", LY_INFO_OTHER, 0, 0},
		{"text/dtmf", "5", LY_INFO_OTHER, 0, 0},
		{"application/media_control+xml", "Signal=5", LY_INFO_OTHER, 0, 0},
};

static void read_as(const char *method, const char *type, const char *body)
{
	char raw[512];

	snprintf(raw, sizeof(raw), "%s sip:a SIP/2.0\r\n%s%s\r\n\r\n%s", method,
			type ? "Content-Type: " : "X: ", type ? type : "y", body);
	parse(text(raw), &m);
}

static void which_digit_an_info_tells(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); i++) {
		ly_digit_t digit;
		ly_info_t is;

		read_as("INFO", infos[i].type, infos[i].body);
		is = ly_info_read(&m, &digit);
		if(is != infos[i].is
				|| (is == LY_INFO_DIGIT
						&& (digit.event != infos[i].event
								|| digit.duration != infos[i].duration)))
			fail_msg("%d, event %u, %u ms: %s: %s", is, digit.event,
					digit.duration, infos[i].type, infos[i].body);
	}
}

static void each_of_the_sixteen(void **state)
{
	static const char events[] = "0123456789*#ABCD";
	ly_digit_t digit;

	(void)state;
	for(unsigned i = 0; i < 16; i++) {
		read_as("INFO", ALONE, (char[]){events[i], 0});
		assert_int_equal(ly_info_read(&m, &digit), LY_INFO_DIGIT);
		assert_int_equal(digit.event, i);
	}
}

static void only_an_info_with_a_body_of_its_kind(void **state)
{
	ly_digit_t digit;

	(void)state;
	read_as("MESSAGE", ALONE, "5");
	assert_int_equal(ly_info_read(&m, &digit), LY_INFO_OTHER);
	read_as("INFO", NULL, "5");
	assert_int_equal(ly_info_read(&m, &digit), LY_INFO_OTHER);
	parse(text("SIP/2.0 200 OK\r\nCSeq: 1 INFO\r\n"
			   "Content-Type: application/dtmf\r\n\r\n5"),
			&m);
	assert_int_equal(ly_info_read(&m, &digit), LY_INFO_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(which_digit_an_info_tells),
			TEST(each_of_the_sixteen),
			TEST(only_an_info_with_a_body_of_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
