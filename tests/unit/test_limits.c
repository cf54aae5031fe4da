/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read stays within bounds, so that what a file costs depends on its size alone. */
#include "import_helpers.h"

#include "liblync/xml.h"

#define MANY (1u << 20)

/* begin, each with a number in place of "{}" count times, end; to be freed. */
static char *repeated(
		const char *begin, const char *each, unsigned count, const char *end)
{
	char *text = malloc(MANY), *p = text + sprintf(text, "%s", begin);

	for(unsigned i = 0; i < count; i++) {
		const char *hole = strstr(each, "{}");
		p += hole ? sprintf(p, "%.*s%u%s", (int)(hole - each), each, i,
							hole + 2)
				  : sprintf(p, "%s", each);
	}
	p += sprintf(p, "%s", end);
	assert_true(p - text < (long)MANY);
	return text;
}

/* Findings ----------------------------------------------------------------------------------------------------------- */

typedef struct heard
{
	unsigned of[2]; /* by severity */
	ly_finding_t last;
} heard_t;

static void hear(void *to, const ly_finding_t *finding)
{
	heard_t *heard = to;

	heard->of[finding->severity]++;
	heard->last = *finding;
}

static void findings(void **state)
{
	heard_t heard = {0};
	ly_report_t report = {.tell = hear, .to = &heard, .warn = true};
	const ly_slice_t known = LY_LIT("b");

	(void)state;
	for(unsigned i = 0; i < 9999; i++) {
		ly_found(&report, i + 1, "no %u", i);
		ly_warned(&report, i + 1, "no %u", i);
	}
	assert_int_equal(heard.of[LY_ERROR], 9999);
	assert_int_equal(heard.of[LY_WARNING], 9999);
	ly_found_unknown(&report, 1, LY_LIT("a"), &known, 1, "the last");
	assert_string_equal(heard.last.text, "the last; known: b");
	for(unsigned i = 0; i < 2; i++) {
		ly_found_unknown(&report, 1, LY_LIT("a"), &known, 1, "none");
		assert_string_equal(heard.last.text, "there are more errors than these "
											 "10000; the others are not told");
		ly_found(&report, 1, "none");
	}
	assert_int_equal(heard.last.line, 0);
	assert_int_equal(heard.of[LY_ERROR], 10001);
	assert_int_equal(report.count, 10004);
	assert_string_equal(report.first.text, "no 0");
	ly_warned(&report, 1, "the last");
	ly_warned(&report, 1, "none");
	ly_warned(&report, 1, "none");
	assert_int_equal(heard.last.severity, LY_WARNING);
	assert_string_equal(heard.last.text, "there are more warnings than these "
										 "10000; the others are not told");
	assert_int_equal(heard.of[LY_WARNING], 10001);
	assert_int_equal(report.warnings, 10002);
	ly_found_no_memory(&report);
	assert_true(report.no_memory);
}

/* XML ---------------------------------------------------------------------------------------------------------------- */

static void expect_xml(
		const char *each, unsigned count, unsigned line, const char *phrase)
{
	ly_arena_t arena = {take, give, NULL};
	ly_report_t report = {0};
	char *text = repeated("<a>\n", each, count, "</a>");
	ly_slice_t out;
	bool right = ly_xml_text(ly_cstr(text), "<a>", &arena, &report, &out);

	assert_int_equal(right, !phrase);
	if(phrase
			&& (report.first.line != line
					|| !strstr(report.first.text, phrase)))
		fail_msg("%u: %s", report.first.line, report.first.text);
	free(text);
	ly_arena_free(&arena);
	assert_int_equal(live, 0);
}

/* Those of elements, attributes, namespaces and instructions count; values do not, and each once. */
static void names(void **state)
{
	static const char many[] =
			"more than 2000 names of elements, attributes and namespaces";

	(void)state;
	expect_xml("<x{}/>", 1999, 0, NULL);
	expect_xml("<x{}/>\n", 2000, 2001, many);
	expect_xml("<x{}></x{}>", 1999, 0, NULL);
	expect_xml("<?x{}?>", 1999, 0, NULL);
	expect_xml("<?x{}?>", 2000, 2, many);
	expect_xml("<x a{}=''/>", 1998, 0, NULL);
	expect_xml("<x a{} =\t''/>", 1999, 2, many);
	expect_xml("<x b=''\na{}=''/>", 1998, 2000, many);
	expect_xml("<x xmlns=\"{}\"/>", 1997, 0, NULL);
	expect_xml("<x xmlns:y='{}'/>", 1998, 2, many);
	expect_xml("<x y='{}' z='xmlns={}'/>", 9000, 0, NULL);
	expect_xml("<!-- <x{}/> --><![CDATA[<x{}/>]]>x{}='y'", 9000, 0, NULL);
}

/* Drafts ------------------------------------------------------------------------------------------------------------- */

static bool draft(const char *text, ly_report_t *report)
{
	ly_arena_t arena = {take, give, NULL};
	ly_draft_t read;
	bool right = ly_draft_read(&read, ly_cstr(text), &arena, report);

	ly_arena_free(&arena);
	assert_int_equal(live, 0);
	return right;
}

static void depth(void **state)
{
	char *inside = repeated("", "<a>\n", 15, ""), text[400];
	ly_report_t report = {0};

	(void)state;
	for(unsigned more = 0; more < 2; more++) {
		sprintf(text,
				"<lync-trunks xmlns=\"urn:lync-sbc:trunks:1\">\n%s%s%s</a>"
				"</a></a></a></a></a></a></a></a></a></a></a></a></a></a>"
				"</lync-trunks>",
				inside, more ? "<a>" : "", more ? "</a>" : "");
		assert_int_equal(draft(text, &report), !more);
	}
	assert_int_equal(report.first.line, 17);
	assert_string_equal(report.first.text, "elements lie more than 16 deep in "
										   "each other, as in no plan");
	free(inside);
}

/* Settings ----------------------------------------------------------------------------------------------------------- */

#define TYPE "Microsoft.Rtc.Management.WritableConfig."
#define CONFIGURATION                                                       \
	"<Obj><TN><T>" TYPE "Settings.TrunkConfiguration.TrunkConfiguration</T" \
	"></TN><Props><S N=\"Identity\">"
#define OBJS                                                                   \
	"<Objs "                                                                   \
	"xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">" CONFIGURATION \
	"Global</S><Obj N=\"OutboundTranslationRulesList\" RefId"                  \
	"=\"1\"><LST>"
#define END "</LST></Obj></Props></Obj></Objs>"

static input_t with_rules(char *settings)
{
	return (input_t){.topology = text_of_file(LYNC "topology.xml"),
			.settings = settings,
			.selves = {"sbc1.contoso.com"}};
}

#define RIGHT                                                            \
	"<Obj><Props><S N=\"Name\">right</S><S N=\"Pattern\">^1$</S><S N=\"" \
	"Translation\">1</S></Props></Obj>"
#define WRONG "<Obj><Props><S N=\"Name\">r{}</S></Props></Obj>"

static void import_rules(const char *rule, unsigned count)
{
	char *settings = repeated(OBJS RIGHT, rule, count, END);
	input_t input = with_rules(settings);

	import_right(&input);
	free(settings);
}

/* Not all that is wrong with thousands of rules is said. */
static void rules_that_are_left_out(void **state)
{
	(void)state;
	import_rules(WRONG, 100);
	assert_has(notes, "'r99'");
	assert_has_not(notes, "more rules");
	import_rules(WRONG, 103);
	assert_has(notes, "the rule 'r99' of OutboundTranslationRulesList");
	assert_has_not(notes, "r100");
	assert_has(notes, "3 more rules of OutboundTranslationRulesList of the "
					  "trunk configuration 'Global' are left out\n");
	assert_has(blanks, "the rule 'r99' of Lync, before these rules are used");
	assert_has(blanks, ": 3 more rules of Lync, before these rules are used\n");
	assert_has_not(blanks, "r100");
}

/* Nor all of a long name: it is cut between two characters. A note is one line. */
static void long_names(void **state)
{
	char name[300], rule[400];

	(void)state;
	memset(name, 'a', 199);
	strcpy(name + 199, "ü_x0009_");
	sprintf(rule, "<Obj><Props><S N=\"Name\">%s</S></Props></Obj>", name);
	import_rules(rule, 1);
	strcpy(name + 199, "'");
	assert_has(notes, name);
	strcpy(name + 198, "ü_x0009_");
	sprintf(rule, "<Obj><Props><S N=\"Name\">%s</S></Props></Obj>", name);
	import_rules(rule, 1);
	strcpy(name + 198, "ü'");
	assert_has(notes, name);
	import_rules(
			"<Obj><Props><S N=\"Name\">a_x0009_b\x7f</S></Props></Obj>", 1);
	assert_has(notes, "the rule 'a?b?' of");
}

/* A trunk may have thousands of voice routes. */
static void voice_routes(void **state)
{
	static const char route[] =
			"<Obj><TN><T>" TYPE
			"Policy.Voice.Route</T></TN><Props><S N=\"Identity\">r{}</S><S "
			"N=\"NumberPattern\">^1</S><Obj N=\"PstnGatewayList\"><LST><S>"
			"PstnGateway:sbc1.contoso.com</S></LST></Obj></Props></Obj>";
	static const char *const said[] = {NULL, "and 1 more", "and 2 more"};

	(void)state;
	for(unsigned more = 0; more < 3; more++) {
		char *settings = repeated(
				OBJS "</LST></Obj></Props></Obj>", route, 20 + more, "</Objs>");
		input_t input = with_rules(settings);
		import_right(&input);
		assert_has(plan, "'r19' ^1");
		assert_has_not(plan, "'r20'");
		if(more)
			assert_has(plan, said[more]);
		else
			assert_has_not(plan, " more ");
		free(settings);
	}
}

/* The list of a configuration may be that of others too. */
static void rules_that_are_shared(void **state)
{
	static const char rule[] = "<Obj><Props><S N=\"Name\"/></Props></Obj>";
	char *rules = repeated(OBJS, rule, 10000, "</LST></Obj></Props></Obj>"),
		 *settings = malloc(2 * MANY);
	static const char *const trunks[] = {
			"sbc1", "sbc1-dr", "sbc2", "sbc2-dr", "ippbx", "ippbx-dr"};
	char *p = settings + sprintf(settings, "%s", rules);
	input_t input = with_rules(settings);

	(void)state;
	for(size_t i = 0; i < 6; i++)
		p += sprintf(p,
				CONFIGURATION "Service:PstnGateway:%s.contoso.com</S><Ref "
							  "N=\"OutboundTranslationRulesList\" RefId=\"1\""
							  "/></Props></Obj>",
				trunks[i]);
	sprintf(p, "</Objs>");
	import_right(&input);
	input.selves[1] = "sbc2.contoso.com";
	input.selves[2] = "ippbx.contoso.com";
	assert_false(import(&input));
	assert_string_equal(import_report.first.text,
			"the trunk configurations have more than 50000 rules");
	free(rules);
	free(settings);
}

static void routes_that_share_a_list(void **state)
{
	static const char route[] =
			"<Obj><TN><T>" TYPE "Policy.Voice.Route</T></TN><Props><Ref N="
			"\"PstnGatewayList\" RefId=\"1\"/></Props>"
			"</Obj>";
	char *first =
			repeated(OBJS, "<S>a</S>", 1000, "</LST></Obj></Props></Obj>");
	ly_arena_t arena = {take, give, NULL};

	(void)state;
	for(unsigned more = 0; more < 2; more++) {
		char *text = repeated(first, route, 499 + more, "</Objs>");
		ly_report_t report = {0};
		ly_settings_t settings;
		ly_settings_init(&settings, &arena);
		assert_int_equal(
				ly_settings_read(&settings, ly_cstr(text), &report), !more);
		if(more)
			assert_string_equal(report.first.text,
					"the voice routes name trunks more than 500000 times");
		free(text);
		ly_arena_free(&arena);
	}
	free(first);
}

/* As much as tells that a plan cannot hold it. */
static void lists_of_texts(void **state)
{
	char *settings = repeated(OBJS, "<S>usage{}</S>", 20000, END);
	ly_arena_t arena = {take, give, NULL};
	ly_report_t report = {0};
	ly_settings_t read;
	ly_slice_t text;

	(void)state;
	ly_settings_init(&read, &arena);
	assert_true(ly_settings_read(&read, ly_cstr(settings), &report));
	assert_true(
			ly_settings_value(&read, ly_settings_for(&read, LY_EMPTY, LY_EMPTY),
					"OutboundTranslationRulesList", &report, &text));
	assert_true(text.len > LY_SETTINGS_MAX_LIST - 20);
	assert_true(text.len < LY_SETTINGS_MAX_LIST + 20);
	ly_arena_free(&arena);
	free(settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(findings),
			TEST(names),
			TEST(depth),
			TEST(rules_that_are_left_out),
			TEST(long_names),
			TEST(rules_that_are_shared),
			TEST(voice_routes),
			TEST(routes_that_share_a_list),
			TEST(lists_of_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
