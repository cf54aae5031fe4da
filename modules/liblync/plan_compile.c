/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Regular expressions and translations become what is matched with, and lists of them are put in order. */
#include "liblync/plan_reader.h"

#define SHOWN 60 /* bytes of a wrong value that a message repeats */

typedef struct compiling
{
	ly_reader_t *reader;
	ly_regex_compiler_t *compiler;
	/* Room for the longest list. */
	ly_slice_t *prefixes;
	uint32_t *items;
} compiling_t;

/* An attribute whose text is no good, or no memory where why says nothing. */
static void complain(const compiling_t *c, const char *element,
		const char *attribute, unsigned line, ly_slice_t text,
		const ly_buf_t *why)
{
	size_t shown = text.len;

	if(!why->len) {
		ly_found_no_memory(c->reader->report);
		return;
	}
	if(shown > SHOWN) {
		shown = SHOWN;
		while(shown && ((unsigned char)text.s[shown] & 0xc0) == 0x80)
			shown--; /* not inside a character of UTF-8 */
	}
	ly_found(c->reader->report, line,
			"element <%s>: attribute '%s' is '%.*s%s'; it %.*s", element,
			attribute, (int)shown, text.s, shown < text.len ? "..." : "",
			LY_FMT(ly_buf_slice(why)));
}

static bool compile_regex(const compiling_t *c, const char *element,
		const char *attribute, unsigned line, ly_regex_t *regex)
{
	char text[240];
	ly_buf_t why = ly_buf(text, sizeof(text));

	if(ly_regex_compile(c->compiler, regex, &why))
		return true;
	complain(c, element, attribute, line, regex->text, &why);
	return false;
}

static void compile_rule(const compiling_t *c, ly_number_rule_t *rule)
{
	char text[240];
	ly_buf_t why = ly_buf(text, sizeof(text));

	if(!rule->pattern.text.len)
		ly_found(c->reader->report, rule->line,
				"element <rule>: attribute 'pattern' is empty; expected a "
				"regular expression such as ^\\+(\\d+)$");
	else if(compile_regex(c, "rule", "pattern", rule->line, &rule->pattern)
			&& !ly_translation_compile(&rule->translation, &rule->pattern,
					&c->reader->plan->arena, &why))
		complain(c, "rule", "translation", rule->line, rule->translation.text,
				&why);
}

/* Lists ------------------------------------------------------------------------------------------------------------- */

static void build(const compiling_t *c, ly_prefixes_t *prefixes, unsigned count)
{
	if(count
			&& !ly_prefixes_build(prefixes, &c->reader->plan->arena,
					c->reader->scratch, c->prefixes, c->items, count))
		ly_found_no_memory(c->reader->report);
}

static void order_rules(const compiling_t *c, ly_numbers_t *numbers,
		ly_direction_t direction, ly_number_kind_t kind)
{
	unsigned count = 0;

	for(unsigned i = 0; i < numbers->rule_count; i++) {
		const ly_number_rule_t *rule = &numbers->rules[i];
		if(rule->direction != direction || rule->on != kind)
			continue;
		c->prefixes[count] = rule->pattern.prefix;
		c->items[count++] = i;
	}
	build(c, &numbers->by_prefix[direction][kind], count);
}

static void compile_numbers(const compiling_t *c, ly_numbers_t *numbers)
{
	for(unsigned i = 0; i < numbers->rule_count; i++)
		compile_rule(c, &numbers->rules[i]);
	for(int way = 0; way < LY_DIRECTIONS; way++) {
		for(int kind = 0; kind < LY_NUMBER_KINDS; kind++)
			order_rules(
					c, numbers, (ly_direction_t)way, (ly_number_kind_t)kind);
	}
}

static void compile_routes(const compiling_t *c, const ly_trunk_t *owner,
		ly_route_t *routes, unsigned count, ly_ways_t *ways)
{
	for(unsigned i = 0; i < count; i++) {
		ly_route_t *route = &routes[i];
		if(route->match.text.len)
			compile_regex(c, "route", "match", route->line, &route->match);
		if(route->from_match.text.len)
			compile_regex(
					c, "route", "from-match", route->line, &route->from_match);
	}
	if(!ly_ways_build(ways, owner, routes, count, &c->reader->plan->arena,
			   c->reader->scratch))
		ly_found_no_memory(c->reader->report);
}

static void compile_peer(const compiling_t *c, ly_peer_t *peer)
{
	if(peer->own_numbers.text.len)
		compile_regex(
				c, "target", "own-numbers", peer->line, &peer->own_numbers);
	compile_routes(c, NULL, peer->routes, peer->route_count, &peer->ways);
}

static unsigned longest_list(const ly_plan_t *plan)
{
	unsigned most = 1;

	for(unsigned i = 0; i < plan->numbers_count; i++)
		most = plan->numbers[i].rule_count > most ? plan->numbers[i].rule_count
												  : most;
	return most;
}

static void compile_all(const compiling_t *c)
{
	ly_plan_t *plan = c->reader->plan;
	const ly_report_t *report = c->reader->report;

	for(unsigned i = 0; i < plan->numbers_count && !report->no_memory; i++)
		compile_numbers(c, &plan->numbers[i]);
	for(unsigned i = 0; i < plan->peer_count && !report->no_memory; i++)
		compile_peer(c, &plan->peers[i]);
	for(unsigned i = 0; i < plan->trunk_count && !report->no_memory; i++)
		compile_routes(c, &plan->trunks[i], plan->trunks[i].routes,
				plan->trunks[i].route_count, &plan->trunks[i].ways);
}

void ly_plan_compile(ly_reader_t *reader)
{
	unsigned longest = longest_list(reader->plan);
	compiling_t c = {.reader = reader,
			.compiler = ly_regex_compiler_new(&reader->plan->arena),
			.prefixes = ly_arena_alloc(
					reader->scratch, longest * sizeof(*c.prefixes)),
			.items = ly_arena_alloc(
					reader->scratch, longest * sizeof(*c.items))};

	if(c.compiler && c.prefixes && c.items)
		compile_all(&c);
	else
		ly_found_no_memory(reader->report);
	ly_regex_compiler_free(c.compiler);
}
