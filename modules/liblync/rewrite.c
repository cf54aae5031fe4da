/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/rewrite.h"

uint64_t ly_active_rules(const ly_dialect_t *sender,
		const ly_dialect_t *receiver, uint64_t off, unsigned conditions)
{
	return (sender->leaving | receiver->arriving) & ~off
		   & ~ly_rules_if(~conditions);
}

/* A URI being changed: what will be written, and by which rule. */
typedef struct draft
{
	ly_nameaddr_t na;
	const char *plus; /* "+" to be put before the number, or "" */
	ly_slice_t host, port;
	ly_slice_t transport;
	bool user_phone;	   /* add ;user=phone */
	bool plain_params;	   /* of the URI's parameters only user= stays */
	ly_slice_t drop_param; /* header parameter that goes */
	/* the first that changed something; NULL = nothing changed */
	const char *rule;
} draft_t;

static bool is_number(ly_slice_t user)
{
	return ly_digits(user.len && user.s[0] == '+' ? ly_from(user, 1) : user);
}

static bool has_user_phone(const ly_uri_t *uri)
{
	return ly_ieq(ly_param(uri->params, LY_LIT("user")), LY_LIT("phone"));
}

static void set_host(draft_t *d, ly_slice_t host)
{
	d->host = host;
	d->port = LY_EMPTY;
	d->plain_params = true;
}

/* Carries out one rule on d. Returns whether it changed anything. */
static bool act(
		draft_t *d, const ly_rule_t *rule, const ly_rewrite_t *r, char *port)
{
	ly_uri_t *uri = &d->na.uri;

	switch(rule->action) {
		case LY_A_HOST_OURS:
			set_host(d, r->our_host);
			return true;
		case LY_A_HOST_PEER:
			set_host(d, r->peer_host);
			if(rule->place == LY_P_REQUEST_URI) {
				ly_buf_t b = ly_buf(port, 8);
				if(r->peer_port)
					ly_put_number(&b, r->peer_port);
				d->port = ly_buf_slice(&b);
				d->transport = r->peer_transport;
			}
			return true;
		case LY_A_USER_PHONE:
			d->user_phone = is_number(uri->user) && !has_user_phone(uri);
			return d->user_phone;
		case LY_A_ADD_PLUS:
			if(!ly_is_e164_without_plus(uri->user))
				return false;
			d->plus = "+";
			return true;
		case LY_A_REMOVE_PLUS:
			if(uri->user.len < 2 || uri->user.s[0] != '+')
				return false;
			uri->user = ly_from(uri->user, 1);
			return true;
		case LY_A_REMOVE_USER_PARAMS:
			if(uri->user_params.len == 0)
				return false;
			uri->user_params = LY_EMPTY;
			return true;
		case LY_A_REMOVE_PARAM:
			d->drop_param = ly_cstr(rule->match);
			return ly_param(d->na.params, d->drop_param).s != NULL;
		default:
			return false;
	}
}

static void put_uri_params(ly_buf_t *out, const draft_t *d)
{
	ly_slice_t rest = d->na.uri.params, param;

	while((param = ly_param_next(&rest)).len) {
		bool user = ly_ieq(ly_param_name(param), LY_LIT("user"));

		/* user=phone takes the place of another user=, since a parameter stands once (RFC 3261 19.1.1) */
		if((d->plain_params && !user) || (d->user_phone && user))
			continue;
		ly_putc(out, ';');
		ly_put(out, param);
	}
	if(d->user_phone)
		ly_put(out, LY_LIT(";user=phone"));
	if(d->transport.len) {
		ly_put(out, LY_LIT(";transport="));
		ly_put(out, d->transport);
	}
}

static void put_uri(ly_buf_t *out, const draft_t *d)
{
	const ly_uri_t *uri = &d->na.uri;

	/* sips: would demand TLS on the other side too; what protects a leg is its trunk's or target's business. */
	ly_put(out, d->host.len ? LY_LIT("sip:") : LY_LIT("tel:"));
	if(uri->user.len) {
		ly_put(out, ly_cstr(d->plus));
		ly_put(out, uri->user);
		ly_put(out, uri->user_params);
		if(d->host.len)
			ly_putc(out, '@');
	}
	ly_put_host(out, d->host);
	if(d->port.len) {
		ly_putc(out, ':');
		ly_put(out, d->port);
	}
	put_uri_params(out, d);
	if(!d->plain_params)
		ly_put(out, uri->headers);
}

static void put_header_params(ly_buf_t *out, const draft_t *d)
{
	ly_slice_t rest = d->na.params, param;

	while((param = ly_param_next(&rest)).len) {
		if(d->drop_param.len && ly_ieq(ly_param_name(param), d->drop_param))
			continue;
		ly_putc(out, ';');
		ly_put(out, param);
	}
}

/* Runs the rules of one place over d. */
static void run_rules(
		draft_t *d, ly_place_t place, const ly_rewrite_t *r, char *port)
{
	d->plus = "";
	d->host = d->na.uri.host;
	d->port = d->na.uri.port;
	for(uint64_t left = r->active & ly_rules_at(place); left;
			left &= left - 1) {
		const ly_rule_t *rule = &ly_rules[__builtin_ctzll(left)];
		if(act(d, rule, r, port) && !d->rule)
			d->rule = rule->id;
	}
}

/* The text composed since start. */
static ly_slice_t composed(const ly_edits_t *e, size_t start)
{
	return ly_slice(e->text.s + start, e->text.len - start);
}

static const char *rewrite_request_uri(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e)
{
	draft_t d = {0};
	char port[8];
	size_t start = e->text.len;

	if(r->request_uri.s) {
		ly_edit_replace(e, m->uri, r->request_uri, "remote-target");
		return NULL;
	}
	if(!ly_uri_parse(m->uri, &d.na.uri))
		return "the Request-URI is no sip: or tel: URI";
	run_rules(&d, LY_P_REQUEST_URI, r, port);
	if(d.rule) {
		put_uri(&e->text, &d);
		ly_edit_replace(e, m->uri, composed(e, start), d.rule);
	}
	return NULL;
}

/* From, To, P-Asserted-Identity: by rules. Of several values only the first goes on. */
static const char *rewrite_identity(const ly_header_t *h, ly_place_t place,
		const ly_rewrite_t *r, ly_edits_t *e)
{
	draft_t d = {0};
	char port[8];
	ly_slice_t rest = h->value;
	size_t start = e->text.len;

	if(!ly_nameaddr_parse(ly_value_next(&rest), &d.na)) {
		if(place != LY_P_IDENTITY)
			return "From or To cannot be read";
		ly_edit_remove(e, h->line, "pai-unreadable");
		return NULL;
	}
	run_rules(&d, place, r, port);
	if(!d.rule)
		return NULL;
	ly_put(&e->text, d.na.display);
	if(d.na.display.len)
		ly_putc(&e->text, ' ');
	ly_putc(&e->text, '<');
	put_uri(&e->text, &d);
	ly_putc(&e->text, '>');
	put_header_params(&e->text, &d);
	ly_edit_replace(e, h->value, composed(e, start), d.rule);
	return NULL;
}

/* From or To as the receiver itself wrote it, with the tag that the message carries. */
static const char *restore_identity(
		const ly_header_t *h, ly_slice_t as_written, ly_edits_t *e)
{
	ly_nameaddr_t na, own;
	ly_slice_t tag;
	size_t start = e->text.len;

	if(!ly_nameaddr_split(h->value, &na)
			|| !ly_nameaddr_split(as_written, &own))
		return "From or To cannot be read";
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

/* Headers that a rule takes out by name. */
static void remove_by_name(
		const ly_header_t *h, const ly_rewrite_t *r, ly_edits_t *e)
{
	ly_slice_t name = ly_header_name(h);

	for(uint64_t left = r->active & ly_rules_for(LY_P_HEADER, name); left;
			left &= left - 1) {
		const ly_rule_t *rule = &ly_rules[__builtin_ctzll(left)];
		if(ly_pattern_match(rule->match, name)) {
			ly_edit_remove(e, h->line, rule->id);
			return;
		}
	}
}

static void write_content_length(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e)
{
	size_t start = e->text.len;

	if(!r->content_length || !r->body.s || r->body.len == m->body.len)
		return;
	ly_putf(&e->text, "%zu", r->body.len);
	ly_edit_replace(e, h->value, composed(e, start), "content-length");
}

static const char *rewrite_header(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e)
{
	switch(h->id) {
		case LY_H_FROM:
			return r->from.s ? restore_identity(h, r->from, e)
							 : rewrite_identity(h, LY_P_FROM, r, e);
		case LY_H_TO:
			return r->to.s ? restore_identity(h, r->to, e)
						   : rewrite_identity(h, LY_P_TO, r, e);
		case LY_H_P_ASSERTED_IDENTITY:
			return rewrite_identity(h, LY_P_IDENTITY, r, e);
		case LY_H_CONTACT:
			rewrite_contact(h, r, e);
			return NULL;
		case LY_H_RECORD_ROUTE:
			/* Our Contact is all that a side needs; its peer's route set travels in the token. */
			ly_edit_remove(e, h->line, "record-route");
			return NULL;
		case LY_H_CONTENT_LENGTH:
			write_content_length(h, m, r, e);
			return NULL;
		case LY_H_CONTENT_TYPE:
			if(r->body.s && r->body.len == 0)
				ly_edit_remove(e, h->line, "no-body");
			return NULL;
		case LY_H_OTHER:
		case LY_H_REFERRED_BY:
		case LY_H_ROUTE:
			remove_by_name(h, r, e);
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

const char *ly_rewrite(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e)
{
	const char *wrong;

	if(m->request) {
		if((wrong = rewrite_request_uri(m, r, e)))
			return wrong;
		add_routes(m, r, e);
	}
	for(unsigned i = 0; i < m->header_count; i++) {
		if((wrong = rewrite_header(&m->headers[i], m, r, e)))
			return wrong;
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
	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];
		ly_slice_t own = h->id == LY_H_FROM ? r->from
						 : h->id == LY_H_TO ? r->to
											: LY_EMPTY;

		if(!is_essential(h->id))
			ly_edit_remove(e, h->line, "bare");
		else if(h->id == LY_H_CONTENT_LENGTH && r->content_length)
			ly_edit_replace(e, h->value, LY_LIT("0"), "bare");
		else if(own.s && restore_identity(h, own, e))
			ly_edit_replace(e, h->value, own, "bare");
	}
	ly_edit_remove(e, m->body, "bare");
	return ly_edits_finish(e);
}
