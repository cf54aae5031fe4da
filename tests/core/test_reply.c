/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies: to whose call they belong, and the bytes that leave. */
#include "calls.h"

#include <string.h>

static void answer_to_lync(void **state)
{
	sip_msg_t *msg;

	core_call_sent("lync-invite", &FROM_MED01, "gateway-sdp");
	msg = core_reply("gateway-200", &FROM_GW1);
	assert_string_equal(core_get(msg, "$lync(side)"), "pstn");
	assert_string_equal(core_get(msg, "$lync(peer)"), "gw1");
	core_rtpengine_says(msg, "lync-sdp");
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_sent(msg, "sent-200-to-lync");
}

static void ringing_to_gateway(void **state)
{
	sip_msg_t *msg;

	core_call_sent("gateway-invite", &FROM_GW1, "lync-sdp");
	msg = core_reply("lync-180", &FROM_MED01);
	assert_int_equal(core_run(msg, "lync_media"), -1);
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_sent(msg, "sent-180-to-gateway");
}

/* A redirection is the SBC's business: the address in it stays on its side. */
static void redirection_without_its_contact(void **state)
{
	sip_msg_t *msg;

	core_call_sent("lync-invite", &FROM_MED01, "gateway-sdp");
	msg = core_reply("gateway-302", &FROM_GW1);
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_sent(msg, "sent-302-to-lync");
}

static void reply_without_a_call(void **state)
{
	sip_msg_t *msg = core_receive("gateway-200", &FROM_GW1);

	assert_int_equal(core_run(msg, "lync_reply"), -1);
	assert_string_equal(core_get(msg, "$lync(trunk)"), "");
	assert_int_equal(core_run(msg, "lync_write"), -1);
}

/* Leaves what stands in our Via of the INVITE; no transaction is there, as on another node. */
static void call_gateway(void)
{
	sip_msg_t *msg = core_call_to_gateway();

	core_rtpengine_says(msg, "gateway-sdp");
	core_write(msg);
}

static void reply_without_its_transaction(void **state)
{
	const char *sent;
	sip_msg_t *msg;

	call_gateway();
	msg = core_reply("gateway-200", &FROM_GW1);
	assert_string_equal(core_get(msg, "$lync(trunk)"), "hq-tcp");
	assert_string_equal(
			core_get(msg, "$lync(server)"), "med01.contoso.example");
	assert_string_equal(core_get(msg, "$lync(target)"), "gw1");
	assert_string_equal(core_get(msg, "$lync(offerer)"), "request");
	core_rtpengine_says(msg, "lync-sdp");
	assert_int_equal(core_run(msg, "lync_write"), 1);
	sent = core_sent(msg);
	core_assert_contains(sent,
			"SIP/2.0 200 OK\nVia: SIP/2.0/TCP "
			"127.0.77.11:49152;branch=z9hG4bK1a2b3c4d\nFrom: \"Ada Example\" "
			"<sip:+498912345678;ext=678@contoso.example;user=phone>;epid="
			"0A1B2C3D4E;tag=4c0ffee01a\nTo: "
			"<sip:+4930123456@sbc1.example.net;user=phone>;tag=TAG\n");
	core_assert_contains(sent, "\nCSeq: 412007 INVITE\n");
}

static int reply_with_its_via_changed(int letter)
{
	char *text = (char *)core_file("gateway-200"),
		 *at = strstr(text, ";lt=") + 4 + letter;

	*at = *at == 'A' ? 'Q' : 'A';
	return core_run(core_receive_text(text, &FROM_GW1), "lync_reply");
}

/* It goes nowhere. */
static void reply_with_a_forged_via(void **state)
{
	call_gateway();
	for(int i = 0; i < 60; i++)
		assert_int_equal(reply_with_its_via_changed(i), -1);
	/* the side that asked does not answer itself */
	assert_int_equal(
			core_run(core_receive("gateway-200", &FROM_MED01), "lync_reply"),
			-1);
	assert_int_equal(
			core_run(core_receive("gateway-200", &FROM_GW1), "lync_reply"), 1);
}

/* What lync_select() decided is kept with the transaction, whatever messages the worker had in between. */
static void the_call_is_kept_with_the_transaction(void **state)
{
	sip_msg_t *msg;

	core_call_with_transaction("lync-invite", &FROM_MED02);
	core_run(core_receive("gateway-invite", &FROM_GW2), "lync_accept");
	msg = core_receive("gateway-200", &FROM_GW1);
	assert_string_equal(core_get(msg, "$lync(trunk)"), "");
	assert_int_equal(core_run(msg, "lync_reply"), 1);
	assert_string_equal(core_get(msg, "$lync(trunk)"), "hq-tcp");
	assert_string_equal(
			core_get(msg, "$lync(server)"), "med02.contoso.example");
	assert_string_equal(core_get(msg, "$lync(target)"), "gw1");
	assert_string_equal(core_get(msg, "$lync(offerer)"), "request");
}

static void unreadable_reply(void **state)
{
	sip_msg_t *msg;

	core_call_with_transaction("lync-invite", &FROM_MED01);
	msg = core_receive_text(
			"SIP/2.0 200 OK\r\n"
			"Via: SIP/2.0/UDP 127.0.77.2;branch=z9hG4bKsbc.0\r\n"
			"no colon\r\n\r\n",
			&FROM_GW1);
	assert_int_equal(core_run(msg, "lync_readable"), -1);
	assert_int_equal(core_run(msg, "lync_reply"), -1);
}

int core_reply_tests(void)
{
	const struct CMUnitTest tests[] = {
			CORE_TEST_WITH_TRANSACTION(answer_to_lync),
			CORE_TEST_WITH_TRANSACTION(ringing_to_gateway),
			CORE_TEST_WITH_TRANSACTION(redirection_without_its_contact),
			CORE_TEST(reply_without_a_call),
			CORE_TEST(reply_without_its_transaction),
			CORE_TEST(reply_with_a_forged_via),
			CORE_TEST_WITH_TRANSACTION(the_call_is_kept_with_the_transaction),
			CORE_TEST_WITH_TRANSACTION(unreadable_reply),
	};

	return cmocka_run_group_tests_name("reply", tests, NULL, NULL);
}
