/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Number rules that are never applied, routes that are never taken. */
#include "liblync/language.h"
#include "liblync/plan_reader.h"

#define MAX_COMPARED 100 /* earlier rules that one is compared with */
typedef struct looking
{
	ly_reader_t *reader;
	ly_language_t number;	/* all texts that can be a number */
	struct simple *of_rule; /* room for the longest list */
} looking_t;

/* What a rule matches, where its pattern is simple. */
typedef struct simple
{
	bool known;
	ly_language_t language;
	char sample[LY_LANGUAGE_MAX];
	size_t sample_len;
} simple_t;

/* Patterns ---------------------------------------------------------------------------------------------------------- */

static void warn_of_pattern(
		const looking_t *l, const ly_number_rule_t *rule, unsigned i)
{
	ly_slice_t pattern = rule->pattern.text;
	bool ends = pattern.s[pattern.len - 1] == '$';
	simple_t *simple = &l->of_rule[i];

	simple->known = ly_language_of(pattern, &simple->language);
	simple->sample_len = simple->known ? ly_language_sample(&simple->language,
												 simple->sample)
									   : 0;
	if(simple->known && !simple->sample_len)
		ly_warned(l->reader->report, rule->line,
				"element <rule>: it is never applied: no number looks like "
				"'%.60s'; expected a pattern such as ^\\+(\\d+)$",
				pattern.s);
	else if(pattern.s[0] != '^' || !ends)
		ly_warned(l->reader->report, rule->line,
				"element <rule>: the pattern is for a part of the number, and "
				"the rest of it stays; expected %s%s%s, or a pattern that "
				"says more",
				pattern.s[0] != '^' ? "'^' as its first character" : "",
				pattern.s[0] != '^' && !ends ? " and " : "",
				ends ? "" : "'$' as its last one");
}

/* The sample tells nearly always that it is not so, and soon. */
static bool is_within(const simple_t *inner, const simple_t *outer)
{
	return inner->known && outer->known
		   && ly_language_has(
				   &outer->language, ly_slice(inner->sample, inner->sample_len))
		   && ly_language_within(&inner->language, &outer->language);
}

/*
 * The first rule before this one that matches whatever this one matches. Only those whose fixed beginning this one
 * has too can be it.
 */
static const ly_number_rule_t *covering(
		const looking_t *l, const ly_numbers_t *numbers, unsigned i)
{
	const ly_number_rule_t *rule = &numbers->rules[i];
	ly_prefix_walk_t walk;
	uint32_t j;

	ly_prefixes_begin(&numbers->by_prefix[rule->direction][rule->on],
			rule->pattern.prefix, &walk);
	for(int n = 0; n < MAX_COMPARED && ly_prefixes_next(&walk, &j) && j < i;
			n++) {
		bool same = ly_eq(rule->pattern.text, numbers->rules[j].pattern.text);
		if(same || is_within(&l->of_rule[i], &l->of_rule[j]))
			return &numbers->rules[j];
	}
	return NULL;
}

static void warn_of_rules(const looking_t *l, const ly_numbers_t *numbers)
{
	for(unsigned i = 0; i < numbers->rule_count; i++)
		warn_of_pattern(l, &numbers->rules[i], i);
	for(unsigned i = 0; i < numbers->rule_count; i++) {
		const ly_number_rule_t *first = covering(l, numbers, i);
		if(first)
			ly_warned(l->reader->report, numbers->rules[i].line,
					"element <rule>: it is never applied: the rule '%.60s' of "
					"line %u matches every number that this one matches; "
					"expected it before that one",
					first->name.s, first->line);
	}
}

/* Routes ------------------------------------------------------------------------------------------------------------ */

static void warn_of_match(const looking_t *l, const ly_route_t *route,
		const char *attribute, const ly_regex_t *regex)
{
	ly_language_t matched;

	if(regex->text.len && ly_language_of(regex->text, &matched)
			&& !ly_language_meets(&matched, &l->number))
		ly_warned(l->reader->report, route->line,
				"element <route>: it is never taken: no number looks like "
				"%s='%.60s'; expected a pattern such as ^\\+49",
				attribute, regex->text.s);
}

static void warn_of_routes(
		const looking_t *l, const ly_route_t *routes, unsigned count)
{
	for(unsigned i = 0; i < count; i++) {
		warn_of_match(l, &routes[i], "match", &routes[i].match);
		warn_of_match(l, &routes[i], "from-match", &routes[i].from_match);
	}
}

/* Callers ------------------------------------------------------------------------------------------------------------ */

static void warn_of_fallback(
		ly_report_t *report, const ly_peer_t *target, ly_matcher_t *matcher)
{
	const ly_regex_t *own = &target->own_numbers;

	if(!own->text.len)
		return;
	if(!target->fallback_number.len)
		ly_warned(report, target->line,
				"element <target>: own-numbers does nothing without a "
				"fallback-number, which takes the place of other callers' "
				"numbers; expected both");
	else if(ly_regex_match(own, target->fallback_number, matcher) != LY_MATCHES)
		ly_warned(report, target->line,
				"element <target>: the fallback-number %.*s is none of its "
				"own-numbers, and such callers it does not know; expected one "
				"that matches %.60s",
				LY_FMT(target->fallback_number), own->text.s);
}

static void warn_of_callers(ly_reader_t *reader)
{
	ly_matcher_t *matcher = ly_matcher_new();

	if(!matcher)
		ly_found_no_memory(reader->report);
	for(unsigned i = 0; matcher && i < reader->plan->peer_count; i++)
		warn_of_fallback(reader->report, &reader->plan->peers[i], matcher);
	ly_matcher_free(matcher);
}

void ly_plan_warn_of_numbers(ly_reader_t *reader)
{
	const ly_plan_t *plan = reader->plan;
	unsigned longest = 1;
	looking_t l = {.reader = reader};

	for(unsigned i = 0; i < plan->numbers_count; i++)
		longest = plan->numbers[i].rule_count > longest
						  ? plan->numbers[i].rule_count
						  : longest;
	l.of_rule = ly_arena_alloc(reader->scratch, longest * sizeof(*l.of_rule));
	if(!l.of_rule) {
		ly_found_no_memory(reader->report);
		return;
	}
	ly_language_of(LY_LIT("^.+$"), &l.number);
	for(unsigned i = 0; i < plan->numbers_count; i++)
		warn_of_rules(&l, &plan->numbers[i]);
	for(unsigned i = 0; i < plan->peer_count; i++)
		warn_of_routes(&l, plan->peers[i].routes, plan->peers[i].route_count);
	for(unsigned i = 0; i < plan->trunk_count; i++)
		warn_of_routes(&l, plan->trunks[i].routes, plan->trunks[i].route_count);
	warn_of_callers(reader);
}
