/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc dialects: what is changed for each kind of peer, and why. */
#include <stdio.h>
#include <stdlib.h>

#include "liblync/dialect_words.h"
#include "liblync/edit_reason.h"
#include "json.h"
#include "table.h"
#include "tool.h"

static const char help[] =
		"Usage: lync-sbc dialects [--json | --markdown] [NAME]\n\n"
		"Shows the rules of each dialect, or of the one called NAME: on which "
		"way they act (leaving:\n"
		"in messages that come from such a peer; arriving: in those that go "
		"to one), where, what\n"
		"they do, on which condition, and why. Their ids are those of "
		"rules-off in the plan.\n\n"
		"  --json       for programs\n"
		"  --markdown   as a page\n\n"
		"Exit code: 0 shown, 1 never, 2 something is wrong with the command "
		"line.\n";

/* A rule in words. */
typedef struct told
{
	const char *way;
	const ly_rule_t *rule;
	ly_slice_t where, what;
	const char *when;
	char text[2][400];
} told_t;

/* The next rule of a dialect behind *i; false where there is none. */
static bool next_rule(const ly_dialect_t *d, unsigned *i, told_t *told)
{
	ly_buf_t where = ly_buf(told->text[0], sizeof(told->text[0])),
			 what = ly_buf(told->text[1], sizeof(told->text[1]));
	bool leaving = false, arriving = false;

	for(; *i < ly_rule_count && !leaving && !arriving; ++*i) {
		leaving = d->leaving >> *i & 1;
		arriving = d->arriving >> *i & 1;
	}
	if(!leaving && !arriving)
		return false;
	told->rule = &ly_rules[*i - 1];
	told->way = !arriving ? "leaving" : !leaving ? "arriving" : "both";
	ly_rule_put_where(told->rule, &where);
	ly_rule_put_what(told->rule, &what);
	told->where = ly_buf_slice(&where);
	told->what = ly_buf_slice(&what);
	told->when = ly_rule_when(told->rule);
	return true;
}

/* Dialects with the same rules are told together ------------------------------------------------------------------- */

static bool same_rules(const ly_dialect_t *a, const ly_dialect_t *b)
{
	return a->leaving == b->leaving && a->arriving == b->arriving;
}

/* Whether one before dialect i has its rules. */
static bool told_before(unsigned i)
{
	for(unsigned j = 0; j < i; j++) {
		if(same_rules(ly_dialect_at(j), ly_dialect_at(i)))
			return true;
	}
	return false;
}

/* "lync2010: Lync Server 2010" for each that has the rules of first; of it alone, where it was asked for. */
static void put_names(const ly_dialect_t *first, bool alone, const char *before)
{
	const ly_dialect_t *d;

	for(unsigned i = 0; (d = ly_dialect_at(i)); i++) {
		if(alone ? d == first : same_rules(d, first))
			printf("%s%.*s: %s\n", before, LY_FMT(d->name), d->reason);
	}
}

/* Forms ------------------------------------------------------------------------------------------------------------- */

static void put_table(const ly_dialect_t *d, ly_arena_t *arena)
{
	static const char *const head[] = {
			"RULE", "WAY", "WHERE", "WHAT", "WHEN", "WHY", NULL};
	table_t t = {.head = head, .arena = arena};
	told_t told;

	for(unsigned i = 0; next_rule(d, &i, &told);) {
		table_row(&t);
		table_text(&t, ly_cstr(told.rule->id));
		table_text(&t, ly_cstr(told.way));
		table_text(&t, told.where);
		table_text(&t, told.what);
		table_text(&t, ly_cstr(told.when));
		table_text(&t, ly_cstr(told.rule->reason));
	}
	table_print(&t);
}

static void put_tables(const ly_dialect_t *only)
{
	ly_arena_t arena = {malloc, free, NULL};
	const ly_dialect_t *d;

	for(unsigned i = 0; (d = ly_dialect_at(i)); i++) {
		if(only ? d != only : told_before(i))
			continue;
		put_names(d, only != NULL, "");
		putchar('\n');
		put_table(d, &arena);
	}
	ly_arena_free(&arena);
}

static void put_json(const ly_dialect_t *only)
{
	json_t json = {0};
	const ly_dialect_t *d;
	told_t told;

	json_open(&json, NULL, '[');
	for(unsigned i = 0; (d = ly_dialect_at(i)); i++) {
		if(only && d != only)
			continue;
		json_open(&json, NULL, '{');
		json_text(&json, "name", d->name);
		json_text(&json, "speaks", ly_cstr(d->reason));
		json_open(&json, "rules", '[');
		for(unsigned j = 0; next_rule(d, &j, &told);) {
			json_open(&json, NULL, '{');
			json_text(&json, "id", ly_cstr(told.rule->id));
			json_text(&json, "way", ly_cstr(told.way));
			json_text(&json, "where", told.where);
			json_text(&json, "what", told.what);
			json_text(&json, "when", ly_cstr(told.when));
			json_text(&json, "reason", ly_cstr(told.rule->reason));
			json_close(&json, '}');
		}
		json_close(&json, ']');
		json_close(&json, '}');
	}
	json_close(&json, ']');
}

static void put_markdown_rules(const ly_dialect_t *d)
{
	told_t told;

	puts("| rule | way | where | what | when | why "
		 "|\n|---|---|---|---|---|---|");
	for(unsigned i = 0; next_rule(d, &i, &told);)
		printf("| `%s` | %s | %.*s | %.*s | %s | %s |\n", told.rule->id,
				told.way, LY_FMT(told.where), LY_FMT(told.what), told.when,
				told.rule->reason);
}

static void put_markdown(const ly_dialect_t *only)
{
	const ly_dialect_t *d;

	puts("<!-- SPDX-License-Identifier: GPL-2.0-or-later; made by: lync-sbc "
		 "dialects --markdown -->\n"
		 "# What is changed in a message\n\n"
		 "Each peer has a dialect. The rules of both ends of a call act on "
		 "each message: those of the sender's dialect\n"
		 "on what leaves it, those of the receiver's on what arrives there. "
		 "`rules-off` of a trunk or target switches\n"
		 "them off by their ids, `rules-on` applies others, and `pass-headers` "
		 "names more headers that it gets.\n"
		 "`lync-sbc explain` shows what they make of a message.");
	for(unsigned i = 0; (d = ly_dialect_at(i)); i++) {
		if(only ? d != only : told_before(i))
			continue;
		printf("\n## Rules as of %.*s\n\n", LY_FMT(d->name));
		put_names(d, only != NULL, "- ");
		putchar('\n');
		put_markdown_rules(d);
	}
	puts("\n## Whatever the dialect\n\n| what | why |\n|---|---|");
	for(unsigned i = 0; i < ly_fixed_reason_count; i++)
		printf("| `%s` | %s |\n", ly_fixed_reasons[i].id,
				ly_fixed_reasons[i].reason);
}

int cmd_dialects(int argc, char **argv)
{
	const char *name = NULL;
	bool json = false, markdown = false;
	const tool_option_t options[] = {
			{"json", NULL, &json}, {"markdown", NULL, &markdown}, {0}};
	int code = tool_options(argc, argv, help, options, "dialect", &name);
	const ly_dialect_t *only = name ? ly_dialect(ly_cstr(name)) : NULL;

	if(code >= 0)
		return code;
	if(name && !only)
		return tool_usage(argv[0], "no dialect '%s'; known: %s", name,
				ly_dialect_names());
	if(json && markdown)
		return tool_usage(argv[0], "either --json or --markdown");
	(json ? put_json : markdown ? put_markdown : put_tables)(only);
	return TOOL_OK;
}
