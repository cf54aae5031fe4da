/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an answer may say: optional SRTP, keys of two legs, codecs that were offered. */
#include "text_helpers.h"

#include "liblync/sdp.h"
#include "liblync/sdp_key.h"
#include "liblync/sdp_payload.h"

#define KEY "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define OTHER "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define SUITE "AES_CM_128_HMAC_SHA1_80"
#define CRYPTO(tag) "a=crypto:" tag " " SUITE " inline:" KEY "|2^31\r\n"
#define AVP "m=audio 4000 RTP/AVP 0 101\r\n"
#define SAVP "m=audio 4000 RTP/SAVP 0 101\r\n"

static const struct
{
	const char *sdp, *tag, *why;
} optional[] = {
		{AVP, "1", NULL},
		{SAVP CRYPTO("1"), "1", NULL},
		{AVP CRYPTO("1"), "1", NULL},
		{SAVP, "1", "without a usable"},
		{SAVP CRYPTO("2"), "1", "tag"},
		{AVP CRYPTO("2"), "1", "tag"},
		{AVP "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:" KEY "\r\n", "1",
				"without a usable"},
		{SAVP "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:" KEY "\r\n", "1",
				"without a usable"},
		{AVP "a=crypto:nonsense\r\n", "1", "without a usable"},
		{"m=audio 0 RTP/AVP 0\r\n", "1", NULL},
		{"m=audio 4000 RTP/AVPF 0\r\n", "1", "neither"},
};

static void optional_srtp(void **state)
{
	const ly_media_profile_t *profile =
			ly_media_profile(LY_LIT("lync-srtp-optional"));

	(void)state;
	for(size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++) {
		const char *wrong = ly_sdp_check_answer(
				text(optional[i].sdp), profile, ly_cstr(optional[i].tag));

		if(!wrong != !optional[i].why
				|| (wrong && !strstr(wrong, optional[i].why)))
			fail_msg("row %zu: %s", i, wrong ? wrong : "taken");
	}
}

/* What we send has one suite; what comes may have several. */
static void one_key_line_of_ours(void **state)
{
	const ly_media_profile_t *lync =
			ly_media_profile(LY_LIT("lync-srtp-required"));

	(void)state;
	assert_null(ly_sdp_check_made(text(SAVP CRYPTO("1")), lync));
	assert_null(
			ly_sdp_check_made(text(SAVP CRYPTO("1") SAVP CRYPTO("1")), lync));
	assert_null(ly_sdp_check(text(SAVP CRYPTO("1") CRYPTO("2")), lync));
	assert_non_null(
			ly_sdp_check_made(text(SAVP CRYPTO("1") CRYPTO("2")), lync));
	assert_non_null(ly_sdp_check_made(text(SAVP), lync));
	assert_non_null(ly_sdp_check_made(text(AVP CRYPTO("1")), lync));
}

static void bare(void **state)
{
	static const char *const cases[][2] = {
			{"c=x\r\n" SAVP CRYPTO("1") CRYPTO("2") "a=sendrecv\r\n",
					"c=x\r\n" AVP "a=sendrecv\r\n"},
			{AVP CRYPTO("1") "a=cryptoscale:1 client x\r\n", AVP},
			{AVP, AVP},
			{"", ""},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ly_slice_t sdp = text(cases[i][0]);
		char made[1000], none[1];
		ly_buf_t out = ly_buf(made, sizeof(made));
		ly_edits_t edits;

		ly_edits_begin(&edits, sdp, none, sizeof(none));
		ly_sdp_bare(sdp, &edits);
		assert_true(ly_edits_finish(&edits) && ly_edits_apply(&edits, &out));
		assert_slice(ly_buf_slice(&out), cases[i][1]);
	}
}

#define LINE(key, more) SAVP "a=crypto:1 " SUITE " inline:" key more "\r\n"

static void a_key_on_both_legs(void **state)
{
	(void)state;
	assert_true(ly_sdp_shares_key(
			text(LINE(KEY, "|2^31")), text(LINE(KEY, "|2^20|1:1"))));
	assert_true(ly_sdp_shares_key(text(LINE(OTHER, "") LINE(KEY, "")),
			text(LINE(KEY, "") CRYPTO("3"))));
	assert_false(ly_sdp_shares_key(text(LINE(KEY, "")), text(LINE(OTHER, ""))));
	assert_false(ly_sdp_shares_key(text(LINE(KEY, "")), text(AVP)));
	assert_false(ly_sdp_shares_key(text(AVP), text(AVP)));
	assert_false(ly_sdp_shares_key(text("a=crypto:1 x inline:\r\n"),
			text("a=crypto:1 x inline:\r\n")));
}

#define MAP(type, name) "a=rtpmap:" type " " name "/8000\r\n"

static const struct
{
	const char *offer, *answer, *why;
} codecs[] = {
		{"0 8 101", "m=audio 1 RTP/AVP 8 101\r\n" MAP("101", "telephone-event"),
				NULL},
		{"0 8 101", "m=audio 1 RTP/AVP 8\r\n", NULL},
		{"8", "m=audio 1 RTP/AVP 0\r\n", "not offered"},
		{"8", "m=audio 1 RTP/AVP 8 0\r\n", "not offered"},
		{"0 8 101", "m=audio 1 RTP/AVP 101\r\n" MAP("101", "telephone-event"),
				"no codec for speech"},
		{"0 8 101", "m=audio 1 RTP/AVP 101\r\n", "no codec for speech"},
		{"0 13", "m=audio 1 RTP/AVP 13\r\n", "no codec for speech"},
		{"0 13", "m=audio 1 RTP/AVP 13\r\n" MAP("13", "CN"),
				"no codec for speech"},
		{"0 97", "m=audio 1 RTP/AVP 97\r\n" MAP("97", "RED"),
				"no codec for speech"},
		/* RFC 3264 6.1: others besides; they carry no speech */
		{"0", "m=audio 1 RTP/AVP 0 13 101\r\n" MAP("101", "TELEPHONE-EVENT"),
				NULL},
		{"96 0", "m=audio 1 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n", NULL},
		{"0", "m=audio 1 RTP/AVP 0 96\r\na=rtpmap:96 opus/48000/2\r\n",
				"not offered"},
		{"0", "m=audio 0 RTP/AVP 18\r\n", NULL}, /* refused */
		{"0", "m=video 1 RTP/AVP 34\r\nm=audio 1 RTP/AVP 0\r\n", NULL},
		{"0", "m=audio 1 RTP/AVP 0\r\nm=audio 0 RTP/AVP 18\r\n", NULL},
		{"0 8",
				"m=audio 1 RTP/AVP 0\r\nm=video 1 RTP/AVP 34\r\n" MAP(
						"0", "CN"),
				NULL},
		{"127", "m=audio 1 RTP/AVP 127\r\n" MAP("127", "iLBC"), NULL},
		{"64 0", "m=audio 1 RTP/AVP 63\r\n", "not offered"},
		{"", "m=audio 1 RTP/AVP 18\r\n", NULL}, /* not known what was offered */
		{"", "m=audio 1 RTP/AVP 101\r\n", "no codec for speech"},
		{"0", "a=rtpmap:0 CN/8000\r\nm=audio 1 RTP/AVP 0 128 x -1\r\n", NULL},
		{"0", "", NULL},
};

static void codecs_of_an_answer(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(codecs) / sizeof(codecs[0]); i++) {
		char offer[200];
		ly_payloads_t offered;
		const char *wrong;

		snprintf(offer, sizeof(offer), "m=audio 1 RTP/AVP %s\r\n",
				codecs[i].offer);
		offered = ly_sdp_payloads(text(offer));
		wrong = ly_sdp_check_codecs(text(codecs[i].answer), &offered);
		if(!wrong != !codecs[i].why || (wrong && !strstr(wrong, codecs[i].why)))
			fail_msg("row %zu: %s", i, wrong ? wrong : "taken");
	}
}

static void the_set_of_an_offer(void **state)
{
	ly_payloads_t set = ly_sdp_payloads(
			text("m=audio 0 RTP/AVP 3\r\nm=video 1 RTP/AVP 34\r\n"
				 "m=audio 1 RTP/AVP 0 63 64 127 128\r\n"
				 "m=audio 1 RTP/AVP 9\r\n"));

	(void)state;
	assert_true(set.bits[0] == (1 | UINT64_C(1) << 63));
	assert_true(set.bits[1] == (1 | UINT64_C(1) << 63));
	assert_int_equal(sizeof(set), 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(optional_srtp),
			TEST(one_key_line_of_ours), TEST(bare), TEST(a_key_on_both_legs),
			TEST(codecs_of_an_answer), TEST(the_set_of_an_offer)};

	return cmocka_run_group_tests_name("sdp_answer", tests, NULL, NULL);
}
