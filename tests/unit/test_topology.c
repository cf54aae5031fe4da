/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read from each kind of topology document. */
#include "lync_helpers.h"

#include "liblync/topology.h"

static void put_pool(ly_buf_t *b, const ly_topology_pool_t *pool)
{
	ly_putf(b, "pool %.*s (%.*s, %u):", LY_FMT(pool->fqdn), LY_FMT(pool->site),
			pool->version);
	for(unsigned i = 0; i < pool->server_count; i++)
		ly_putf(b, " %.*s%s%.*s", LY_FMT(pool->servers[i].fqdn),
				pool->servers[i].address.len ? "=" : "",
				LY_FMT(pool->servers[i].address));
	for(unsigned i = 0; i < pool->port_count; i++)
		ly_putf(b, " %s:%u+%u", ly_transport_name(pool->ports[i].transport),
				pool->ports[i].port, pool->ports[i].count);
	ly_putc(b, '\n');
}

static void put_trunk(ly_buf_t *b, const ly_topology_trunk_t *trunk)
{
	ly_slice_t pool = trunk->pool ? trunk->pool->fqdn : LY_LIT("nowhere");

	ly_putf(b, "%s %.*s (%.*s): %.*s %s:%u -> %.*s:%u\n",
			trunk->root ? "root" : "trunk", LY_FMT(trunk->name),
			LY_FMT(trunk->site), LY_FMT(trunk->gateway),
			ly_transport_name(trunk->transport), trunk->port, LY_FMT(pool),
			trunk->mediation_port);
}

/* All of it in words. */
static char words[8000];

static const char *in_words(const ly_topology_t *topology)
{
	ly_buf_t b = ly_buf(words, sizeof(words));

	ly_putf(&b, "%.*s %.*s gateways %u\n", LY_FMT(topology->domain),
			LY_FMT(topology->signature), topology->gateway_count);
	for(unsigned i = 0; i < topology->pool_count; i++)
		put_pool(&b, &topology->pools[i]);
	for(unsigned i = 0; i < topology->trunk_count; i++)
		put_trunk(&b, &topology->trunks[i]);
	assert_false(b.full);
	words[b.len] = '\0';
	return words;
}

static bool read_as(ly_slice_t bytes, const char *expected, ly_report_t *report)
{
	ly_arena_t arena = {take, give, NULL};
	ly_topology_t topology;
	bool read = ly_topology_read(bytes, &arena, report, &topology);

	if(read)
		assert_string_equal(in_words(&topology), expected);
	ly_arena_free(&arena);
	return read;
}

static void check_file(const char *path, const char *expected)
{
	ly_slice_t text = file_bytes(path);
	ly_report_t report = {0};

	if(!read_as(text, expected, &report))
		fail_msg("%s:%u: %s", path, report.first.line, report.first.text);
	assert_int_equal(live, 0);
	free((void *)text.s);
}

static const char sample[] =
		"contoso.com 5b1d4a02-7c33-4e0e-9d55-1f2a6c0e7711 gateways 4\n"
		"pool medpool-hq.contoso.com (Northwind-HQ, 6): med-hq-01.contoso.com "
		"med-hq-02.contoso.com med-hq-03.contoso.com tls:5067+1 tcp:5068+1\n"
		"pool medpool-dr.contoso.com (Northwind-DR, 6): med-dr-01.contoso.com "
		"med-dr-02.contoso.com med-dr-03.contoso.com tls:5067+1 tcp:5080+3\n"
		"root sbc1.contoso.com (Northwind-HQ): sbc1.contoso.com tls:5067 -> "
		"medpool-hq.contoso.com:5067\n"
		"root sbc2.contoso.com (Northwind-HQ): sbc2.contoso.com tls:5067 -> "
		"medpool-hq.contoso.com:5067\n"
		"root ippbx.contoso.com (Northwind-HQ): ippbx.contoso.com tcp:5060 -> "
		"medpool-hq.contoso.com:5068\n"
		"root 192.0.2.240 (Northwind-DR): 192.0.2.240 tcp:5066 -> "
		"medpool-dr.contoso.com:5080\n"
		"trunk sbc1-dr.contoso.com (Northwind-HQ): sbc1.contoso.com tls:5067 "
		"-> medpool-dr.contoso.com:5067\n"
		"trunk sbc2-dr.contoso.com (Northwind-HQ): sbc2.contoso.com tls:5067 "
		"-> medpool-dr.contoso.com:5067\n"
		"trunk ippbx-dr.contoso.com (Northwind-HQ): ippbx.contoso.com tcp:5060 "
		"-> medpool-dr.contoso.com:5081\n";

static void a_published_topology(void **state)
{
	(void)state;
	check_file(LYNC "topology.xml", sample);
}

static void encodings_give_the_same(void **state)
{
	ly_slice_t text = file_bytes(LYNC "topology.xml"), forms[FORMS];

	(void)state;
	forms_of(text, forms);
	for(size_t i = 0; i < FORMS; i++) {
		ly_report_t report = {0};
		assert_true(read_as(forms[i], sample, &report));
		free((void *)forms[i].s);
	}
	free((void *)text.s);
}

static const char old[] =
		"litware.example 2f0e0c3e-0000-4000-8000-000000002010 gateways 1\n"
		"pool fe01.litware.example (Main, 5): fe01.litware.example "
		"tls:5067+1\n"
		"root gw.litware.example (Main): gw.litware.example tls:5061 -> "
		"fe01.litware.example:0\n";

static void lync_2010(void **state)
{
	(void)state;
	check_file(LYNC "lync2010.xml", old);
}

/* Addresses that are fixed; a gateway that only the root trunk names. */
static void sfb_2019(void **state)
{
	(void)state;
	check_file(LYNC "sfb2019.xml",
			"fabrikam.example 9d1c0c3e-0000-4000-8000-000000002019 gateways "
			"2\n"
			"pool pool01.fabrikam.example (Zürich, 8): "
			"fe01.fabrikam.example=192.0.2.21 fe02.fabrikam.example=192.0.2.22 "
			"tls:5067+1 tcp:5068+1\n"
			"root sbc-a.fabrikam.example (Genève): sbc-a.fabrikam.example "
			"tls:5067 -> pool01.fabrikam.example:5067\n"
			"root sbc-b.fabrikam.example (Genève): sbc-b.fabrikam.example "
			"tls:5067 -> pool01.fabrikam.example:5067\n"
			"trunk sbc-a--fax.fabrikam.example (Genève): "
			"sbc-a.fabrikam.example tcp:5066 -> "
			"pool01.fabrikam.example:5068\n");
}

static void a_range_of_ports(void **state)
{
	(void)state;
	check_file(LYNC "by-address.xml",
			"tailspin.example  gateways 1\n"
			"pool med.tailspin.example (Main, 6): med01.tailspin.example "
			"med02.tailspin.example tcp:5080+10\n"
			"root 192.0.2.240 (Main): 192.0.2.240 tcp:5066 -> "
			"med.tailspin.example:5080\n"
			"trunk trunk two (Main): 192.0.2.240 tcp:5066 -> "
			"med.tailspin.example:5089\n"
			"trunk trunk3 (Main): 192.0.2.240 tcp:5066 -> "
			"med.tailspin.example:5090\n");
}

static const char builder[] =
		"wingtip.example 00000000-0000-0000-0000-00000000000b gateways 1\n"
		"pool pool.wingtip.example (Centre, 7): fe01.wingtip.example "
		"fe02.wingtip.example tls:5067+1\n"
		"pool sbs.wingtip.example (Branch, 7): sbs.wingtip.example tls:5067+1\n"
		"trunk sbc1-branch.wingtip.example (Centre): sbc1.wingtip.example "
		"tls:5068 -> sbs.wingtip.example:5067\n"
		"root sbc1.wingtip.example (Centre): sbc1.wingtip.example tls:5067 -> "
		"pool.wingtip.example:5067\n";

/* Its other keys, a site within a site, clusters of one machine, and the topology as it was before. */
static void topology_builder(void **state)
{
	(void)state;
	check_file(LYNC "builder.tbxml", builder);
}

static void where_a_pool_listens(void **state)
{
	ly_topology_port_t ports[] = {{LY_TLS, 5067, 1}, {LY_TCP, 5080, 10}};
	ly_topology_pool_t pool = {.ports = ports, .port_count = 2};

	(void)state;
	assert_true(ly_topology_listens(&pool, LY_TLS, 5067));
	assert_false(ly_topology_listens(&pool, LY_TCP, 5067));
	assert_false(ly_topology_listens(&pool, LY_TLS, 5068));
	assert_false(ly_topology_listens(&pool, LY_TCP, 5079));
	assert_true(ly_topology_listens(&pool, LY_TCP, 5080));
	assert_true(ly_topology_listens(&pool, LY_TCP, 5089));
	assert_false(ly_topology_listens(&pool, LY_TCP, 5090));
}

#define NS "xmlns=\"urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008\""

/* What a document does not say is not there; what it says of others does not matter. */
static void gaps(void **state)
{
	static const char *const documents[][2] = {
			{"<Topology " NS "/>", "  gateways 0\n"},
			{"<Topology " NS "><Services><Service><ServiceId "
			 "RoleName=\"PstnGateway\"/></Service></Services></Topology>",
					"  gateways 0\nroot  ():  udp:0 -> nowhere:0\n"},
			{"<Topology " NS "><Service><ServiceId "
			 "RoleName=\"mediationserver\"/></Service></Topology>",
					"  gateways 0\npool  (, 0):\n"},
			{"<t:Topology xmlns:t=\"urn:schema:Microsoft.Rtc.Management.Deploy."
			 "Topology.2008\" Signature=\" s \"><Service " NS ">"
			 "<ServiceId RoleName=\"PstnGateway\"/></Service><Service>"
			 "<ServiceId RoleName=\"PstnGateway\"/></Service></t:Topology>",
					" s gateways 0\nroot  ():  udp:0 -> nowhere:0\n"},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		ly_report_t report = {0};
		assert_true(
				read_as(ly_cstr(documents[i][0]), documents[i][1], &report));
	}
}

static void what_is_no_topology(void **state)
{
	static const char *const documents[][2] = {
			{"<Topology/>", "the document is a <Topology>; expected what "},
			{"<Objs xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"/"
			 ">",
					"the document is a <Objs>; expected what "},
			{"<TopologyBuilder xmlns=\"urn:schema:Microsoft.Rtc.Management."
			 "Deploy.TopologyBuilder.2008\"/>",
					"the document is a <TopologyBuilder>; expected what "},
			{"<!DOCTYPE Topology><Topology " NS "/>", "a DOCTYPE is refused"},
			{"<Topology " NS ">", "not well-formed XML"},
			{"", "the file is empty; expected <Topology>"},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		ly_report_t report = {0};
		assert_false(read_as(ly_cstr(documents[i][0]), "", &report));
		if(!strstr(report.first.text, documents[i][1]))
			fail_msg("'%s': '%s'", documents[i][0], report.first.text);
		assert_int_equal(live, 0);
	}
}

static ly_slice_t fixture;
static const char *expected_words;

static bool read_fixture(ly_report_t *report)
{
	return read_as(fixture, expected_words, report);
}

/* Small files: libxml2 2.9 itself loses the buffer of one over 8 KB when it cannot be enlarged. */
static void every_allocation_may_fail(void **state)
{
	static const struct
	{
		const char *path;
		const char *expected;
	} files[] = {{LYNC "lync2010.xml", old}, {LYNC "builder.tbxml", builder}};

	(void)state;
	for(size_t i = 0; i < 2; i++) {
		fixture = file_bytes(files[i].path);
		expected_words = files[i].expected;
		fail_each_allocation(read_fixture, 40);
		free((void *)fixture.s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(a_published_topology),
			TEST(encodings_give_the_same),
			TEST(lync_2010),
			TEST(sfb_2019),
			TEST(a_range_of_ports),
			TEST(topology_builder),
			TEST(where_a_pool_listens),
			TEST(gaps),
			TEST(what_is_no_topology),
			TEST(every_allocation_may_fail),
	};

	let_libxml2_fail();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
