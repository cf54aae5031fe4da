/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc status: how everything is at the running SBC. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "json.h"
#include "table.h"
#include "tool.h"

#define SOCKET "/run/kamailio/kamailio_ctl"
#define WATCH_MAX 86400
#define ROWS_MAX 10000000
#define TRIES 3 /* a plan may be loaded while its rows are told */

static const char help[] =
		"Usage: lync-sbc status [--watch SECONDS] [--json] [--socket PATH] "
		"[NAME]\n\n"
		"Shows how everything is at the SBC that runs on this machine: this "
		"node, trunks, pools,\n"
		"Mediation Servers and targets; with NAME those that have it in their "
		"name.\n\n"
		"  --watch SECONDS  again and again, until Ctrl-C\n"
		"  --json           for programs: all that lync.status says\n"
		"  --socket PATH    of Kamailio's ctl module; " SOCKET "\n\n"
		"STATE, and why; when that has changed; CALLS in progress, and how "
		"many there may "
		"be; ASR, which part\n"
		"of the calls of the last hour was answered; PDD, after how long they "
		"rang.\n"
		"Exit code: 0 all that is shown is up, 1 something is not, 2 the SBC "
		"cannot be asked.\n";

typedef struct status
{
	const char *socket;
	const char *name; /* NULL: all */
	bool json;
	ly_arena_t arena;
	ly_slice_t node, edition;
	bool moved; /* another plan was loaded while it was told */
	ask_row_t *rows;
} status_t;

/* Asking ------------------------------------------------------------------------------------------------------------------ */

static bool contains(ly_slice_t text, const char *part)
{
	ly_slice_t wanted = ly_cstr(part);

	for(; text.len >= wanted.len; text = ly_from(text, 1)) {
		if(ly_istarts(text, wanted))
			return true;
		if(!text.len)
			break;
	}
	return false;
}

/* The rows from `from` on; *next: the first that is not among them, empty: none. */
static bool ask_page(status_t *s, ly_slice_t from, ask_row_t ***end,
		ly_slice_t *next, ly_buf_t *why)
{
	const ly_slice_t words[] = {LY_LIT("lync.status"), from};
	ask_row_t *head, **at;
	ly_slice_t edition;

	if(!ask(s->socket, words, from.len ? 2 : 1, &s->arena, &head, why))
		return false;
	if(!head) {
		ly_putf(why, "its answer is empty");
		return false;
	}
	s->node = ask_member(head, "node");
	*next = ask_member(head, "next");
	edition = ask_member(head, "edition");
	if(next->len
			&& ly_number(*next, ROWS_MAX)
					   <= (from.len ? ly_number(from, ROWS_MAX) : 0)) {
		ly_putf(why, "its answer cannot be read");
		return false;
	}
	if(from.len && !ly_eq(edition, s->edition)) {
		ly_putf(why, "one plan after the other is loaded right now");
		s->moved = true;
		return false;
	}
	s->edition = edition;
	for(at = *end, *at = head->next; *at;) {
		if(s->name && !contains(ask_member(*at, "name"), s->name))
			*at = (*at)->next;
		else
			at = &(*at)->next;
	}
	*end = at;
	return true;
}

static bool ask_all(status_t *s, ly_buf_t *why)
{
	for(int i = 0; i < TRIES; i++) {
		ask_row_t **end = &s->rows;
		ly_slice_t next = LY_EMPTY;
		bool done;

		s->rows = NULL;
		s->moved = false;
		why->len = 0;
		do
			done = ask_page(s, next, &end, &next, why);
		while(done && next.len);
		if(!s->moved)
			return done;
	}
	return false;
}

/* Showing ----------------------------------------------------------------------------------------------------------------- */

/* "off" is what the plan wants: nobody looks whether it is. */
static bool is_up(const ask_row_t *row)
{
	ly_slice_t status = ask_member(row, "status");

	return ly_eq(status, LY_LIT("up")) || ly_eq(status, LY_LIT("off"));
}

static ly_slice_t unless_zero(ly_slice_t number)
{
	return ly_eq(number, LY_LIT("0")) ? LY_EMPTY : number;
}

/* "1.8 s" */
static void put_delay(table_t *t, ly_slice_t ms)
{
	long number = ms.len ? ly_number(ms, 1000000000) : -1;

	if(number < 0)
		table_text(t, LY_EMPTY);
	else
		table_cell(t, "%.1f s", (double)number / 1000);
}

static void put_percent(table_t *t, ly_slice_t number)
{
	table_cell(t, "%.*s%s", LY_FMT(number), number.len ? "%" : "");
}

/* "2026-11-23T09:40:51Z" as people write it. */
static void put_time(table_t *t, ly_slice_t when)
{
	if(when.len == 20)
		table_cell(t, "%.10s %.8s", when.s, when.s + 11);
	else
		table_text(t, when);
}

static void show_table(status_t *s)
{
	static const char *const head[] = {"KIND", "NAME", "STATE", "REASON",
			"CHANGED (UTC)", "CALLS", "LIMIT", "ASR", "PDD", NULL};
	table_t t = {.head = head, .arena = &s->arena};

	for(const ask_row_t *row = s->rows; row; row = row->next) {
		table_row(&t);
		table_text(&t, ask_member(row, "kind"));
		table_text(&t, ask_member(row, "name"));
		table_text(&t, ask_member(row, "status"));
		table_text(&t, ask_member(row, "reason"));
		put_time(&t, ask_member(row, "changed"));
		table_text(&t, ask_member(row, "calls"));
		table_text(&t, unless_zero(ask_member(row, "max_calls")));
		put_percent(&t, ask_member(row, "asr"));
		put_delay(&t, ask_member(row, "pdd_ms"));
	}
	table_print(&t);
}

static void show_json(const status_t *s)
{
	json_t json = {0};

	json_open(&json, NULL, '{');
	json_text(&json, "node", s->node);
	json_open(&json, "parts", '[');
	for(const ask_row_t *row = s->rows; row; row = row->next) {
		json_open(&json, NULL, '{');
		for(unsigned i = 0; i < row->count; i++) {
			const ask_pair_t *pair = &row->pairs[i];
			char name[64];
			snprintf(name, sizeof(name), "%.*s", LY_FMT(pair->name));
			if(pair->number)
				json_literal(&json, name, pair->text);
			else
				json_text(&json, name, pair->text);
		}
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	putchar('\n');
}

static int show(status_t *s)
{
	int code = TOOL_OK;

	if(s->name && !s->rows) {
		fprintf(stderr, "lync-sbc status: nothing has '%.200s' in its name\n",
				s->name);
		return TOOL_TROUBLE;
	}
	if(s->json)
		show_json(s);
	else
		show_table(s);
	for(const ask_row_t *row = s->rows; row; row = row->next) {
		if(!is_up(row))
			code = TOOL_FINDINGS;
	}
	return code;
}

static int once(status_t *s)
{
	char text[400];
	ly_buf_t why = ly_buf(text, sizeof(text));
	int code = TOOL_TROUBLE;

	if(ask_all(s, &why))
		code = show(s);
	else
		fprintf(stderr, "lync-sbc status: %s: %.*s\n", s->socket,
				LY_FMT(ly_buf_slice(&why)));
	ly_arena_free(&s->arena);
	return code;
}

/* An SBC that is away may come back: only Ctrl-C ends it. */
static int watch(status_t *s, unsigned seconds)
{
	bool screen = isatty(STDOUT_FILENO) && !s->json;

	for(;;) {
		if(screen)
			fputs("\033[H\033[2J", stdout);
		once(s);
		if(fflush(stdout) != 0)
			return TOOL_TROUBLE;
		sleep(seconds);
	}
}

int cmd_status(int argc, char **argv)
{
	const char *seconds = NULL;
	status_t s = {.socket = SOCKET, .arena = {.take = malloc, .give = free}};
	const tool_option_t options[] = {{"watch", &seconds, NULL},
			{"json", NULL, &s.json}, {"socket", &s.socket, NULL}, {0}};
	int code = tool_options(argc, argv, help, options, "name", &s.name);
	long every = 0;

	if(code >= 0)
		return code;
	if(seconds && (every = ly_number(ly_cstr(seconds), WATCH_MAX)) < 1)
		return tool_usage("status", "--watch %.40s: expected 1 to %d seconds",
				seconds, WATCH_MAX);
	return every ? watch(&s, (unsigned)every) : once(&s);
}
