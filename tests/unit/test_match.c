/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/match.h"
#include "liblync/token.h"

/*
 * Two nodes, as Lync knows them: two gateways with a trunk each to the same pool, over the same ports. A third trunk has a
 * name of no node.
 */
static const char xml[] =
		"<lync-trunks xmlns=\"urn:lync-sbc:trunks:1\" version=\"1\">\n"
		"<node name=\"sbc1\" fqdn=\"sbc1.example.net\">\n"
		" <interface side=\"lync\" address=\"192.0.2.1\"/><interface "
		"side=\"pstn\" address=\"198.51.100.1\"/>\n"
		" <certificate file=\"/c\" key=\"/k\" ca=\"/a\"/>\n"
		" <listen side=\"lync\" transport=\"tls\" port=\"5067\"/><listen "
		"side=\"lync\" transport=\"tcp\" port=\"5068\"/>\n"
		" <listen side=\"pstn\" transport=\"udp\" port=\"5060\"/><listen "
		"side=\"pstn\" transport=\"tls\" port=\"5061\"/>\n"
		"</node>\n"
		"<node name=\"sbc2\" fqdn=\"sbc2.example.net\">\n"
		" <interface side=\"lync\" address=\"192.0.2.2\"/><interface "
		"side=\"pstn\" address=\"198.51.100.2\"/>\n"
		" <certificate file=\"/c\" key=\"/k\" ca=\"/a\"/>\n"
		" <listen side=\"lync\" transport=\"tls\" port=\"5067\"/><listen "
		"side=\"pstn\" transport=\"udp\" port=\"5060\"/>\n"
		"</node>\n"
		"<pool name=\"hq\" fqdn=\"medpool.contoso.example\" "
		"dialect=\"lync2013\">\n"
		" <server fqdn=\"med01.contoso.example\" address=\"192.0.2.11\"/>\n"
		" <server fqdn=\"med02.contoso.example\" address=\"2001:db8::12\"/>\n"
		"</pool>\n"
		"<target name=\"gw1\" address=\"198.51.100.10\" port=\"5060\" "
		"transport=\"udp\" dialect=\"rfc3261\" "
		"media=\"gateway-rtp\"><route trunk=\"sbc1-hq\"/></target>\n"
		"<target name=\"gw2\" fqdn=\"gw2.example.org\" "
		"address=\"198.51.100.11\" port=\"5061\" transport=\"tls\" "
		"dialect=\"rfc3261\" media=\"gateway-rtp\"><route "
		"trunk=\"sbc1-hq\"/></target>\n"
		"<trunk name=\"sbc1-hq\" pool=\"hq\" mediation-port=\"5067\" "
		"fqdn=\"sbc1.example.net\" port=\"5067\" transport=\"tls\" "
		"media=\"lync-srtp-required\" SRTPMode=\"Required\"><route "
		"target=\"gw1\"/></trunk>\n"
		"<trunk name=\"sbc1-tcp\" pool=\"hq\" mediation-port=\"5068\" "
		"fqdn=\"alias.example.net\" port=\"5068\" "
		"transport=\"tcp\" media=\"lync-rtp\" SRTPMode=\"NotSupported\"><route "
		"target=\"gw1\"/></trunk>\n"
		"<trunk name=\"sbc2-hq\" pool=\"hq\" mediation-port=\"5067\" "
		"fqdn=\"sbc2.example.net\" port=\"5067\" transport=\"tls\" "
		"media=\"lync-srtp-required\" SRTPMode=\"Required\"><route "
		"target=\"gw1\"/></trunk>\n"
		"</lync-trunks>\n";

static ly_plan_t *plan;

static int load(void **state)
{
	ly_finding_t finding = {0};

	(void)state;
	plan = ly_plan_parse(
			LY_LIT(xml), "plan of this test", malloc, free, &finding);
	if(!plan)
		print_error("line %u: %s\n", finding.line, finding.text);
	return plan ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	ly_plan_free(plan);
	return 0;
}

/* Who it is; "" for nobody. */
static const struct
{
	const char *node;
	ly_transport_t transport;
	unsigned port;
	const char *source, *who, *trunk, *names[LY_MAX_NAMES];
} arrivals[] = {
		{"sbc1", LY_TLS, 5067, "192.0.2.11", "med01.contoso.example", "sbc1-hq",
				{"med01.contoso.example", "medpool.contoso.example"}},
		{"sbc1", LY_TLS, 5067, "2001:db8::12", "med02.contoso.example",
				"sbc1-hq",
				{"med02.contoso.example", "medpool.contoso.example"}},
		{"sbc1", LY_TLS, 5067, "2001:DB8:0:0::0.0.0.18",
				"med02.contoso.example", "sbc1-hq",
				{"med02.contoso.example", "medpool.contoso.example"}},
		{"sbc1", LY_TCP, 5068, "192.0.2.11", "med01.contoso.example",
				"sbc1-tcp", {NULL, NULL}},
		{"sbc2", LY_TLS, 5067, "192.0.2.11", "med01.contoso.example", "sbc2-hq",
				{"med01.contoso.example", "medpool.contoso.example"}},
		{"sbc1", LY_UDP, 5060, "198.51.100.10", "gw1", NULL, {NULL, NULL}},
		{"sbc2", LY_UDP, 5060, "198.51.100.10", "gw1", NULL, {NULL, NULL}},
		{"sbc1", LY_TLS, 5061, "198.51.100.11", "gw2", NULL,
				{"gw2.example.org", NULL}},
		/* another transport, port, address or side than its own */
		{"sbc1", LY_TCP, 5067, "192.0.2.11", "", NULL, {NULL, NULL}},
		{"sbc1", LY_TLS, 5068, "192.0.2.11", "", NULL, {NULL, NULL}},
		{"sbc1", LY_TLS, 5067, "192.0.2.13", "", NULL, {NULL, NULL}},
		{"sbc1", LY_TLS, 5067, "192.0.2.1", "", NULL, {NULL, NULL}},
		{"sbc1", LY_TLS, 5061, "192.0.2.11", "", NULL, {NULL, NULL}},
		{"sbc1", LY_TLS, 5067, "198.51.100.11", "", NULL, {NULL, NULL}},
		{"sbc1", LY_UDP, 5060, "198.51.100.11", "", NULL, {NULL, NULL}},
		{"sbc1", LY_TLS, 5061, "198.51.100.10", "", NULL, {NULL, NULL}},
		{"sbc1", LY_UDP, 5060, "192.0.2.11", "", NULL, {NULL, NULL}},
		{"sbc2", LY_TCP, 5068, "192.0.2.11", "", NULL, {NULL, NULL}},
		{"sbc1", LY_UDP, 5060, "::ffff:198.51.100.10", "", NULL, {NULL, NULL}},
};

static void who_it_is(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(arrivals) / sizeof(arrivals[0]); i++) {
		ly_arrival_t arrival = {
				arrivals[i].transport, (uint16_t)arrivals[i].port, {0}};
		ly_candidate_t c = {0};
		bool known;

		assert_true(ly_addr_parse(text(arrivals[i].source), &arrival.source));
		known = ly_match(plan, ly_plan_node(plan, ly_cstr(arrivals[i].node)),
				&arrival, &c);
		if(known != (arrivals[i].who[0] != '\0')
				|| (known && !ly_eq(c.peer->name, ly_cstr(arrivals[i].who))))
			fail_msg("row %zu: taken for '%.*s'", i,
					LY_FMT(known ? c.peer->name : LY_EMPTY));
		if(!known)
			continue;
		assert_int_equal(c.side, arrivals[i].trunk ? LY_LYNC : LY_PSTN);
		assert_int_equal(c.trunk != NULL, arrivals[i].trunk != NULL);
		if(c.trunk)
			assert_slice(c.trunk->name, arrivals[i].trunk);
		assert_int_equal(
				c.name_count, (arrivals[i].names[0] != NULL)
									  + (arrivals[i].names[1] != NULL));
		for(unsigned j = 0; j < c.name_count; j++)
			assert_slice(c.names[j], arrivals[i].names[j]);
	}
}

static void by_hash(void **state)
{
	(void)state;
	for(unsigned i = 0; i < plan->trunk_count; i++)
		assert_ptr_equal(
				ly_trunk_by_hash(plan, ly_name_hash(plan->trunks[i].name)),
				&plan->trunks[i]);
	for(unsigned i = 0; i < plan->peer_count; i++)
		assert_ptr_equal(
				ly_peer_by_hash(plan, ly_name_hash(plan->peers[i].name)),
				&plan->peers[i]);
	assert_null(ly_trunk_by_hash(plan, ly_name_hash(LY_LIT("gone"))));
	assert_null(ly_peer_by_hash(plan, ly_name_hash(LY_LIT("gone"))));
}

/* What stands in a Contact: a name, or an address in any spelling, in brackets where it is IPv6. */
static void servers_by_host(void **state)
{
	static const struct
	{
		const char *host;
		int server;
	} hosts[] = {{"med01.contoso.example", 0}, {"MED02.Contoso.Example", 1},
			{"192.0.2.11", 0}, {"[2001:db8::12]", 1}, {"[2001:DB8:0::12]", 1},
			{"med03.contoso.example", -1}, {"192.0.2.12", -1},
			{"medpool.contoso.example", -1}, {"[2001:db8::13]", -1}, {"", -1},
			{"[", -1}, {"[]", -1}, {"[192.0.2.11]", -1}};

	(void)state;
	for(size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		const ly_pool_t *pool = &plan->pools[0];
		if(ly_pool_server(pool, text(hosts[i].host))
				!= (hosts[i].server < 0 ? NULL
										: pool->servers[hosts[i].server]))
			fail_msg("%s", hosts[i].host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(who_it_is), TEST(by_hash), TEST(servers_by_host)};

	return cmocka_run_group_tests_name("match", tests, load, unload);
}
