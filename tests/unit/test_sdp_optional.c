/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Offers of Lync with SRTPMode Optional. */
#include "text_helpers.h"

#include "liblync/sdp.h"

#define KEY "inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|2^31"
#define CRYPTO "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " KEY "\r\n"

static const struct
{
	const char *sdp, *meant;
	bool srtp;
} cases[] = {
		{"m=audio 1 RTP/AVP 8\r\n" CRYPTO CRYPTO,
				"m=audio 1 RTP/SAVP 8\r\n" CRYPTO CRYPTO, true},
		{"m=audio 1 RTP/SAVP 8\r\n" CRYPTO, "m=audio 1 RTP/SAVP 8\r\n" CRYPTO,
				true},
		{"m=audio 1 RTP/AVP 8\r\na=sendrecv\r\n",
				"m=audio 1 RTP/AVP 8\r\na=sendrecv\r\n", false},
		/* the key of another stream */
		{"m=audio 1 RTP/AVP 8\r\nm=video 2 RTP/AVP 9\r\n" CRYPTO,
				"m=audio 1 RTP/AVP 8\r\nm=video 2 RTP/AVP 9\r\n" CRYPTO, false},
		/* before any stream; no key line at all */
		{CRYPTO "m=audio 1 RTP/AVP 8\r\na=crypto:x\r\n",
				CRYPTO "m=audio 1 RTP/AVP 8\r\na=crypto:x\r\n", false},
		{"m=audio\r\n" CRYPTO "", "m=audio\r\n" CRYPTO, false},
		{"", "", false},
};

static void what_an_optional_offer_means(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ly_slice_t sdp = ly_cstr(cases[i].sdp);
		char none[1], meant[1000];
		ly_buf_t out = ly_buf(meant, sizeof(meant));
		ly_edits_t edits;

		ly_edits_begin(&edits, sdp, none, sizeof(none));
		assert_int_equal(ly_sdp_mean_srtp(sdp, &edits), cases[i].srtp);
		assert_true(ly_edits_finish(&edits));
		assert_true(ly_edits_apply(&edits, &out));
		assert_true(ly_eq(ly_buf_slice(&out), ly_cstr(cases[i].meant)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(what_an_optional_offer_means)};

	return cmocka_run_group_tests_name("sdp_optional", tests, NULL, NULL);
}
