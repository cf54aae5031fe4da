/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/sdp.h"
#include "liblync/sdp_codec.h"

#define HEAD "v=0\r\n"

static ly_slice_t normalised(const char *sdp, const char *ids)
{
	static ly_edits_t e;
	ly_rule_set_t rules = 0;
	ly_slice_t words = ly_cstr(ids), id;

	while((id = ly_word(&words)).len)
		rules |= ly_rule_bit(id);
	ly_edits_begin(&e, text(sdp), block(0), 0);
	ly_sdp_normalise(e.message, rules, &e);
	assert_true(ly_edits_finish(&e));
	return apply(&e);
}

static const struct
{
	const char *rules, *before, *after;
} rows[] = {
		{"sdp-red", "m=audio 1 RTP/AVP 97 0\r\na=rtpmap:97 RED/8000\r\n",
				"m=audio 1 RTP/AVP 0\r\n"},
		/* in any case, at any place, described by whatever lines in whatever order */
		{"sdp-red",
				"m=audio 1 RTP/AVP 0 97\r\na=fmtp:97 0/0\r\na=rtpmap:97 "
				"red/8000/1\r\na=rtcp-fb:97 nack\r\na=rtcp-fb:* nack\r\n",
				"m=audio 1 RTP/AVP 0\r\na=rtcp-fb:* nack\r\n"},
		{"sdp-red", "m=audio 1 RTP/AVP 0  97\t8\r\na=rtpmap:97 RED/8000\r\n",
				"m=audio 1 RTP/AVP 0\t8\r\n"},
		{"sdp-red", "m=audio 1 RTP/AVP 0 97\r\na=rtpmap:97  RED",
				"m=audio 1 RTP/AVP 0\r\n"},
		/* several, and each its own rule */
		{"sdp-red sdp-cn sdp-silk",
				"m=audio 1 RTP/AVP 97 104 118 13 0 13\r\na=rtpmap:97 "
				"RED/8000\r\n"
				"a=rtpmap:104 SILK/16000\r\na=rtpmap:118 CN/16000\r\n",
				"m=audio 1 RTP/AVP 0\r\n"},
		{"sdp-cn",
				"m=audio 1 RTP/AVP 97 118 0\r\na=rtpmap:97 "
				"RED/8000\r\na=rtpmap:"
				"118 CN/16000\r\n",
				"m=audio 1 RTP/AVP 97 0\r\na=rtpmap:97 RED/8000\r\n"},
		{"sdp-rtaudio sdp-siren sdp-g7221 sdp-fec",
				"m=audio 1 RTP/AVP 114 111 112 121 8\r\na=rtpmap:114 "
				"x-msrta/16000\r\na=rtpmap:111 SIREN/16000\r\na=rtpmap:112 "
				"G7221/16000\r\na=rtpmap:121 x-ulpfecuc/1000\r\n",
				"m=audio 1 RTP/AVP 8\r\n"},
		/* 13 is CN without a line that says so, unless one says otherwise */
		{"sdp-cn", "m=audio 1 RTP/AVP 0 13\r\na=fmtp:13 x\r\n",
				"m=audio 1 RTP/AVP 0\r\n"},
		{"sdp-cn", "m=audio 1 RTP/AVP 0 13\r\na=rtpmap:13 L16/8000\r\n",
				"m=audio 1 RTP/AVP 0 13\r\na=rtpmap:13 L16/8000\r\n"},
		{"sdp-red", "m=audio 1 RTP/AVP 0 13\r\n", "m=audio 1 RTP/AVP 0 13\r\n"},
		/* a line that describes what is not offered goes too */
		{"sdp-cn", "m=audio 1 RTP/AVP 0\r\na=rtpmap:13 CN/8000\r\n",
				"m=audio 1 RTP/AVP 0\r\n"},
		/* nothing else would be there: all stays, and its lines */
		{"sdp-red sdp-cn",
				"m=audio 1 RTP/AVP 97 13\r\na=rtpmap:97 RED/8000\r\n",
				"m=audio 1 RTP/AVP 97 13\r\na=rtpmap:97 RED/8000\r\n"},
		{"sdp-cn", "m=audio 1 RTP/AVP\r\na=rtpmap:13 CN/8000\r\n",
				"m=audio 1 RTP/AVP\r\na=rtpmap:13 CN/8000\r\n"},
		/* a name that only begins so, numbers that are none */
		{"sdp-red sdp-cn",
				"m=audio 1 RTP/AVP 97 98 99 128 x\r\na=rtpmap:97 "
				"REDX/8000\r\na=rtpmap:98 CNX\r\na=rtpmap:99\r\na=rtpmap:128 "
				"CN/8000\r\na=rtpmap:x CN/8000\r\na=fmtp:\r\n",
				"m=audio 1 RTP/AVP 97 98 99 128 x\r\na=rtpmap:97 "
				"REDX/8000\r\na=rtpmap:98 CNX\r\na=rtpmap:99\r\na=rtpmap:128 "
				"CN/8000\r\na=rtpmap:x CN/8000\r\na=fmtp:\r\n"},
		/* the lowest and the highest number there is, and none */
		{"sdp-red",
				"m=audio 1 RTP/AVP 0 8 127\r\na=rtpmap:0 "
				"RED/8000\r\na=rtpmap:127 RED/8000\r\n",
				"m=audio 1 RTP/AVP 8\r\n"},
		{"sdp-red", "m=audio 1 RTP/AVP 0 8\r\na=rtpmap: RED/8000\r\n",
				"m=audio 1 RTP/AVP 0 8\r\na=rtpmap: RED/8000\r\n"},
		/* each stream has numbers of its own */
		{"sdp-red",
				"m=audio 1 RTP/AVP 0 97\r\na=rtpmap:97 RED/8000\r\nm=audio 3 "
				"RTP/AVP 0 97\r\na=rtpmap:97 SPEEX/8000\r\n",
				"m=audio 1 RTP/AVP 0\r\nm=audio 3 RTP/AVP 0 97\r\na=rtpmap:97 "
				"SPEEX/8000\r\n"},
};

static void taken_out(void **state)
{
	char before[512], after[512];

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_slice_t is;

		snprintf(before, sizeof(before), HEAD "%s", rows[i].before);
		snprintf(after, sizeof(after), HEAD "%s", rows[i].after);
		is = normalised(before, rows[i].rules);
		if(!ly_eq(is, ly_cstr(after)))
			fail_msg("row %zu:\n%.*s", i, LY_FMT(is));
	}
}

/* Each edit says which rule wanted it. */
static void each_says_why(void **state)
{
	static ly_edits_t e;
	ly_codecs_t codecs;

	(void)state;
	ly_codecs_begin(&codecs,
			ly_rule_bit(text("sdp-red")) | ly_rule_bit(text("sdp-cn")));
	ly_codecs_learn(&codecs, text("rtpmap:97 RED/8000"));
	ly_edits_begin(&e, text("0 97 13"), NULL, 0);
	ly_codecs_leave(&codecs, e.message, &e);
	assert_int_equal(e.count, 2);
	assert_string_equal(e.list[0].rule, "sdp-red");
	assert_string_equal(e.list[1].rule, "sdp-cn");
	assert_string_equal(
			ly_codecs_rule(&codecs, text("fmtp:97 0/0")), "sdp-red");
	assert_null(ly_codecs_rule(&codecs, text("fmtp:0 x")));
	assert_null(ly_codecs_rule(&codecs, text("ptime:20")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(taken_out), TEST(each_says_why)};

	return cmocka_run_group_tests_name("sdp_codec", tests, NULL, NULL);
}
