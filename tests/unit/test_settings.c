/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which configuration holds for a trunk, and what it says. */
#include "lync_helpers.h"

#include "liblync/settings.h"

static ly_arena_t arena;
static ly_settings_t settings;

static int begin(void **state)
{
	forget(state);
	arena = (ly_arena_t){take, give, NULL};
	ly_settings_init(&settings, &arena);
	return 0;
}

static int end(void **state)
{
	(void)state;
	ly_arena_free(&arena);
	assert_int_equal(live, 0);
	return 0;
}

static bool add_file(const char *path, ly_report_t *report)
{
	ly_slice_t text = file_bytes(path);
	bool read = ly_settings_read(&settings, text, report);

	free((void *)text.s);
	return read;
}

static void load(const char *path)
{
	ly_report_t report = {0};

	if(!add_file(path, &report))
		fail_msg("%s:%u: %s", path, report.first.line, report.first.text);
}

static const ly_configuration_t *configuration(
		const char *trunk, const char *site)
{
	return ly_settings_for(&settings, ly_cstr(trunk), ly_cstr(site));
}

static void the_most_specific_scope_wins(void **state)
{
	static const char *const cases[][3] = {
			{"sbc1.contoso.com", "Northwind-HQ",
					"Service:PstnGateway:SBC1.contoso.com"},
			{"SBC1.CONTOSO.COM", "Northwind-DR",
					"Service:PstnGateway:SBC1.contoso.com"},
			{"sbc2.contoso.com", "northwind-dr", "Site:Northwind-DR"},
			{"sbc2.contoso.com", "Northwind-HQ", "Global"},
			{"sbc2.contoso.com", "", "Global"},
	};

	(void)state;
	assert_null(configuration("sbc1.contoso.com", "Northwind-HQ"));
	load(LYNC "settings.xml");
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_slice(
				configuration(cases[i][0], cases[i][1])->identity, cases[i][2]);
}

/* NULL: the parameter is not known. */
static void expect_says(const ly_configuration_t *from, const char *parameter,
		const char *expected)
{
	ly_report_t report = {0};
	ly_slice_t text;

	assert_int_equal(
			ly_settings_value(&settings, from, parameter, &report, &text),
			expected != NULL);
	if(expected)
		assert_slice(text, expected);
	assert_int_equal(report.count, 0);
}

static void values(void **state)
{
	const ly_configuration_t *global, *own;

	(void)state;
	load(LYNC "settings.xml");
	global = configuration("", "");
	own = configuration("sbc1.contoso.com", "");
	expect_says(global, "SRTPMode", "Optional");
	expect_says(global, "srtpmode", "Optional");
	expect_says(global, "EnableReferSupport", "false");
	expect_says(global, "MaxEarlyDialogs", "40");
	expect_says(global, "Description", "All trunks & \"more\"\non two lines");
	expect_says(global, "PstnUsages", "Local,Long Distance");
	expect_says(global, "ForwardPAI", NULL);
	expect_says(own, "Description", "");
	expect_says(own, "ForwardPAI", "true");
}

/* "called: name pattern -> translation; …" */
static void expect_rules(const ly_configuration_t *from, const char *parameter,
		ly_rules_state_t expected, const char *names)
{
	const ly_clixml_value_t *rule;
	char text[300];
	ly_buf_t b = ly_buf(text, sizeof(text) - 1);

	assert_int_equal(ly_settings_rules(from, parameter, &rule), expected);
	for(; expected == LY_RULES_READ && rule; rule = rule->next)
		ly_putf(&b, "%.*s;", LY_FMT(ly_clixml_text(rule, "Name")));
	text[b.len] = '\0';
	assert_string_equal(text, names);
}

static void rules(void **state)
{
	const ly_configuration_t *global, *own;

	(void)state;
	load(LYNC "settings.xml");
	global = configuration("", "");
	own = configuration("sbc1.contoso.com", "");
	expect_rules(global, "OutboundTranslationRulesList", LY_RULES_READ,
			"Strip plus;No short numbers_x0041_;");
	expect_rules(global, "OutboundCallingNumberTranslationRulesList",
			LY_RULES_READ, "Main number;");
	expect_rules(global, "SipResponseCodeTranslationRulesList", LY_RULES_READ,
			"Busy;No cause;");
	expect_rules(own, "OutboundTranslationRulesList", LY_RULES_READ, "");
	expect_rules(
			own, "SipResponseCodeTranslationRulesList", LY_RULES_ABSENT, "");
}

static void rules_that_are_cut_off(void **state)
{
	const ly_configuration_t *global;

	(void)state;
	load(LYNC "collapsed.xml");
	global = configuration("", "");
	expect_rules(
			global, "OutboundTranslationRulesList", LY_RULES_COLLAPSED, "");
	expect_rules(global, "OutboundCallingNumberTranslationRulesList",
			LY_RULES_READ, "");
	expect_rules(global, "SipResponseCodeTranslationRulesList",
			LY_RULES_COLLAPSED, "");
	expect_says(global, "SRTPMode", "Optional");
}

static void voice_routes(void **state)
{
	const ly_voice_route_t *route;

	(void)state;
	load(LYNC "settings.xml");
	route = ly_settings_routes(&settings, LY_LIT("SBC1.contoso.com"));
	assert_slice(route->name, "Emergency");
	assert_slice(route->pattern, "^\\+911$");
	assert_slice(route->next->name, "All--else");
	assert_null(route->next->next);
	route = ly_settings_routes(&settings, LY_LIT("sbc2.contoso.com"));
	assert_slice(route->next->name, "All--else");
	assert_null(ly_settings_routes(&settings, LY_LIT("sbc3.contoso.com")));
}

static void listed_trunks(void **state)
{
	(void)state;
	load(LYNC "settings.xml");
	load(LYNC "gateways2010.xml");
	assert_slice(settings.trunks->name, "sbc1.contoso.com");
	assert_slice(settings.trunks->pool, "medpool-hq.contoso.com");
	assert_slice(settings.trunks->next->name, "sbc1-dr.contoso.com");
	assert_slice(settings.trunks->next->next->name, "gw.litware.example");
	assert_slice(settings.trunks->next->next->pool, "other.litware.example");
	assert_null(settings.trunks->next->next->next);
}

static void expect_refusal(const char *path, unsigned line, const char *phrase)
{
	ly_report_t report = {0};

	assert_false(add_file(path, &report));
	if(report.first.line != line || !strstr(report.first.text, phrase))
		fail_msg("%s: %u: '%s'", path, report.first.line, report.first.text);
}

static void what_is_not_right(void **state)
{
	static const char *const head =
			"<Objs xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">"
			"\n<Obj><TN><T>A.TrunkConfiguration.TrunkConfiguration</T></TN>"
			"<Props>%s</Props></Obj></Objs>";
	char text[400];
	ly_report_t report = {0};
	int len = snprintf(text, sizeof(text), head, "<S N=\"Identity\">Tag:x</S>");

	(void)state;
	expect_refusal(LYNC "topology.xml", 3, "the document is a <Topology>");
	assert_false(
			ly_settings_read(&settings, ly_slice(text, (size_t)len), &report));
	assert_int_equal(report.first.line, 2);
	assert_non_null(strstr(report.first.text,
			"has the Identity 'Tag:x'; expected Global, Site:"));
	len = snprintf(text, sizeof(text), head, "");
	report = (ly_report_t){0};
	assert_false(
			ly_settings_read(&settings, ly_slice(text, (size_t)len), &report));
	assert_non_null(strstr(report.first.text, "has the Identity ''"));
	report = (ly_report_t){0};
	assert_false(ly_settings_read(&settings,
			LY_LIT("<Objs xmlns=\"http://schemas.microsoft.com/powershell/"
				   "2004/04\"><S>a</S></Objs>"),
			&report));
	assert_non_null(strstr(report.first.text, "no object in the file is a "));
}

static void nothing_is_configured_twice(void **state)
{
	(void)state;
	load(LYNC "settings.xml");
	expect_refusal(LYNC "collapsed.xml", 3,
			"the trunk configuration 'Global' stands in the settings twice");
}

static bool read_settings(ly_report_t *report)
{
	ly_slice_t text = file_bytes(LYNC "settings.xml");
	bool read;

	arena = (ly_arena_t){take, give, NULL};
	ly_settings_init(&settings, &arena);
	read = ly_settings_read(&settings, text, report);
	if(read) {
		ly_slice_t usages;
		const ly_configuration_t *global = configuration("", "");
		assert_slice(global->identity, "Global");
		expect_rules(global, "OutboundTranslationRulesList", LY_RULES_READ,
				"Strip plus;No short numbers_x0041_;");
		read = ly_settings_value(
				&settings, global, "PstnUsages", report, &usages);
		if(read)
			assert_slice(usages, "Local,Long Distance");
	}
	ly_arena_free(&arena);
	free((void *)text.s);
	return read;
}

static void every_allocation_may_fail(void **state)
{
	(void)state;
	fail_each_allocation(read_settings, 100);
}

#define TEST_SETTINGS(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST_SETTINGS(the_most_specific_scope_wins),
			TEST_SETTINGS(values),
			TEST_SETTINGS(rules),
			TEST_SETTINGS(rules_that_are_cut_off),
			TEST_SETTINGS(voice_routes),
			TEST_SETTINGS(listed_trunks),
			TEST_SETTINGS(what_is_not_right),
			TEST_SETTINGS(nothing_is_configured_twice),
			TEST(every_allocation_may_fail),
	};

	let_libxml2_fail();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
