/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must be true of every message that was cut into its parts, and of every list of edits. */
#ifndef TESTS_UNIT_MESSAGE_HELPERS_H
#define TESTS_UNIT_MESSAGE_HELPERS_H

#include "text_helpers.h"

#include "liblync/edit.h"
#include "liblync/sip.h"

/* The lines of the headers follow each other without a gap; every part lies where it belongs. */
static inline void check_parts(const ly_message_t *m)
{
	const char *at = m->raw.s + ly_find(m->raw, '\n') + 1;

	assert_true(within(m->method, m->raw) && within(m->uri, m->raw)
				&& within(m->body, m->raw));
	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];

		assert_ptr_equal(h->line.s, at);
		at += h->line.len;
		assert_true(within(h->name, h->line) && within(h->value, h->line));
		assert_true(h->name.len > 0 && h->value.s > h->name.s);
		/* The line end belongs to no value. */
		assert_true(h->value.s + h->value.len < h->line.s + h->line.len);
	}
	assert_true(at <= m->body.s);
	assert_true(within(ly_span(at, m->body.s), m->raw));
	assert_ptr_equal(m->body.s + m->body.len, m->raw.s + m->raw.len);
}

/* Cuts raw into m; it must be a good message. */
static inline void parse(ly_slice_t raw, ly_message_t *m)
{
	const char *wrong = ly_message_parse(raw, m);

	if(wrong)
		fail_msg("%s:\n%.*s", wrong, LY_FMT(raw));
	check_parts(m);
}

/* Finished edits: in order, inside the message, at most one for a place, each for a reason. */
static inline void check_edits(const ly_edits_t *e)
{
	size_t end = 0;

	for(unsigned i = 0; i < e->count; i++) {
		const ly_edit_t *edit = &e->list[i];

		assert_true(edit->offset >= end);
		end = (size_t)edit->offset + edit->length;
		assert_true(end <= e->message.len);
		assert_true(edit->length || edit->text.len);
		assert_non_null(edit->rule);
		if(i
				&& edit->offset
						   == e->list[i - 1]
								   .offset) /* only before what goes may something come */
			assert_true(e->list[i - 1].length == 0 && edit->length > 0);
	}
}

/* The message as edited, in a block of its own. */
static inline ly_slice_t apply(const ly_edits_t *e)
{
	size_t size = e->message.len;
	ly_buf_t out;

	check_edits(e);
	for(unsigned i = 0; i < e->count; i++)
		size += e->list[i].text.len - e->list[i].length;
	out = ly_buf(block(size), size);
	assert_true(ly_edits_apply(e, &out));
	assert_int_equal(out.len, size);
	return ly_buf_slice(&out);
}

#endif
