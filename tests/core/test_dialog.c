/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests inside a dialog: what the token in the Request-URI brings back, and who may not use one. */
#include "calls.h"

#include <stdio.h>
#include <string.h>

#include "lync/lync_script.h"

/* Leaves the token that the gateway got in the INVITE. */
static void call_gateway(void)
{
	sip_msg_t *msg = core_call_to_gateway();

	core_rtpengine_says(msg, "gateway-sdp");
	core_write(msg);
	assert_true(strlen(core_token) > 60);
}

static void bye_of_the_called_gateway(void **state)
{
	sip_msg_t *msg;

	call_gateway();
	msg = core_receive("gateway-bye", &FROM_GW1);
	assert_int_equal(core_run(msg, "lync_accept"), LYNC_IN_DIALOG);
	core_assert_goes_to(msg, "sip:127.0.77.11:5068;transport=tcp", 5068);
	assert_string_equal(core_get(msg, "$lync(peer)"), "gw1");
	assert_string_equal(
			core_get(msg, "$lync(server)"), "med01.contoso.example");
	assert_string_equal(core_get(msg, "$lync(trunk)"), "hq-tcp");
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_sent(msg, "sent-bye-to-lync");
}

static void bye_of_the_calling_server(void **state)
{
	sip_msg_t *msg;

	core_call_sent("lync-invite", &FROM_MED01, "gateway-sdp");
	msg = core_reply("gateway-200", &FROM_GW1);
	core_rtpengine_says(msg, "lync-sdp");
	core_write(msg);

	/* another of the pool may go on */
	msg = core_receive("lync-bye", &FROM_MED02);
	assert_int_equal(core_run(msg, "lync_accept"), LYNC_IN_DIALOG);
	core_assert_goes_to(msg, "sip:127.0.77.21:5060", 5060);
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_sent(msg, "sent-bye-to-gateway");
}

/* The Contact of the 180 names med02, though med01 was called: there the dialog goes on. */
static void ack_to_another_server_of_the_pool(void **state)
{
	sip_msg_t *msg;

	core_call_sent("gateway-invite", &FROM_GW1, "lync-sdp");
	msg = core_reply("lync-180", &FROM_MED01);
	core_write(msg);

	msg = core_receive("gateway-ack", &FROM_GW1);
	assert_int_equal(core_run(msg, "lync_accept"), LYNC_IN_DIALOG);
	core_assert_goes_to(msg, "sip:127.0.77.12:5068;transport=tcp", 5068);
	assert_int_equal(core_run(msg, "lync_write"), 1);
	core_assert_sent(msg, "sent-ack-to-lync");
}

static int accept_bye(const core_arrival_t *from)
{
	return core_run(core_receive("gateway-bye", from), "lync_accept");
}

/* One character after the other: none may be changed. Not the last: its low bits may be padding of the encoding. */
static void a_forged_token(void **state)
{
	size_t len;

	call_gateway();
	len = strlen(core_token);
	assert_int_equal(accept_bye(&FROM_GW1), LYNC_IN_DIALOG);
	for(size_t i = 0; i < len; i++) {
		char genuine = core_token[i];

		core_token[i] = genuine == 'A' ? 'Q' : 'A';
		assert_int_equal(accept_bye(&FROM_GW1), LYNC_NO_DIALOG);
		core_token[i] = genuine;
	}
	core_token[len - 1] = '\0';
	assert_int_equal(accept_bye(&FROM_GW1), LYNC_NO_DIALOG);
	core_token[0] = '\0';
	assert_int_equal(accept_bye(&FROM_GW1), LYNC_NO_DIALOG);
}

/* A token of one call is worth nothing in another. */
static void a_token_of_another_call(void **state)
{
	char text[4096];
	const char *bye, *id;

	call_gateway();
	bye = core_file("gateway-bye");
	id = strstr(bye, "Call-ID: ") + 9;
	snprintf(text, sizeof(text), "%.*sanother%s", (int)(id - bye), bye, id);
	assert_int_equal(
			core_run(core_receive_text(text, &FROM_GW1), "lync_accept"),
			LYNC_NO_DIALOG);
}

/* Nor in another dialog of the call, such as that of another fork: the tags say which one it is. */
static void a_token_with_the_tag_of_another_dialog(void **state)
{
	char *bye, *tag;

	call_gateway();
	bye = (char *)core_file("gateway-bye");
	tag = strstr(strstr(bye, "\nTo: "), ";tag=") + 5;
	tag[10] = tag[10] == 'A' ? 'Q' : 'A';
	assert_int_equal(core_run(core_receive_text(bye, &FROM_GW1), "lync_accept"),
			LYNC_NO_DIALOG);
}

static void a_token_of_the_other_side(void **state)
{
	call_gateway();
	assert_int_equal(
			core_run(core_receive("lync-bye", &FROM_MED01), "lync_accept"),
			LYNC_NO_DIALOG);
}

static void a_genuine_token_in_a_strangers_hand(void **state)
{
	static const core_arrival_t stranger = {
			"127.0.77.99", 5060, "127.0.77.2", 5060, PROTO_UDP};

	call_gateway();
	assert_int_equal(accept_bye(&stranger), LYNC_UNKNOWN);
}

static void no_token_at_all(void **state)
{
	sip_msg_t *msg = core_receive("stranger-bye", &FROM_GW1);

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NO_DIALOG);
	assert_int_equal(msg->dst_uri.len, 0);
	assert_int_equal(core_run(msg, "lync_select"), -1);
	assert_int_equal(core_run(msg, "lync_write"), -1);
}

int core_dialog_tests(void)
{
	const struct CMUnitTest tests[] = {
			CORE_TEST(bye_of_the_called_gateway),
			CORE_TEST_WITH_TRANSACTION(bye_of_the_calling_server),
			CORE_TEST_WITH_TRANSACTION(ack_to_another_server_of_the_pool),
			CORE_TEST(a_forged_token),
			CORE_TEST(a_token_of_another_call),
			CORE_TEST(a_token_with_the_tag_of_another_dialog),
			CORE_TEST(a_token_of_the_other_side),
			CORE_TEST(a_genuine_token_in_a_strangers_hand),
			CORE_TEST(no_token_at_all),
	};

	return cmocka_run_group_tests_name("dialog", tests, NULL, NULL);
}
