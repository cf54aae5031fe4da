/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which trunk of the plan is which of Lync's: by name, by ports, and where these do not tell. */
#include "import_helpers.h"

static input_t sample(const char *old)
{
	return (input_t){.topology = text_of_file(LYNC "topology.xml"),
			.settings = text_of_file(LYNC "settings.xml"),
			.old = old,
			.selves = {"sbc1.contoso.com"}};
}

/* A trunk that the administrator calls otherwise; two that change their ports. */
static void trunks_are_found_again(void **state)
{
	input_t input = sample(NULL);
	static char renamed[40000];

	(void)state;
	import_right(&input);
	strcpy(renamed, plan);
	for(int i = 0; i < 2; i++) /* its name, and the target's route */
		strcpy(renamed, with(renamed, "\"sbc1-dr.contoso.com\"", "\"dr\""));
	input.old = renamed;
	import_right(&input);
	assert_has(plan, "<trunk name=\"dr\" pool=\"medpool-dr\"");
	assert_has(plan, "<route trunk=\"dr\"/>");
	assert_has_not(plan, "sbc1-dr");
	assert_has_not(blanks, "where calls of Lync go");
	strcpy(renamed, with(plan,
							"mediation-port=\"5067\" "
							"fqdn=\"sbc1.contoso.com\"",
							"mediation-port=\"5077\" "
							"fqdn=\"sbc1.contoso.com\""));
	assert_true(import(&input));
	assert_has_not(plan, "5077");
}

static void names_count_before_ports(void **state)
{
	static const char port[] = "MediationServerPort=\"5067\" Default=\"false\"";
	input_t input = sample(NULL);
	static char before[40000];
	const char *a, *b;

	(void)state;
	input.settings = NULL;
	input.topology = text_of_file(LYNC "sfb2019.xml");
	input.selves[0] = "sbc-a.fabrikam.example";
	import_right(&input);
	strcpy(before, plan);
	/* The further trunk takes the ports of the root trunk, which gets others. */
	a = with(input.topology, port,
			"MediationServerPort=\"5069\" Default=\"false\"");
	b = with(a, "Port=\"5066\" Protocol=\"Tcp\"",
			"Port=\"5067\" Protocol=\"Tls\"");
	a = with(b, "MediationServerPort=\"5068\" ",
			"MediationServerPort=\"5067\" ");
	input.topology = a;
	input.old = before;
	assert_true(import(&input));
	assert_has(plan, "<trunk name=\"sbc-a.fabrikam.example\" pool=\"pool01\" "
					 "mediation-port=\"5069\"");
	assert_has(plan, "<trunk name=\"sbc-a--fax.fabrikam.example\" "
					 "pool=\"pool01\" mediation-port=\"5067\"");
	assert_has_not(plan, "-2\"");
}

/* A pool that its last trunk has left goes. */
static void a_trunk_that_moves(void **state)
{
#define LEADS_TO(site)                                                       \
	"SiteId=\"" site "\" RoleName=\"MediationServer\" Instance=\"1\" />\n  " \
	"      </Dependency>\n        <Dependency Usage=\"Default\">\n"          \
	"          <ServiceId SiteId=\"1\" RoleName=\"PstnGateway\" "            \
	"Instance=\"1\""
	input_t input = sample(NULL);
	static char before[40000];

	(void)state;
	import_right(&input);
	assert_has(plan, "<pool name=\"medpool-dr\"");
	strcpy(before, plan);
	input.old = before;
	input.topology = with(input.topology, LEADS_TO("2"), LEADS_TO("1"));
	input.topology = with(input.topology, "MediationServerPort=\"5067\"",
			"MediationServerPort=\"5068\"");
	import_right(&input);
	assert_has_not(plan, "medpool-dr");
	assert_has(plan, "<trunk name=\"sbc1-dr.contoso.com\" pool=\"medpool-hq\"");
}

/* The same ports twice make one trunk; the same name twice makes two. */
static void trunks_that_are_alike(void **state)
{
	input_t input = {.topology = text_with(LYNC "by-address.xml",
							 "MediationServerPort=\"5089\"",
							 "MediationServerPort=\"5080\""),
			.selves = {"192.0.2.240"}};

	(void)state;
	import_right(&input);
	assert_has(notes, "trunk 'trunk two' is left out: it has the pool and the "
					  "ports of another one\n");
	assert_has_not(plan, "trunk-two");
	input.topology = text_with(LYNC "by-address.xml",
			"<Cluster RequiresReplication=\"false\" "
			"RequiresSetup=\"false\" Fqdn=\"trunk3\">",
			"<Cluster Fqdn=\"trunk two\">");
	import_right(&input);
	assert_has(plan, "<trunk name=\"trunk-two\" pool=\"med\" "
					 "mediation-port=\"5089\"");
	assert_has(plan, "<trunk name=\"trunk-two-2\" pool=\"med\" "
					 "mediation-port=\"5090\"");
}

/* Where two trunks have one name, their ports tell which is which; it is the same each time. */
static void namesakes_are_found_again(void **state)
{
	static char old[sizeof(plan)];
	input_t input = {.topology = text_with(LYNC "by-address.xml",
							 "MediationServerPort=\"5090\"",
							 "MediationServerPort=\"5089\""),
			.selves = {"192.0.2.240"}};
	char *at, *from = plan;

	(void)state;
	import_right(&input);
	for(old[0] = '\0'; (at = strstr(from, "trunk-two")); from = at + 9)
		sprintf(old + strlen(old), "%.*sfax", (int)(at - from), from);
	strcat(old, from);
	input.old = old;
	input.topology = text_with(
			LYNC "by-address.xml", "Fqdn=\"trunk3\"", "Fqdn=\"trunk two\"");
	import_right(&input);
	assert_has(plan, "<trunk name=\"fax\" pool=\"med\" "
					 "mediation-port=\"5089\"");
	assert_has(plan, "<trunk name=\"trunk-two\" pool=\"med\" "
					 "mediation-port=\"5090\"");
}

/* Ports that a trunk has left are taken by one that is new: it does not become that trunk. */
static void a_new_trunk_with_old_ports(void **state)
{
	static char old[sizeof(plan)];
	input_t input = {.topology = text_with(LYNC "by-address.xml",
							 "MediationServerPort=\"5090\"",
							 "MediationServerPort=\"5089\""),
			.selves = {"192.0.2.240"}};
	char *port;

	(void)state;
	import_right(&input);
	strcpy(old, plan);
	input.old = old;
	input.topology = text_with(LYNC "by-address.xml",
			"MediationServerPort=\"5089\"", "MediationServerPort=\"5085\"");
	port = strstr(input.topology, "MediationServerPort=\"5090\"");
	memcpy(port, "MediationServerPort=\"5089\"", 26);
	import_right(&input);
	assert_has(plan, "<trunk name=\"trunk-two\" pool=\"med\" "
					 "mediation-port=\"5085\"");
	assert_has(plan, "<trunk name=\"trunk3\" pool=\"med\" "
					 "mediation-port=\"5089\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(trunks_are_found_again),
			TEST(names_count_before_ports),
			TEST(a_trunk_that_moves),
			TEST(trunks_that_are_alike),
			TEST(namesakes_are_found_again),
			TEST(a_new_trunk_with_old_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
