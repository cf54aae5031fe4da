/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/rewrite_leg.h"

#include "liblync/leg.h"

/* The text composed since start. */
static ly_slice_t composed(const ly_edits_t *e, size_t start)
{
	return ly_slice(e->text.s + start, e->text.len - start);
}

static void put_number(ly_buf_t *out, ly_slice_t word, const ly_rewrite_t *r)
{
	long n = ly_number(word, UINT32_MAX);

	if(n < 0)
		ly_put(out, word);
	else
		ly_put_number(out, ly_leg_cseq((uint32_t)n, r->leg.slot));
}

/* "314 INVITE" */
static void rewrite_cseq(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e)
{
	ly_slice_t rest = h->value, number = ly_word(&rest);
	size_t start = e->text.len;

	if(m->request)
		put_number(&e->text, number, r);
	else
		ly_put_number(&e->text, r->leg.cseq);
	ly_edit_replace(e, number, composed(e, start), "leg-cseq");
}

/* "1 314 INVITE": the second number is a CSeq of who sends it (RFC 3262 7.2). */
static void rewrite_rack(
		const ly_header_t *h, const ly_rewrite_t *r, ly_edits_t *e)
{
	ly_slice_t rest = h->value, number;
	size_t start = e->text.len;

	ly_word(&rest);
	number = ly_word(&rest);
	put_number(&e->text, number, r);
	ly_edit_replace(e, number, composed(e, start), "leg-rack");
}

/*
 * Call-IDs of other calls (RFC 3261 20.21): one that the receiver has seen sealed is sealed here too, and one that we
 * have sealed for the sender is opened.
 */
static void rewrite_in_reply_to(
		const ly_header_t *h, const ly_rewrite_t *r, ly_edits_t *e)
{
	ly_slice_t rest = h->value, value;
	size_t start = e->text.len;

	while((value = ly_value_next(&rest)).len) {
		if(e->text.len > start)
			ly_put(&e->text, LY_LIT(", "));
		if(!ly_call_id_open(r->leg.keys, value, &e->text)
				&& !(ly_call_id_tells(value) && !r->leg.call_ids_kept
						&& ly_call_id_seal(r->leg.keys->key, value, &e->text)))
			ly_put(&e->text, value);
	}
	ly_edit_replace(e, h->value, composed(e, start), "leg-in-reply-to");
}

/*
 * "refer;id=93809824": the CSeq number of the REFER (RFC 3515 2.4.6), in a NOTIFY of who got it, and in a SUBSCRIBE of
 * who sent it. The upper bits that ly_leg_cseq() drops are taken for 0.
 */
static void rewrite_event(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e)
{
	size_t params = ly_find(h->value, ';'), start = e->text.len;
	ly_slice_t id = ly_param(ly_from(h->value, params), LY_LIT("id"));
	long n = ly_number(id, UINT32_MAX);

	if(n < 0 || !m->request
			|| !ly_ieq(ly_trim(ly_slice(h->value.s, params)), LY_LIT("refer")))
		return;
	if(ly_eq(m->method, LY_LIT("NOTIFY")))
		ly_put_number(&e->text, ly_leg_cseq_back((uint32_t)n, r->leg.slot, 0));
	else
		put_number(&e->text, id, r);
	ly_edit_replace(e, id, composed(e, start), "leg-event");
}

bool ly_rewrite_leg(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e)
{
	switch(h->id) {
		case LY_H_VIA:
			/* the core takes ours off a reply; any other one there is not the receiver's business */
			if(m->request || r->alone || h != ly_header(m, LY_H_VIA))
				ly_edit_remove(e, h->line, "leg-via");
			return true;
		case LY_H_CSEQ:
			rewrite_cseq(h, m, r, e);
			return true;
		case LY_H_EVENT:
			rewrite_event(h, m, r, e);
			return true;
		case LY_H_RACK:
			rewrite_rack(h, r, e);
			return true;
		case LY_H_CALL_ID:
			ly_edit_replace(e, h->value, r->leg.call_id, "leg-call-id");
			return true;
		case LY_H_IN_REPLY_TO:
			rewrite_in_reply_to(h, r, e);
			return true;
		default:
			return false;
	}
}

static void put_lines(ly_buf_t *out, ly_slice_t name, ly_slice_t values)
{
	ly_slice_t value;

	while((value = ly_value_next(&values)).len) {
		ly_put(out, name);
		ly_put(out, value);
		ly_put(out, LY_LIT("\r\n"));
	}
}

void ly_rewrite_vias(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e)
{
	size_t start = e->text.len;

	put_lines(&e->text, LY_LIT("Via: "), r->leg.vias);
	/* 100 makes no dialog, nor does a refusal */
	if(m->status > 100 && m->status < 300)
		put_lines(&e->text, LY_LIT("Record-Route: "), r->leg.record_routes);
	if(e->text.len > start)
		ly_edit_insert(e, m->headers[0].line.s, composed(e, start), "leg-via");
}
