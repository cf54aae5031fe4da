/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An import into a plan that an administrator has worked on: what is his stays, what is Lync's does not. */
#include "import_helpers.h"

#define ADDRESS_SHOWN "address=\"192.0.2.1\""

/* A plan that has been imported, and then filled in and changed by hand. */
static const char mine[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<!-- our plan -->\n"
		"<lync-trunks xmlns=\"urn:lync-sbc:trunks:1\" version=\"1\" "
		"signature=\"old\">\n"
		"  <node name=\"north\" fqdn=\"sbc1.contoso.com\" state=\"drain\">\n"
		"    <interface side=\"lync\" " ADDRESS_SHOWN "/>\n"
		"    <!-- FILL IN: something that is not done yet -->\n"
		"    <interface side=\"pstn\" address=\"198.51.100.1\"/>\n"
		"    <certificate file=\"/a\" key=\"/b/c\" ca=\"/d/e\"/>\n"
		"    <listen side=\"lync\" transport=\"tls\" port=\"5067\" "
		"tls-min=\"1.0\"/>\n"
		"    <listen side=\"pstn\" transport=\"tcp\" port=\"5060\"/>\n"
		"  </node>\n"
		"  <pool name=\"hq\" fqdn=\"MEDPOOL-HQ.contoso.com\" "
		"dialect=\"lync2010\" tls-min=\"1.0\">\n"
		"    <!-- the old one -->\n"
		"    <server fqdn=\"med-hq-01.contoso.com\" address=\"192.0.2.11\" "
		"weight=\"70\" state=\"drain\"/>\n"
		"    <server fqdn=\"gone.contoso.com\"/>\n"
		"    <limit max-calls=\"500\"/>\n"
		"  </pool>\n"
		"  <target name=\"gw\" address=\"198.51.100.10\" port=\"5060\" "
		"transport=\"tcp\" numbers=\"n\">\n"
		"    <route trunk=\"sbc1.contoso.com\" tier=\"2\"/>\n"
		"    <route trunk=\"sbc1-gone.contoso.com\"/>\n"
		"  </target>\n"
		"  <trunk name=\"sbc1.contoso.com\" pool=\"hq\" "
		"mediation-port=\"5067\" fqdn=\"sbc1.contoso.com\" port=\"5067\" "
		"transport=\"tls\" media=\"lync-srtp-required\" numbers=\"n\" "
		"dialect=\"sfb2015\" ForwardPAI=\"false\" Description=\"old\" "
		"RTCPActiveCalls=\"True\">\n"
		"    <!-- From Lync: what was -->\n"
		"    <!-- my remark -->\n"
		"    <route target=\"gw\" weight=\"7\" match=\"^\\+49\"/>\n"
		"    <limit max-calls=\"480\" max-cps=\"20\"/>\n"
		"  </trunk>\n"
		"  <trunk name=\"sbc1-gone.contoso.com\" pool=\"hq\" "
		"mediation-port=\"5067\" fqdn=\"sbc1.contoso.com\" port=\"5099\" "
		"transport=\"tls\"/>\n"
		"  <trunk name=\"theirs\" pool=\"hq\" mediation-port=\"5068\" "
		"fqdn=\"other.contoso.com\" port=\"5067\" transport=\"tls\"/>\n"
		"  <numbers name=\"n\"><rule on=\"called\" name=\"r\" pattern=\"^0\" "
		"translation=\"\"/></numbers>\n"
		"</lync-trunks>\n";

static input_t sample(const char *old)
{
	return (input_t){.topology = text_of_file(LYNC "topology.xml"),
			.settings = text_of_file(LYNC "settings.xml"),
			.old = old,
			.selves = {"sbc1.contoso.com"}};
}

static void what_is_the_administrators_stays(void **state)
{
	static const char *const stays[] = {
			"<!-- our plan -->\n<lync-trunks",
			"<node name=\"north\" fqdn=\"sbc1.contoso.com\" state=\"drain\">",
			"<!-- FILL IN: something that is not done yet -->\n"
			"    <interface side=\"pstn\" address=\"198.51.100.1\"/>",
			"<certificate file=\"/a\" key=\"/b/c\" ca=\"/d/e\"/>",
			"port=\"5067\" tls-min=\"1.0\"/>\n    <listen side=\"pstn\" "
			"transport=\"tcp\" port=\"5060\"/>\n  </node>",
			"<pool name=\"hq\" fqdn=\"MEDPOOL-HQ.contoso.com\"",
			"tls-min=\"1.0\" site=",
			"<!-- the old one -->\n    <server fqdn=\"med-hq-01.contoso.com\" "
			"address=\"192.0.2.11\" weight=\"70\" state=\"drain\"/>",
			"<limit max-calls=\"500\"/>\n  </pool>",
			"<target name=\"gw\" address=\"198.51.100.10\" port=\"5060\" "
			"transport=\"tcp\" numbers=\"n\">\n"
			"    <route trunk=\"sbc1.contoso.com\" tier=\"2\"/>\n  </target>",
			"media=\"lync-srtp-required\" numbers=\"n\" dialect=\"sfb2015\"",
			"<!-- my remark -->\n    <route target=\"gw\" weight=\"7\" "
			"match=\"^\\+49\"/>\n    <limit max-calls=\"480\" max-cps=\"20\"/>",
			"<trunk name=\"theirs\" pool=\"hq\" mediation-port=\"5068\"",
			"<rule on=\"called\" name=\"r\" pattern=\"^0\" translation=\"\"/>",
			"RTCPActiveCalls=\"True\"",
	};
	input_t input = sample(mine);

	(void)state;
	assert_true(import(&input));
	for(size_t i = 0; i < sizeof(stays) / sizeof(stays[0]); i++)
		assert_has(plan, stays[i]);
}

static void what_is_lyncs_does_not(void **state)
{
	static const char *const comes[] = {
			"signature=\"5b1d4a02-7c33-4e0e-9d55-1f2a6c0e7711\"",
			"imported-from=\"topology of contoso.com\"",
			"dialect=\"lync2013\"",
			"site=\"Northwind-HQ\"",
			"<server fqdn=\"med-hq-02.contoso.com\"/>\n"
			"    <server fqdn=\"med-hq-03.contoso.com\"/>\n"
			"    <limit",
			"<pool name=\"medpool-dr\"",
			"ForwardPAI=\"true\"",
			"EnablePIDFLOSupport=\"true\"",
			"<!-- From Lync: voice routes to this trunk: 'Emergency' ",
			"<trunk name=\"sbc1-dr.contoso.com\" pool=\"medpool-dr\"",
	};
	static const char *const goes[] = {"\"old\"", "gone", "what was",
			"dialect=\"lync2010\"", "Description=\"old\"", "fill-in"};
	input_t input = sample(mine);

	(void)state;
	assert_true(import(&input));
	for(size_t i = 0; i < sizeof(comes) / sizeof(comes[0]); i++)
		assert_has(plan, comes[i]);
	for(size_t i = 0; i < sizeof(goes) / sizeof(goes[0]); i++)
		assert_has_not(plan, goes[i]);
	/* The new trunk needs routes, and nothing else is blank. */
	assert_string_equal(blanks,
			"8: something that is not done yet\n"
			"47: where calls of Lync go on this trunk, a <route "
			"target=\"...\"/> for each target, and in these targets a <route "
			"trunk=\"sbc1-dr.contoso.com\"/> for the calls to Lync\n");
	assert_has(notes, "the topology has been published again since the plan "
					  "was imported (signature old then, "
					  "5b1d4a02-7c33-4e0e-9d55-1f2a6c0e7711 now)");
}

/* Settings that nobody gives are not known, so they stay. */
static void without_settings_they_stay(void **state)
{
	input_t input = sample(mine);

	(void)state;
	input.settings = NULL;
	assert_true(import(&input));
	assert_has(plan, "ForwardPAI=\"false\"");
	assert_has(plan, "Description=\"old\"");
	assert_has(plan, "<!-- From Lync: what was -->");
	assert_has(notes, "no settings say how Lync uses the trunks");
}

static void a_filled_in_comment_is_the_administrators(void **state)
{
	input_t input = sample(NULL);
	static char filled[40000];

	(void)state;
	import_right(&input);
	strcpy(filled, with(plan,
						   "<!-- FILL IN: the address of this node towards "
						   "the Mediation Servers -->",
						   ""));
	strcpy(filled, with(filled, "address=\"192.0.0.8\"", ADDRESS_SHOWN));
	input.old = filled;
	import_right(&input);
	assert_has(plan, "<interface side=\"lync\" " ADDRESS_SHOWN "/>");
	assert_has_not(blanks, "towards the Mediation Servers\n");
	assert_has(blanks, "towards gateways");
	assert_has(notes, "the topology has not been published again");
}

/* Two nodes serve one name together: no third one comes. */
static void a_shared_name(void **state)
{
	input_t input = sample(NULL);
	static char shared[40000];

	(void)state;
	input.settings = NULL;
	import_right(&input);
	strcpy(shared, with(plan, "<node name=\"sbc1\" fqdn=\"sbc1.contoso.com\">",
						   "<node name=\"a\" fqdn=\"a.contoso.com\">"));
	strcpy(shared, with(shared, "transport=\"tls\" port=\"5067\"/>",
						   "transport=\"tls\" port=\"5001\"/>"));
	input.old = shared;
	import_right(&input);
	assert_has(plan, "<node name=\"a\" fqdn=\"a.contoso.com\">");
	assert_has_not(plan, "<node name=\"sbc1\"");
	assert_has(plan, "port=\"5001\"/>\n    <!-- FILL IN: how");
	assert_has(plan, "<listen side=\"lync\" transport=\"tls\" "
					 "port=\"5067\"/>\n  </node>");
}

/* A node that Lync knows by its address lends its trunks its name. */
static void a_node_with_an_address(void **state)
{
	static const char node[] =
			"<lync-trunks xmlns=\"urn:lync-sbc:trunks:1\" version=\"1\"><node "
			"name=\"n\" fqdn=\"n.tailspin.example\"><interface side=\"lync\" "
			"address=\"192.0.2.7\" advertise=\"192.0.2.240\"/><interface "
			"side=\"pstn\" address=\"192.0.2.7\"/><listen side=\"pstn\" "
			"transport=\"udp\" port=\"5060\"/></node></lync-trunks>";
	input_t input = {.topology = text_of_file(LYNC "by-address.xml"),
			.old = node,
			.selves = {"192.0.2.240"}};

	(void)state;
	import_right(&input);
	assert_has_not(plan, "192-0-2-240");
	assert_has(plan, "fqdn=\"n.tailspin.example\" port=\"5066\"");
	assert_has(plan, "<listen side=\"lync\" transport=\"tcp\" port=\"5066\"/>");
	/* That of the other side does not count. */
	input.old = with(node, "side=\"pstn\" address=\"192.0.2.7\"",
			"side=\"pstn\" address=\"192.0.2.240\"");
	input.old = with(input.old, " advertise=\"192.0.2.240\"", "");
	import_right(&input);
	assert_has(plan, "<node name=\"192.0.2.240\"");
}

/* Lync's rules ------------------------------------------------------------------------------------------------------ */

static void lists_that_are_empty_by_now(void **state)
{
	input_t input = sample(NULL);
	static char full[40000];

	(void)state;
	import_right(&input);
	strcpy(full, plan);
	assert_has(full, "<numbers name=\"lync-global\">");
	input.old = full;
	input.settings = text_with(LYNC "settings.xml",
			"<B N=\"ForwardCallHistory\">true</B>",
			"</Props></Obj><Obj><TNRef RefId=\"2\"/><Props><S "
			"N=\"Identity\">Service:PstnGateway:sbc1-dr.contoso.com</S>");
	import_right(&input);
	assert_has_not(plan, "lync-global");
}

/* Whoever uses the rules has taken them over from Lync. */
static void rules_in_use_are_the_administrators(void **state)
{
	input_t input = sample(NULL);
	static char used[40000];

	(void)state;
	import_right(&input);
	strcpy(used, with(plan, "transport=\"tls\" EnablePIDFLOSupport",
						 "transport=\"tls\" numbers=\"lync-global\" "
						 "EnablePIDFLOSupport"));
	strcpy(used, with(used, "translation=\"0$1\"", "translation=\"9$1\""));
	input.old = used;
	import_right(&input);
	assert_string_equal(plan, used);
	assert_has(notes, "numbers=\"lync-global\" is in use, while Lync applies "
					  "the rules of OutboundTranslationRulesList of 'Global' "
					  "itself: they are applied twice");
	input.settings = text_of_file(LYNC "collapsed.xml");
	assert_true(import(&input));
	assert_has(plan, "translation=\"9$1\"");
}

/* The deeper export takes the question away; the shallow one does not take away the answer. */
static void an_export_that_is_deep_enough(void **state)
{
	input_t input = sample(NULL);
	static char before[40000];

	(void)state;
	input.settings = text_of_file(LYNC "collapsed.xml");
	import_right(&input);
	strcpy(before, plan);
	input.old = before;
	input.settings = text_of_file(LYNC "settings.xml");
	import_right(&input);
	assert_has_not(plan, "the rules of OutboundTranslationRulesList");
	assert_has(plan, "<numbers name=\"lync-global\">");
	strcpy(before, plan);
	input.settings = text_of_file(LYNC "collapsed.xml");
	import_right(&input);
	assert_has(plan, "translation=\"0$1\"");
	assert_has(blanks, "the rules of OutboundTranslationRulesList");
}

/* Memory ------------------------------------------------------------------------------------------------------------- */

static bool import_all(ly_report_t *report)
{
	static char right[sizeof(plan)];
	input_t input = sample(mine);
	bool done = import(&input);

	*report = import_report;
	if(done && !right[0])
		strcpy(right, plan);
	if(done)
		assert_string_equal(plan, right);
	return done;
}

static void every_allocation_may_fail(void **state)
{
	ly_report_t report;
	long n = 0;

	(void)state;
	assert_true(import_all(&report)); /* now it is known what is right */
	for(;; n++) {
		until_failure = n;
		if(import_all(&report))
			break;
		if(strcmp(report.first.text, "out of memory") != 0)
			fail_msg("allocation %ld: '%s'", n, report.first.text);
	}
	until_failure = -1;
	print_message("%ld allocations failed in turn\n", n);
	assert_true(n > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(what_is_the_administrators_stays),
			TEST(what_is_lyncs_does_not),
			TEST(without_settings_they_stay),
			TEST(a_filled_in_comment_is_the_administrators),
			TEST(a_shared_name),
			TEST(a_node_with_an_address),
			TEST(lists_that_are_empty_by_now),
			TEST(rules_in_use_are_the_administrators),
			TEST(an_export_that_is_deep_enough),
			TEST(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
