/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of import share. Included once per test program, not compiled apart. */
#ifndef TESTS_UNIT_IMPORT_HELPERS_H
#define TESTS_UNIT_IMPORT_HELPERS_H

#include "lync_helpers.h"

#include "liblync/plan_import.h"
#include "liblync/plan_write.h"

/* What goes into an import. Texts; NULL where there is none. */
typedef struct input
{
	const char *topology;
	const char *settings;
	const char *old;
	const char *selves[4]; /* up to the first NULL */
} input_t;

/* What comes out of the last one. */
static char plan[40000], notes[30000], blanks[30000];
static ly_report_t import_report;

/* A file's text; one of few that are kept, with the replacement of old by new. */
static inline const char *text_with(
		const char *path, const char *old, const char *new)
{
	static char kept[8][60000];
	static unsigned next;
	ly_slice_t bytes = file_bytes(path);
	char *out = kept[next++ % 8];
	const char *at = strstr(bytes.s, old);

	if(!at)
		fail_msg("'%s' is not in %s", old, path);
	sprintf(out, "%.*s%s%s", (int)(at - bytes.s), bytes.s, new,
			at + strlen(old));
	free((void *)bytes.s);
	return out;
}

static inline const char *text_of_file(const char *path)
{
	return text_with(path, "", "");
}

/* The text with one replacement, valid until the next call. */
__attribute__((noinline, unused)) static const char *with(
		const char *text, const char *old, const char *new)
{
	static char out[2][40000];
	static unsigned next;
	char *to = out[next++ % 2];
	const char *at = strstr(text, old);

	if(!at)
		fail_msg("'%s' is not in the text", old);
	sprintf(to, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
	return to;
}

static inline void add_note(void *to, const char *text)
{
	ly_putf(to, "%s\n", text);
}

static inline void add_blank(void *to, unsigned line, ly_slice_t text)
{
	ly_slice_t word;

	ly_putf(to, "%u:", line);
	while((word = ly_word(&text)).len)
		ly_putf(to, " %.*s", LY_FMT(word));
	ly_putc(to, '\n');
}

static inline void keep(char *to, size_t cap, ly_slice_t text)
{
	assert_true(text.len < cap);
	memcpy(to, text.s ? text.s : "", text.len);
	to[text.len] = '\0';
}

typedef struct importing
{
	ly_arena_t arena;
	ly_topology_t topology;
	ly_settings_t settings;
	ly_draft_t draft;
	ly_slice_t selves[4];
	ly_import_t import;
} importing_t;

static inline bool read_all(
		importing_t *w, const input_t *input, ly_report_t *report)
{
	ly_settings_init(&w->settings, &w->arena);
	if(!ly_topology_read(
			   ly_cstr(input->topology), &w->arena, report, &w->topology))
		return false;
	if(input->settings
			&& !ly_settings_read(
					&w->settings, ly_cstr(input->settings), report))
		return false;
	return input->old ? ly_draft_read(&w->draft, ly_cstr(input->old), &w->arena,
								report)
					  : ly_draft_empty(&w->draft, &w->arena, report);
}

/* Fills plan, notes and blanks; false with the finding in import_report. */
static inline bool import(const input_t *input)
{
	char said[sizeof(blanks)];
	ly_buf_t noted = ly_buf(notes, sizeof(notes) - 1);
	ly_buf_t blank = ly_buf(said, sizeof(said));
	importing_t w = {.arena = {take, give, NULL}};
	ly_slice_t text = LY_EMPTY;
	bool done;

	import_report = (ly_report_t){0};
	w.import = (ly_import_t){.topology = &w.topology,
			.settings = input->settings ? &w.settings : NULL,
			.selves = w.selves,
			.note = add_note,
			.to = &noted};
	while(w.import.self_count < 4 && input->selves[w.import.self_count]) {
		w.selves[w.import.self_count] =
				ly_cstr(input->selves[w.import.self_count]);
		w.import.self_count++;
	}
	done = read_all(&w, input, &import_report)
		   && ly_plan_import(&w.import, &w.draft)
		   && ly_plan_write(&w.draft, &text);
	if(done)
		ly_plan_blanks(&w.draft, add_blank, &blank);
	keep(plan, sizeof(plan), text);
	keep(blanks, sizeof(blanks), ly_buf_slice(&blank));
	notes[noted.len] = '\0';
	ly_arena_free(&w.arena);
	assert_int_equal(live, 0);
	return done;
}

/* The plan is one that check accepts, and is the same when it is imported once more. */
static inline void import_right(const input_t *input)
{
	static char first[sizeof(plan)];
	ly_finding_t finding = {0};
	input_t again = *input;
	ly_plan_t *parsed;

	if(!import(input))
		fail_msg("%u: %s", import_report.first.line, import_report.first.text);
	strcpy(first, plan);
	parsed = ly_plan_parse(ly_cstr(first), "new", malloc, free, &finding);
	if(!parsed)
		fail_msg("%s\n%u: %s", first, finding.line, finding.text);
	ly_plan_free(parsed);
	again.old = first;
	char *kept_notes = strdup(notes), *kept_blanks = strdup(blanks);
	assert_true(import(&again));
	assert_string_equal(plan, first);
	strcpy(notes, kept_notes);
	strcpy(blanks, kept_blanks);
	free(kept_notes);
	free(kept_blanks);
}

static inline void assert_has(const char *text, const char *part)
{
	if(!strstr(text, part))
		fail_msg("no '%s' in\n%s", part, text);
}

static inline void assert_has_not(const char *text, const char *part)
{
	if(strstr(text, part))
		fail_msg("there is '%s' in\n%s", part, text);
}

#endif
