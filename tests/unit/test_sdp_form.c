/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/sdp.h"

#define V "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\n"
#define C "c=IN IP4 192.0.2.10\r\n"
#define AUDIO "m=audio 40000 RTP/AVP 8\r\n"

static const struct
{
	const char *sdp,
			*wrong; /* wrong: a part of what is said; NULL: nothing is */
} cases[] = {
		{V C "t=0 0\r\n" AUDIO, NULL},
		{V "t=0 0\r\n" AUDIO C, NULL},
		{V "c=IN IP6 2001:db8::10\r\n" AUDIO, NULL},
		{V "c=IN IP4 0.0.0.0\r\n" AUDIO, NULL}, /* RFC 2543 hold */
		{V C AUDIO "m=video 40002 RTP/AVP 34\r\n", NULL},
		{V AUDIO C "m=video 40002 RTP/AVP 34\r\n" C, NULL},
		{V "m=audio 0 RTP/AVP 8\r\n", NULL}, /* refused: it needs no address */
		{"v=0\n" C AUDIO, NULL},
		{V C AUDIO "\r\n", NULL},
		{V C AUDIO "a=\r\n", NULL},
		{V C AUDIO "q\r\n", "type=value"},
		{V C AUDIO "=\r\n", "type=value"},
		{"", "v=0"},
		{"\r\n" V C AUDIO, "v=0"},
		{"v=1\r\n" C AUDIO, "v=0"},
		{"nonsense", "v=0"},
		{C AUDIO, "v=0"},
		{V C, "no m= line"},
		{V AUDIO, "without an address"},
		{V AUDIO "m=video 40002 RTP/AVP 34\r\n" C, "without an address"},
		{V AUDIO C "m=video 40002 RTP/AVP 34\r\n", "without an address"},
		{V "c=IN IP4 gw.example.com\r\n" AUDIO, "IP address"},
		{V "c=IN IP4 192.0.2\r\n" AUDIO, "IP address"},
		{V "c=IN IP4\r\n" AUDIO, "IP address"},
		{V "c=\r\n" AUDIO, "IP address"},
		{V "c=ATM NSAP 47.0091\r\n" AUDIO, "IP address"},
		{V "c=IN IP4 192.0.2.10/127\r\n" AUDIO, "IP address"},
		{V C "m=audio 65536 RTP/AVP 8\r\n", "port"},
		{V C "m=audio -1 RTP/AVP 8\r\n", "port"},
		{V C "m=audio RTP/AVP 8\r\n", "port"},
		{V C "m=\r\n", "port"},
};

static void the_form_of_an_offer(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *wrong = ly_sdp_form(text(cases[i].sdp));

		if(!wrong != !cases[i].wrong
				|| (wrong && !strstr(wrong, cases[i].wrong)))
			fail_msg("\"%s\", not \"%s\":\n%s", wrong ? wrong : "",
					cases[i].wrong ? cases[i].wrong : "", cases[i].sdp);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(the_form_of_an_offer)};

	return cmocka_run_group_tests_name("sdp_form", tests, NULL, NULL);
}
