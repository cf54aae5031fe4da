/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/early.h"

#define TYPE "Content-Type: application/sdp\r\n"
#define RELIABLE "Require: timer, 100rel\r\nRSeq: 1\r\n"
#define SDP "v=0\r\nm=audio 4000 RTP/AVP 8\r\n"

static void what_passes_in_each_mode(void **state)
{
	static const struct
	{
		const char *line, *headers, *body;
		/* by mode: pass, strip-sdp, 180-only, 183-immediate */
		bool hidden[4];
		unsigned status[4];
	} rows[] = {
			{"180 Ringing", "", "", {0}, {0}},
			{"180 Ringing", TYPE, SDP, {false, true, true}, {0}},
			{"183 Session Progress", "", "", {0}, {0, 0, 180}},
			{"183 Session Progress", TYPE, SDP, {false, true, true},
					{0, 0, 180}},
			/* the answer itself; and one that has none */
			{"183 Session Progress", TYPE RELIABLE, SDP, {0}, {0}},
			{"183 Session Progress", RELIABLE, "", {0}, {0, 0, 180}},
			{"181 Call Is Being Forwarded", TYPE, SDP, {false, true, true},
					{0}},
			{"183 Session Progress", "Content-Type: text/plain\r\n", "v=0\r\n",
					{0}, {0, 0, 180}},
			{"100 Trying", TYPE, SDP, {0}, {0}},
			{"200 OK", TYPE, SDP, {0}, {0}},
			{"404 Not Found", TYPE, SDP, {0}, {0}},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for(int mode = LY_EARLY_PASS; mode <= LY_EARLY_IMMEDIATE; mode++) {
			char raw[512];
			ly_message_t m;
			ly_early_t early;

			snprintf(raw, sizeof(raw),
					"SIP/2.0 %s\r\nCSeq: 1 INVITE\r\n%s\r\n%s", rows[i].line,
					rows[i].headers, rows[i].body);
			parse(text(raw), &m);
			early = ly_early(&m, (ly_early_media_t)mode);
			if(early.without_sdp != rows[i].hidden[mode]
					|| early.status != rows[i].status[mode])
				fail_msg("row %zu, mode %d: %d, %u", i, mode, early.without_sdp,
						early.status);
		}
	}
}

static bool admit(ly_forks_t *forks, unsigned n, unsigned max)
{
	char tag[16];

	snprintf(tag, sizeof(tag), "tag-%u", n);
	return ly_forks_admit(forks, text(tag), max);
}

static void so_many_early_dialogs(void **state)
{
	ly_forks_t forks = {0};

	(void)state;
	for(unsigned i = 0; i < 20; i++)
		assert_true(admit(&forks, i, 20));
	for(unsigned i = 0; i < 40; i++)
		assert_int_equal(admit(&forks, i, 20), i < 20);
	assert_true(ly_forks_admit(&forks, LY_EMPTY, 20));
	assert_int_equal(forks.count, 20);
}

static void a_limit_that_nobody_counts_to(void **state)
{
	ly_forks_t forks = {0};

	(void)state;
	for(unsigned i = 0; i < 3 * LY_FORKS_MAX; i++)
		assert_true(admit(&forks, i, LY_FORKS_MAX + 1));
	assert_int_equal(forks.count, LY_FORKS_MAX);
	assert_false(admit(&forks, LY_FORKS_MAX, LY_FORKS_MAX));
}

#define V(family, address)                             \
	"v=0\r\no=- 4294967295 1 IN IP" family " " address \
	"\r\ns=-\r\nc=IN IP" family " " address "\r\nt=0 0\r\n"
#define CODECS                                                                 \
	"a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 " \
	"0-16\r\n"

static const char *placeholder(const char *offer, const char *address)
{
	static char memory[512];
	ly_buf_t out = ly_buf(memory, sizeof(memory) - 1);

	if(!ly_early_placeholder(text(offer), text(address), 4294967295u, &out))
		return NULL;
	memory[out.len] = '\0';
	return memory;
}

static void an_answer_of_our_own(void **state)
{
	char small[40];
	ly_buf_t out = ly_buf(small, sizeof(small));

	(void)state;
	assert_string_equal(
			placeholder(
					"v=0\r\no=x 1 1 IN IP4 192.0.2.1\r\ns=secret\r\n"
					"a=rtpmap:9 none\r\nm=video 0 RTP/AVP 99\r\n"
					"a=rtpmap:99 H264/90000\r\n"
					"m=audio 4000 RTP/AVP 101 13 0 8\r\na=sendrecv\r\n" CODECS
					"a=rtcp:4001\r\nm=audio 4002 RTP/AVP 8\r\n"
					"a=rtpmap:8 PCMA/8000\r\n",
					"198.51.100.10"),
			V("4", "198.51.100.10") "m=video 0 RTP/AVP 99\r\n"
									"m=audio 9 RTP/AVP 0 8 101 13\r\n" CODECS
									"m=audio 0 RTP/AVP 8\r\n");
	assert_string_equal(placeholder(SDP, "2001:db8::10"),
			V("6", "2001:db8::10") "m=audio 9 RTP/AVP 8\r\n");
	assert_null(placeholder("v=0\r\nm=audio 0 RTP/AVP 8\r\n", "192.0.2.1"));
	assert_null(placeholder("v=0\r\nm=audio 9 RTP/SAVP 8\r\n", "192.0.2.1"));
	assert_false(ly_early_placeholder(text(SDP), text("192.0.2.1"), 1, &out));
}

static void all_sdp_of_one_session(void **state)
{
	char memory[100];
	ly_buf_t out = ly_buf(memory, sizeof(memory));
	ly_buf_t small = ly_buf(memory, 20);

	(void)state;
	assert_true(ly_early_session(
			text("v=0\r\no=gw  4711 5 IN IP4 192.0.2.1\r\ns=-\r\n"), 42, &out));
	assert_true(ly_eq(ly_buf_slice(&out),
			text("v=0\r\no=- 42 5 IN IP4 192.0.2.1\r\ns=-\r\n")));
	assert_false(ly_early_session(text("v=0\r\ns=-\r\n"), 42, &out));
	assert_false(
			ly_early_session(text("v=0\r\no=x 1 1 IN\r\ns=-\r\n"), 42, &small));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(what_passes_in_each_mode),
			cmocka_unit_test(so_many_early_dialogs),
			cmocka_unit_test(a_limit_that_nobody_counts_to),
			cmocka_unit_test(an_answer_of_our_own),
			cmocka_unit_test(all_sdp_of_one_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
