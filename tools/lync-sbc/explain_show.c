/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An explanation for people: the lines of the message, changed ones before and after with the reasons beside them. */
#include <stdio.h>

#include "explain.h"
#include "liblync/shown.h"

#define REASON_COLUMNS 56 /* beside the lines, where these leave so much */
#define LEAST_WIDTH 110	  /* of a terminal that has room for both */
#define INDENT 6		  /* of reasons below the lines */
#define LINES_MAX 256	  /* of one change */

typedef struct view
{
	const explanation_t *e;
	unsigned width;
	bool colour;
} view_t;

/* Lines that are changed together: the old ones, the new ones, and the edits between them. */
typedef struct change
{
	ly_slice_t before, after;
	unsigned first, end; /* edits */
} change_t;

/* One line of output of a change. */
typedef struct row
{
	char sign;
	ly_slice_t text; /* clean */
} row_t;

typedef struct rows
{
	row_t row[LINES_MAX];
	unsigned count;
	unsigned widest; /* columns */
	ly_buf_t memory;
} rows_t;

/* Output ------------------------------------------------------------------------------------------------------------ */

static const char *colour_of(char sign)
{
	return sign == '-' ? "\033[31m" : sign == '+' ? "\033[32m" : "\033[36m";
}

static void put_reason(const view_t *v, ly_slice_t text)
{
	printf("%s%.*s%s", v->colour ? colour_of('!') : "", LY_FMT(text),
			v->colour ? "\033[0m" : "");
}

/* Takes as many words off *text as columns hold, one at least. */
static ly_slice_t take_line(ly_slice_t *text, unsigned columns)
{
	size_t fits = 0;
	ly_slice_t line;

	for(size_t end = 0; end < text->len; end++) {
		end += ly_find(ly_from(*text, end), ' ');
		if(fits && ly_columns(ly_slice(text->s, end)) > columns)
			break;
		fits = end;
	}
	line = ly_slice(text->s, fits);
	*text = ly_trim(ly_from(*text, fits));
	return line;
}

/* Rows --------------------------------------------------------------------------------------------------------------- */

static void add_row(rows_t *rows, char sign, ly_slice_t line)
{
	size_t start = rows->memory.len;
	row_t *row;

	if(rows->count == LINES_MAX)
		return;
	while(line.len && strchr("\r\n", line.s[line.len - 1]))
		line.len--;
	ly_put_clean(&rows->memory, line, true);
	row = &rows->row[rows->count++];
	row->sign = sign;
	row->text = ly_slice(rows->memory.s + start, rows->memory.len - start);
	start = ly_columns(row->text);
	rows->widest = start > rows->widest ? (unsigned)start : rows->widest;
}

/* Each line of text, whose keys are hidden first. */
static void add_rows(rows_t *rows, char sign, ly_slice_t text)
{
	static char hidden[EXPLAIN_MESSAGE_MAX + EXPLAIN_TEXT_MAX];
	ly_buf_t copy = ly_buf(hidden, sizeof(hidden));

	/* the tokens are ours: nobody reads them */
	if(sign == '+')
		ly_put_short(&copy, text);
	else
		ly_put(&copy, text);
	ly_hide_keys(hidden, copy.len);
	text = ly_buf_slice(&copy);
	while(text.len) {
		size_t end = ly_find(text, '\n');
		ly_slice_t line = ly_slice(text.s, end < text.len ? end + 1 : end);

		add_row(rows, sign, line);
		text = ly_from(text, line.len);
	}
}

static void begin_rows(rows_t *rows)
{
	static char memory[3 * (EXPLAIN_MESSAGE_MAX + EXPLAIN_TEXT_MAX)];

	rows->count = rows->widest = 0;
	rows->memory = ly_buf(memory, sizeof(memory));
}

static void put_row(const view_t *v, const row_t *row)
{
	bool colour = v->colour && row->sign != ' ';

	printf("%s%c %.*s%s", colour ? colour_of(row->sign) : "", row->sign,
			LY_FMT(row->text), colour ? "\033[0m" : "");
}

/* Changes ----------------------------------------------------------------------------------------------------------- */

static bool told_before(
		const view_t *v, const change_t *c, unsigned edit, const char *id)
{
	const char *other;

	for(unsigned i = c->first; i < edit; i++) {
		for(unsigned n = 0; (other = explain_why(v->e, i, n, NULL)); n++) {
			if(strcmp(other, id) == 0)
				return true;
		}
	}
	return false;
}

/* The reasons of a change, each once, as "id: reason" in lines of so many columns: kind '!'. */
static void add_reasons(
		const view_t *v, const change_t *c, unsigned columns, rows_t *rows)
{
	const char *id, *reason;
	char text[1024];

	for(unsigned i = c->first; i < c->end; i++) {
		for(unsigned n = 0; (id = explain_why(v->e, i, n, &reason)); n++) {
			ly_buf_t b = ly_buf(text, sizeof(text));
			ly_slice_t rest;

			if(told_before(v, c, i, id))
				continue;
			ly_putf(&b, "%s: %s", id, reason ? reason : "");
			rest = ly_buf_slice(&b);
			while(rest.len)
				add_row(rows, '!', take_line(&rest, columns));
		}
	}
}

static void put_beside(
		const view_t *v, const rows_t *lines, const rows_t *reasons)
{
	unsigned left = v->width - REASON_COLUMNS;

	for(unsigned i = 0; i < lines->count || i < reasons->count; i++) {
		unsigned used = 0;

		if(i < lines->count) {
			put_row(v, &lines->row[i]);
			used = 2 + ly_columns(lines->row[i].text);
		}
		if(i < reasons->count) {
			printf("%*s", (int)(left - used), "");
			put_reason(v, reasons->row[i].text);
		}
		putchar('\n');
	}
}

static void put_below(
		const view_t *v, const rows_t *lines, const rows_t *reasons)
{
	for(unsigned i = 0; i < lines->count; i++) {
		put_row(v, &lines->row[i]);
		putchar('\n');
	}
	for(unsigned i = 0; i < reasons->count; i++) {
		printf("%*s", INDENT, "");
		put_reason(v, reasons->row[i].text);
		putchar('\n');
	}
}

static void put_change(const view_t *v, const change_t *c)
{
	static rows_t lines, reasons;
	static char memory[16384];
	bool beside;

	begin_rows(&lines);
	add_rows(&lines, '-', c->before);
	add_rows(&lines, '+', c->after);
	beside = v->width >= LEAST_WIDTH
			 && lines.widest + 4 <= v->width - REASON_COLUMNS;
	reasons.count = reasons.widest = 0;
	reasons.memory = ly_buf(memory, sizeof(memory));
	add_reasons(v, c,
			beside ? REASON_COLUMNS
				   : (v->width > 3 * INDENT ? v->width - INDENT : 2 * INDENT),
			&reasons);
	(beside ? put_beside : put_below)(v, &lines, &reasons);
}

static void put_plain(const view_t *v, ly_slice_t line)
{
	static rows_t rows;

	begin_rows(&rows);
	add_rows(&rows, ' ', line);
	put_below(v, &rows, &(rows_t){.count = 0});
}

/* The message ------------------------------------------------------------------------------------------------------ */

static size_t line_end(ly_slice_t text, size_t at)
{
	size_t end = at + ly_find(ly_from(text, at), '\n');

	return end < text.len ? end + 1 : text.len;
}

/* Whole lines that come before the byte at, and nothing else is changed there. */
static bool puts_lines(const ly_edits_t *e, unsigned i, size_t at)
{
	const ly_edit_t *edit = &e->list[i];

	return edit->offset == at && edit->length == 0
		   && edit->text.s[edit->text.len - 1] == '\n'
		   && !(i + 1 < e->count && e->list[i + 1].offset == at);
}

/* The lines from at on that the edits from c->first on touch; c->end is behind these. Returns the end of the lines. */
static size_t find_change(
		const ly_edits_t *e, size_t at, change_t *c, ly_buf_t *after)
{
	size_t end = line_end(e->message, at), from = at;

	for(; c->end < e->count && e->list[c->end].offset < end; c->end++) {
		const ly_edit_t *edit = &e->list[c->end];
		size_t last = (size_t)edit->offset + edit->length;

		if(last > end)
			end = line_end(e->message, last - 1);
		ly_put(after, ly_slice(e->message.s + from, edit->offset - from));
		ly_put(after, edit->text);
		from = last;
	}
	ly_put(after, ly_slice(e->message.s + from, end - from));
	c->before = ly_slice(e->message.s + at, end - at);
	c->after = ly_buf_slice(after);
	return end;
}

static void put_message(const view_t *v)
{
	static char memory[EXPLAIN_MESSAGE_MAX + EXPLAIN_TEXT_MAX];
	const ly_edits_t *e = &v->e->edits;
	unsigned i = 0;

	for(size_t at = 0, end; at < e->message.len || i < e->count; at = end) {
		ly_buf_t after = ly_buf(memory, sizeof(memory));
		change_t c = {.first = i, .end = i};

		end = line_end(e->message, at);
		if(i < e->count && puts_lines(e, i, at)) {
			c.after = e->list[i].text;
			c.end++;
			end = at;
		} else if(i < e->count && e->list[i].offset < end) {
			end = find_change(e, at, &c, &after);
		} else if(end == at) {
			break;
		}
		if(c.end > i)
			put_change(v, &c);
		else
			put_plain(v, ly_slice(e->message.s + at, end - at));
		i = c.end;
	}
}

static void put_note(const view_t *v, const char *note)
{
	ly_slice_t rest = ly_cstr(note);

	for(bool first = true; rest.len; first = false) {
		ly_slice_t line =
				take_line(&rest, v->width > 3 * INDENT ? v->width - 2 : INDENT);

		fputs(first ? "* " : "  ", stdout);
		put_reason(v, line);
		putchar('\n');
	}
}

void explain_show(const explanation_t *e, unsigned width, bool colour)
{
	const view_t v = {e, width, colour};
	const ly_crossing_t *x = &e->x;
	bool to_pstn = x->to == LY_PSTN;

	printf("From %s %.*s (%.*s) to %s %.*s (%.*s):\n\n",
			to_pstn ? "trunk" : "target",
			LY_FMT(to_pstn ? x->trunk->name : x->target->name),
			LY_FMT(to_pstn ? x->trunk->dialect->name
						   : x->target->dialect->name),
			to_pstn ? "target" : "trunk",
			LY_FMT(to_pstn ? x->target->name : x->trunk->name),
			LY_FMT(to_pstn ? x->target->dialect->name
						   : x->trunk->dialect->name));
	put_message(&v);
	if(e->note_count)
		putchar('\n');
	for(unsigned i = 0; i < e->note_count; i++)
		put_note(&v, e->notes[i]);
}
