/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any topology, settings and plan: a new plan that can be read, is the same when it is imported again, and is right
 * but for what the input says wrongly; or a finding. The three texts stand one behind the other, parted by a line of
 * "====": topology, settings, plan; the latter two may be missing.
 */
#define _GNU_SOURCE /* memmem */
#include "fuzz.h"

#define BLOCK_BYTES 1
#include "liblync/arena.c"
#include "liblync/plan_changes.h"
#include "liblync/plan_import.h"
#include "liblync/plan_write.h"

#define LINE "\n====\n"
#define MAX_SELVES 3

typedef struct input
{
	ly_slice_t topology, settings, plan;
} input_t;

/* What stands before the next line, which *rest begins behind. */
static ly_slice_t part(ly_slice_t *rest)
{
	const char *at =
			rest->len ? memmem(rest->s, rest->len, LINE, sizeof(LINE) - 1)
					  : NULL;
	ly_slice_t first = at ? ly_span(rest->s, at) : *rest;

	*rest = at ? ly_from(*rest, first.len + sizeof(LINE) - 1) : LY_EMPTY;
	return first;
}

static void note(void *to, const char *text)
{
	(void)to;
	must(!strpbrk(text, "\r\n\x1b"), "a note is one line");
}

static void blank(void *to, unsigned line, ly_slice_t text)
{
	(void)to;
	must(line > 1 && text.len, "a blank has a line and says something");
}

/* The plan after an import, in a buffer to be given back; s is NULL where there is none. */
static ly_slice_t import(const input_t *input)
{
	ly_arena_t arena = {malloc, free, NULL};
	ly_report_t report = {0};
	ly_topology_t topology;
	ly_settings_t settings;
	ly_draft_t draft, old;
	ly_slice_t text, result = LY_EMPTY;
	ly_import_t import = {.topology = &topology,
			.settings = input->settings.len ? &settings : NULL,
			.note = note};

	ly_settings_init(&settings, &arena);
	if(ly_topology_read(input->topology, &arena, &report, &topology)
			&& (!input->settings.len
					|| ly_settings_read(&settings, input->settings, &report))
			&& (input->plan.len ? ly_draft_read(
										  &draft, input->plan, &arena, &report)
								: ly_draft_empty(&draft, &arena, &report))) {
		import.selves = topology.gateways;
		import.self_count = topology.gateway_count < MAX_SELVES
									? topology.gateway_count
									: MAX_SELVES;
		if(ly_plan_import(&import, &draft)) {
			must(ly_plan_write(&draft, &text), "a plan is written");
			ly_plan_blanks(&draft, blank, NULL);
			must(ly_draft_empty(&old, &arena, &report), "an empty plan");
			ly_plan_changes(&old, &draft, &arena, note, NULL);
			result = copy_of(text.s, text.len);
		}
	}
	must(result.s || report.count, "a plan or a finding");
	ly_arena_free(&arena);
	return result;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t bytes = copy_of(data, size), rest = bytes, first, second;
	input_t input;

	input.topology = part(&rest);
	input.settings = part(&rest);
	input.plan = part(&rest);
	first = import(&input);
	if(first.s) {
		input.plan = first;
		second = import(&input);
		must(second.s, "what import writes, import reads");
		must(ly_eq(first, second), "a second import changes nothing");
		give_back(second);
	}
	give_back(first);
	give_back(bytes);
	return 0;
}
