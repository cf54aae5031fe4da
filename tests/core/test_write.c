/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync_write() of requests that make a call: the bytes that leave. */
#include "calls.h"

#include <stdio.h>
#include <string.h>

static void invite_to_gateway(void **state)
{
	sip_msg_t *msg = core_call_to_gateway();

	core_rtpengine_says(msg, "gateway-sdp");
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_sent(msg, "sent-invite-to-gateway");
}

static void invite_to_lync(void **state)
{
	sip_msg_t *msg = core_call_to_lync();

	core_rtpengine_says(msg, "lync-sdp");
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_sent(msg, "sent-invite-to-lync");
}

static void invite_to_lync_over_tls(void **state)
{
	sip_msg_t *msg = core_call_to_lync_over_tls();

	core_assert_goes_to(msg, "sip:127.0.77.11:5067;transport=tls", 5067);
	core_rtpengine_says(msg, "lync-sdp-srtp");
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_sent(msg, "sent-invite-to-lync-srtp");
}

/* The core has the Request-URI in a field of its own; tm and the script's $ru must see the new one. */
static void request_uri_is_the_cores(void **state)
{
	sip_msg_t *msg = core_call_to_gateway();

	core_rtpengine_says(msg, "gateway-sdp");
	assert_int_equal(core_run(msg, "lync_write"), 1);
	assert_string_equal(core_get(msg, "$ru"),
			"sip:+4930123456@127.0.77.21:5060;user=phone");
	assert_string_equal(core_get(msg, "$rU"), "+4930123456");
}

/* As long as the body is on the wire; core_sent() took a CR off each line. */
static unsigned wire_length(const char *body)
{
	unsigned len = 0;

	for(; *body; body++)
		len += *body == '\n' ? 2 : 1;
	return len;
}

/* A body that is shorter than the one that came, and one that is longer. */
static void content_length_follows_the_body(void **state)
{
	static const char *const bodies[] = {"gateway-sdp", "gateway-sdp-long"};

	for(int i = 0; i < 2; i++) {
		sip_msg_t *msg = core_call_to_gateway();
		const char *sent;
		char length[40];

		core_rtpengine_says(msg, bodies[i]);
		assert_int_equal(core_run(msg, "lync_write"), 1);
		sent = core_sent(msg);
		snprintf(length, sizeof(length), "\nCONTENT-LENGTH: %u\n",
				wire_length(strstr(sent, "\n\n") + 2));
		core_assert_contains(sent, length);
		core_assert_contains(sent, "\n\nv=0\no=- 1 1 IN IP4 198.51.100.1\n");
	}
}

static void a_request_without_body_keeps_none(void **state)
{
	sip_msg_t *msg = core_receive("gateway-invite-no-sdp", &FROM_GW1);

	assert_int_equal(core_run(msg, "lync_accept"), 1);
	assert_int_equal(core_run(msg, "lync_select"), 1);
	assert_int_equal(core_run(msg, "lync_media"), -1);
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_contains(
			core_sent(msg), "\nContent-Length: 0\nSession-Expires: 1800\n\n");
}

/* Each try of a call has its own lumps in tm, made from the message as it came. Here the core shows both in one. */
static void second_target_is_written_for_itself(void **state)
{
	sip_msg_t *msg = core_call_to_gateway(), *copy;

	core_rtpengine_says(msg, "gateway-sdp");
	assert_int_equal(core_run(msg, "lync_write"), 1);
	copy = core_receive_failed("lync-invite", &FROM_MED01);
	assert_int_equal(core_run(copy, "lync_next"), 1);
	core_rtpengine_says(copy, "gateway-sdp");
	assert_int_equal(core_run(copy, "lync_write"), 1);
	/* gw2 writes numbers without '+' */
	core_assert_contains(core_sent(copy),
			"INVITE sip:4930123456@127.0.77.22:5060;user=phone SIP/2.0\n");
	core_assert_contains(core_sent(copy), "TO: <sip:4930123456@127.0.77.22;");
}

static void nothing_before_a_target_is_chosen(void **state)
{
	sip_msg_t *msg = core_receive("lync-invite", &FROM_MED01);

	assert_int_equal(core_run(msg, "lync_accept"), 1);
	assert_int_equal(core_run(msg, "lync_write"), -1);
	assert_null(msg->add_rm);
	assert_null(msg->body_lumps);
}

/* What would not fit into a token is refused, not cut. */
static void a_contact_too_long_to_be_kept(void **state)
{
	static char text[8192];
	const char *request = core_file("lync-invite");
	const char *contact = strstr(request, "ms-opaque=");
	sip_msg_t *msg;
	size_t len = (size_t)(contact - request);

	memcpy(text, request, len);
	memset(text + len, 'x', 2500);
	strcpy(text + len + 2500, contact);
	msg = core_receive_text(text, &FROM_MED01);
	assert_int_equal(core_run(msg, "lync_accept"), 1);
	assert_int_equal(core_run(msg, "lync_select"), 1);
	core_rtpengine_says(msg, "gateway-sdp");
	assert_int_equal(core_run(msg, "lync_write"), -1);
	assert_null(msg->add_rm);
}

int core_write_tests(void)
{
	const struct CMUnitTest tests[] = {
			CORE_TEST(invite_to_gateway),
			CORE_TEST(invite_to_lync),
			CORE_TEST(invite_to_lync_over_tls),
			CORE_TEST(request_uri_is_the_cores),
			CORE_TEST(content_length_follows_the_body),
			CORE_TEST(a_request_without_body_keeps_none),
			CORE_TEST(second_target_is_written_for_itself),
			CORE_TEST(nothing_before_a_target_is_chosen),
			CORE_TEST(a_contact_too_long_to_be_kept),
	};

	return cmocka_run_group_tests_name("write", tests, NULL, NULL);
}
