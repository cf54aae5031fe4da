/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc show: what is in a plan, for people as tables, for programs as JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "liblync/dialect.h"
#include "liblync/media.h"
#include "liblync/plan_walk.h"
#include "show.h"
#include "table.h"
#include "tool.h"

static const char help[] =
		"Usage: lync-sbc show [--json] PLAN\n\n"
		"Shows what is in a plan: nodes, pools and their Mediation Servers, "
		"targets, trunks,\n"
		"routes, rules, and where a trunk differs from Lync's standard "
		"settings.\n\n"
		"  --json   all of it, with the values that are in force, for "
		"programs: elements and\n"
		"           attributes as in the plan\n\n"
		"Exit code: 0 shown, 1 the plan is not right, 2 it cannot be read.\n";

/* Tables ------------------------------------------------------------------------------------------------------------ */

static void put_limit(table_t *t, const ly_limit_t *limit)
{
	char text[80];
	ly_buf_t b = ly_buf(text, sizeof(text));

	if(limit->max_calls)
		ly_putf(&b, "%u calls", limit->max_calls);
	if(limit->max_cps)
		ly_putf(&b, "%s%u/s", b.len ? ", " : "", limit->max_cps);
	if(limit->line && limit->mode == LY_LIMIT_STRICT)
		ly_putf(&b, " strict");
	table_text(t, ly_buf_slice(&b));
}

static void put_address(table_t *t, const ly_peer_t *peer)
{
	if(peer->address.family)
		table_text(t, peer->address_text);
	else
		table_cell(t, "by DNS");
}

static void show_nodes(const ly_plan_t *plan, ly_arena_t *arena)
{
	static const char *const head[] = {
			"NODE", "FQDN", "LYNC", "PSTN", "LISTENS", "STATE", NULL};
	table_t t = {.head = head, .arena = arena};

	for(unsigned i = 0; i < plan->node_count; i++) {
		const ly_node_t *node = &plan->nodes[i];
		char text[1000];
		ly_buf_t b = ly_buf(text, sizeof(text));
		for(unsigned j = 0; j < node->listen_count; j++) {
			const ly_listen_t *l = &node->listens[j];
			ly_putf(&b, "%s%s %s %u", j ? ", " : "", ly_side_name(l->side),
					ly_transport_name(l->transport), l->port);
		}
		table_row(&t);
		table_text(&t, node->name);
		table_text(&t, node->fqdn);
		table_text(&t, node->side[LY_LYNC].address_text);
		table_text(&t, node->side[LY_PSTN].address_text);
		table_text(&t, ly_buf_slice(&b));
		table_cell(&t, "%s", ly_state_name(node->state));
	}
	table_print(&t);
}

static void show_pools(const ly_plan_t *plan, ly_arena_t *arena)
{
	static const char *const head[] = {"POOL", "FQDN", "SITE", "DIALECT",
			"SERVERS", "LIMIT", "STATE", NULL};
	table_t t = {.head = head, .arena = arena};

	for(unsigned i = 0; i < plan->pool_count; i++) {
		const ly_pool_t *pool = &plan->pools[i];
		table_row(&t);
		table_text(&t, pool->name);
		table_text(&t, pool->fqdn);
		table_text(&t, pool->site);
		table_text(&t, pool->dialect->name);
		table_cell(&t, "%u", pool->server_count);
		put_limit(&t, &pool->limit);
		table_cell(&t, "%s", ly_state_name(pool->state));
	}
	table_print(&t);
}

static void show_servers(const ly_plan_t *plan, ly_arena_t *arena)
{
	static const char *const head[] = {
			"MEDIATION SERVER", "POOL", "ADDRESS", "WEIGHT", "STATE", NULL};
	table_t t = {.head = head, .arena = arena};

	for(unsigned i = 0; i < plan->peer_count && plan->peers[i].pool; i++) {
		const ly_peer_t *server = &plan->peers[i];
		table_row(&t);
		table_text(&t, server->fqdn);
		table_text(&t, server->pool->name);
		put_address(&t, server);
		table_cell(&t, "%u", server->weight);
		table_cell(&t, "%s", ly_state_name(server->state));
	}
	table_print(&t);
}

static void show_targets(const ly_plan_t *plan, ly_arena_t *arena)
{
	static const char *const head[] = {"TARGET", "KIND", "ADDRESS", "PORT",
			"MEDIA", "NUMBERS", "CODES", "LIMIT", "STATE", NULL};
	table_t t = {.head = head, .arena = arena};

	for(unsigned i = 0; i < plan->peer_count; i++) {
		const ly_peer_t *target = &plan->peers[i];
		if(target->pool)
			continue;
		table_row(&t);
		table_text(&t, target->name);
		table_cell(&t, "%s", ly_target_kind_name(target->kind));
		put_address(&t, target);
		table_cell(&t, "%s %u", ly_transport_name(target->transport),
				target->port);
		table_text(&t, target->media->name);
		table_text(&t, target->numbers ? target->numbers->name : LY_EMPTY);
		table_text(&t, target->codes ? target->codes->name : LY_EMPTY);
		put_limit(&t, &target->limit);
		table_cell(&t, "%s", ly_state_name(target->state));
	}
	table_print(&t);
}

static void show_trunks(const ly_plan_t *plan, ly_arena_t *arena)
{
	static const char *const head[] = {"TRUNK", "POOL", "MEDIATION PORT",
			"GATEWAY", "MEDIA", "NUMBERS", "CODES", "LIMIT", "STATE", NULL};
	table_t t = {.head = head, .arena = arena};

	for(unsigned i = 0; i < plan->trunk_count; i++) {
		const ly_trunk_t *trunk = &plan->trunks[i];
		table_row(&t);
		table_text(&t, trunk->name);
		table_text(&t, trunk->pool->name);
		table_cell(&t, "%s %u", ly_transport_name(trunk->transport),
				trunk->mediation_port);
		table_cell(&t, "%.*s:%u", LY_FMT(trunk->fqdn), trunk->port);
		table_text(&t, trunk->media->name);
		table_text(&t, trunk->numbers ? trunk->numbers->name : LY_EMPTY);
		table_text(&t, trunk->codes ? trunk->codes->name : LY_EMPTY);
		put_limit(&t, &trunk->limit);
		table_cell(&t, "%s", ly_state_name(trunk->state));
	}
	table_print(&t);
}

static void add_routes(
		table_t *t, ly_slice_t from, const ly_route_t *routes, unsigned count)
{
	for(unsigned i = 0; i < count; i++) {
		const ly_route_t *route = &routes[i];
		table_row(t);
		table_text(t, from);
		table_text(t, route->target ? route->target->name : route->trunk->name);
		table_cell(t, "%u", route->tier);
		table_cell(t, "%u", route->weight);
		table_text(t, route->match.text);
		table_text(t, route->from_match.text);
	}
}

static void show_routes(const ly_plan_t *plan, ly_arena_t *arena)
{
	static const char *const head[] = {
			"ROUTE FROM", "TO", "TIER", "WEIGHT", "MATCH", "FROM-MATCH", NULL};
	table_t t = {.head = head, .arena = arena};

	for(unsigned i = 0; i < plan->trunk_count; i++)
		add_routes(&t, plan->trunks[i].name, plan->trunks[i].routes,
				plan->trunks[i].route_count);
	for(unsigned i = 0; i < plan->peer_count; i++)
		add_routes(&t, plan->peers[i].name, plan->peers[i].routes,
				plan->peers[i].route_count);
	table_print(&t);
}

static void add_rules(table_t *t, const ly_numbers_t *numbers)
{
	for(unsigned i = 0; i < numbers->rule_count; i++) {
		const ly_number_rule_t *rule = &numbers->rules[i];
		table_row(t);
		table_text(t, numbers->name);
		table_text(t, rule->name);
		table_cell(t, "%s", ly_direction_name(rule->direction));
		table_cell(t, "%s", ly_number_kind_name(rule->on));
		table_text(t, rule->pattern.text);
		table_text(t, rule->translation.text);
	}
}

static void add_codes(table_t *t, const ly_codes_t *codes)
{
	for(unsigned i = 0; i < codes->rule_count; i++) {
		const ly_code_rule_t *rule = &codes->rules[i];
		char text[40];
		ly_buf_t b = ly_buf(text, sizeof(text));
		if(rule->received)
			ly_putf(&b, "%u", rule->received);
		if(rule->cause)
			ly_putf(&b, "%scause %u", b.len ? " " : "", rule->cause);
		table_row(t);
		table_text(t, codes->name);
		table_text(t, rule->name);
		table_cell(t, "%s", ly_direction_name(rule->direction));
		table_cell(t, "code");
		table_text(t, ly_buf_slice(&b));
		table_cell(t, "%u", rule->translated);
	}
}

static void show_rules(const ly_plan_t *plan, ly_arena_t *arena)
{
	static const char *const head[] = {
			"RULES", "NAME", "CALLS", "OF", "FROM", "TO", NULL};
	table_t t = {.head = head, .arena = arena};

	for(unsigned i = 0; i < plan->numbers_count; i++)
		add_rules(&t, &plan->numbers[i]);
	for(unsigned i = 0; i < plan->codes_count; i++)
		add_codes(&t, &plan->codes[i]);
	table_print(&t);
}

/* Settings ---------------------------------------------------------------------------------------------------------- */

typedef struct settings
{
	table_t table;
	ly_slice_t trunk;
	unsigned depth;
} settings_t;

static void settings_element(void *to, const char *name, bool begins)
{
	settings_t *s = to;

	(void)name;
	s->depth += begins ? 1u : -1u;
}

/* Parameters of New-CsTrunkConfiguration begin with a capital letter, attributes of our own do not. */
static void settings_attribute(void *to, const ly_told_attribute_t *attribute)
{
	settings_t *s = to;
	bool lyncs = attribute->name[0] >= 'A' && attribute->name[0] <= 'Z';

	if(s->depth != 1 || !lyncs || attribute->standard)
		return;
	table_row(&s->table);
	table_text(&s->table, s->trunk);
	table_text(&s->table, ly_cstr(attribute->name));
	table_text(&s->table, attribute->value);
}

static void show_settings(const ly_plan_t *plan, ly_arena_t *arena)
{
	static const char *const head[] = {
			"TRUNK", "SETTING OF LYNC", "NOT STANDARD", NULL};
	settings_t s = {.table = {.head = head, .arena = arena}};
	const ly_listener_t listener = {
			&s, NULL, settings_element, settings_attribute};

	for(unsigned i = 0; i < plan->trunk_count; i++) {
		s.trunk = plan->trunks[i].name;
		ly_plan_walk_trunk(&plan->trunks[i], &listener);
	}
	table_print(&s.table);
}

static void show_tables(const ly_plan_t *plan)
{
	static void (*const all[])(const ly_plan_t *, ly_arena_t *) = {show_nodes,
			show_pools, show_servers, show_targets, show_trunks, show_routes,
			show_rules, show_settings};
	ly_arena_t arena = {malloc, free, NULL};

	for(size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		all[i](plan, &arena);
	ly_arena_free(&arena);
}

int cmd_show(int argc, char **argv)
{
	const char *path = NULL;
	bool json = false;
	const tool_option_t options[] = {{"json", NULL, &json}, {0}};
	int code = tool_arguments(argc, argv, help, options, &path);
	ly_plan_t *plan;

	if(code >= 0)
		return code;
	plan = tool_load(path, &code);
	if(!plan)
		return code;
	if(json)
		show_json(plan);
	else {
		printf("%s: ", path);
		tool_put_counts(plan);
		putchar('\n');
		show_tables(plan);
	}
	ly_plan_free(plan);
	return TOOL_OK;
}
