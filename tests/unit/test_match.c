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

static ly_side_t lync_other(ly_side_t side)
{
	return side == LY_LYNC ? LY_PSTN : LY_LYNC;
}

static void who_it_is(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(arrivals) / sizeof(arrivals[0]); i++) {
		const ly_node_t *node = ly_plan_node(plan, ly_cstr(arrivals[i].node));
		ly_side_t side = arrivals[i].trunk ? LY_LYNC : LY_PSTN;
		ly_arrival_t arrival = {arrivals[i].transport,
				(uint16_t)arrivals[i].port, {0},
				node->side[lync_other(side)].address};
		ly_candidate_t c = {0};
		bool known;

		assert_true(ly_addr_parse(text(arrivals[i].source), &arrival.source));
		/* nobody comes in at the other side's face */
		assert_false(ly_match(plan, node, &arrival, &c));
		arrival.local = node->side[side].address;
		known = ly_match(plan, node, &arrival, &c);
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

static void hashes_of_names(void **state)
{
	(void)state;
	/* FNV-1a's own test values: the same on every machine, in every version. */
	assert_int_equal(ly_name_hash(LY_EMPTY), 0x811c9dc5);
	assert_int_equal(ly_name_hash(text("a")), 0xe40c292c);
	assert_int_equal(ly_name_hash(text("foobar")), 0xbf9cf968);
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

/* What the indexes find is what a look at everything finds. */
static bool listening(
		const ly_node_t *node, ly_side_t side, const ly_arrival_t *a)
{
	for(unsigned i = 0; i < node->listen_count; i++) {
		const ly_listen_t *l = &node->listens[i];
		if(ly_addr_eq(&node->side[side].address, &a->local) && l->side == side
				&& l->transport == a->transport && l->port == a->local_port)
			return true;
	}
	return false;
}

static bool of_another_node(
		const ly_plan_t *p, const ly_node_t *node, const ly_trunk_t *trunk)
{
	for(unsigned i = 0; i < p->node_count; i++) {
		if(ly_ieq(p->nodes[i].fqdn, trunk->fqdn))
			return &p->nodes[i] != node;
	}
	return false;
}

static const ly_trunk_t *trunk_by_looking(const ly_plan_t *p,
		const ly_node_t *node, const ly_peer_t *server, const ly_arrival_t *a)
{
	for(unsigned i = 0; i < p->trunk_count; i++) {
		const ly_trunk_t *trunk = &p->trunks[i];
		if(trunk->pool == server->pool && trunk->port == a->local_port
				&& trunk->transport == a->transport
				&& !of_another_node(p, node, trunk))
			return trunk;
	}
	return NULL;
}

static bool by_looking(const ly_plan_t *p, const ly_node_t *node,
		const ly_arrival_t *a, ly_candidate_t *c)
{
	for(unsigned i = 0; i < p->peer_count; i++) {
		const ly_peer_t *peer = &p->peers[i];
		const ly_trunk_t *trunk = NULL;
		if(!ly_addr_eq(&peer->address, &a->source)
				|| !listening(node, peer->side, a))
			continue;
		if(peer->pool ? !(trunk = trunk_by_looking(p, node, peer, a))
					  : peer->transport != a->transport)
			continue;
		*c = (ly_candidate_t){.side = peer->side, .trunk = trunk, .peer = peer};
		return true;
	}
	return false;
}

/* Three nodes, one pool for each of 30 servers, trunks on many ports, 30 targets: all with addresses 203.0.113.x. */
static ly_plan_t *large_plan(void)
{
	static char large[60000];
	ly_buf_t b = ly_buf(large, sizeof(large));
	ly_finding_t finding = {0};
	ly_plan_t *p;

	ly_putf(&b, "<lync-trunks xmlns=\"urn:lync-sbc:trunks:1\" version=\"1\">");
	for(int n = 0; n < 3; n++) {
		ly_putf(&b,
				"<node name=\"n%d\" fqdn=\"n%d.example.net\">"
				"<interface side=\"lync\" address=\"192.0.2.%d\"/>"
				"<interface side=\"pstn\" address=\"192.0.2.%d\"/>"
				"<listen side=\"pstn\" transport=\"tcp\" port=\"5065\"/>"
				"<listen side=\"pstn\" transport=\"udp\" port=\"5060\"/>",
				n, n, n + 1, n + 11);
		for(int port = 5060; port < 5065; port++)
			ly_putf(&b, "<listen side=\"lync\" transport=\"tcp\" port=\"%d\"/>",
					port);
		ly_putf(&b, "</node>");
	}
	for(int i = 0; i < 30; i++)
		ly_putf(&b,
				"<pool name=\"p%d\" fqdn=\"p%d.example.com\" "
				"dialect=\"lync2013\"><server fqdn=\"s%d.example.com\" "
				"address=\"203.0.113.%d\"/></pool>"
				"<target name=\"t%d\" address=\"203.0.113.%d\" port=\"5060\" "
				"transport=\"%s\"/>",
				i, i, i, i + 1, i, i + 21, i % 3 ? "udp" : "tcp");
	for(int i = 0; i < 150; i++)
		ly_putf(&b,
				"<trunk name=\"k%d\" pool=\"p%d\" mediation-port=\"%d\" "
				"fqdn=\"n%d.example.net\" port=\"%d\" transport=\"tcp\" "
				"SRTPMode=\"NotSupported\"/>",
				i, i * 7 % 30, 6000 + i, i % 4, 5060 + (i + i / 30) % 5);
	ly_putf(&b, "</lync-trunks>");
	assert_false(b.full);
	p = ly_plan_parse(ly_buf_slice(&b), "large", malloc, free, &finding);
	if(!p)
		fail_msg("%u: %s", finding.line, finding.text);
	return p;
}

static void the_indexes_find_what_is_there(void **state)
{
	ly_plan_t *p = large_plan();
	unsigned known = 0;

	(void)state;
	for(unsigned n = 0; n < 2 * 3 * 64 * 8 * 2; n++) {
		ly_arrival_t arrival = {n & 1 ? LY_UDP : LY_TCP,
				(uint16_t)(5059 + n / 2 % 8), {4, {203, 0, 113, 0}}, {0}};
		const ly_node_t *node = &p->nodes[n / 16 / 64 % 3];
		ly_candidate_t found = {0}, right = {0};
		arrival.source.ip[3] = (uint8_t)(n / 16 % 64);
		arrival.local = node->side[n / 16 / 64 / 3].address;
		assert_int_equal(ly_match(p, node, &arrival, &found),
				by_looking(p, node, &arrival, &right));
		assert_ptr_equal(found.peer, right.peer);
		assert_ptr_equal(found.trunk, right.trunk);
		known += found.peer != NULL;
	}
	assert_true(known > 200);
	ly_plan_free(p);
}

/* One port of two nodes, TLS at one and TCP at the other: the trunk that is every node's is over TLS. */
static void the_transport_is_part_of_the_trunk(void **state)
{
	ly_finding_t finding = {0};
	ly_plan_t *p = ly_plan_load(
			"tests/fixtures/plans/good/two-nodes.xml", malloc, free, &finding);
	ly_arrival_t arrival = {LY_TLS, 5067, {0}, {0}};
	ly_candidate_t c;

	(void)state;
	if(!p)
		fail_msg("%u: %s", finding.line, finding.text);
	arrival.source = p->peers[0].address;
	arrival.local = p->nodes[0].side[LY_LYNC].address;
	assert_true(ly_match(p, &p->nodes[0], &arrival, &c));
	assert_ptr_equal(c.trunk, &p->trunks[0]);
	arrival.transport = LY_TCP;
	assert_false(ly_match(p, &p->nodes[0], &arrival, &c));
	arrival.local = p->nodes[1].side[LY_LYNC].address;
	assert_false(ly_match(p, &p->nodes[1], &arrival, &c));
	ly_plan_free(p);
}

/* Whose address the DNS tells is found by nobody but who asks for him. */
static void peers_without_an_address(void **state)
{
	static const char *const cuts[] = {
			" address=\"192.0.2.11\"", " address=\"198.51.100.11\""};
	ly_arrival_t ways[] = {{LY_TLS, 5067, {0}, {0}}, {LY_TLS, 5061, {0}, {0}}};
	ly_finding_t finding = {0};
	char *changed = strdup(xml);
	ly_candidate_t c = {0};
	ly_plan_t *p;

	(void)state;
	for(int i = 0; i < 2; i++) {
		char *cut = strstr(changed, cuts[i]);
		memset(cut, ' ', strlen(cuts[i]));
	}
	p = ly_plan_parse(ly_cstr(changed), "dns", malloc, free, &finding);
	free(changed);
	assert_non_null(p);
	for(int i = 0; i < 2; i++) {
		const ly_peer_t *peer = &p->peers[i ? 3 : 0];
		ways[i].local = p->nodes[0].side[i ? LY_PSTN : LY_LYNC].address;
		assert_int_equal(peer->address.family, 0);
		assert_false(ly_match(p, &p->nodes[0], &ways[i], &c));
		assert_true(ly_addr_parse(LY_LIT("203.0.113.99"), &ways[i].source));
		assert_false(ly_match(p, &p->nodes[0], &ways[i], &c));
		assert_true(ly_match_peer(p, &p->nodes[0], peer, &ways[i], &c));
		assert_ptr_equal(c.peer, peer);
		assert_int_equal(c.name_count, i ? 1 : 2);
		ways[i].local_port++;
		assert_false(ly_match_peer(p, &p->nodes[0], peer, &ways[i], &c));
	}
	ly_plan_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(who_it_is), TEST(hashes_of_names),
			TEST(by_hash), TEST(servers_by_host),
			TEST(the_indexes_find_what_is_there),
			TEST(the_transport_is_part_of_the_trunk),
			TEST(peers_without_an_address)};

	return cmocka_run_group_tests_name("match", tests, load, unload);
}
