/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is no mistake, but will not work as it may be meant: nobody's rules, trunks that lead nowhere, Lync's settings. */
#include "liblync/plan_reader.h"

#include "liblync/codes.h"
#include "liblync/match.h"
#include "liblync/plan_import.h"

/* The line that mends a setting on Lync's side. */
#define SET                                        \
	"on Lync: Set-CsTrunkConfiguration -Identity " \
	"\"Service:PstnGateway:%.*s\" "                \
	"-%s %s"

/* Lync's settings -------------------------------------------------------------------------------------------------- */

static void mend(ly_report_t *report, const ly_trunk_t *trunk, const char *what,
		const char *parameter, const char *value)
{
	bool boolean = value[0] == '$';

	ly_warned(report, trunk->line,
			"element <trunk>: %s; expected %s=\"%s\" here after, " SET, what,
			parameter, boolean ? value + 1 : value, LY_FMT(trunk->name),
			parameter, value);
}

/* Parameters that the SBC cannot follow where they have this value. */
#define PARAMETER(name) #name, offsetof(ly_trunk_t, name)
static const struct
{
	const char *name;
	size_t offset;
	bool value;
	const char *better;
	const char *what;
} parameters[] = {
		{PARAMETER(EnableBypass), true, "$false",
				"EnableBypass is true, but media always ends here, and Lync's "
				"clients would send it themselves"},
		{PARAMETER(EnableSignalBoost), true, "$false",
				"EnableSignalBoost is true, but nobody here makes audio "
				"louder"},
};

static void warn_of_settings(ly_report_t *report, const ly_trunk_t *trunk)
{
	for(size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++) {
		bool value;
		memcpy(&value, (const char *)trunk + parameters[i].offset,
				sizeof(value));
		if(value == parameters[i].value)
			mend(report, trunk, parameters[i].what, parameters[i].name,
					parameters[i].better);
	}
	if(trunk->EnableReferSupport && !trunk->pass_refer)
		mend(report, trunk,
				"EnableReferSupport is true, but REFER is refused here: "
				"transfers by Lync's users would fail",
				"EnableReferSupport", "$false");
	if(!trunk->EnableReferSupport && trunk->pass_refer)
		mend(report, trunk, "refer=\"pass\" does nothing: Lync sends no REFER",
				"EnableReferSupport", "$true");
	if(trunk->ForwardAnonymousCallGatewayPAI && !trunk->ForwardPAI)
		mend(report, trunk,
				"ForwardAnonymousCallGatewayPAI does nothing without "
				"ForwardPAI",
				"ForwardPAI", "$true");
	if(trunk->EnableLocationRestriction && !trunk->NetworkSiteID.len)
		mend(report, trunk,
				"EnableLocationRestriction does nothing without NetworkSiteID",
				"NetworkSiteID", "SITE");
	if(trunk->transport == LY_TLS && trunk->SRTPMode == LY_SRTP_NOT_SUPPORTED)
		mend(report, trunk,
				"signalling is encrypted, but SRTPMode is NotSupported: media "
				"is not",
				"SRTPMode", "Required");
}

/* What leads nowhere -------------------------------------------------------------------------------------------- */

typedef struct usage
{
	ly_reader_t *reader;
	bool *pools, *peers, *numbers, *codes; /* by index: something names it */
} usage_t;

static void note_rules(const usage_t *used, const ly_numbers_t *numbers,
		const ly_codes_t *codes)
{
	const ly_plan_t *plan = used->reader->plan;

	if(numbers)
		used->numbers[numbers - plan->numbers] = true;
	if(codes)
		used->codes[codes - plan->codes] = true;
}

static void note_usage(const usage_t *used)
{
	const ly_plan_t *plan = used->reader->plan;

	for(unsigned i = 0; i < plan->trunk_count; i++) {
		const ly_trunk_t *trunk = &plan->trunks[i];
		used->pools[trunk->pool->index] = true;
		note_rules(used, trunk->numbers, trunk->codes);
		for(unsigned j = 0; j < trunk->route_count; j++)
			used->peers[trunk->routes[j].target->index] = true;
	}
	for(unsigned i = 0; i < plan->peer_count; i++) {
		const ly_peer_t *peer = &plan->peers[i];
		note_rules(used, peer->numbers, peer->codes);
		used->peers[i] |= peer->route_count > 0;
	}
}

/* What import has written for the administrator to see. */
static bool lyncs_own(ly_slice_t name)
{
	return ly_istarts(name, LY_LIT(LY_LYNC_RULES));
}

static void warn_of_unused(const usage_t *used)
{
	const ly_plan_t *plan = used->reader->plan;
	ly_report_t *report = used->reader->report;

	for(unsigned i = 0; i < plan->pool_count; i++) {
		if(!used->pools[i])
			ly_warned(report, plan->pools[i].line,
					"element <pool>: no trunk names it; expected a <trunk "
					"pool=\"%.*s\">",
					LY_FMT(plan->pools[i].name));
	}
	for(unsigned i = 0; i < plan->peer_count; i++) {
		if(!plan->peers[i].pool && !used->peers[i])
			ly_warned(report, plan->peers[i].line,
					"element <target>: no call comes from it or goes to it; "
					"expected a <route> in it, or one that names it");
	}
	for(unsigned i = 0; i < plan->numbers_count; i++) {
		if(!used->numbers[i] && !lyncs_own(plan->numbers[i].name))
			ly_warned(report, plan->numbers[i].line,
					"element <numbers>: nobody uses it; expected "
					"numbers=\"%.*s\" at a trunk or target",
					LY_FMT(plan->numbers[i].name));
	}
	for(unsigned i = 0; i < plan->codes_count; i++) {
		if(!used->codes[i] && !lyncs_own(plan->codes[i].name))
			ly_warned(report, plan->codes[i].line,
					"element <codes>: nobody uses it; expected codes=\"%.*s\" "
					"at a trunk or target",
					LY_FMT(plan->codes[i].name));
	}
}

static bool *marks(ly_reader_t *reader, unsigned count)
{
	bool *all = ly_arena_alloc(reader->scratch, count * sizeof(*all));

	if(!all)
		ly_found_no_memory(reader->report);
	return all;
}

static void warn_of_usage(ly_reader_t *reader)
{
	const ly_plan_t *plan = reader->plan;
	usage_t used = {reader, marks(reader, plan->pool_count),
			marks(reader, plan->peer_count), marks(reader, plan->numbers_count),
			marks(reader, plan->codes_count)};

	if(!used.pools || !used.peers || !used.numbers || !used.codes)
		return;
	note_usage(&used);
	warn_of_unused(&used);
}

/* Trunks ------------------------------------------------------------------------------------------------------------- */

/* Lync calls from any port of its own: trunks that differ in the Mediation port only look alike when it calls. */
static void warn_of_twin(ly_reader_t *reader, const ly_trunk_t *trunk)
{
	const ly_plan_t *plan = reader->plan;
	ly_items_t alike = ly_index_find(&plan->trunks_by_place,
			ly_trunk_key(trunk->pool, trunk->transport, trunk->port));

	for(unsigned i = 0; i < alike.count && alike.item[i] < trunk->index; i++) {
		const ly_trunk_t *first = &plan->trunks[alike.item[i]];
		if(first->node && trunk->node && first->node != trunk->node)
			continue;
		ly_warned(reader->report, trunk->line,
				"element <trunk>: when Lync calls, it cannot be told from the "
				"trunk of line %u, whose settings and routes apply then; "
				"expected another port",
				first->line);
		return;
	}
}

static void warn_of_trunks(ly_reader_t *reader)
{
	for(unsigned i = 0; i < reader->plan->trunk_count; i++) {
		const ly_trunk_t *trunk = &reader->plan->trunks[i];
		warn_of_settings(reader->report, trunk);
		warn_of_twin(reader, trunk);
		if(!trunk->route_count)
			ly_warned(reader->report, trunk->line,
					"element <trunk>: calls of Lync over it lead nowhere; "
					"expected a <route target=\"...\"> in it");
	}
}

/* Codes -------------------------------------------------------------------------------------------------------------- */

/* The line of the first rule for a direction, a code and a cause; 0 of both is any. */
typedef struct code_lines
{
	unsigned line[LY_DIRECTIONS][400 + 1][128];
} code_lines_t;

static unsigned code_place(const ly_code_rule_t *rule)
{
	return rule->received ? rule->received - 299 : 0;
}

/* The line of an earlier rule that fits whatever this one fits; 0 where there is none. */
static unsigned covered_by(
		const code_lines_t *lines, const ly_code_rule_t *rule)
{
	unsigned code = code_place(rule);
	const unsigned(*of_code)[128] = lines->line[rule->direction];
	const unsigned found[] = {of_code[0][0], of_code[code][0],
			of_code[0][rule->cause], of_code[code][rule->cause]};
	unsigned first = 0;

	for(int i = 0; i < 4; i++) {
		if(found[i] && (!first || found[i] < first))
			first = found[i];
	}
	return first;
}

static void warn_of_code_rule(
		ly_report_t *report, code_lines_t *lines, const ly_code_rule_t *rule)
{
	unsigned first = covered_by(lines, rule);

	if(ly_code_is_sips_own(rule->received))
		ly_warned(report, rule->line,
				"element <rule>: it is never applied: SIP itself works with "
				"code %u; expected it to be left out",
				rule->received);
	if(first)
		ly_warned(report, rule->line,
				"element <rule>: it is never applied: the rule of line %u fits "
				"whatever fits this one; expected it before that one",
				first);
	else
		lines->line[rule->direction][code_place(rule)][rule->cause] =
				rule->line;
}

static void warn_of_codes(ly_reader_t *reader)
{
	const ly_plan_t *plan = reader->plan;
	code_lines_t *lines = NULL;

	if(plan->codes_count)
		lines = ly_arena_alloc(reader->scratch, sizeof(*lines));
	if(plan->codes_count && !lines)
		ly_found_no_memory(reader->report);
	for(unsigned i = 0; lines && i < plan->codes_count; i++) {
		const ly_codes_t *codes = &plan->codes[i];
		for(unsigned j = 0; j < codes->rule_count; j++)
			warn_of_code_rule(reader->report, lines, &codes->rules[j]);
		for(unsigned j = 0; j < codes->rule_count; j++) {
			const ly_code_rule_t *rule = &codes->rules[j];
			lines->line[rule->direction][code_place(rule)][rule->cause] = 0;
		}
	}
}

void ly_plan_warn(ly_reader_t *reader)
{
	static void (*const all[])(ly_reader_t *) = {warn_of_usage, warn_of_trunks,
			warn_of_codes, ly_plan_warn_of_numbers, ly_plan_warn_of_blanks};

	for(size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if(!reader->report->no_memory)
			all[i](reader);
	}
}
