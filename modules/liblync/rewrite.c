/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/rewrite.h"

#include "liblync/codes.h"
#include "liblync/rewrite_caller.h"
#include "liblync/rewrite_leg.h"
#include "liblync/rewrite_length.h"
#include "liblync/rewrite_list.h"
#include "liblync/rewrite_name.h"
#include "liblync/rewrite_uri.h"

ly_rule_set_t ly_active_rules(const ly_dialect_t *sender,
		const ly_dialect_t *receiver, ly_rule_set_t off)
{
	return (sender->leaving | receiver->arriving) & ~off
		   & ~ly_emergency_rules();
}

/* The text composed since start. */
static ly_slice_t composed(const ly_edits_t *e, size_t start)
{
	return ly_slice(e->text.s + start, e->text.len - start);
}

static void rewrite_status(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e)
{
	ly_slice_t line = ly_trim(ly_slice(m->raw.s, ly_find(m->raw, '\n')));
	size_t start = e->text.len;

	ly_putf(&e->text, "SIP/2.0 %u %s", r->status, ly_code_phrase(r->status));
	ly_edit_replace(e, line, composed(e, start),
			r->status < 200 ? "early-media" : "refuse");
}

static const char *rewrite_request_uri(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e)
{
	ly_uri_draft_t d;
	size_t start = e->text.len;

	ly_uri_draft_begin(&d);
	if(r->request_uri.s) {
		ly_edit_replace(e, m->uri, r->request_uri, "remote-target");
		return NULL;
	}
	if(!ly_uri_parse(m->uri, &d.na.uri))
		return "the Request-URI is no sip: or tel: URI";
	if(r->called.s) {
		d.na.uri.user = r->called;
		d.na.uri.user_params = LY_EMPTY;
		d.rule = "redirect";
	}
	ly_uri_draft_run(&d, LY_P_REQUEST_URI, r, false);
	if(d.rule) {
		ly_uri_draft_put(&e->text, &d);
		ly_edit_replace(e, m->uri, composed(e, start), d.rule);
	}
	return NULL;
}

/* The tag that From or To gets; s is NULL where it keeps its own, or has none. */
static ly_slice_t tag_of(const ly_header_t *h, const ly_rewrite_t *r)
{
	return h->id == LY_H_FROM ? r->leg.from_tag
		   : h->id == LY_H_TO ? r->leg.to_tag
							  : LY_EMPTY;
}

/* From, To, Refer-To: by rules. */
static const char *rewrite_address(const ly_header_t *h, ly_place_t place,
		const ly_rewrite_t *r, bool withheld, ly_edits_t *e)
{
	ly_uri_draft_t d;
	ly_slice_t rest = h->value;
	size_t start = e->text.len;

	ly_uri_draft_begin(&d);
	if(!ly_nameaddr_parse(ly_value_next(&rest), &d.na))
		return h->id == LY_H_REFER_TO ? "Refer-To cannot be read"
									  : "From or To cannot be read";
	ly_uri_draft_run(&d, place, r, withheld);
	d.tag = tag_of(h, r);
	if(!d.rule && !d.tag.s)
		return NULL;
	ly_uri_draft_put_nameaddr(&e->text, &d);
	ly_edit_replace(
			e, h->value, composed(e, start), d.rule ? d.rule : "leg-tag");
	return NULL;
}

/* From or To as the receiver itself wrote it, with the tag that the message carries. */
static const char *restore_identity(const ly_header_t *h, ly_slice_t as_written,
		const ly_rewrite_t *r, ly_edits_t *e)
{
	ly_nameaddr_t na, own;
	ly_slice_t tag = tag_of(h, r);
	size_t start = e->text.len;

	if(!ly_nameaddr_split(h->value, &na)
			|| !ly_nameaddr_split(as_written, &own))
		return "From or To cannot be read";
	if(!tag.s)
		tag = ly_param(na.params, LY_LIT("tag"));
	ly_put(&e->text, as_written);
	if(tag.len && !ly_param(own.params, LY_LIT("tag")).s) {
		ly_put(&e->text, LY_LIT(";tag="));
		ly_put(&e->text, tag);
	}
	ly_edit_replace(e, h->value, composed(e, start), "restore-identity");
	return NULL;
}

static void rewrite_contact(
		const ly_header_t *h, const ly_rewrite_t *r, ly_edits_t *e)
{
	size_t start = e->text.len;

	if(!r->contact.s) {
		ly_edit_remove(e, h->line, "contact");
		return;
	}
	ly_putc(&e->text, '<');
	ly_put(&e->text, r->contact);
	ly_putc(&e->text, '>');
	ly_edit_replace(e, h->value, composed(e, start), "contact");
}

static const char *rewrite_header(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, bool withheld, ly_edits_t *e)
{
	if(r->leg.keys && ly_rewrite_leg(h, m, r, e))
		return NULL;
	switch(h->id) {
		case LY_H_FROM:
			return r->from.s ? restore_identity(h, r->from, r, e)
							 : rewrite_address(h, LY_P_FROM, r, withheld, e);
		case LY_H_TO:
			return r->to.s ? restore_identity(h, r->to, r, e)
						   : rewrite_address(h, LY_P_TO, r, false, e);
		case LY_H_CONTACT:
			rewrite_contact(h, r, e);
			return NULL;
		case LY_H_RECORD_ROUTE:
			/* Our Contact is all that a side needs; its peer's route set travels in the token. */
			ly_edit_remove(e, h->line, "record-route");
			return NULL;
		case LY_H_CONTENT_LENGTH:
			ly_rewrite_length(h, m, r, e);
			return NULL;
		case LY_H_CONTENT_TYPE:
			if(r->body.s && r->body.len == 0)
				ly_edit_remove(e, h->line, "no-body");
			else if(r->content_type.s)
				ly_edit_replace(e, h->value, r->content_type, "content-type");
			return NULL;
		case LY_H_ALLOW:
		case LY_H_REQUIRE:
		case LY_H_SUPPORTED:
			ly_rewrite_list(h, m, r, e);
			return NULL;
		case LY_H_REFER_TO:
			return rewrite_address(h, LY_P_REFER_TO, r, false, e);
		case LY_H_JOIN:
		case LY_H_REPLACES:
		case LY_H_TARGET_DIALOG:
			/* They name a dialog by tags that the receiver has never seen. */
			ly_edit_remove(e, h->line, "other-dialog");
			return NULL;
		case LY_H_OTHER:
			if(r->body.s && r->body.len == 0
					&& ly_istarts(h->name, LY_LIT("Content-")))
				ly_edit_remove(e, h->line, "no-body");
			else
				ly_rewrite_by_name(h, r, e);
			return NULL;
		case LY_H_REFERRED_BY:
		case LY_H_ROUTE:
			ly_rewrite_by_name(h, r, e);
			return NULL;
		default:
			return NULL;
	}
}

static void add_routes(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e)
{
	size_t start = e->text.len;

	if(!r->routes.len || m->header_count == 0)
		return;
	ly_put(&e->text, LY_LIT("Route: "));
	ly_put(&e->text, r->routes);
	ly_put(&e->text, LY_LIT("\r\n"));
	ly_edit_insert(e, m->headers[0].line.s, composed(e, start), "route-set");
}

/* What comes behind the last header. */
static void add_last(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e)
{
	const ly_header_t *last = &m->headers[m->header_count - 1];
	size_t start = e->text.len;

	ly_put(&e->text, r->timer_lines);
	if(ly_rewrite_lacks_length(m, r))
		ly_putf(&e->text, "Content-Length: %zu\r\n",
				r->body.s ? r->body.len : m->body.len);
	ly_edit_insert(e, last->line.s + last->line.len, composed(e, start),
			r->timer_lines.len ? "session-timer" : "content-length");
}

static void change_timer(const ly_rewrite_t *r, ly_edits_t *e)
{
	size_t start = e->text.len;

	if(r->timer_change.digits.len == 0)
		return;
	ly_put_number(&e->text, r->timer_change.number);
	ly_edit_replace(
			e, r->timer_change.digits, composed(e, start), "session-timer");
}

const char *ly_rewrite(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e)
{
	const char *wrong;
	ly_caller_t caller = {0};
	/* in a dialog the receiver is known by the token */
	bool makes_call = m->request && !r->request_uri.s;

	if(m->request && !r->from.s)
		ly_caller_read(m, &r->terms, &caller);
	if(r->withheld)
		*r->withheld = caller.withheld |= *r->withheld;
	if(m->request) {
		if((wrong = rewrite_request_uri(m, r, e)))
			return wrong;
		add_routes(m, r, e);
	} else {
		if(r->status)
			rewrite_status(m, r, e);
		if(r->leg.keys && m->header_count)
			ly_rewrite_vias(m, r, e);
	}
	for(unsigned i = 0; i < m->header_count; i++) {
		if((wrong = rewrite_header(&m->headers[i], m, r, caller.withheld, e)))
			return wrong;
	}
	change_timer(r, e);
	if(m->header_count) {
		ly_rewrite_caller(m, r, makes_call ? &caller : NULL, e);
		add_last(m, r, e);
	}
	if(r->body.s)
		ly_edit_replace(e, m->body, r->body, "body");
	return ly_edits_finish(e) ? NULL
							  : "the message is too large to be rewritten";
}

/* What a reply cannot do without (RFC 3261 8.2.6.2). */
static bool is_essential(ly_header_id_t id)
{
	return id == LY_H_VIA || id == LY_H_FROM || id == LY_H_TO
		   || id == LY_H_CALL_ID || id == LY_H_CSEQ
		   || id == LY_H_CONTENT_LENGTH;
}

bool ly_rewrite_bare(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e)
{
	if(r->status)
		rewrite_status(m, r, e);
	if(r->leg.keys && m->header_count)
		ly_rewrite_vias(m, r, e);
	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];
		ly_slice_t own = h->id == LY_H_FROM ? r->from
						 : h->id == LY_H_TO ? r->to
											: LY_EMPTY;

		if(!is_essential(h->id))
			ly_edit_remove(e, h->line, "bare");
		else if(r->leg.keys && ly_rewrite_leg(h, m, r, e))
			continue;
		else if(h->id == LY_H_CONTENT_LENGTH && r->alone)
			ly_edit_replace(e, h->value, LY_LIT("0"), "bare");
		else if(own.s && restore_identity(h, own, r, e))
			ly_edit_replace(e, h->value, own, "bare");
	}
	ly_edit_remove(e, m->body, "bare");
	return ly_edits_finish(e);
}
