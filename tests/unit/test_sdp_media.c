/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/sdp.h"
#include "liblync/sdp_media.h"

#define AUDIO "m=audio 51466 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
#define KEY "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk"
#define FAX "m=image 4000 udptl t38\r\na=T38FaxVersion:0\r\n"
#define NO_AUDIO "no audio stream: T.38 and video are refused, G.711 goes on"

static ly_slice_t normalised(const char *sdp)
{
	static ly_edits_t e;

	ly_edits_begin(&e, text(sdp), block(0), 0);
	ly_sdp_normalise(e.message, ly_rule_bit(text("sdp-other-streams")), &e);
	assert_true(ly_edits_finish(&e));
	return apply(&e);
}

/* One audio stream is left; the others are m= lines in their place, with port 0, and nobody learns more of them. */
static void one_stream_is_left(void **state)
{
	static const struct
	{
		const char *before, *after;
	} rows[] = {
			{"v=0\r\na=x\r\n" AUDIO, "v=0\r\na=x\r\n" AUDIO},
			{AUDIO "m=video 5000 RTP/SAVP 34\r\ni=Ada\r\nc=IN IP4 "
				   "192.0.2.1\r\nb=AS:1\r\nk=clear:x\r\na=crypto:1 S "
				   "inline:" KEY "\r\n",
					AUDIO "m=video 0 RTP/SAVP 34\r\nc=IN IP4 192.0.2.1\r\n"},
			{"m=video 5000 RTP/AVP 34\r\na=sendrecv\r\n" AUDIO FAX,
					"m=video 0 RTP/AVP 34\r\n" AUDIO "m=image 0 udptl t38\r\n"},
			{AUDIO AUDIO "m=message 9 TCP/MSRP *\r\na=path:msrp://a\r\n",
					AUDIO "m=audio 0 RTP/AVP 0\r\nm=message 0 TCP/MSRP *\r\n"},
			/* the first audio stream that has a port */
			{"m=audio 0 RTP/AVP 0\r\na=crypto:x\r\n" AUDIO,
					"m=audio 0 RTP/AVP 0\r\n" AUDIO},
			/* what was refused stays refused */
			{AUDIO "m=video 0 RTP/AVP 34\r\na=crypto:1 S inline:" KEY,
					AUDIO "m=video 0 RTP/AVP 34\r\n"},
			{"m=audio 0 RTP/AVP 0\r\n", "m=audio 0 RTP/AVP 0\r\n"},
			{"m=video\r\na=x\r\n", "m=video\r\n"},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_slice(normalised(rows[i].before), rows[i].after);
		assert_slice(normalised(rows[i].after), rows[i].after);
	}
}

static const struct
{
	const char *sdp;
	unsigned count;
	bool audio, other;
	ly_sdp_direction_t direction;
	const char *wrong;
} descriptions[] = {
		{"v=0\r\n", 0, false, false, LY_SENDRECV, NULL},
		{AUDIO, 1, true, false, LY_SENDRECV, NULL},
		{AUDIO "a=sendonly\r\n", 1, true, false, LY_SENDONLY, NULL},
		{"a=inactive\r\n" AUDIO, 1, true, false, LY_INACTIVE, NULL},
		{"a=inactive\r\n" AUDIO "a=recvonly\r\n", 1, true, false, LY_RECVONLY,
				NULL},
		{"a=sendonly\r\n" AUDIO "a=sendrecv\r\n", 1, true, false, LY_SENDRECV,
				NULL},
		{AUDIO "a=inactivex\r\na=Inactive\r\n", 1, true, false, LY_SENDRECV,
				NULL},
		/* the direction of the call's stream alone */
		{"m=video 5000 RTP/AVP 34\r\na=inactive\r\n" AUDIO
		 "a=sendonly\r\n" AUDIO "a=inactive\r\n",
				3, true, true, LY_SENDONLY, NULL},
		{"m=audio 0 RTP/AVP 0\r\na=inactive\r\n" AUDIO, 2, true, false,
				LY_SENDRECV, NULL},
		{FAX, 1, false, true, LY_SENDRECV, NO_AUDIO},
		{"m=audio 0 RTP/AVP 0\r\n" FAX, 2, false, true, LY_SENDRECV, NO_AUDIO},
		{AUDIO FAX, 2, true, true, LY_SENDRECV, NULL},
		{"m=audio 0 RTP/AVP 0\r\n", 1, false, false, LY_SENDRECV, NULL},
		{"m=audio 0 RTP/AVP 0\r\nm=image 0 udptl t38\r\n", 2, false, false,
				LY_SENDRECV, NULL},
};

static void what_the_streams_are(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]); i++) {
		ly_streams_t streams = ly_sdp_streams(text(descriptions[i].sdp));
		const char *wrong = ly_streams_check(&streams, 0);

		if(streams.count != descriptions[i].count
				|| streams.audio != descriptions[i].audio
				|| streams.other != descriptions[i].other
				|| streams.direction != descriptions[i].direction
				|| !wrong != !descriptions[i].wrong
				|| (wrong && strcmp(wrong, descriptions[i].wrong) != 0))
			fail_msg("row %zu", i);
	}
}

/* An answer has as many as were offered, where that is known (RFC 3264 6). */
static void as_many_as_were_offered(void **state)
{
	ly_streams_t one = ly_sdp_streams(text(AUDIO)),
				 two = ly_sdp_streams(text(AUDIO "m=video 0 RTP/AVP 34\r\n"));
	char many[4096];
	ly_buf_t b = ly_buf(many, sizeof(many));
	ly_streams_t streams;

	(void)state;
	assert_null(ly_streams_check(&one, 0));
	assert_null(ly_streams_check(&one, 1));
	assert_null(ly_streams_check(&two, 2));
	assert_non_null(ly_streams_check(&one, 2));
	assert_non_null(ly_streams_check(&two, 1));
	for(int i = 0; i < LY_STREAMS_MAX + 3; i++)
		ly_put(&b, LY_LIT("m=audio 1 RTP/AVP 0\r\n"));
	streams = ly_sdp_streams(exact(ly_buf_slice(&b)));
	assert_int_equal(streams.count, LY_STREAMS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(one_stream_is_left),
			TEST(what_the_streams_are), TEST(as_many_as_were_offered)};

	return cmocka_run_group_tests_name("sdp_media", tests, NULL, NULL);
}
