/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync_accept() outside dialogs: who is who. */
#include "core.h"

#include <stdio.h>
#include <string.h>

#include "lync/lync_script.h"

static void a_mediation_server(void **state)
{
	sip_msg_t *msg = core_receive("lync-invite", &FROM_MED02);

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NEW);
	assert_string_equal(core_get(msg, "$lync(side)"), "lync");
	assert_string_equal(core_get(msg, "$lync(peer)"), "med02.contoso.example");
	assert_string_equal(
			core_get(msg, "$lync(server)"), "med02.contoso.example");
	assert_string_equal(core_get(msg, "$lync(trunk)"), "hq-tcp");
	assert_string_equal(core_get(msg, "$lync(target)"), "");
	assert_string_equal(core_get(msg, "$lync(offerer)"), "request");
}

static void a_gateway(void **state)
{
	sip_msg_t *msg = core_receive("gateway-invite", &FROM_GW1);

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NEW);
	assert_string_equal(core_get(msg, "$lync(side)"), "pstn");
	assert_string_equal(core_get(msg, "$lync(peer)"), "gw1");
	assert_string_equal(core_get(msg, "$lync(trunk)"), "");
}

static void an_offer_that_comes_later(void **state)
{
	sip_msg_t *msg = core_receive("options", &FROM_MED01);

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NEW);
	assert_string_equal(core_get(msg, "$lync(offerer)"), "reply");
}

static void nobody_the_plan_knows(void **state)
{
	static const core_arrival_t strangers[] = {
			{"127.0.77.99", 5060, "127.0.77.2", 5060, PROTO_UDP},
			/* a gateway on the side of Lync, a server on that of the gateways */
			{"127.0.77.21", 5060, "127.0.77.1", 5068, PROTO_TCP},
			{"127.0.77.11", 5060, "127.0.77.2", 5060, PROTO_UDP},
			/* right port, other transport */
			{"127.0.77.11", 5060, "127.0.77.1", 5067, PROTO_TCP},
			{"127.0.77.21", 5060, "127.0.77.2", 5060, PROTO_TCP},
			/* TLS, but there is no connection with a certificate */
			{"127.0.77.11", 5060, "127.0.77.1", 5067, PROTO_TLS},
	};

	for(unsigned i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		sip_msg_t *msg = core_receive("gateway-invite", &strangers[i]);
		assert_int_equal(core_run(msg, "lync_accept"), LYNC_UNKNOWN);
		assert_string_equal(core_get(msg, "$lync(peer)"), "");
		assert_int_equal(core_run(msg, "lync_select"), -1);
		assert_int_equal(core_run(msg, "lync_next"), -1);
		assert_int_equal(core_run(msg, "lync_write"), -1);
	}
}

/* The core finds its Via and is content; what stands behind it is found here. */
static void what_cannot_be_read(void **state)
{
	static const char request[] =
			"OPTIONS sip:127.0.77.2 SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 127.0.77.21:5060;branch=z9hG4bKx\r\n";
	static char many[20000];
	size_t len = (size_t)sprintf(many, "%s", request);

	for(int i = 0; i < 200; i++)
		len += (size_t)sprintf(many + len, "X-Header: %d\r\n", i);
	sprintf(many + len, "\r\n");
	assert_int_equal(
			core_run(core_receive_text(many, &FROM_GW1), "lync_accept"),
			LYNC_UNREADABLE);

	sprintf(many, "%sno colon\r\n\r\n", request);
	assert_int_equal(
			core_run(core_receive_text(many, &FROM_GW1), "lync_accept"),
			LYNC_UNREADABLE);

	sprintf(many, "%sNo-End: 1\r\n", request);
	assert_int_equal(
			core_run(core_receive_text(many, &FROM_GW1), "lync_accept"),
			LYNC_UNREADABLE);
}

static void a_uri_of_another_scheme(void **state)
{
	char text[2000];

	snprintf(text, sizeof(text), "INVITE urn:service:sos SIP/2.0%s",
			strstr(core_file("gateway-invite-no-sdp"), "\r\n"));
	assert_int_equal(
			core_run(core_receive_text(text, &FROM_GW1), "lync_accept"),
			LYNC_FOREIGN);
}

/* Whatever a script makes of the refusal. */
static void what_cannot_be_read_goes_nowhere(void **state)
{
	static const char *const functions[] = {
			"lync_select", "lync_next", "lync_media", "lync_write"};
	sip_msg_t *msg = core_receive_text("OPTIONS sip:127.0.77.2 SIP/2.0\r\n"
									   "Via: SIP/2.0/UDP 127.0.77.21\r\n"
									   "garbage\r\n\r\n",
			&FROM_GW1);

	core_run(msg, "lync_accept");
	for(unsigned i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		assert_int_equal(core_run(msg, functions[i]), -1);
	assert_string_equal(core_get(msg, "$lync(side)"), "");
}

static void strangers_garbage_is_a_strangers(void **state)
{
	core_arrival_t stranger = FROM_GW1;
	sip_msg_t *msg = core_receive_text("OPTIONS sip:127.0.77.2 SIP/2.0\r\n"
									   "Via: SIP/2.0/UDP 127.0.77.99\r\n"
									   "garbage\r\n\r\n",
			&stranger);

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_UNREADABLE);
	stranger.source = "127.0.77.99";
	msg = core_receive_text("OPTIONS sip:127.0.77.2 SIP/2.0\r\n"
							"Via: SIP/2.0/UDP 127.0.77.99\r\n"
							"garbage\r\n\r\n",
			&stranger);
	assert_int_equal(core_run(msg, "lync_accept"), LYNC_UNKNOWN);
}

static void select_follows_the_tiers(void **state)
{
	sip_msg_t *msg = core_receive("lync-invite", &FROM_MED01);

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NEW);
	assert_int_equal(core_run(msg, "lync_select"), 1);
	assert_string_equal(core_get(msg, "$lync(target)"), "gw1");
	core_assert_goes_to(msg, "sip:127.0.77.21:5060", 5060);
	assert_int_equal(core_run(msg, "lync_next"), 1);
	assert_string_equal(core_get(msg, "$lync(target)"), "gw2");
	core_assert_goes_to(msg, "sip:127.0.77.22:5060", 5060);
	assert_int_equal(core_run(msg, "lync_next"), -1);
}

static void select_takes_the_servers_of_the_pool(void **state)
{
	sip_msg_t *msg = core_receive("gateway-invite", &FROM_GW1);

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NEW);
	assert_int_equal(core_run(msg, "lync_select"), 1);
	assert_string_equal(
			core_get(msg, "$lync(server)"), "med01.contoso.example");
	core_assert_goes_to(msg, "sip:127.0.77.11:5068;transport=tcp", 5068);
	assert_int_equal(core_run(msg, "lync_next"), 1);
	assert_string_equal(
			core_get(msg, "$lync(server)"), "med02.contoso.example");
	core_assert_goes_to(msg, "sip:127.0.77.12:5068;transport=tcp", 5068);
	assert_int_equal(core_run(msg, "lync_next"), -1);
}

/* A failure route runs in another process perhaps, on a copy of the request: the transaction alone knows the call. */
static void next_knows_what_was_tried(void **state)
{
	sip_msg_t *msg = core_receive("lync-invite", &FROM_MED01), *copy;

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NEW);
	assert_int_equal(core_run(msg, "lync_select"), 1);
	core_run(core_receive("options", &FROM_GW1), "lync_accept");
	copy = core_receive_failed("lync-invite", &FROM_MED01);
	assert_int_equal(core_run(copy, "lync_next"), 1);
	assert_string_equal(core_get(copy, "$lync(target)"), "gw2");
	assert_string_equal(core_get(copy, "$lync(trunk)"), "hq-tcp");
	core_assert_goes_to(copy, "sip:127.0.77.22:5060", 5060);
}

static void nobody_to_send_to(void **state)
{
	static const core_arrival_t from_gw3 = {
			"127.0.77.23", 5060, "127.0.77.2", 5060, PROTO_UDP};
	sip_msg_t *msg = core_receive("gateway-invite", &from_gw3);

	assert_int_equal(core_run(msg, "lync_accept"), LYNC_NEW);
	assert_int_equal(core_run(msg, "lync_select"), -1);
	assert_int_equal(msg->dst_uri.len, 0);
}

static void functions_in_the_wrong_place(void **state)
{
	sip_msg_t *msg = core_receive("lync-invite", &FROM_MED01);

	assert_int_equal(core_run(msg, "lync_select"), -1);
	assert_int_equal(core_run(msg, "lync_next"), -1);
	assert_int_equal(core_run(msg, "lync_media"), -1);
	assert_int_equal(core_run(msg, "lync_write"), -1);
	assert_string_equal(core_get(msg, "$lync(side)"), "");
}

static void a_variable_that_there_is_not(void **state)
{
	str name = str_init("$lync(nonsense)");

	assert_null(pv_cache_get(&name));
}

int core_accept_tests(void)
{
	const struct CMUnitTest tests[] = {
			CORE_TEST(a_mediation_server),
			CORE_TEST(a_gateway),
			CORE_TEST(an_offer_that_comes_later),
			CORE_TEST(nobody_the_plan_knows),
			CORE_TEST(what_cannot_be_read),
			CORE_TEST(a_uri_of_another_scheme),
			CORE_TEST(what_cannot_be_read_goes_nowhere),
			CORE_TEST(strangers_garbage_is_a_strangers),
			CORE_TEST(select_follows_the_tiers),
			CORE_TEST(select_takes_the_servers_of_the_pool),
			CORE_TEST(next_knows_what_was_tried),
			CORE_TEST(nobody_to_send_to),
			CORE_TEST(functions_in_the_wrong_place),
			CORE_TEST(a_variable_that_there_is_not),
	};

	return cmocka_run_group_tests_name("accept", tests, NULL, NULL);
}
