/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A new plan from each kind of deployment, and what is said about it. */
#include "import_helpers.h"

static void the_sample(void **state)
{
	input_t input = {.topology = text_of_file(LYNC "topology.xml"),
			.settings = text_of_file(LYNC "settings.xml"),
			.selves = {"sbc1.contoso.com"}};

	(void)state;
	import_right(&input);
	assert_string_equal(plan, text_of_file(LYNC "sbc1.plan"));
	assert_string_equal(notes,
			"pool 'medpool-hq.contoso.com' is lync2013: where its Windows "
			"speaks TLS 1.0 only, set tls-min=\"1.0\" in <pool> and <listen>\n"
			"pool 'medpool-dr.contoso.com' is lync2013: where its Windows "
			"speaks TLS 1.0 only, set tls-min=\"1.0\" in <pool> and "
			"<listen>\n");
	assert_has(blanks,
			"6: the address of this node towards the Mediation Servers\n"
			"8: the address of this node towards gateways, PBXs and "
			"providers\n"
			"10: the certificate of sbc1.contoso.com with its chain");
	assert_has(blanks, "\n14: how gateways, PBXs and providers reach");
	assert_has(blanks, "\n30: the gateways, PBXs and providers behind");
}

/* The letters of our name do not matter. */
static void without_settings(void **state)
{
	input_t input = {.topology = text_of_file(LYNC "topology.xml"),
			.selves = {"SBC1.contoso.com", "ippbx.contoso.com"}};

	(void)state;
	import_right(&input);
	assert_has(notes, "no settings say how Lync uses the trunks;");
	assert_has_not(plan, "ForwardPAI");
	assert_has(plan, "fqdn=\"SBC1.contoso.com\">");
	assert_has(plan, "<trunk name=\"ippbx-dr.contoso.com\" "
					 "pool=\"medpool-dr\" mediation-port=\"5081\" "
					 "fqdn=\"ippbx.contoso.com\" port=\"5060\"\n"
					 "         transport=\"tcp\" SRTPMode=\"NotSupported\">");
	/* The node without TLS needs no certificate. */
	assert_has(plan, "address=\"192.0.0.8\"/>\n"
					 "    <listen side=\"lync\" transport=\"tcp\" "
					 "port=\"5060\"/>");
}

/* TLS 1.0, and a port that only the pool has. */
static void lync_2010(void **state)
{
	input_t input = {.topology = text_of_file(LYNC "lync2010.xml"),
			.settings = text_of_file(LYNC "gateways2010.xml"),
			.selves = {"gw.litware.example"}};

	(void)state;
	import_right(&input);
	assert_has(plan, "<pool name=\"fe01\" fqdn=\"fe01.litware.example\" "
					 "dialect=\"lync2010\" tls-min=\"1.0\" site=\"Main\">");
	assert_has(plan, "<listen side=\"lync\" transport=\"tls\" port=\"5061\" "
					 "tls-min=\"1.0\"/>");
	assert_has(plan, "mediation-port=\"5067\"");
	assert_has(notes, "is lync2010, which needs TLS 1.0");
	assert_has(notes, "trunk 'gw.litware.example' leads to the pool "
					  "'fe01.litware.example' in the topology, but to "
					  "'other.litware.example' in the export");
	assert_has(notes, "no settings say how Lync uses some of the trunks;");
}

/* Two nodes, names that are not ASCII, hyphens that a comment may not have. */
static void sfb_2019(void **state)
{
	input_t input = {.topology = text_of_file(LYNC "sfb2019.xml"),
			.settings = text_with(LYNC "settings.xml",
					"PstnGateway:sbc2.contoso.com",
					"PstnGateway:sbc-a--fax.fabrikam.example"),
			.selves = {"sbc-a.fabrikam.example", "sbc-b.fabrikam.example"}};

	(void)state;
	import_right(&input);
	assert_has(plan, "<node name=\"sbc-a\"");
	assert_has(plan, "<node name=\"sbc-b\"");
	assert_has(plan, "site=\"Zürich\"");
	assert_has(plan, "dialect=\"sfb2019\"");
	assert_has(plan, "<server fqdn=\"fe02.fabrikam.example\" "
					 "address=\"192.0.2.22\"/>");
	assert_has(plan, "<trunk name=\"sbc-a--fax.fabrikam.example\"");
	assert_has(plan, "voice routes to this trunk: 'Emergency' ^\\+911$, "
					 "'All- -else' ");
	assert_has(notes, "trunk 'sbc-a.fabrikam.example' is in the topology, but "
					  "not in the export of Get-CsTrunk");
	/* The trunk over TCP has no SRTP, whatever Global says. */
	assert_has(plan, "transport=\"tcp\" SRTPMode=\"NotSupported\"");
	assert_has(plan, "transport=\"tls\" SRTPMode=\"Optional\"");
}

static void a_gateway_by_address(void **state)
{
	input_t input = {.topology = text_of_file(LYNC "by-address.xml"),
			.selves = {"192.0.2.240"}};

	(void)state;
	import_right(&input);
	assert_has(plan, "<node name=\"192.0.2.240\" "
					 "fqdn=\"192-0-2-240-fill-in.invalid\">\n"
					 "    <interface side=\"lync\" address=\"192.0.2.240\"/>");
	assert_has(plan, "<trunk name=\"trunk-two\"");
	assert_has(plan, "fqdn=\"192-0-2-240-fill-in.invalid\" port=\"5066\"");
	assert_has_not(plan, "signature");
	assert_has(notes, "trunk 'trunk two' is called 'trunk-two' in the plan");
	assert_has(notes, "trunk 'trunk3' uses port 5090 of the pool "
					  "'med.tailspin.example', which does not listen there "
					  "over tcp");
	assert_has_not(notes, "port 5089");
	assert_has(blanks, "a fully qualified domain name for this node, which "
					   "the topology knows as 192.0.2.240");
}

static void topology_builder(void **state)
{
	input_t input = {.topology = text_of_file(LYNC "builder.tbxml"),
			.selves = {"sbc1.wingtip.example"}};

	(void)state;
	import_right(&input);
	assert_has(plan, "signature=\"00000000-0000-0000-0000-00000000000b\"");
	assert_has(plan, "<pool name=\"sbs\" fqdn=\"sbs.wingtip.example\" "
					 "dialect=\"sfb2015\" site=\"Branch\">");
	assert_has(plan, "<listen side=\"lync\" transport=\"tls\" port=\"5068\"/>");
}

/* What the export hides is asked for beside the trunk. */
static void rules_that_are_cut_off(void **state)
{
	input_t input = {.topology = text_of_file(LYNC "topology.xml"),
			.settings = text_of_file(LYNC "collapsed.xml"),
			.selves = {"sbc1.contoso.com"}};

	(void)state;
	import_right(&input);
	assert_has_not(plan, "<numbers");
	assert_has_not(plan, "<codes");
	assert_has(blanks, ": the rules of OutboundTranslationRulesList of the "
					   "trunk configuration 'Global': the export shows that "
					   "there are some, but not which; export it again with "
					   "Export-Clixml -Depth 4 and import that\n");
	assert_has(blanks, ": the rules of SipResponseCodeTranslationRulesList ");
	assert_has_not(blanks, "OutboundCallingNumber");
}

static void values_that_a_plan_cannot_hold(void **state)
{
	static const char *const cases[][3] = {
			{"<ToString>Optional</ToString>", "<ToString>Maybe</ToString>",
					"SRTPMode of the trunk configuration 'Global' is left out: "
					"a plan cannot say 'Maybe'\n"},
			{"<U32 N=\"MaxEarlyDialogs\">40<", "<U32 N=\"MaxEarlyDialogs\">0<",
					"MaxEarlyDialogs of the trunk configuration 'Global'"},
			{"<S N=\"Pattern\">^\\+(\\d+)$</S>", "<Nil N=\"Pattern\"/>",
					"the rule 'Strip plus' of OutboundTranslationRulesList of "
					"the trunk configuration 'Global' (line 38 of the export) "
					"is left out: it has no pattern\n"},
			{"^\\+(\\d+)$", "^(\\d+$", "is left out: its pattern '^(\\d+$' "},
			{">$1<", ">$2<", "is left out: its translation '$2' "},
			{"<U16 N=\"TranslatedResponseCode\">486<",
					"<U16 N=\"TranslatedResponseCode\">183<",
					"is left out: its TranslatedResponseCode is '183', not 400 "
					"to 699\n"},
			{"<U16 N=\"ReceivedISUPCauseValue\">17<",
					"<U16 N=\"ReceivedISUPCauseValue\">128<",
					"is left out: its ReceivedISUPCauseValue is '128', not 1 "
					"to 127\n"},
			{"<U16 N=\"TranslatedResponseCode\">486<", "<U16 N=\"x\">486<",
					"is left out: it does not say which code becomes "
					"which\n"},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		input_t input = {.topology = text_of_file(LYNC "topology.xml"),
				.settings = text_with(
						LYNC "settings.xml", cases[i][0], cases[i][1]),
				.selves = {"sbc1.contoso.com"}};
		import_right(&input);
		assert_has(notes, cases[i][2]);
		if(i > 1) /* which rule is said where it is missing too */
			assert_has(blanks, i < 5 ? "the rule 'Strip plus' of Lync, before"
									 : "the rule 'Busy' of Lync, before");
	}
}

static void expect_refusal(const char *topology, const char *self,
		unsigned line, const char *phrase)
{
	input_t input = {.topology = topology, .selves = {self}};

	assert_false(import(&input));
	if(import_report.first.line != line
			|| !strstr(import_report.first.text, phrase))
		fail_msg(
				"%u: '%s'", import_report.first.line, import_report.first.text);
}

static void what_is_not_right(void **state)
{
	static const char sample[] = LYNC "topology.xml";
	static const char sbc1[] = "sbc1.contoso.com";

	(void)state;
	expect_refusal(text_of_file(sample), "sbc3.contoso.com", 0,
			"no trunk of the topology leads to the gateway "
			"'sbc3.contoso.com'; did you mean 'sbc1.contoso.com'? known: "
			"sbc1.contoso.com, sbc2.contoso.com, ippbx.contoso.com, "
			"192.0.2.240");
	expect_refusal(text_with(sample,
						   "Port=\"5067\" Protocol=\"Tls\" "
						   "UrlPath=\"/\" AuthorizesRequests=\"false"
						   "\" ConfiguredFqdn=\"sbc1",
						   "Port=\"0\" Protocol=\"Tls\" ConfiguredFqdn=\"sbc1"),
			sbc1, 167, "trunk 'sbc1.contoso.com' has no port of the gateway");
	expect_refusal(text_with(sample, "<ClusterId SiteId=\"1\" Number=\"20\"",
						   "<ClusterId SiteId=\"1\" Number=\"99\""),
			sbc1, 229, "a trunk to 'sbc1.contoso.com' runs on no cluster");
	expect_refusal(text_with(sample, "<ClusterId SiteId=\"2\" Number=\"2\"",
						   "<ClusterId SiteId=\"2\" Number=\"99\""),
			sbc1, 149,
			"the Mediation pool of trunk 'sbc1-dr.contoso.com' runs on no "
			"cluster with machines");
	expect_refusal(text_with(sample,
						   "<Machine OrdinalInCluster=\"1\" "
						   "Fqdn=\"med-hq-01.contoso.com\"",
						   "<Machines/><Machine"),
			sbc1, 131,
			"the Mediation pool of trunk 'sbc1.contoso.com' runs on no cluster "
			"with machines");
	expect_refusal(text_with(LYNC "lync2010.xml", "\"5067\" Protocol=\"Tls\"",
						   "\"5067\" Protocol=\"Tcp\""),
			"gw.litware.example", 39,
			"trunk 'gw.litware.example' has no port of the Mediation pool, and "
			"the pool has none over tls");
}

static void a_trunk_that_leads_nowhere(void **state)
{
	static const char needs[] =
			"<ServiceId SiteId=\"2\" RoleName=\"MediationServer\" "
			"Instance=\"1\" />\n        </Dependency>\n        <Dependency "
			"Usage=\"Default\">\n          <ServiceId SiteId=\"1\" "
			"RoleName=\"PstnGateway\" Instance=\"1\" />";
	input_t input = {.topology = text_with(LYNC "topology.xml", needs, ""),
			.selves = {"sbc1.contoso.com"}};

	(void)state;
	import_right(&input);
	assert_has(notes, "trunk 'sbc1-dr.contoso.com' is left out: it leads to no "
					  "Mediation pool");
	assert_has_not(plan, "sbc1-dr");
	expect_refusal(text_with(LYNC "lync2010.xml",
						   "RoleName=\"MediationServer\" Instance=\"1\" />\n   "
						   "     </Dep",
						   "/></Dep"),
			"gw.litware.example", 0,
			"no trunk that leads to a Mediation pool is ours");
}

/* Of two gateways that are ours, one has such a trunk alone: nothing would come to its node. */
static void a_gateway_that_leads_nowhere(void **state)
{
#define NEEDS(site)                                                          \
	"RoleName=\"PstnGateway\" Instance=\"2\" />\n      <DependsOn>\n       " \
	" <Dependency Usage=\"Default\">\n          <ServiceId SiteId=\"" site
	input_t input = {
			.topology = text_with(LYNC "sfb2019.xml", NEEDS("1"), NEEDS("9")),
			.selves = {"sbc-a.fabrikam.example", "sbc-b.fabrikam.example"}};

	(void)state;
	import_right(&input);
	assert_has(notes, "trunk 'sbc-b.fabrikam.example' is left out: it leads to "
					  "no Mediation pool");
	assert_has(plan, "<node name=\"sbc-a\"");
	assert_has_not(plan, "<node name=\"sbc-b\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(the_sample),
			TEST(without_settings),
			TEST(lync_2010),
			TEST(sfb_2019),
			TEST(a_gateway_by_address),
			TEST(topology_builder),
			TEST(rules_that_are_cut_off),
			TEST(values_that_a_plan_cannot_hold),
			TEST(what_is_not_right),
			TEST(a_trunk_that_leads_nowhere),
			TEST(a_gateway_that_leads_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
