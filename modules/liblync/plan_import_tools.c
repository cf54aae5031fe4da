/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>

#include "liblync/plan_importer.h"

#define NAME_MAX_BYTES \
	200 /* of a name that import makes; there is room for a number behind it */
#define WIDTH 120 /* of the plan's lines */

/* Text that may be changed, in the draft's arena; NULL without memory. */
static char *formatted(
		ly_importer_t *importer, const char *format, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	/* Twice: room for what becomes longer. */
	text = len < 0 ? NULL
				   : ly_arena_alloc(
							 importer->draft->arena, 2 * (size_t)len + 2);
	if(text)
		vsnprintf(text, (size_t)len + 1, format, args);
	else
		ly_found_no_memory(importer->draft->report);
	return text;
}

static void without_controls(char *text, char instead)
{
	for(char *p = text; *p; p++) {
		if((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = instead;
	}
}

void ly_import_note(ly_importer_t *importer, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = formatted(importer, format, args);
	va_end(args);
	if(!text)
		return;
	without_controls(text, '?');
	importer->in->note(importer->in->to, text);
}

/* XML 1.0 2.5: no "--" in a comment, and no '-' at its end. There is room for a blank behind each. */
static void without_double_hyphens(char *text)
{
	for(char *p = text; *p; p++) {
		if(p[0] == '-' && p[1] == '-') {
			memmove(p + 2, p + 1, strlen(p + 1) + 1);
			p[1] = ' ';
		}
	}
}

/* Broken at blanks, so that it fits into the lines of the plan. */
static ly_slice_t wrapped(
		ly_importer_t *importer, const ly_item_t *parent, const char *text)
{
	size_t len = strlen(text), indent = sizeof("<!-- ") - 1, column;
	size_t cap = len + (len / 40 + 1) * (2 * WIDTH);
	char *buffer = ly_arena_alloc(importer->draft->arena, cap);
	ly_buf_t b = ly_buf(buffer, cap);
	ly_slice_t rest = ly_slice(text, len), word;

	if(!buffer) {
		ly_found_no_memory(importer->draft->report);
		return LY_EMPTY;
	}
	for(; parent->parent; parent = parent->parent)
		indent += 2;
	column = indent;
	while((word = ly_word(&rest)).len) {
		if(column > indent && column + 1 + word.len + sizeof(" -->") > WIDTH) {
			ly_putf(&b, "\n%*s", (int)indent, "");
			column = indent;
		} else {
			ly_putc(&b, ' ');
			column++;
		}
		ly_put(&b, word);
		column += word.len;
	}
	ly_putc(&b, ' ');
	return ly_buf_slice(&b);
}

void ly_import_comment(ly_importer_t *importer, ly_item_t *parent,
		ly_item_t *before, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = formatted(importer, format, args);
	va_end(args);
	if(!text || !parent)
		return;
	without_controls(text, ' ');
	without_double_hyphens(text);
	ly_draft_comment(
			importer->draft, parent, before, wrapped(importer, parent, text));
}

ly_slice_t ly_import_short(ly_slice_t text, size_t max)
{
	if(text.len > max) {
		text.len = max;
		while(text.len && ((unsigned char)text.s[text.len] & 0xc0) == 0x80)
			text.len--;
	}
	return text;
}

void ly_import_forget(ly_item_t *item, const char *beginning)
{
	ly_item_t *next;

	for(ly_item_t *c = item->first; c; c = next) {
		next = c->next;
		if(c->kind == LY_ITEM_COMMENT
				&& ly_istarts(ly_trim(c->text), ly_cstr(beginning)))
			ly_item_remove(c);
	}
}

void ly_import_set(ly_importer_t *importer, ly_item_t *item, const char *name,
		ly_slice_t value)
{
	ly_slice_t now = ly_item_get(item, name);

	if(!now.s || !ly_ieq(ly_trim(now), value))
		ly_item_set(importer->draft, item, name, value);
}

void ly_import_set_number(ly_importer_t *importer, ly_item_t *item,
		const char *name, unsigned value)
{
	ly_slice_t now = ly_trim(ly_item_get(item, name));

	if(!now.s || ly_number(now, 65535) != (long)value)
		ly_item_set(importer->draft, item, name,
				ly_draft_text(importer->draft, "%u", value));
}

void *ly_import_put(
		ly_importer_t *importer, ly_set_t *set, ly_slice_t key, void *item)
{
	const ly_set_entry_t *entry = ly_set_add(set, key, item, 0);

	if(!entry)
		ly_found_no_memory(importer->draft->report);
	return entry ? entry->item : NULL;
}

ly_set_t ly_import_index(
		ly_importer_t *importer, const char *element, const char *attribute)
{
	ly_set_t set = {.arena = importer->draft->arena};

	for(ly_item_t *item = ly_item_first(importer->draft->root, element); item;
			item = ly_item_next(item, element)) {
		ly_slice_t key = ly_trim(ly_item_get(item, attribute));
		if(key.len)
			ly_import_put(importer, &set, key, item);
	}
	return set;
}

/* A letter or digit, and further on what else a name may hold. */
static bool in_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
		   || (c >= '0' && c <= '9') || (!first && c && strchr("._-", c));
}

ly_slice_t ly_import_safe(ly_importer_t *importer, ly_slice_t wanted)
{
	size_t len = wanted.len < NAME_MAX_BYTES ? wanted.len : NAME_MAX_BYTES;
	char safe[NAME_MAX_BYTES];

	for(size_t i = 0; i < len; i++)
		safe[i] = in_name(wanted.s[i], i == 0) ? wanted.s[i] : i ? '-' : 'x';
	return len ? ly_draft_text(importer->draft, "%.*s", (int)len, safe)
			   : LY_LIT("x");
}

/* How often a name has been wanted is kept beside the names, by what is none. */
static unsigned *times_of(
		ly_importer_t *importer, ly_set_t *names, ly_slice_t safe)
{
	unsigned *times = ly_arena_alloc(importer->draft->arena, sizeof(*times));

	if(times)
		return ly_import_put(importer, names,
				ly_draft_text(importer->draft, "%.*s\n", LY_FMT(safe)), times);
	ly_found_no_memory(importer->draft->report);
	return NULL;
}

ly_slice_t ly_import_name(
		ly_importer_t *importer, ly_set_t *names, ly_slice_t wanted, void *item)
{
	ly_slice_t safe = ly_import_safe(importer, wanted), name = safe;
	unsigned *times = times_of(importer, names, safe);

	while(times && ly_set_find(names, name) && !ly_import_over(importer))
		name = ly_draft_text(
				importer->draft, "%.*s-%u", LY_FMT(safe), ++*times + 1);
	ly_import_put(importer, names, name, item);
	return name;
}

ly_slice_t ly_import_label(ly_slice_t host)
{
	ly_addr_t address;

	if(!ly_addr_parse(host, &address))
		host.len = ly_find(host, '.');
	return host;
}

ly_slice_t ly_import_transport(const ly_our_trunk_t *trunk)
{
	return ly_cstr(ly_transport_name(trunk->lync->transport));
}
