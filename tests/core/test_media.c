/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SDP on its way to rtpengine and back: what rtpengine is told, and what must not pass. */
#include "calls.h"

#include <stdio.h>
#include <string.h>

#include "ng.h"

#define MUST_NOT_PASS -2
#define NO_MEDIA -3

static void sdp_for_rtpengine_is_normalised(void **state)
{
	const char *sdp;

	core_rtpengine_says(core_call_to_gateway(), "gateway-sdp");
	sdp = core_ng_heard("offer", "sdp");
	core_assert_contains(sdp, "m=audio 51470 RTP/AVP 101 0 8\r\n");
	core_assert_contains(sdp, "a=rtcp:51471\r\n");
	assert_null(strstr(sdp, "b=CT"));
	assert_null(strstr(sdp, "a=label"));
	assert_null(strstr(sdp, "x-bypassid"));
	assert_null(strstr(sdp, "candidate"));
	assert_null(strstr(sdp, "maxptime"));
}

/* The gateway's INVITE with these media instead of its own. */
static void invite_with(char *text, size_t size, const char *media)
{
	static const char session[] = "v=0\r\nc=IN IP4 198.51.100.10\r\n";
	const char *headers = core_file("gateway-invite");
	const char *length = strstr(headers, "Content-Length:");

	snprintf(text, size, "%.*sContent-Length: %zu\r\n\r\n%s%s",
			(int)(length - headers), headers, strlen(session) + strlen(media),
			session, media);
}

/* Lync's keys must not reach a side that carries plain RTP, nor plain RTP one that wants keys. */
static void sdp_against_the_policy_of_its_sender(void **state)
{
	static const char *const refused[] = {
			"m=audio 20000 RTP/SAVP 8\r\n",
			"m=audio 20000 RTP/AVP 8\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 "
			"inline:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA|2^31\r\n",
			"m=audio 20000 UDP/TLS/RTP/SAVP 8\r\n",
			"m=audio 20000 RTP/AVP\r\n",
	};

	for(unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		char text[2000];
		sip_msg_t *msg;

		invite_with(text, sizeof(text), refused[i]);
		msg = core_receive_text(text, &FROM_GW1);
		assert_int_equal(core_run(msg, "lync_accept"), 1);
		assert_int_equal(core_run(msg, "lync_select"), 1);
		core_ng_says(core_file("lync-sdp"));
		assert_int_equal(core_run(msg, "lync_media"), MUST_NOT_PASS);
		assert_int_equal(core_run(msg, "lync_write"), -1);
		assert_null(msg->body_lumps);
	}
}

/* The message ends in the middle of a line: not a byte behind it is looked at. */
static void sdp_without_a_line_end(void **state)
{
	char text[2000];
	sip_msg_t *msg;

	invite_with(text, sizeof(text),
			"m=audio 20000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000");
	msg = core_receive_text(text, &FROM_GW1);
	assert_int_equal(core_run(msg, "lync_accept"), 1);
	assert_int_equal(core_run(msg, "lync_select"), 1);
	core_rtpengine_says(msg, "lync-sdp");
	core_assert_contains(
			core_ng_heard("offer", "sdp"), "a=rtpmap:101 telephone-event/8000");
}

static void other_bodies_are_no_sdp(void **state)
{
	sip_msg_t *msg = core_receive("options", &FROM_MED01);

	assert_int_equal(core_run(msg, "lync_accept"), 1);
	assert_int_equal(core_run(msg, "lync_media"), -1);
}

/* Sent as it came, the SDP would show the sender's address, and its keys. */
static void nothing_passes_without_rtpengine(void **state)
{
	sip_msg_t *msg = core_call_to_gateway();

	assert_int_equal(core_run(msg, "lync_write"), -1);
	assert_null(msg->body_lumps);
	assert_null(msg->add_rm);
	core_ng_says(NULL); /* it refuses */
	assert_int_equal(core_run(msg, "lync_media"), NO_MEDIA);
	core_ng_says(""); /* … or has nothing to say */
	assert_int_equal(core_run(msg, "lync_media"), NO_MEDIA);
	assert_int_equal(core_run(msg, "lync_write"), -1);
	assert_null(msg->body_lumps);
	assert_null(msg->add_rm);
}

/* Two calls in one worker: what rtpengine said of the first is forgotten when the second comes. */
static void the_answer_of_another_call_is_forgotten(void **state)
{
	sip_msg_t *msg = core_call_to_gateway();

	core_rtpengine_says(msg, "gateway-sdp");
	msg = core_call_to_gateway();
	assert_int_equal(core_run(msg, "lync_write"), -1);
}

static void what_rtpengine_made_is_checked(void **state)
{
	sip_msg_t *msg = core_call_to_lync_over_tls();

	core_rtpengine_says(msg, "lync-sdp"); /* RTP where SRTP is required */
	assert_int_equal(core_run(msg, "lync_write"), -1);
	msg = core_call_to_gateway();
	core_rtpengine_says(msg, "lync-sdp-srtp"); /* keys for a gateway */
	assert_int_equal(core_run(msg, "lync_write"), -1);
	assert_null(msg->body_lumps);
}

static void assert_begins(const char *text, const char *beginning)
{
	if(strncmp(text, beginning, strlen(beginning)) != 0)
		fail_msg("'%s' does not begin with '%s'", text, beginning);
}

static void an_offer_says_both_sides(void **state)
{
	const char *flags;

	core_rtpengine_says(core_call_to_lync_over_tls(), "lync-sdp-srtp");
	assert_string_equal(core_ng_heard("offer", "from-tag"), "pstn");
	assert_string_equal(core_ng_heard("offer", "to-tag"), "");
	flags = core_ng_heard("offer", "rtpp-flags");
	assert_begins(flags, "direction=pstn direction=lync RTP/SAVP ");
	core_assert_contains(flags, "SDES-only-AES_CM_128_HMAC_SHA1_80");
	core_assert_contains(flags, "ICE=remove");
	core_assert_contains(flags, "generate-RTCP");

	core_rtpengine_says(core_call_to_gateway(), "gateway-sdp");
	assert_string_equal(core_ng_heard("offer", "from-tag"), "lync");
	flags = core_ng_heard("offer", "rtpp-flags");
	assert_begins(flags, "direction=lync direction=pstn RTP/AVP ");
	assert_null(strstr(flags, "SDES-only"));
}

/* The answer goes to the side that made the offer: its tag comes first. */
static void an_answer_says_who_offered(void **state)
{
	core_call_sent("lync-invite", &FROM_MED01, "gateway-sdp");
	core_rtpengine_says(core_reply("gateway-200", &FROM_GW1), "lync-sdp");
	assert_string_equal(core_ng_heard("answer", "from-tag"), "lync");
	assert_string_equal(core_ng_heard("answer", "to-tag"), "pstn");
	assert_null(strstr(core_ng_heard("answer", "rtpp-flags"), "direction="));
}

/* In a dialog the sides keep their tags, whoever makes the offer. */
static void a_reinvite_has_both_tags(void **state)
{
	sip_msg_t *msg;

	core_call_sent("gateway-invite", &FROM_GW1, "lync-sdp");
	msg = core_receive("lync-reinvite", &FROM_MED02);
	assert_int_equal(core_run(msg, "lync_accept"), 2);
	core_rtpengine_says(msg, "gateway-sdp");
	assert_string_equal(core_ng_heard("offer", "from-tag"), "lync");
	assert_string_equal(core_ng_heard("offer", "to-tag"), "pstn");
	assert_begins(core_ng_heard("offer", "rtpp-flags"),
			"direction=lync direction=pstn RTP/AVP ");
}

/* By no tag: rtpengine deletes nothing where it does not know it, as where one side has said nothing yet. */
static void the_end_names_the_call(void **state)
{
	sip_msg_t *msg = core_call_to_gateway();

	core_rtpengine_says(msg, "gateway-sdp");
	core_write(msg);
	msg = core_receive("gateway-bye", &FROM_GW1);
	assert_int_equal(core_run(msg, "lync_media_end"), -1); /* of what call? */
	assert_int_equal(core_run(msg, "lync_accept"), 2);
	assert_int_equal(core_run(msg, "lync_media_end"), 1);
	assert_string_equal(core_ng_heard("delete", "from-tag"), "");
	assert_string_equal(core_ng_heard("delete", "call-id"),
			"7d3c0f52-1111-4222-8333-944455566677");
}

/* By the caller's Call-ID, whoever speaks: the callee has seen it sealed, and would hold another call of rtpengine's. */
static void one_name_of_the_call(void **state)
{
	sip_msg_t *msg;

	core_call_sent("gateway-invite", &FROM_GW1, "lync-sdp");
	assert_string_equal(
			core_ng_heard("offer", "call-id"), "gw-call-1@127.0.77.21");
	msg = core_receive("lync-reinvite", &FROM_MED02);
	assert_string_not_equal(core_get(msg, "$ci"), "gw-call-1@127.0.77.21");
	assert_int_equal(core_run(msg, "lync_accept"), 2);
	core_rtpengine_says(msg, "gateway-sdp");
	assert_string_equal(
			core_ng_heard("offer", "call-id"), "gw-call-1@127.0.77.21");
	assert_string_equal(core_get(msg, "$ci"), "gw-call-1@127.0.77.21");
}

/* It is sealed in what each side gets, so that the next message of the call finds it, whoever makes the offer. */
static void a_call_has_its_media_node(void **state)
{
	sip_msg_t *msg = core_call_to_gateway();

	core_rtpengine_says(msg, "gateway-sdp");
	assert_string_equal(core_get(msg, "$lync(media)"), "1");
	core_write(msg);
	assert_int_equal(core_token[0], '1');
	msg = core_receive("gateway-bye", &FROM_GW1);
	assert_int_equal(core_run(msg, "lync_accept"), 2);
	assert_string_equal(core_get(msg, "$lync(media)"), "1");

	msg = core_receive("gateway-invite-no-sdp", &FROM_GW1);
	assert_int_equal(core_run(msg, "lync_accept"), 1);
	assert_int_equal(core_run(msg, "lync_select"), 1);
	assert_int_equal(core_run(msg, "lync_media"), -1);
	assert_string_equal(core_get(msg, "$lync(media)"), "1");
	core_write(msg);
	assert_int_equal(core_token[0], '1');
}

int core_media_tests(void)
{
	const struct CMUnitTest tests[] = {
			CORE_TEST(sdp_for_rtpengine_is_normalised),
			CORE_TEST(sdp_against_the_policy_of_its_sender),
			CORE_TEST(sdp_without_a_line_end),
			CORE_TEST(other_bodies_are_no_sdp),
			CORE_TEST(nothing_passes_without_rtpengine),
			CORE_TEST(the_answer_of_another_call_is_forgotten),
			CORE_TEST(what_rtpengine_made_is_checked),
			CORE_TEST(an_offer_says_both_sides),
			CORE_TEST_WITH_TRANSACTION(an_answer_says_who_offered),
			CORE_TEST_WITH_TRANSACTION(a_reinvite_has_both_tags),
			CORE_TEST(the_end_names_the_call),
			CORE_TEST_WITH_TRANSACTION(one_name_of_the_call),
			CORE_TEST(a_call_has_its_media_node),
	};

	return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
