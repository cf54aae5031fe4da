/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Good plans: everything that they say is in the structures. */
#include "plan_helpers.h"

#include "liblync/dialect.h"
#include "liblync/media.h"

static ly_plan_t *load_good(const char *path)
{
	ly_finding_t finding = {0};
	ly_plan_t *plan = ly_plan_load(path, take, give, &finding);

	if(!plan)
		fail_msg("%s:%u: %s", path, finding.line, finding.text);
	return plan;
}

static const ly_peer_t *peer(const ly_plan_t *plan, const char *name)
{
	for(unsigned i = 0; i < plan->peer_count; i++)
		if(ly_eq(plan->peers[i].name, ly_cstr(name)))
			return &plan->peers[i];
	fail_msg("no peer %s", name);
	return NULL;
}

static void the_example_is_read(void **state)
{
	ly_plan_t *plan = load_good(EXAMPLE);
	const ly_trunk_t *trunk = &plan->trunks[0];

	(void)state;
	assert_int_equal(plan->node_count, 1);
	assert_int_equal(plan->nodes[0].listen_count, 2);
	assert_int_equal(plan->peer_count, 3);
	assert_slice(plan->peers[0].name, "med01.contoso.example");
	assert_slice(plan->peers[2].name, "gw1");
	assert_int_equal(plan->trunk_count, 1);
	assert_ptr_equal(trunk->pool, &plan->pools[0]);
	assert_ptr_equal(trunk->dialect, ly_dialect(LY_LIT("lync2013")));
	assert_ptr_equal(trunk->routes[0].target, &plan->peers[2]);
	assert_ptr_equal(plan->peers[2].routes[0].trunk, trunk);
	assert_ptr_equal(ly_plan_node(plan, LY_EMPTY), &plan->nodes[0]);
	assert_ptr_equal(ly_plan_node(plan, LY_LIT("sbc1")), &plan->nodes[0]);
	assert_null(ly_plan_node(plan, LY_LIT("sbc")));
	ly_plan_free(plan);
	assert_int_equal(live, 0);
}

static void check_nodes(const ly_plan_t *plan)
{
	const ly_node_t *node = &plan->nodes[0];

	assert_int_equal(plan->node_count, 2);
	assert_null(ly_plan_node(plan, LY_EMPTY));
	assert_ptr_equal(ly_plan_node(plan, LY_LIT("sbc2")), &plan->nodes[1]);
	assert_slice(node->fqdn, "sbc1.example.net");
	assert_int_equal(node->line, 44);
	assert_int_equal(node->state, LY_STATE_READY);
	assert_int_equal(plan->nodes[1].state, LY_STATE_DRAIN);
	assert_slice(node->side[LY_LYNC].address_text, "192.0.2.1");
	assert_int_equal(node->side[LY_LYNC].advertise.len, 0);
	assert_slice(node->side[LY_PSTN].advertise, "203.0.113.1");
	assert_int_equal(node->side[LY_PSTN].address.ip[0], 198);
	assert_slice(node->certificate.file, "/etc/lync-sbc/sbc1.pem");
	assert_slice(node->certificate.key, "/etc/lync-sbc/sbc1.key");
	assert_slice(node->certificate.ca, "/etc/lync-sbc/ca.pem");
	assert_int_equal(node->listen_count, 4);
	assert_int_equal(node->listens[0].tls_min, LY_TLS_1_0);
	assert_int_equal(node->listens[1].transport, LY_TCP);
	assert_int_equal(node->listens[1].tls_min, LY_TLS_1_2);
	assert_int_equal(node->listens[2].side, LY_PSTN);
	assert_int_equal(node->listens[2].tls_min, LY_TLS_1_3);
	assert_int_equal(node->listens[3].port, 5067);
	assert_int_equal(plan->nodes[1].side[LY_LYNC].address.family, 6);
}

static void check_peers(const ly_plan_t *plan)
{
	const ly_peer_t *server = peer(plan, "med01.contoso.example");
	const ly_peer_t *target = peer(plan, "gw1");

	/* Servers in the order of the file, then targets. */
	assert_int_equal(plan->peer_count, 6);
	assert_slice(plan->peers[0].name, "dr01.contoso.example");
	assert_slice(plan->peers[3].name, "gw1");
	for(unsigned i = 0; i < 6; i++)
		assert_int_equal(plan->peers[i].index, i);
	assert_int_equal(server->side, LY_LYNC);
	assert_int_equal(server->weight, 50);
	assert_int_equal(server->state, LY_STATE_DRAIN);
	assert_int_equal(server->tls_min, LY_TLS_1_2);
	assert_ptr_equal(server->pool, &plan->pools[1]);
	assert_ptr_equal(server, plan->pools[1].servers[0]);
	assert_int_equal(plan->pools[1].server_count, 2);
	assert_int_equal(plan->peers[0].tls_min, LY_TLS_1_0);
	assert_int_equal(plan->peers[0].weight, 100);
	assert_ptr_equal(plan->peers[0].dialect, ly_dialect(LY_LIT("lync2010")));
	assert_int_equal(target->side, LY_PSTN);
	assert_slice(target->fqdn, "gw1.example.com");
	assert_int_equal(target->port, 5061);
	assert_int_equal(target->transport, LY_TLS);
	assert_int_equal(target->tls_min, LY_TLS_1_3);
	assert_true(target->e164_without_plus);
	assert_int_equal(target->identity, LY_IDENTITY_RPID);
	assert_int_equal(target->history, LY_HISTORY_INFO);
	assert_false(target->trust_identity);
	assert_non_null(target->own_numbers.code);
	assert_slice(target->fallback_number, "+49305550");
	assert_int_equal(target->state, LY_STATE_DRAIN);
	assert_int_equal(target->route_count, 2);
	assert_int_equal(target->routes[0].weight, 10000);
	assert_int_equal(target->routes[1].tier, 99);
	assert_ptr_equal(target->routes[1].trunk, &plan->trunks[3]);
	target = peer(plan, "gw2");
	assert_false(target->e164_without_plus);
	assert_int_equal(target->identity, LY_IDENTITY_AS_SENT);
	assert_int_equal(target->history, LY_HISTORY_DIVERSION);
	assert_true(target->trust_identity);
	assert_int_equal(target->fallback_number.len, 0);
	assert_int_equal(target->address.family, 6);
	assert_slice(target->address_text, "2001:db8::10");
	assert_ptr_equal(target->media, ly_media_profile(LY_LIT("gateway-rtp")));
	assert_ptr_equal(target->dialect, ly_dialect(LY_LIT("rfc3261")));
}

static void check_trunks(const ly_plan_t *plan)
{
	static const struct
	{
		const char *dialect, *media;
		ly_srtp_mode_t mode;
		unsigned line;
	} expected[] = {
			{"sfb2019", "lync-srtp-required", LY_SRTP_OPTIONAL, 6},
			{"lync2013", "lync-rtp", LY_SRTP_NOT_SUPPORTED, 20},
			{"lync2013", "lync-srtp-required", LY_SRTP_REQUIRED, 22},
			{"lync2010", "lync-rtp", LY_SRTP_OPTIONAL, 23},
	};

	assert_int_equal(plan->trunk_count, 4);
	for(unsigned i = 0; i < 4; i++) {
		const ly_trunk_t *trunk = &plan->trunks[i];
		assert_int_equal(trunk->index, i);
		assert_int_equal(trunk->line, expected[i].line);
		assert_int_equal(trunk->SRTPMode, expected[i].mode);
		assert_ptr_equal(
				trunk->dialect, ly_dialect(ly_cstr(expected[i].dialect)));
		assert_ptr_equal(
				trunk->media, ly_media_profile(ly_cstr(expected[i].media)));
	}
	assert_int_equal(plan->trunks[0].route_count, 2);
	assert_int_equal(plan->trunks[0].routes[1].tier, 2);
	assert_int_equal(plan->trunks[0].routes[1].weight, 0);
	assert_int_equal(plan->trunks[0].routes[1].line, 18);
	assert_int_equal(plan->trunks[1].mediation_port, 5068);
	assert_int_equal(plan->trunks[1].port, 5068);
	assert_slice(plan->trunks[3].fqdn, "gateway.example.net");
}

/* Of the trunk that says all, and of one that says nothing: Lync's defaults. */
static void check_parameters(const ly_plan_t *plan)
{
#define PARAMETER(name, standard) {#name, offsetof(ly_trunk_t, name), standard}
	static const struct
	{
		const char *name;
		size_t offset;
		bool standard;
	} parameters[] = {PARAMETER(AcceptGatewayPAIForOutboundCalls, false),
			PARAMETER(ConcentratedTopology, true),
			PARAMETER(Enable3pccRefer, false), PARAMETER(EnableBypass, false),
			PARAMETER(EnableFastFailoverTimer, true),
			PARAMETER(EnableLocationRestriction, false),
			PARAMETER(EnableMobileTrunkSupport, false),
			PARAMETER(EnableOnlineVoice, false),
			PARAMETER(EnablePIDFLOSupport, false),
			PARAMETER(EnableReferSupport, true),
			PARAMETER(EnableRTPLatching, false),
			PARAMETER(EnableSessionTimer, false),
			PARAMETER(EnableSignalBoost, false),
			PARAMETER(ForwardAnonymousCallGatewayPAI, false),
			PARAMETER(ForwardCallHistory, false), PARAMETER(ForwardPAI, false),
			PARAMETER(RemovePlusFromUri, false),
			PARAMETER(RTCPActiveCalls, true), PARAMETER(RTCPCallsOnHold, true)};
	const ly_trunk_t *full = &plan->trunks[0], *bare = &plan->trunks[1];

	for(size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
		bool given, standard;
		memcpy(&given, (const char *)full + parameters[i].offset, 1);
		memcpy(&standard, (const char *)bare + parameters[i].offset, 1);
		if(given == standard || standard != parameters[i].standard)
			fail_msg(
					"%s: %d, standard %d", parameters[i].name, given, standard);
	}
	assert_int_equal(full->MaxEarlyDialogs, 7);
	assert_int_equal(bare->MaxEarlyDialogs, 20);
	assert_slice(full->NetworkSiteID, "Redmond");
	assert_slice(full->PstnUsages, "Local, Long Distance");
	assert_slice(full->Description, "all of it");
	assert_int_equal(bare->Description.len + bare->ringback.len, 0);
}

/* Of a side that says all, and of one that says nothing. */
static void check_treatment(const ly_plan_t *plan)
{
	const ly_trunk_t *trunk = &plan->trunks[0], *bare = &plan->trunks[1];
	const ly_peer_t *target = peer(plan, "gw1"), *plain = peer(plan, "gw2");

	assert_true(trunk->call_id_kept && target->call_id_kept);
	assert_int_equal(trunk->token_place, LY_TOKEN_PARAMETER);
	assert_int_equal(target->token_place, LY_TOKEN_PARAMETER);
	assert_true(trunk->strip_100rel && target->strip_100rel);
	assert_true(trunk->pass_refer && target->pass_refer);
	assert_int_equal(trunk->hold, LY_HOLD_INACTIVE);
	assert_int_equal(target->hold, LY_HOLD_SENDONLY_ZERO);
	assert_int_equal(trunk->early_media, LY_EARLY_180_ONLY);
	assert_int_equal(target->early_media, LY_EARLY_STRIP_SDP);
	assert_slice(trunk->ringback, "/var/lib/lync-sbc/ringback.wav");
	assert_int_equal(trunk->session_timer, 86400);
	assert_int_equal(target->session_timer, 0);
	assert_true(target->follow_redirect && target->one_early_dialog);
	assert_false(bare->call_id_kept || plain->call_id_kept);
	assert_int_equal(bare->token_place, LY_TOKEN_USER);
	assert_int_equal(plain->token_place, LY_TOKEN_USER);
	assert_false(bare->strip_100rel || plain->strip_100rel);
	assert_false(bare->pass_refer || plain->pass_refer);
	assert_int_equal(bare->hold, LY_HOLD_TRANSPARENT);
	assert_int_equal(plain->hold, LY_HOLD_TRANSPARENT);
	assert_int_equal(bare->early_media | plain->early_media, LY_EARLY_PASS);
	assert_int_equal(bare->session_timer, 1800);
	assert_int_equal(plain->session_timer, 1800);
	assert_false(plain->follow_redirect || plain->one_early_dialog);
}

static void check_limits_and_states(const ly_plan_t *plan)
{
	const ly_trunk_t *trunk = &plan->trunks[0];
	const ly_peer_t *target = peer(plan, "gw1");

	assert_int_equal(trunk->limit.max_calls, 480);
	assert_int_equal(trunk->limit.max_cps, 20);
	assert_int_equal(trunk->limit.mode, LY_LIMIT_STRICT);
	assert_int_equal(trunk->limit.line, 16);
	assert_int_equal(plan->trunks[1].limit.line, 0);
	assert_int_equal(target->limit.max_calls, 0);
	assert_int_equal(target->limit.max_cps, 5);
	assert_int_equal(target->limit.mode, LY_LIMIT_SOFT);
	assert_int_equal(plan->pools[0].limit.max_calls, 1000000);
	assert_int_equal(trunk->state, LY_STATE_DRAIN);
	assert_int_equal(plan->trunks[1].state, LY_STATE_READY);
	assert_int_equal(plan->pools[0].state, LY_STATE_DRAIN);
	assert_int_equal(plan->pools[1].state, LY_STATE_READY);
	assert_int_equal(target->kind, LY_TARGET_PROVIDER);
	assert_int_equal(peer(plan, "gw2")->kind, LY_TARGET_GATEWAY);
	assert_int_equal(peer(plan, "gw3")->kind, LY_TARGET_EMERGENCY);
	/* By DNS. */
	assert_int_equal(peer(plan, "gw3")->address.family, 0);
	assert_int_equal(peer(plan, "dr01.contoso.example")->address.family, 0);
	assert_true(trunk->rules_off
				== (ly_rule_bit(LY_LIT("ruri-user-phone"))
						| ly_rule_bit(LY_LIT("from-user-phone"))));
	assert_true(target->rules_off == ly_rule_bit(LY_LIT("pai-numbers")));
	assert_true(plan->trunks[1].rules_off == 0);
	assert_true(trunk->rules_on == ly_rule_bit(LY_LIT("from-fallback")));
	assert_true(target->rules_on
				== (ly_rule_bit(LY_LIT("sdp-maxptime"))
						| ly_rule_bit(LY_LIT("ruri-user-phone"))));
	assert_slice(trunk->pass_headers, "User-to-User X-*");
	assert_slice(target->pass_headers, "*");
	assert_int_equal(plan->trunks[1].pass_headers.len, 0);
}

static void check_rules(const ly_plan_t *plan)
{
	const ly_numbers_t *numbers = &plan->numbers[0];
	const ly_codes_t *codes = &plan->codes[0];

	assert_int_equal(plan->numbers_count, 2);
	assert_int_equal(plan->codes_count, 2);
	assert_ptr_equal(peer(plan, "gw1")->numbers, numbers);
	assert_ptr_equal(plan->trunks[0].numbers, &plan->numbers[1]);
	assert_null(plan->trunks[1].numbers);
	assert_int_equal(numbers->rule_count, 3);
	assert_int_equal(numbers->rules[0].on, LY_CALLED);
	assert_int_equal(numbers->rules[0].direction, LY_FROM_LYNC);
	assert_slice(numbers->rules[0].name, "Strip plus");
	assert_slice(numbers->rules[0].pattern.text, "^\\+(\\d+)$");
	assert_slice(numbers->rules[0].translation.text, "$1");
	assert_int_equal(numbers->rules[0].line, 55);
	assert_int_equal(numbers->rules[1].on, LY_CALLING);
	assert_int_equal(numbers->rules[2].on, LY_REDIRECTING);
	assert_int_equal(plan->numbers[1].rules[0].direction, LY_TO_LYNC);
	assert_ptr_equal(peer(plan, "gw1")->codes, codes);
	assert_ptr_equal(plan->trunks[0].codes, &plan->codes[1]);
	assert_int_equal(codes->rule_count, 3);
	assert_int_equal(codes->rules[0].received, 486);
	assert_int_equal(codes->rules[0].cause, 34);
	assert_int_equal(codes->rules[0].translated, 503);
	assert_slice(codes->rules[0].name, "no circuit");
	assert_int_equal(codes->rules[1].cause, 0);
	assert_int_equal(codes->rules[2].received, 0);
	assert_int_equal(plan->codes[1].rules[0].direction, LY_TO_LYNC);
	assert_slice(plan->trunks[0].routes[0].match.text, "^49");
	assert_slice(
			plan->trunks[0].routes[0].from_match.text, "^\\+49(30|89)\\d+$");
	assert_int_equal(plan->trunks[0].routes[1].match.text.len, 0);
	assert_slice(plan->imported_from, "topology.xml");
	assert_slice(plan->signature, "5b1d4a02");
	assert_slice(plan->pools[0].site, "Northwind DR");
}

static void every_element_and_attribute_is_read(void **state)
{
	ly_plan_t *plan = load_good(GOOD "full.xml");

	(void)state;
	assert_slice(plan->file, GOOD "full.xml");
	check_nodes(plan);
	check_peers(plan);
	check_trunks(plan);
	check_parameters(plan);
	check_treatment(plan);
	check_limits_and_states(plan);
	check_rules(plan);
	ly_plan_free(plan);
	assert_int_equal(live, 0);
}

static void encodings_give_the_same_plan(void **state)
{
	ly_slice_t text = file_bytes(EXAMPLE);
	ly_slice_t marked = {malloc(text.len + 3), text.len + 3};
	ly_finding_t finding = {0};

	(void)state;
	memcpy((char *)marked.s, "\xef\xbb\xbf", 3);
	memcpy((char *)marked.s + 3, text.s, text.len);
	ly_slice_t forms[] = {text, marked, utf16(text, false, true),
			utf16(text, true, true), utf16(text, false, false),
			utf16(text, true, false)};
	for(size_t i = 0; i < 6; i++) {
		ly_plan_t *plan = parse(forms[i], &finding);
		if(!plan)
			fail_msg("form %zu: %u: %s", i, finding.line, finding.text);
		assert_int_equal(plan->trunks[0].line, 26);
		assert_slice(plan->peers[1].fqdn, "med02.contoso.example");
		ly_plan_free(plan);
		free((void *)forms[i].s);
	}
	assert_int_equal(live, 0);
}

static void addresses(void **state)
{
	static const char *const wrong[] = {"", "1.2.3", "1.2.3.4.5", "01.2.3.4",
			"1.2.3.4 ", "[::1]", "fe80::1%eth0", "::g", "sbc1.example.net",
			"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa"};
	ly_addr_t a, b;

	(void)state;
	for(size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if(ly_addr_parse(ly_cstr(wrong[i]), &a))
			fail_msg("'%s' is no address", wrong[i]);
	}
	assert_false(ly_addr_parse(LY_LIT("1.2.3.4\0"), &a));
	assert_true(ly_addr_parse(ly_slice("192.0.2.17", 9), &a));
	assert_int_equal(a.ip[3], 1);
	assert_true(ly_addr_parse(LY_LIT("192.0.2.1"), &b));
	assert_true(ly_addr_eq(&a, &b));
	assert_true(ly_addr_parse(LY_LIT("2001:db8::1"), &a));
	assert_false(ly_addr_eq(&a, &b));
	assert_true(ly_addr_parse(LY_LIT("2001:0DB8:0:0::0:1"), &b));
	assert_true(ly_addr_eq(&a, &b));
}

static void values_have_names(void **state)
{
	(void)state;
	assert_string_equal(ly_transport_name(LY_UDP), "udp");
	assert_string_equal(ly_transport_name(LY_TLS), "tls");
	assert_string_equal(ly_tls_version_name(LY_TLS_1_3), "1.3");
	assert_string_equal(ly_side_name((ly_side_t)9), "?");
	ly_plan_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(the_example_is_read),
			TEST(every_element_and_attribute_is_read),
			TEST(encodings_give_the_same_plan),
			TEST(addresses),
			TEST(values_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
