/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Media profiles, and the flags of each pair. What rtpengine makes of them: tests/scenarios/test_rtpengine_flags.py. */
#include "plan_helpers.h"

#include "liblync/media.h"

static const ly_media_profile_t *profile(const char *name)
{
	const ly_media_profile_t *p = ly_media_profile(ly_cstr(name));

	if(!p)
		fail_msg("no profile %s", name);
	return p;
}

static const char *flags(bool (*put)(const ly_media_profile_t *,
								 const ly_media_profile_t *, ly_buf_t *),
		const ly_media_profile_t *from, const ly_media_profile_t *to)
{
	static char text[LY_MEDIA_FLAGS + 1];
	ly_buf_t out = ly_buf(text, LY_MEDIA_FLAGS);

	assert_true(put(from, to, &out));
	text[out.len] = '\0';
	return text;
}

static const char *offer(const char *from, const char *to)
{
	return flags(ly_media_offer, profile(from), profile(to));
}

/* A word of the flags. */
static bool has(const char *text, const char *word)
{
	ly_slice_t rest = ly_cstr(text), w;

	while((w = ly_word(&rest)).len) {
		if(ly_eq(w, ly_cstr(word)))
			return true;
	}
	return false;
}

static unsigned count_of(const char *text, const char *beginning)
{
	ly_slice_t rest = ly_cstr(text), w;
	unsigned count = 0;

	while((w = ly_word(&rest)).len)
		count += ly_istarts(w, ly_cstr(beginning));
	return count;
}

#define KEY80 "SDES-only-AES_CM_128_HMAC_SHA1_80"

static const struct
{
	const char *from, *to;
	const char *has; /* words between blanks; what begins so is nowhere else */
	const char *lacks;
} offers[] = {
		{"lync-srtp-required", "gateway-rtp", "RTP/AVP", "codec- SDES OSRTP"},
		{"gateway-rtp", "lync-srtp-required", "RTP/SAVP SDES-lifetime " KEY80,
				"codec- OSRTP SDES-only-NONE"},
		{"gateway-rtp", "lync-srtp-optional",
				"RTP/AVP OSRTP-offer SDES-lifetime " KEY80, "codec- RTP/SAVP"},
		{"gateway-rtp", "lync-rtp", "RTP/AVP", "codec- SDES OSRTP"},
		{"lync-rtp", "gateway-srtp", "RTP/SAVP SDES-lifetime " KEY80, "codec-"},
		{"lync-srtp-required", "gateway-srtp",
				"RTP/SAVP SDES-lifetime SDES-only-NONE",
				"codec- SDES-only-AES"},
		{"gateway-srtp", "lync-srtp-optional",
				"RTP/AVP OSRTP-offer SDES-only-NONE", "codec- SDES-only-AES"},
		{"lync-srtp-required", "gateway-g729",
				"codec-mask-all codec-transcode-G729 "
				"codec-offer-telephone-event",
				"SDES codec-transcode-PCM codec-strip"},
		{"gateway-g729", "lync-srtp-required",
				"codec-mask-all codec-transcode-PCMU codec-transcode-PCMA "
				"codec-offer-telephone-event",
				"codec-transcode-G729 codec-transcode-CN"},
		{"lync-srtp-required", "gateway-inband-dtmf",
				"codec-consume-telephone-event", "codec-mask codec-transcode"},
		{"gateway-inband-dtmf", "lync-srtp-required",
				"codec-transcode-telephone-event", "codec-mask codec-consume"},
		{"gateway-inband-dtmf", "gateway-inband-dtmf", "", "codec-"},
		{"lync-srtp-required", "gateway-info-dtmf",
				"codec-consume-telephone-event inject-DTMF",
				"codec-mask codec-transcode"},
		{"gateway-info-dtmf", "lync-srtp-required",
				"codec-transcode-telephone-event inject-DTMF",
				"codec-mask codec-consume"},
		{"gateway-info-dtmf", "gateway-inband-dtmf", "inject-DTMF", "codec-"},
};

static void flags_of_a_pair(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		const char *text = offer(offers[i].from, offers[i].to);
		ly_slice_t words = ly_cstr(offers[i].has), w;
		char word[100];

		while((w = ly_word(&words)).len) {
			snprintf(word, sizeof(word), "%.*s", LY_FMT(w));
			if(!has(text, word))
				fail_msg("%s -> %s lacks %s: %s", offers[i].from, offers[i].to,
						word, text);
		}
		words = ly_cstr(offers[i].lacks);
		while((w = ly_word(&words)).len) {
			snprintf(word, sizeof(word), "%.*s", LY_FMT(w));
			if(count_of(text, word))
				fail_msg("%s -> %s has %s: %s", offers[i].from, offers[i].to,
						word, text);
		}
	}
}

static void every_offer_and_answer(void **state)
{
	const ly_media_profile_t *from, *to;

	(void)state;
	for(unsigned i = 0; (from = ly_media_shipped(i)); i++) {
		for(unsigned j = 0; (to = ly_media_shipped(j)); j++) {
			const char *text = flags(ly_media_offer, from, to);

			assert_int_equal(count_of(text, "RTP/"), 1);
			assert_int_equal(count_of(text, "SDES-only-"), to->srtp ? 1 : 0);
			assert_true(has(text, "strict-source"));
			assert_true(has(text, "generate-RTCP"));
			assert_true(has(text, "DTLS=off"));
			text = flags(ly_media_answer, from, to);
			assert_int_equal(count_of(text, "RTP/"), 0);
			assert_int_equal(has(text, "SDES-lifetime"), to->srtp ? 1 : 0);
			assert_int_equal(has(text, "inject-DTMF"),
					from->dtmf == LY_DTMF_INFO || to->dtmf == LY_DTMF_INFO);
			assert_int_equal(has(text, "single-codec"), to->side == LY_LYNC);
			assert_true(has(text, "strict-source"));
			assert_int_equal(
					ly_media_twice(from, to), from->srtp && to->srtp ? 1 : 0);
		}
	}
}

/* As it is needed twice in a call: first as if it were plain. */
static void a_key_of_its_own(void **state)
{
	const ly_media_profile_t *lync = profile("lync-srtp-required"),
							 *gateway = profile("gateway-srtp");

	(void)state;
	assert_true(has(flags(ly_media_offer, lync->plain, gateway), KEY80));
	assert_true(has(flags(ly_media_offer, lync, gateway), "SDES-only-NONE"));
	assert_string_equal(lync->plain->name.s, lync->name.s);
	assert_int_equal(lync->plain->srtp, LY_MEDIA_RTP);
	assert_ptr_equal(lync->plain->plain, lync->plain);
	assert_ptr_equal(profile("lync-rtp")->plain, profile("lync-rtp"));
	assert_int_equal(lync->plain->codecs, lync->codecs);
}

static void codecs_by_name(void **state)
{
	ly_slice_t names = ly_cstr(ly_media_codec_names()), all = names, word;
	ly_codec_set_t set, sum = 0;

	(void)state;
	while((word = ly_word(&names)).len) {
		word.len = ly_find(word, ',');
		assert_int_equal(ly_media_codecs(word, &set).len, 0);
		assert_true(set && !(set & sum));
		sum |= set;
		assert_int_equal(ly_media_speaks(set),
				!ly_eq(word, LY_LIT("CN"))
						&& !ly_eq(word, LY_LIT("telephone-event")));
	}
	assert_slice(ly_media_codecs(all, &set), "PCMU,");
	assert_slice(ly_media_codecs(LY_LIT(" PCMU  pcma G729"), &set), "pcma");
	assert_int_equal(ly_media_codecs(LY_EMPTY, &set).len, 0);
	assert_int_equal(set, 0);
}

/* Profiles of a plan's own, and what it says of them. */
static void profiles_of_a_plan(void **state)
{
	ly_finding_t finding = {0};
	ly_plan_t *plan = ly_plan_load(GOOD "profiles.xml", take, give, &finding);
	const ly_media_profile_t *lync, *wide, *opus;

	(void)state;
	if(!plan)
		fail_msg("%u: %s", finding.line, finding.text);
	lync = plan->trunks[0].media;
	wide = ly_plan_target(plan, LY_LIT("gw1"))->media;
	opus = ly_plan_target(plan, LY_LIT("gw2"))->media;
	assert_ptr_equal(ly_plan_target(plan, LY_LIT("gw3"))->media,
			profile("gateway-g729"));
	assert_int_equal(plan->profile_count, 4);
	assert_slice(lync->name, "a-law");
	assert_int_equal(lync->side, LY_LYNC);
	assert_int_equal(lync->srtp, LY_MEDIA_OPTIONAL);
	assert_int_equal(lync->plain->srtp, LY_MEDIA_RTP);
	assert_slice(lync->plain->codec_names, "PCMA");
	assert_int_equal(wide->side, LY_PSTN);
	assert_int_equal(wide->line, 26);
	assert_ptr_equal(wide->plain, wide);
	/* they share one: the others are not heard of, nothing is transcoded */
	assert_non_null(strstr(flags(ly_media_offer, wide, lync),
			" codec-strip-all codec-offer-PCMA codec-offer-telephone-event"));
	assert_non_null(strstr(flags(ly_media_offer, lync, wide),
			" codec-strip-all codec-offer-G722 codec-offer-PCMA "
			"codec-offer-telephone-event"));
	assert_non_null(strstr(flags(ly_media_offer, lync, opus),
			" codec-mask-all codec-transcode-opus "
			"codec-offer-telephone-event"));
	ly_plan_free(plan);
	assert_int_equal(live, 0);
}

static void no_room(void **state)
{
	char text[40];
	ly_buf_t out = ly_buf(text, sizeof(text));

	(void)state;
	assert_false(ly_media_offer(
			profile("gateway-rtp"), profile("lync-srtp-required"), &out));
	out = ly_buf(text, sizeof(text));
	assert_false(ly_media_answer(
			profile("gateway-rtp"), profile("lync-srtp-required"), &out));
}

/* What is shipped is what a plan could define: the same words in the same file (tools/profiles.py). */
static void the_files_say_the_same(void **state)
{
	const ly_media_profile_t *shipped;

	(void)state;
	for(unsigned i = 0; (shipped = ly_media_shipped(i)); i++) {
		char path[200];
		ly_slice_t example = file_bytes(EXAMPLE), own;
		char text[20000], *element;
		ly_finding_t finding = {0};
		ly_plan_t *plan;
		const ly_media_profile_t *p;

		snprintf(path, sizeof(path), "rtpengine-profiles/%.*s.xml",
				LY_FMT(shipped->name));
		own = file_bytes(path);
		element = strstr((char *)own.s, "name=\"");
		assert_non_null(element);
		element[6] = 'x'; /* a name of its own */
		snprintf(text, sizeof(text), "%.*s%s</lync-trunks>",
				(int)(strstr(example.s, "</lync-trunks>") - example.s),
				example.s, strstr(own.s, "<profile"));
		plan = parse(ly_cstr(text), &finding);
		if(!plan)
			fail_msg("%s: %u: %s", path, finding.line, finding.text);
		p = &plan->profiles[0];
		assert_int_equal(p->side, shipped->side);
		assert_int_equal(p->srtp, shipped->srtp);
		assert_int_equal(p->codecs, shipped->codecs);
		assert_int_equal(p->dtmf, shipped->dtmf);
		ly_plan_free(plan);
		free((void *)example.s);
		free((void *)own.s);
	}
	assert_int_equal(ly_media_profile(LY_LIT("gateway")) != NULL, false);
	assert_null(ly_media_profile(LY_EMPTY));
	assert_null(ly_media_shipped(8));
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(flags_of_a_pair),
			TEST(every_offer_and_answer), TEST(a_key_of_its_own),
			TEST(codecs_by_name), TEST(profiles_of_a_plan), TEST(no_room),
			TEST(the_files_say_the_same)};

	return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
