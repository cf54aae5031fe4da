/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/finding.h"

#include <stdarg.h>
#include <stdio.h>

#define LISTED 400		/* bytes of a text that lists what is known */
#define LONGEST_NAME 40 /* longer ones are not compared by spelling */
#define MOST 10000		/* errors, and as many warnings, that are told */

static void append(ly_buf_t *b, const char *format, va_list args)
{
	int n = vsnprintf(b->s + b->len, b->cap - b->len, format, args);

	if(n > 0)
		b->len += (size_t)n < b->cap - b->len ? (size_t)n : b->cap - b->len - 1;
}

/* A log line is one line: what the file says must not begin another. */
static void cleanse(char *text)
{
	size_t len = strlen(text);
	size_t start = len;

	for(size_t i = 0; i < len; i++) {
		if((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			text[i] = '?';
	}
	/* An UTF-8 character that was cut in two at the end goes. */
	while(start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if(start > 0 && (unsigned char)text[start - 1] >= 0xc0) {
		unsigned char lead = (unsigned char)text[start - 1];
		size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
		if(len - (start - 1) < want)
			text[start - 1] = '\0';
	}
}

static void report_it(ly_report_t *report, ly_finding_t *finding)
{
	cleanse(finding->text);
	if(finding->severity == LY_WARNING)
		report->warnings++;
	else if(report->count++ == 0)
		report->first = *finding;
	if(report->tell)
		report->tell(report->to, finding);
}

/* Nobody reads more, and what a file costs must not depend on how wrong it is. */
static bool enough(ly_report_t *report, ly_severity_t severity)
{
	unsigned *count =
			severity == LY_WARNING ? &report->warnings : &report->count;
	ly_finding_t last = {.severity = severity};

	if(*count < MOST)
		return false;
	if((*count)++ == MOST && report->tell) {
		snprintf(last.text, sizeof(last.text),
				"there are more %ss than these %d; the others are not told",
				ly_severity_name(severity), MOST);
		report->tell(report->to, &last);
	}
	return true;
}

void ly_found(ly_report_t *report, unsigned line, const char *format, ...)
{
	ly_finding_t finding = {.line = line};
	ly_buf_t b = ly_buf(finding.text, sizeof(finding.text));
	va_list args;

	if(enough(report, LY_ERROR))
		return;
	va_start(args, format);
	append(&b, format, args);
	va_end(args);
	report_it(report, &finding);
}

void ly_warned(ly_report_t *report, unsigned line, const char *format, ...)
{
	ly_finding_t finding = {.severity = LY_WARNING, .line = line};
	ly_buf_t b = ly_buf(finding.text, sizeof(finding.text));
	va_list args;

	if(enough(report, LY_WARNING))
		return;
	va_start(args, format);
	append(&b, format, args);
	va_end(args);
	report_it(report, &finding);
}

const char *ly_severity_name(ly_severity_t severity)
{
	return severity == LY_WARNING ? "warning" : "error";
}

void ly_found_no_memory(ly_report_t *report)
{
	if(!report->no_memory)
		ly_found(report, 0, "out of memory");
	report->no_memory = true;
}

/* How many letters must be changed, added, left out or swapped with their neighbour to turn one into the other. */
static unsigned distance(ly_slice_t a, ly_slice_t b)
{
	unsigned rows[3][LONGEST_NAME + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];

	for(size_t j = 0; j <= b.len; j++)
		above[j] = (unsigned)j;
	for(size_t i = 1; i <= a.len; i++) {
		unsigned *spare = before;
		row[0] = (unsigned)i;
		for(size_t j = 1; j <= b.len; j++) {
			bool same =
					ly_ieq(ly_slice(a.s + i - 1, 1), ly_slice(b.s + j - 1, 1));
			unsigned best = above[j - 1] + !same;
			if(above[j] + 1 < best)
				best = above[j] + 1;
			if(row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if(i > 1 && j > 1 && a.s[i - 1] == b.s[j - 2]
					&& a.s[i - 2] == b.s[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[b.len];
}

ly_slice_t ly_nearest(ly_slice_t given, const ly_slice_t *known, size_t count)
{
	ly_slice_t nearest = LY_EMPTY;
	size_t best = given.len / 3 + 2; /* farther off it is another word */

	if(given.len == 0 || given.len > LONGEST_NAME)
		return nearest;
	for(size_t i = 0; i < count; i++) {
		size_t d;
		if(known[i].len == 0 || known[i].len > LONGEST_NAME)
			continue;
		d = distance(given, known[i]);
		if(d < best && d < known[i].len) {
			best = d;
			nearest = known[i];
		}
	}
	return nearest;
}

void ly_found_unknown(ly_report_t *report, unsigned line, ly_slice_t given,
		const ly_slice_t *known, size_t count, const char *format, ...)
{
	ly_finding_t finding = {.line = line};
	ly_buf_t b = ly_buf(finding.text, LISTED);
	ly_slice_t nearest;
	va_list args;

	if(enough(report, LY_ERROR))
		return;
	nearest = ly_nearest(given, known, count);
	va_start(args, format);
	append(&b, format, args);
	va_end(args);
	if(nearest.len)
		ly_putf(&b, "; did you mean '%.*s'?", LY_FMT(nearest));
	for(size_t i = 0; i < count; i++) {
		const char *before = i > 0 ? "," : nearest.len ? " known:" : "; known:";
		if(b.cap - b.len < known[i].len + sizeof("; known: , ...")) {
			ly_putf(&b, "%s ...", before);
			break;
		}
		ly_putf(&b, "%s %.*s", before, LY_FMT(known[i]));
	}
	if(count == 0)
		ly_putf(&b, "; there is none");
	report_it(report, &finding);
}
