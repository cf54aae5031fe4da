/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/edit.h"

void ly_edits_begin(
		ly_edits_t *e, ly_slice_t message, char *memory, size_t size)
{
	e->message = message;
	e->count = 0;
	e->text = ly_buf(memory, size);
	e->full = false;
}

static void add(ly_edits_t *e, const char *at, size_t length, ly_slice_t text,
		const char *rule)
{
	if(e->count == LY_MAX_EDITS) {
		e->full = true;
		return;
	}
	e->list[e->count++] = (ly_edit_t){
			(uint32_t)(at - e->message.s), (uint32_t)length, text, rule};
}

void ly_edit_replace(
		ly_edits_t *e, ly_slice_t old, ly_slice_t text, const char *rule)
{
	if(!ly_eq(old, text))
		add(e, old.s, old.len, text, rule);
}

void ly_edit_remove(ly_edits_t *e, ly_slice_t old, const char *rule)
{
	if(old.len)
		add(e, old.s, old.len, LY_EMPTY, rule);
}

void ly_edit_insert(
		ly_edits_t *e, const char *at, ly_slice_t text, const char *rule)
{
	if(text.len)
		add(e, at, 0, text, rule);
}

/* By place; what is put in comes before what goes from there. */
static bool comes_after(const ly_edit_t *a, const ly_edit_t *b)
{
	return a->offset > b->offset
		   || (a->offset == b->offset && a->length > 0 && b->length == 0);
}

/* Edits come nearly in order, as headers are walked from the top: insertion sort is linear then. */
static void sort(ly_edits_t *e)
{
	for(unsigned i = 1; i < e->count; i++) {
		ly_edit_t edit = e->list[i];
		unsigned j = i;

		for(; j > 0 && comes_after(&e->list[j - 1], &edit); j--)
			e->list[j] = e->list[j - 1];
		e->list[j] = edit;
	}
}

/* Two that touch the same bytes, or put something in at the same place. */
static bool meet(const ly_edit_t *a, const ly_edit_t *b)
{
	return (size_t)a->offset + a->length > b->offset
		   || (a->offset == b->offset && a->length == 0 && b->length == 0);
}

bool ly_edits_finish(ly_edits_t *e)
{
	if(e->full || e->text.full)
		return false;
	sort(e);
	for(unsigned i = 0; i < e->count; i++) {
		const ly_edit_t *a = &e->list[i];

		if((size_t)a->offset + a->length > e->message.len)
			return false;
		if(i + 1 < e->count && meet(a, &e->list[i + 1]))
			return false;
	}
	return true;
}

bool ly_edits_apply(const ly_edits_t *e, ly_buf_t *out)
{
	size_t at = 0;

	for(unsigned i = 0; i < e->count; i++) {
		const ly_edit_t *edit = &e->list[i];

		ly_put(out, ly_slice(e->message.s + at, edit->offset - at));
		ly_put(out, edit->text);
		at = (size_t)edit->offset + edit->length;
	}
	ly_put(out, ly_from(e->message, at));
	return !out->full;
}
