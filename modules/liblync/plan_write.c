/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a value may hold and how it is escaped is libxml2's business, how the text is laid out ours: between two
 * calls of its writer, line ends and blanks go straight to its output.
 */
#include "liblync/plan_write.h"

#include <libxml/xmlwriter.h>

#define WIDTH 120
#define DEEPEST 64 /* columns of indentation */

typedef struct writer
{
	ly_draft_t *draft;
	xmlOutputBuffer *out;
	xmlTextWriter *xml;
	unsigned line;
	size_t column;
	bool failed;
} writer_t;

/* libxml2's writer says no more than that it has failed, and it can fail for want of memory only. */
static void check(writer_t *w, int result)
{
	w->failed |= result < 0;
}

static void space(writer_t *w, bool line_end, size_t count)
{
	static const char blanks[DEEPEST + 1] =
			"                                                                ";

	if(line_end) {
		check(w, xmlOutputBufferWrite(w->out, 1, "\n"));
		w->line++;
		w->column = 0;
	}
	count = count < DEEPEST ? count : DEEPEST;
	check(w, xmlOutputBufferWrite(w->out, (int)count, blanks));
	w->column += count;
}

/* A NUL behind the text, as libxml2 wants it. */
static const xmlChar *text(writer_t *w, ly_slice_t slice)
{
	ly_slice_t s = ly_arena_copy(w->draft->arena, slice);

	if(!s.s)
		w->failed = true;
	return (const xmlChar *)(s.s ? s.s : "");
}

/* How wide the value is when it is escaped, about. */
static size_t width(ly_slice_t value)
{
	size_t n = value.len;

	for(size_t i = 0; i < value.len; i++)
		n += strchr("<>&\"\t\n\r", value.s[i]) && value.s[i] ? 4 : 0;
	return n;
}

static void write_attributes(writer_t *w, const ly_item_t *item)
{
	size_t indent = w->column;

	for(const ly_item_attribute_t *a = item->attributes; a; a = a->next) {
		size_t wide = a->name.len + width(a->value) + sizeof(" =\"\"/>") - 1;
		if(a != item->attributes && w->column + wide > WIDTH)
			space(w, true, indent);
		w->column += wide - 2;
		check(w, xmlTextWriterWriteAttribute(
						 w->xml, text(w, a->name), text(w, a->value)));
	}
}

static void write_item(writer_t *w, ly_item_t *item, size_t indent);

/* Groups at the top level stand apart; a comment stands with what follows it. */
static bool apart(const ly_item_t *item)
{
	const ly_item_t *before = item->before;

	if(!before)
		return true;
	if(before->kind != LY_ITEM_ELEMENT)
		return false;
	return item->kind != LY_ITEM_ELEMENT || item->first || before->first
		   || !ly_eq(item->name, before->name);
}

static void write_children(writer_t *w, ly_item_t *item, size_t indent)
{
	for(ly_item_t *child = item->first; child; child = child->next) {
		if(item == w->draft->root && apart(child))
			space(w, true, 0);
		space(w, true, indent + 2);
		write_item(w, child, indent + 2);
	}
	if(item->first)
		space(w, true, indent);
}

static void write_element(writer_t *w, ly_item_t *item, size_t indent)
{
	w->column += item->name.len + 1;
	check(w, xmlTextWriterStartElement(w->xml, text(w, item->name)));
	write_attributes(w, item);
	if(!item->first) {
		check(w, xmlTextWriterEndElement(w->xml));
		return;
	}
	/* Nothing at all ends the start tag. */
	check(w, xmlTextWriterWriteRaw(w->xml, (const xmlChar *)""));
	write_children(w, item, indent);
	check(w, xmlTextWriterFullEndElement(w->xml));
}

static void count_lines(writer_t *w, ly_slice_t written)
{
	for(size_t i = 0; i < written.len; i++)
		w->line += written.s[i] == '\n';
}

static void write_item(writer_t *w, ly_item_t *item, size_t indent)
{
	item->line = w->line;
	switch(item->kind) {
		case LY_ITEM_ELEMENT:
			write_element(w, item, indent);
			break;
		case LY_ITEM_COMMENT:
			check(w, xmlTextWriterWriteComment(w->xml, text(w, item->text)));
			count_lines(w, item->text);
			break;
		case LY_ITEM_INSTRUCTION:
			check(w, xmlTextWriterWritePI(
							 w->xml, text(w, item->name), text(w, item->text)));
			count_lines(w, item->text);
			break;
	}
}

static void write_document(writer_t *w)
{
	/* Named, so that no character is written by its number. */
	check(w, xmlTextWriterStartDocument(w->xml, NULL, "UTF-8", NULL));
	w->line = 2;
	for(ly_item_t *item = w->draft->document->first; item; item = item->next) {
		write_item(w, item, 0);
		space(w, true, 0);
	}
	check(w, xmlTextWriterFlush(w->xml));
}

bool ly_plan_write(ly_draft_t *draft, ly_slice_t *result)
{
	xmlBuffer *buffer = xmlBufferCreate();
	writer_t w = {.draft = draft};

	*result = LY_EMPTY;
	if(buffer)
		w.out = xmlOutputBufferCreateBuffer(buffer, NULL);
	if(w.out)
		w.xml = xmlNewTextWriter(w.out);
	if(w.xml) {
		write_document(&w);
		xmlFreeTextWriter(w.xml); /* frees the output as well */
		if(!w.failed)
			*result = ly_arena_copy(draft->arena,
					ly_slice((const char *)xmlBufferContent(buffer),
							(size_t)xmlBufferLength(buffer)));
	} else if(w.out) {
		xmlOutputBufferClose(w.out);
	}
	if(buffer)
		xmlBufferFree(buffer);
	if(!result->s)
		ly_found_no_memory(draft->report);
	return result->s;
}
