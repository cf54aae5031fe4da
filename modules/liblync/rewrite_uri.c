/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/rewrite_uri.h"

void ly_uri_draft_begin(ly_uri_draft_t *d)
{
	memset(d, 0, offsetof(ly_uri_draft_t, port_text));
}

static bool has_user_phone(const ly_uri_t *uri)
{
	return ly_ieq(ly_param(uri->params, LY_LIT("user")), LY_LIT("phone"));
}

/* Whether the plan has switched off what adds user=phone in a place. */
static bool is_phone_off(ly_place_t place, const ly_rewrite_t *r)
{
	for(ly_rule_set_t left = r->inactive & ly_rules_at(place); left;) {
		if(ly_rules[ly_rule_next(&left)].action == LY_A_USER_PHONE)
			return true;
	}
	return false;
}

static void set_host(ly_uri_draft_t *d, ly_slice_t host)
{
	d->host = host;
	d->port = LY_EMPTY;
	d->plain_params = true;
}

/* A tel URI that becomes a sip URI says that it is a number (RFC 3261 19.1.6). */
static void keep_number(
		ly_uri_draft_t *d, const ly_rule_t *rule, const ly_rewrite_t *r)
{
	d->user_phone = ly_ieq(d->na.uri.scheme, LY_LIT("tel"))
					&& !is_phone_off(rule->place, r);
}

static bool set_our_host(
		ly_uri_draft_t *d, const ly_rule_t *rule, const ly_rewrite_t *r)
{
	ly_buf_t port = ly_buf(d->port_text, sizeof(d->port_text));

	set_host(d, r->our_host);
	keep_number(d, rule, r);
	if(rule->place == LY_P_REFER_TO && r->our_port) {
		ly_put_number(&port, r->our_port);
		d->port = ly_buf_slice(&port);
		d->transport = r->our_transport;
	}
	return true;
}

static bool set_peer_host(
		ly_uri_draft_t *d, const ly_rule_t *rule, const ly_rewrite_t *r)
{
	ly_buf_t port = ly_buf(d->port_text, sizeof(d->port_text));

	set_host(d, r->peer_host);
	keep_number(d, rule, r);
	if(rule->place == LY_P_REQUEST_URI) {
		if(r->peer_port)
			ly_put_number(&port, r->peer_port);
		d->port = ly_buf_slice(&port);
		d->transport = r->peer_transport;
	}
	return true;
}

static void note_trouble(const ly_rewrite_t *r, const ly_number_step_t *step)
{
	if(step->trouble && r->trouble && !r->trouble->trouble)
		*r->trouble = *step;
}

/* Which number of the call stands in a place. */
static ly_number_kind_t kind_at(ly_place_t place)
{
	static const ly_number_kind_t kinds[LY_P_COUNT] = {
			[LY_P_REQUEST_URI] = LY_CALLED,
			[LY_P_TO] = LY_CALLED,
			[LY_P_REFER_TO] = LY_CALLED,
			[LY_P_FROM] = LY_CALLING,
			[LY_P_IDENTITY] = LY_CALLING,
			[LY_P_DIVERSION] = LY_REDIRECTING};
	return kinds[place];
}

static bool renumber(
		ly_uri_draft_t *d, const ly_rule_t *rule, const ly_rewrite_t *r)
{
	ly_number_kind_t kind = kind_at(rule->place);
	ly_slice_t before = d->na.uri.user;
	ly_number_step_t step;

	if(before.len == 0)
		return false;
	step = ly_number_arrives(&r->numbers, kind, before, &d->arrives);
	note_trouble(r, &step);
	step = ly_number_leaves(&r->numbers, kind, step.number, &d->leaves);
	note_trouble(r, &step);
	d->na.uri.user = step.number;
	return !ly_eq(before, step.number);
}

/* A caller that the receiver does not know, by number. */
static bool fall_back(ly_uri_draft_t *d, const ly_rewrite_t *r)
{
	ly_slice_t user = d->na.uri.user;

	if(!ly_caller_is_unknown(&r->terms, user, r->numbers.matcher))
		return false;
	d->na.uri.user = r->terms.fallback;
	d->na.uri.user_params = LY_EMPTY;
	return !ly_eq(user, r->terms.fallback);
}

/* RFC 3323 4.1.1.3; to Lync with a host of ours. */
static bool make_anonymous(
		ly_uri_draft_t *d, const ly_rule_t *rule, const ly_rewrite_t *r)
{
	bool ours = rule->match[0] == '\0';

	d->na.display = LY_LIT("\"Anonymous\"");
	d->na.uri.user = LY_LIT("anonymous");
	d->na.uri.user_params = d->na.uri.params = d->na.uri.headers = LY_EMPTY;
	set_host(d, ours ? r->our_host : ly_cstr(rule->match));
	d->user_phone = ours;
	return true;
}

/* Carries out one rule on d. Returns whether it changed anything. */
static bool act(ly_uri_draft_t *d, const ly_rule_t *rule, const ly_rewrite_t *r,
		bool withheld)
{
	ly_uri_t *uri = &d->na.uri;

	switch(rule->action) {
		case LY_A_HOST_OURS:
			return set_our_host(d, rule, r);
		case LY_A_HOST_PEER:
			return set_peer_host(d, rule, r);
		case LY_A_USER_PHONE:
			if(d->user_phone || !ly_is_dialled(uri->user)
					|| has_user_phone(uri))
				return false;
			d->user_phone = true;
			return true;
		case LY_A_NUMBERS:
			return renumber(d, rule, r);
		case LY_A_FALLBACK:
			return fall_back(d, r);
		case LY_A_ANONYMOUS:
			return withheld && make_anonymous(d, rule, r);
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

void ly_uri_draft_run(ly_uri_draft_t *d, ly_place_t place,
		const ly_rewrite_t *r, bool withheld)
{
	d->host = d->na.uri.host;
	d->port = d->na.uri.port;
	for(ly_rule_set_t left = r->active & ly_rules_at(place); left;) {
		const ly_rule_t *rule = &ly_rules[ly_rule_next(&left)];
		if(act(d, rule, r, withheld) && !d->rule)
			d->rule = rule->id;
	}
}

static void put_params(ly_buf_t *out, const ly_uri_draft_t *d)
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

void ly_uri_draft_put(ly_buf_t *out, const ly_uri_draft_t *d)
{
	const ly_uri_t *uri = &d->na.uri;

	/* sips: would demand TLS on the other side too; what protects a leg is its trunk's or target's business. */
	ly_put(out, d->host.len ? LY_LIT("sip:") : LY_LIT("tel:"));
	if(uri->user.len) {
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
	put_params(out, d);
	if(!d->plain_params)
		ly_put(out, uri->headers);
}

void ly_uri_draft_put_nameaddr(ly_buf_t *out, const ly_uri_draft_t *d)
{
	ly_slice_t rest = d->na.params, param;

	ly_put(out, d->na.display);
	if(d->na.display.len)
		ly_putc(out, ' ');
	ly_putc(out, '<');
	ly_uri_draft_put(out, d);
	ly_putc(out, '>');
	while((param = ly_param_next(&rest)).len) {
		ly_slice_t name = ly_param_name(param);

		if((d->drop_param.len && ly_ieq(name, d->drop_param))
				|| (d->tag.s && ly_ieq(name, LY_LIT("tag"))))
			continue;
		ly_putc(out, ';');
		ly_put(out, param);
	}
	if(d->tag.len) {
		ly_put(out, LY_LIT(";tag="));
		ly_put(out, d->tag);
	}
}
