/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/sdp.h"

#define KEY "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk"
#define SUITE "AES_CM_128_HMAC_SHA1_80"

/* The rules for what comes from Lync. */
static ly_rule_set_t lync_rules(void)
{
	return ly_dialect(LY_LIT("lync2013"))->leaving;
}

static ly_slice_t normalised(ly_slice_t sdp, ly_rule_set_t rules)
{
	static ly_edits_t e;

	ly_edits_begin(&e, sdp, block(0), 0);
	ly_sdp_normalise(sdp, rules, &e);
	assert_true(ly_edits_finish(&e));
	return apply(&e);
}

static void lines(void **state)
{
	ly_slice_t rest = text("v=0\r\na=x:y\n\r\nnonsense\nm=");
	ly_sdp_line_t line;

	(void)state;
	assert_true(ly_sdp_next(&rest, &line));
	assert_int_equal(line.type, 'v');
	assert_slice(line.value, "0");
	assert_slice(line.line, "v=0\r\n");
	assert_true(ly_sdp_next(&rest, &line));
	assert_int_equal(line.type, 'a');
	assert_slice(line.line, "a=x:y\n");
	assert_true(ly_sdp_next(&rest, &line));
	assert_int_equal(line.type, 0);
	assert_slice(line.line, "\r\n");
	assert_true(ly_sdp_next(&rest, &line));
	assert_int_equal(line.type, 0);
	assert_slice(line.value, "nonsense");
	assert_true(ly_sdp_next(&rest, &line));
	assert_int_equal(line.type, 'm');
	assert_slice(line.value, "");
	assert_false(ly_sdp_next(&rest, &line));
}

static const struct
{
	const char *value;
	bool parsed, mki, usable;
} key_line_cases[] = {
		{"crypto:1 " SUITE " inline:" KEY, true, false, true},
		{"crypto:1 " SUITE " inline:" KEY "|2^31", true, false, true},
		{"crypto:1 " SUITE " inline:" KEY "|2^31|1:1", true, true, true},
		{"crypto:22 " SUITE " inline:" KEY "|1:4", true, true, true},
		{"CRYPTO:1 " SUITE " INLINE:" KEY, true, false, true},
		{"crypto:1 " SUITE " inline:AZaz09+/AZaz09+/AZaz09+/AZaz09+/AZaz09+/",
				true, false, true},
		/* another suite, another length, characters outside base64 */
		{"crypto:1 AES_CM_128_HMAC_SHA1_32 inline:" KEY, true, false, false},
		{"crypto:1 aes_cm_128_hmac_sha1_80 inline:" KEY, true, false, false},
		{"crypto:1 " SUITE " inline:" KEY "QQ==", true, false, false},
		{"crypto:1 " SUITE " inline:QUJD", true, false, false},
		{"crypto:1 " SUITE " inline:", true, false, false},
		{"crypto:1 " SUITE " inline:|2^31|1:1", true, true, false},
		{"crypto:1 " SUITE " inline:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYm!k",
				true, false, false},
		{"crypto:1 " SUITE " inline:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYm==",
				true, false, false},
		/* two keys in one line */
		{"crypto:1 " SUITE " inline:" KEY ";inline:" KEY, true, false, false},
		{"crypto:1 " SUITE " inline:" KEY "|2^31|1:1;inline:" KEY "|2^31|2:1",
				true, true, false},
		/* session parameters turn off what the suite promises (RFC 4568 6.3) */
		{"crypto:1 " SUITE " inline:" KEY "|2^31 UNENCRYPTED_SRTP", true, false,
				false},
		{"crypto:1 " SUITE " inline:" KEY " UNENCRYPTED_SRTCP", true, false,
				false},
		{"crypto:1 " SUITE " inline:" KEY " UNAUTHENTICATED_SRTP", true, false,
				false},
		{"crypto:1 " SUITE " inline:" KEY " KDR=24", true, false, false},
		{"crypto:1 " SUITE " inline:" KEY " \t", true, false, true},
		/* not well-formed */
		{"crypto: " SUITE " inline:" KEY, false, false, false},
		{"crypto:x " SUITE " inline:" KEY, false, false, false},
		{"crypto:1 inline:" KEY, false, false, false},
		{"crypto:1 " SUITE, false, false, false},
		{"crypto:1 " SUITE " " KEY, false, false, false},
		{"crypto:", false, false, false},
		{"crypto", false, false, false},
		{"cryptoscale:1 client " SUITE " inline:" KEY, false, false, false},
};

static void key_lines(void **state)
{
	ly_crypto_t crypto;

	(void)state;
	for(size_t i = 0; i < sizeof(key_line_cases) / sizeof(key_line_cases[0]);
			i++) {
		bool parsed = ly_crypto_parse(text(key_line_cases[i].value), &crypto);
		if(parsed != key_line_cases[i].parsed
				|| (parsed && crypto.mki != key_line_cases[i].mki)
				|| (parsed
						&& ly_crypto_usable(&crypto)
								   != key_line_cases[i].usable))
			fail_msg("%s", key_line_cases[i].value);
	}
	assert_true(ly_crypto_parse(text(key_line_cases[2].value), &crypto));
	assert_slice(crypto.tag, "1");
	assert_slice(crypto.suite, SUITE);
	assert_slice(crypto.key, KEY);
}

#define SRTP "m=audio 51466 RTP/SAVP 0 8\r\n"
#define RTP "m=audio 51466 RTP/AVP 0 8\r\n"
#define PLAIN(tag) "a=crypto:" tag " " SUITE " inline:" KEY "|2^31\r\n"
#define MKI(tag) "a=crypto:" tag " " SUITE " inline:" KEY "|2^31|1:1\r\n"
#define OTHER(tag) \
	"a=crypto:" tag " AES_CM_128_HMAC_SHA1_32 inline:" KEY "|2^31\r\n"
#define LONG(tag) \
	"a=crypto:" tag " AES_256_CM_HMAC_SHA1_80 inline:" KEY KEY "\r\n"

/* Of the key lines of an m= section one stays: the first of the one suite without an MKI, else with it. */
static void one_key_line(void **state)
{
	static const struct
	{
		const char *before, *after;
	} cases[] = {
			{SRTP MKI("1") PLAIN("2"), SRTP PLAIN("2")},
			{SRTP PLAIN("1") MKI("2"), SRTP PLAIN("1")},
			{SRTP MKI("1") MKI("2"), SRTP MKI("1")},
			{SRTP PLAIN("1") PLAIN("2"), SRTP PLAIN("1")},
			{SRTP OTHER("1") MKI("2") PLAIN("3") PLAIN("4"), SRTP PLAIN("3")},
			{SRTP OTHER("1") MKI("2") LONG("3"), SRTP MKI("2")},
			{SRTP PLAIN("1"), SRTP PLAIN("1")},
			{SRTP MKI("1"), SRTP MKI("1")},
			/* none to keep: all stay, and the check says so */
			{SRTP OTHER("1") LONG("2"), SRTP OTHER("1") LONG("2")},
			/* one that cannot be read goes as well */
			{SRTP "a=crypto:x\r\n" PLAIN("2"), SRTP PLAIN("2")},
			/* each section for itself */
			{SRTP MKI("1") PLAIN("2") SRTP PLAIN("1") MKI("2"),
					SRTP PLAIN("2") SRTP PLAIN("1")},
			{SRTP MKI("1") SRTP PLAIN("2"), SRTP MKI("1") SRTP PLAIN("2")},
			/* the last line without its end */
			{SRTP MKI("1") "a=crypto:2 " SUITE " inline:" KEY,
					SRTP "a=crypto:2 " SUITE " inline:" KEY},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_slice(normalised(text(cases[i].before),
							 ly_rule_bit(LY_LIT("sdp-one-crypto"))),
				cases[i].after);
}

static void only_what_the_rules_name_goes(void **state)
{
	ly_slice_t gateway = fixture("gateway.sdp");

	(void)state;
	assert_same(normalised(fixture("lync-required.sdp"), lync_rules()),
			fixture("lync-required.normal.sdp"));
	assert_same(normalised(fixture("lync-client.sdp"), lync_rules()),
			fixture("lync-client.normal.sdp"));
	assert_same(normalised(gateway, 0), gateway);
	assert_slice(normalised(text("v=0\r\nA=x-a\r\nb=AS:64\r\nB=1\r\na=X-B:"
								 "1\r\na=xx\r\na=x\r\nb:\r\na=labels:1\r\n"
								 "a=rtcp-fb:* x-message\r\nx-a\r\n"),
						 lync_rules()),
			"v=0\r\nA=x-a\r\nB=1\r\na=xx\r\na=x\r\nb:\r\na=labels:1\r\na=rtcp-"
			"fb:* x-message\r\nx-a\r\n");
	assert_slice(normalised(text("o=GW 1 2 IN IP4 h\r\ns=o=x\r\no="),
						 ly_dialect(LY_LIT("rfc3261"))->leaving),
			"o=- 1 2 IN IP4 h\r\ns=-\r\no=-");
}

static const char *all[] = {"lync-required.sdp", "lync-optional.sdp",
		"lync2010.sdp", "lync-client.sdp", "gateway.sdp", "plain.sdp",
		"srtp.sdp"};
#define ALL (sizeof(all) / sizeof(all[0]))

static void twice_is_once(void **state)
{
	(void)state;
	for(size_t i = 0; i < ALL; i++) {
		ly_slice_t once = normalised(fixture(all[i]), ~(ly_rule_set_t)0);
		assert_same(normalised(once, ~(ly_rule_set_t)0), once);
		once = normalised(fixture(all[i]), lync_rules());
		assert_same(normalised(once, lync_rules()), once);
	}
}

static void nothing_of_lync_is_left(void **state)
{
	static const char *gone[] = {"cryptoscale", "a=x-", "a=label", "a=tcap",
			"a=pcfg", "a=encryption", "b=CT", "candidate", "a=ice-", "maxptime",
			"|1:1"};

	(void)state;
	for(size_t i = 0; i < ALL; i++) {
		ly_slice_t normal = normalised(fixture(all[i]), lync_rules());
		for(size_t j = 0; j < sizeof(gone) / sizeof(gone[0]); j++) {
			if(contains(normal, gone[j]))
				fail_msg("%s is left in %s", gone[j], all[i]);
		}
	}
}

static void more_lines_than_edits(void **state)
{
	static char memory[65536];
	static ly_edits_t e;
	ly_buf_t b = ly_buf(memory, sizeof(memory));
	ly_slice_t sdp;

	(void)state;
	for(int i = 0; i <= LY_MAX_EDITS; i++)
		ly_put(&b, LY_LIT("a=candidate:1\r\n"));
	sdp = exact(ly_buf_slice(&b));
	ly_edits_begin(&e, sdp, NULL, 0);
	ly_sdp_normalise(sdp, lync_rules(), &e);
	assert_false(ly_edits_finish(&e));
}

/* Each profile with every kind of wrong SDP. why is NULL where it is right. */
static const struct
{
	const char *profile, *sdp, *why;
} checks[] = {
		{"lync-srtp-required", SRTP PLAIN("1"), NULL},
		{"lync-srtp-required", SRTP MKI("1"), NULL},
		{"lync-srtp-required", SRTP OTHER("1") PLAIN("2"), NULL},
		{"lync-srtp-required", SRTP PLAIN("1") OTHER("2"), NULL},
		{"lync-srtp-required", SRTP, "without a usable"},
		{"lync-srtp-required", SRTP OTHER("1"), "without a usable"},
		{"lync-srtp-required",
				SRTP "a=crypto:1 " SUITE " inline:" KEY " UNENCRYPTED_SRTP\r\n",
				"without a usable"},
		{"lync-srtp-required", PLAIN("1") SRTP,
				"without a usable"}, /* RFC 4568 4: a media attribute */
		{"lync-srtp-required",
				SRTP "a=cryptoscale:1 client " SUITE " inline:" KEY "\r\n",
				"without a usable"},
		{"lync-srtp-required", RTP, "does not say RTP/SAVP"},
		{"lync-srtp-required", RTP PLAIN("1"), "does not say RTP/SAVP"},
		{"lync-srtp-required", SRTP PLAIN("1") RTP, "does not say RTP/SAVP"},
		{"lync-srtp-required", SRTP SRTP PLAIN("1"), "without a usable"},
		{"lync-srtp-required", "m=audio 51466 RTP/SAVP\r\n" PLAIN("1"),
				"payload"},
		{"lync-srtp-required", "m=audio 51466 RTP/SAVPF 0\r\n" PLAIN("1"),
				"neither"},
		{"lync-srtp-required",
				"m=audio 51466 UDP/TLS/RTP/SAVP 0\r\n" PLAIN("1"), "neither"},
		{"lync-srtp-required", "m=audio\r\n" PLAIN("1"), "neither"},
		{"lync-srtp-required", "m=audio 51466 rtp/savp 0\r\n" PLAIN("1"),
				"neither"},
		{"lync-rtp", RTP, NULL},
		{"lync-rtp", SRTP PLAIN("1"), "plain RTP"},
		{"lync-rtp", RTP PLAIN("1"), "a=crypto"},
		{"lync-rtp", SRTP, "plain RTP"},
		{"gateway-rtp", RTP, NULL},
		{"gateway-rtp", SRTP PLAIN("1"), "plain RTP"},
		{"gateway-rtp", RTP MKI("1"), "a=crypto"},
		{"gateway-rtp", RTP OTHER("1"), "a=crypto"},
		{"gateway-rtp", RTP "a=crypto:nonsense\r\n", "a=crypto"},
		{"gateway-rtp",
				RTP "a=cryptoscale:1 client " SUITE " inline:" KEY "\r\n",
				"a=crypto"},
		/* A key is a key wherever it stands: before the first m= line, in a stream that is refused, in another. */
		{"gateway-rtp", PLAIN("1") RTP, "a=crypto"},
		{"gateway-rtp", RTP "m=audio 0 RTP/SAVP 0\r\n" PLAIN("1"), "a=crypto"},
		{"gateway-rtp", RTP "m=video 0 RTP/SAVP 34\r\n" PLAIN("1"), "a=crypto"},
		{"gateway-rtp", "m=audio 51466 RTP/AVP\r\n", "payload"},
		{"gateway-rtp", "m=audio 51466 RTP/AVPF 0\r\n", "neither"},
		/* What is not audio, or is refused, is of no concern. */
		{"gateway-rtp", RTP "m=video 0 RTP/SAVP 34\r\n", NULL},
		{"gateway-rtp", "m=image 4000 udptl t38\r\n", NULL},
		{"gateway-rtp", "m=audio 0 RTP/SAVP 0\r\n", NULL},
		{"lync-srtp-required", "m=audio 0 RTP/AVP 0\r\n", NULL},
};

static void what_a_profile_takes(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const ly_media_profile_t *profile =
				ly_media_profile(ly_cstr(checks[i].profile));
		const char *wrong = ly_sdp_check(text(checks[i].sdp), profile);

		if(!wrong != !checks[i].why || (wrong && !strstr(wrong, checks[i].why)))
			fail_msg("%s: \"%s\", not \"%s\":\n%s", checks[i].profile,
					wrong ? wrong : "", checks[i].why ? checks[i].why : "",
					checks[i].sdp);
	}
}

/* What one side says is never fit for the other as it is. */
static void the_two_sides_differ(void **state)
{
	const ly_media_profile_t *lync =
			ly_media_profile(LY_LIT("lync-srtp-required"));
	const ly_media_profile_t *gateway = ly_media_profile(LY_LIT("gateway-rtp"));

	(void)state;
	assert_null(ly_sdp_check(fixture("lync-required.sdp"), lync));
	assert_null(ly_sdp_check(fixture("lync-client.sdp"), lync));
	assert_null(ly_sdp_check(fixture("srtp.sdp"), lync));
	assert_null(ly_sdp_check(fixture("gateway.sdp"), gateway));
	assert_null(ly_sdp_check(fixture("plain.sdp"), gateway));
	assert_non_null(ly_sdp_check(fixture("lync-required.sdp"), gateway));
	assert_non_null(ly_sdp_check(fixture("lync-client.sdp"), gateway));
	assert_non_null(ly_sdp_check(fixture("lync2010.sdp"), gateway));
	assert_non_null(ly_sdp_check(fixture("lync-optional.sdp"), gateway));
	assert_non_null(ly_sdp_check(fixture("gateway.sdp"), lync));
}

/* Normalising spoils nothing that was right. */
static void right_stays_right(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		const ly_media_profile_t *profile =
				ly_media_profile(ly_cstr(checks[i].profile));
		if(!checks[i].why)
			assert_null(ly_sdp_check(
					normalised(text(checks[i].sdp), lync_rules()), profile));
	}
}

/* An answer has the tag of the key line that was offered, or nothing is ever heard. */
static void the_tag_of_an_answer(void **state)
{
	const ly_media_profile_t *lync =
			ly_media_profile(LY_LIT("lync-srtp-required"));
	const ly_media_profile_t *gateway = ly_media_profile(LY_LIT("gateway-rtp"));

	(void)state;
	assert_slice(ly_sdp_crypto_tag(fixture("lync-required.normal.sdp")), "2");
	assert_slice(ly_sdp_crypto_tag(
						 text(SRTP "a=crypto:x\r\n" PLAIN("07") PLAIN("2"))),
			"07");
	assert_int_equal(ly_sdp_crypto_tag(fixture("gateway.sdp")).len, 0);
	assert_null(ly_sdp_check_answer(text(SRTP PLAIN("1")), lync, text("1")));
	assert_null(ly_sdp_check_answer(text(SRTP PLAIN("2")), lync, LY_EMPTY));
	assert_non_null(
			ly_sdp_check_answer(text(SRTP PLAIN("2")), lync, text("1")));
	assert_non_null(ly_sdp_check_answer(
			text(SRTP PLAIN("1") PLAIN("2")), lync, text("1")));
	assert_non_null(
			ly_sdp_check_answer(text(SRTP PLAIN("11")), lync, text("1")));
	/* The rest is looked at as in an offer. */
	assert_non_null(ly_sdp_check_answer(text(SRTP), lync, text("1")));
	assert_non_null(ly_sdp_check_answer(text(RTP PLAIN("1")), lync, text("1")));
	assert_null(ly_sdp_check_answer(text(RTP), gateway, LY_EMPTY));
	assert_non_null(
			ly_sdp_check_answer(text(RTP PLAIN("1")), gateway, text("1")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(lines), TEST(key_lines),
			TEST(one_key_line), TEST(only_what_the_rules_name_goes),
			TEST(twice_is_once), TEST(nothing_of_lync_is_left),
			TEST(more_lines_than_edits), TEST(what_a_profile_takes),
			TEST(the_two_sides_differ), TEST(right_stays_right),
			TEST(the_tag_of_an_answer)};

	return cmocka_run_group_tests_name("sdp", tests, NULL, NULL);
}
