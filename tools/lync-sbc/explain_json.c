/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An explanation for programs. */
#include <stdio.h>

#include "explain.h"
#include "liblync/shown.h"
#include "json.h"

#define RESULT_MAX (EXPLAIN_MESSAGE_MAX + EXPLAIN_TEXT_MAX)

/* Without keys. JSON is UTF-8 (RFC 8259 8.1), a message may hold anything. */
static void put_text(json_t *json, const char *name, ly_slice_t text)
{
	static char hidden[RESULT_MAX], clean[3 * RESULT_MAX];
	ly_buf_t copy = ly_buf(hidden, sizeof(hidden)),
			 out = ly_buf(clean, sizeof(clean));

	ly_put(&copy, text);
	ly_hide_keys(hidden, copy.len);
	ly_put_clean(&out, ly_buf_slice(&copy), false);
	json_text(json, name, ly_buf_slice(&out));
}

static void put_number(json_t *json, const char *name, unsigned n)
{
	char text[16];
	ly_buf_t b = ly_buf(text, sizeof(text));

	ly_put_number(&b, n);
	json_literal(json, name, ly_buf_slice(&b));
}

static void put_reason(
		json_t *json, const char *name, const char *id, const char *reason)
{
	json_text(json, name, ly_cstr(id));
	json_text(json, "reason", ly_cstr(reason));
}

static void put_edit(json_t *json, const explanation_t *e, unsigned i)
{
	const ly_edit_t *edit = &e->edits.list[i];
	const char *id, *reason;

	json_open(json, NULL, '{');
	put_number(json, "offset", edit->offset);
	put_number(json, "length", edit->length);
	put_text(json, "before",
			ly_slice(e->message.raw.s + edit->offset, edit->length));
	put_text(json, "after", edit->text);
	for(unsigned n = 0; (id = explain_why(e, i, n, &reason)); n++) {
		if(n == 0) {
			put_reason(json, "rule", id, reason);
			json_open(json, "rules", '[');
		}
		json_open(json, NULL, '{');
		put_reason(json, "id", id, reason);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

void explain_json(const explanation_t *e)
{
	static char text[RESULT_MAX];
	ly_buf_t result = ly_buf(text, sizeof(text));
	json_t json = {0};

	ly_edits_apply(&e->edits, &result);
	json_open(&json, NULL, '{');
	json_text(&json, "direction",
			e->x.to == LY_PSTN ? LY_LIT("lync-to-pstn")
							   : LY_LIT("pstn-to-lync"));
	json_text(&json, "trunk", e->x.trunk->name);
	json_text(&json, "target", e->x.target->name);
	json_open(&json, "notes", '[');
	for(unsigned i = 0; i < e->note_count; i++)
		json_text(&json, NULL, ly_cstr(e->notes[i]));
	json_close(&json, ']');
	json_open(&json, "edits", '[');
	for(unsigned i = 0; i < e->edits.count; i++)
		put_edit(&json, e, i);
	json_close(&json, ']');
	put_text(&json, "result", ly_buf_slice(&result));
	json_close(&json, '}');
}
