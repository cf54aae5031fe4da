/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "explain.h"

#include "explain_call.h"
#include "liblync/content.h"
#include "liblync/edit_reason.h"
#include "liblync/media.h"
#include "liblync/sdp.h"

/* One message with all that its edits are computed from; they are computed again for each rule. */
typedef struct work
{
	explanation_t *e;
	explain_call_t call;
	ly_rewrite_t r;
	ly_rule_set_t rules; /* of both sides, on and off */
	bool withheld;
	ly_number_step_t trouble;
	bool meant; /* its SDP is an offer that leaves the choice of SRTP to us */
	ly_slice_t via;
	char via_text[LY_SEAL_TEXT_MAX];
	char timer_lines[LY_TIMER_LINES_MAX];
	char *body; /* the one of these that is written */
	char result[EXPLAIN_MESSAGE_MAX + 1024];
	char other[EXPLAIN_MESSAGE_MAX + 1024]; /* if a rule did not act */
} work_t;

static bool refuse(explanation_t *e, const char *wrong, const char *at)
{
	const char *c = e->message.raw.s;

	e->wrong = wrong;
	e->line = 1;
	while(at && c < at)
		e->line += *c++ == '\n';
	return false;
}

/* Is it one? ------------------------------------------------------------------------------------------------------- */

/* Where reading ended: at the header behind the last one, or at Content-Length where all could be read. */
static const char *behind_headers(const ly_message_t *m)
{
	const ly_header_t *last = &m->headers[m->header_count - 1],
					  *length = ly_header(m, LY_H_CONTENT_LENGTH);

	if(m->body.s && length)
		return length->line.s;
	return m->header_count ? last->line.s + last->line.len
						   : m->raw.s + ly_find(m->raw, '\n');
}

static bool read_message(explanation_t *e, ly_slice_t raw)
{
	static const struct
	{
		ly_header_id_t id;
		const char *wrong;
	} needed[] = {{LY_H_FROM, "it has no From"}, {LY_H_TO, "it has no To"},
			{LY_H_CALL_ID, "it has no Call-ID"}, {LY_H_CSEQ, "it has no CSeq"},
			{LY_H_VIA, "it has no Via"}};
	ly_message_t *m = &e->message;
	const char *wrong = ly_message_parse(raw, m);
	uint32_t number;

	if(wrong)
		return refuse(e, wrong, m->header_count ? behind_headers(m) : NULL);
	for(unsigned i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if(!ly_has_header(m, needed[i].id))
			return refuse(e, needed[i].wrong, m->body.s);
	}
	if(!ly_cseq_number(ly_header(m, LY_H_CSEQ)->value, &number))
		return refuse(e, "CSeq has no number", ly_header(m, LY_H_CSEQ)->line.s);
	return true;
}

/* The header that ly_rewrite() cannot read, where it is one. */
static const char *unreadable(const ly_message_t *m)
{
	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];
		ly_slice_t rest = h->value;
		ly_nameaddr_t na;

		if((h->id == LY_H_FROM || h->id == LY_H_TO || h->id == LY_H_CONTACT
				   || h->id == LY_H_REFER_TO)
				&& !ly_nameaddr_parse(ly_value_next(&rest), &na))
			return h->line.s;
	}
	return NULL;
}

/* Edits ------------------------------------------------------------------------------------------------------------- */

/* What is changed in the SDP before rtpengine gets it. */
static bool edit_sdp(const work_t *w, ly_rule_set_t active, ly_edits_t *e)
{
	static char none[1];
	ly_slice_t sdp = ly_sdp_of(&w->e->message);

	ly_edits_begin(e, w->e->message.raw, none, sizeof(none));
	if(w->meant)
		ly_sdp_mean_srtp(sdp, e);
	ly_sdp_normalise(sdp, active, e);
	return ly_edits_finish(e);
}

/* The text that the edits of the SDP make of it. */
static ly_slice_t edited_sdp(
		const ly_message_t *m, const ly_edits_t *edits, ly_buf_t *out)
{
	ly_slice_t sdp = ly_sdp_of(m);
	size_t before = (size_t)(sdp.s - m->raw.s),
		   behind = m->raw.len - before - sdp.len;

	return ly_edits_apply(edits, out)
				   ? ly_slice(out->s + before, out->len - before - behind)
				   : LY_EMPTY;
}

/* The edits of the SDP in place of that of the whole body, the last. A multipart body that is kept is told as a whole,
 * from one that is not what stands around its SDP goes. */
static void put_in_place_of_body(
		const work_t *w, const ly_edits_t *sdp, ly_edits_t *e)
{
	const ly_message_t *m = &w->e->message;
	ly_slice_t in = ly_sdp_of(m);
	bool whole = in.len == m->body.len;
	const char *end = m->body.s + m->body.len;

	if(!whole && !w->r.content_type.s)
		return;
	if(e->count && strcmp(e->list[e->count - 1].rule, "body") == 0)
		e->count--;
	ly_edit_remove(e, ly_span(m->body.s, in.s), "multipart-others");
	for(unsigned i = 0; i < sdp->count && e->count < LY_MAX_EDITS; i++)
		e->list[e->count++] = sdp->list[i];
	ly_edit_remove(e, ly_span(in.s + in.len, end), "multipart-others");
}

/* The body that goes out, and the edits that make its SDP. Returns NULL, or why there is none. */
static const char *compute_body(
		work_t *w, ly_rule_set_t active, ly_edits_t *sdp)
{
	static char edited[EXPLAIN_MESSAGE_MAX + 1024];
	const ly_message_t *m = &w->e->message;
	ly_buf_t out = ly_buf(edited, sizeof(edited)),
			 body = ly_buf(w->body, sizeof(w->result));
	ly_slice_t text;

	w->r.content_type = LY_EMPTY;
	sdp->count = 0;
	if(ly_crossing_early(&w->e->x).without_sdp)
		return NULL; /* describe() has taken it out */
	if(ly_sdp_of(m).len == 0) {
		w->r.body = ly_content_other(m, ly_crossing_keeps_location(&w->e->x));
		return NULL;
	}
	if(!edit_sdp(w, active, sdp) || !(text = edited_sdp(m, sdp, &out)).s
			|| !ly_content_put(
					m, text, active, &body, &w->r.body, &w->r.content_type))
		return "its SDP is too large";
	return NULL;
}

/* All edits of the message by the rules in active. Returns NULL, or why there are none. */
static const char *compute(
		work_t *w, ly_rule_set_t active, ly_edits_t *e, char *text)
{
	static ly_edits_t sdp;
	const ly_message_t *m = &w->e->message;
	const char *wrong;

	w->r.active = active;
	w->r.inactive = w->rules & ~active;
	w->withheld = w->call.passage.dialog.withheld;
	if((wrong = compute_body(w, active, &sdp)))
		return wrong;
	ly_edits_begin(e, m->raw, text, EXPLAIN_TEXT_MAX);
	if(m->request)
		ly_edit_insert(e, ly_header(m, LY_H_VIA)->line.s, w->via, "leg-via");
	wrong = ly_rewrite(m, &w->r, e);
	if(!wrong && ly_sdp_of(m).len && w->r.body.len)
		put_in_place_of_body(w, &sdp, e);
	return wrong;
}

static const ly_edit_t *edit_at(const ly_edits_t *e, const ly_edit_t *like)
{
	for(unsigned i = 0; i < e->count; i++) {
		if(e->list[i].offset == like->offset
				&& e->list[i].length == like->length)
			return &e->list[i];
	}
	return NULL;
}

/* Without these, other edits would come in the place of those that there are. */
static bool leaves_other_edits(const ly_rule_t *rule)
{
	return ly_rule_passes(rule) || rule->place == LY_P_BODY;
}

/* An edit names one rule. All that have a part in it are those without which it would be another one. */
static void find_why(work_t *w)
{
	static ly_edits_t other;
	static char text[EXPLAIN_TEXT_MAX];
	explanation_t *e = w->e;
	const ly_rule_set_t all = w->r.active;

	for(unsigned i = 0; i < e->edits.count; i++)
		e->why[i] = (explain_why_t){0, e->edits.list[i].rule};
	for(ly_rule_set_t left = all; left;) {
		ly_rule_set_t bit = left & -left;

		if(leaves_other_edits(&ly_rules[ly_rule_next(&left)])
				|| compute(w, all & ~bit, &other, text))
			continue;
		for(unsigned i = 0; i < e->edits.count; i++) {
			const ly_edit_t *edit = &e->edits.list[i],
							*without = edit_at(&other, edit);
			if(!without || !ly_eq(without->text, edit->text))
				e->why[i].rules |= bit;
		}
	}
}

/*
 * Beside rules stands what is done without any. Where an edit is by no rule, as that of Content-Length, those that it
 * follows from are named where they act.
 */
static void find_fixed(work_t *w)
{
	static ly_edits_t bare;
	static char text[EXPLAIN_TEXT_MAX];
	explanation_t *e = w->e;
	bool known = !compute(w, 0, &bare, text);

	for(unsigned i = 0; i < e->edits.count; i++) {
		const char *rule = e->edits.list[i].rule;
		const ly_edit_t *without =
				known ? edit_at(&bare, &e->edits.list[i]) : NULL;
		ly_rule_set_t own = ly_rule_bit(ly_cstr(rule));

		if(!own)
			e->why[i] = (explain_why_t){0, rule};
		else
			e->why[i].fixed = without ? without->rule : NULL;
		if(own && !e->why[i].rules)
			e->why[i].rules = own;
	}
}

/* The whole --------------------------------------------------------------------------------------------------------- */

static const char *check_sdp(work_t *w)
{
	static char text[EXPLAIN_MESSAGE_MAX + 1024], none[1];
	static ly_edits_t meant;
	const explanation_t *e = w->e;
	const ly_message_t *m = &e->message;
	ly_buf_t out = ly_buf(text, sizeof(text));
	const ly_media_profile_t *profile =
			e->x.to == LY_PSTN ? e->x.trunk->media : e->x.target->media;
	ly_slice_t sdp;
	ly_streams_t streams;
	const char *wrong = ly_content_sdp(m, &sdp);

	if(wrong || sdp.len == 0 || ly_crossing_early(&e->x).without_sdp)
		return wrong;
	ly_edits_begin(&meant, sdp, none, sizeof(none));
	w->meant = ly_crossing_may_choose_srtp(
			&e->x, !m->request || ly_eq(m->method, LY_LIT("ACK")));
	if(w->meant && !ly_sdp_mean_srtp(sdp, &meant))
		profile = profile->plain;
	if(!ly_edits_finish(&meant) || !ly_edits_apply(&meant, &out))
		return "its SDP is too large";
	streams = ly_sdp_streams(ly_buf_slice(&out));
	wrong = ly_sdp_form(ly_buf_slice(&out));
	if(!wrong)
		wrong = ly_streams_check(&streams, 0);
	return wrong || !profile ? wrong
							 : ly_sdp_check(ly_buf_slice(&out), profile);
}

static void ask_for_timer(work_t *w)
{
	const ly_message_t *m = &w->e->message;
	ly_buf_t lines = ly_buf(w->timer_lines, sizeof(w->timer_lines));
	ly_timer_asked_t asked;

	if(!m->request
			|| !(ly_eq(m->method, LY_LIT("INVITE"))
					|| ly_eq(m->method, LY_LIT("UPDATE"))))
		return;
	w->r.timer_change = ly_timer_request(
			m, ly_crossing_session_timer(&w->e->x), 0, &lines, &asked);
	w->r.timer_lines = ly_buf_slice(&lines);
}

/* What the receiver's leg is called, and which rules act. Returns NULL, or why the message is refused. */
static const char *describe(work_t *w)
{
	explanation_t *e = w->e;
	const ly_message_t *m = &e->message;
	ly_buf_t via = ly_buf(w->via_text, sizeof(w->via_text));
	ly_caller_t caller = {0};
	const char *wrong;

	w->r = (ly_rewrite_t){
			.alone = true, .withheld = &w->withheld, .trouble = &w->trouble};
	ly_crossing_describe(&e->x, &w->r);
	w->rules = w->r.active | w->r.inactive;
	ask_for_timer(w);
	wrong = ly_passage_describe(&w->call.passage, &w->r, &w->call.memory);
	if(wrong)
		return wrong;
	/* the remote target is not known: it stays */
	if(m->request && !e->x.initial && !w->call.sealed)
		w->r.request_uri = m->uri;
	if(m->request && e->x.initial) {
		ly_caller_read(m, &w->r.terms, &caller);
		w->call.passage.dialog.withheld = caller.withheld;
	}
	if(m->request)
		explain_call_put_via(&w->call, &via);
	w->via = ly_buf_slice(&via);
	return NULL;
}

static void add_notes(const work_t *w)
{
	explanation_t *e = w->e;
	const ly_message_t *m = &e->message;

	if(m->request)
		explain_note(e, "Kamailio then counts Max-Forwards down, and puts a "
						"branch of its own into Via.");
	if(ly_sdp_of(m).len && !ly_crossing_early(&e->x).without_sdp)
		explain_note(e, "rtpengine then puts its addresses, ports and keys "
						"into the SDP.");
	if(m->request && e->x.initial && !ly_eq(m->method, LY_LIT("INVITE"))
			&& !ly_eq(m->method, LY_LIT("ACK"))
			&& !ly_eq(m->method, LY_LIT("CANCEL")))
		explain_note(e, "The SBC itself answers requests outside of a call: "
						"only INVITE goes to the other side.");
	if(!m->request && m->status >= 300)
		explain_note(e, "Where no other target is left, the plan's codes may "
						"give the caller another status.");
	if(w->trouble.trouble)
		explain_note(e, "A number goes on as it is: its rule could not be "
						"applied; lync-sbc match says which.");
}

void explain(explanation_t *e, ly_slice_t raw)
{
	static work_t work;
	work_t *w = &work;
	const char *wrong;

	*w = (work_t){.e = e};
	w->body = w->result;
	e->wrong = NULL;
	e->note_count = e->line = 0;
	e->x.m = &e->message;
	if(!read_message(e, raw))
		return;
	if((wrong = explain_call_find(&w->call, e)))
		refuse(e, wrong, NULL);
	else if((wrong = check_sdp(w)))
		refuse(e, wrong, e->message.body.s);
	else if((wrong = describe(w))
			|| (wrong = compute(w, w->r.active, &e->edits, e->text)))
		refuse(e, wrong, unreadable(&e->message));
	if(wrong)
		return;
	add_notes(w);
	w->body = w->other;
	find_why(w);
	find_fixed(w);
}

const char *explain_why(
		const explanation_t *e, unsigned edit, unsigned n, const char **reason)
{
	const explain_why_t *why = &e->why[edit];
	const char *id = NULL;

	for(ly_rule_set_t left = why->rules; left && !id; n--) {
		unsigned i = ly_rule_next(&left);
		if(n == 0)
			id = ly_rules[i].id;
	}
	if(!id && n == 0)
		id = why->fixed;
	if(id && reason)
		*reason = ly_edit_reason(id);
	return id;
}
