/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/passage.h"

#include "liblync/leg.h"
#include "liblync/route_set.h"

static ly_slice_t tag_in(ly_slice_t value)
{
	ly_nameaddr_t na;

	return value.s && ly_nameaddr_split(value, &na)
				   ? ly_param(na.params, LY_LIT("tag"))
				   : LY_EMPTY;
}

static ly_slice_t tag_of(const ly_message_t *m, ly_header_id_t id)
{
	const ly_header_t *h = ly_header(m, id);

	return h ? tag_in(h->value) : LY_EMPTY;
}

/* The request, or the one that is answered, came from the caller. */
static bool from_caller(const ly_passage_t *p)
{
	return p->m->request ? p->to != p->caller : p->to == p->caller;
}

/* Tags that the two ends made. The callee's is empty as long as it has none. */
static ly_slice_t caller_tag(const ly_passage_t *p)
{
	if(from_caller(p))
		return p->m->request ? tag_of(p->m, LY_H_FROM)
							 : tag_in(p->origin->from);
	return p->m->request ? p->token->tag : tag_of(p->m, LY_H_TO);
}

static ly_slice_t callee_tag(const ly_passage_t *p)
{
	if(from_caller(p)) {
		if(!p->m->request)
			return tag_of(p->m, LY_H_TO);
		return p->token ? p->token->tag : LY_EMPTY;
	}
	return p->m->request ? tag_of(p->m, LY_H_FROM) : tag_in(p->origin->from);
}

static const ly_key_t *tag_key(const ly_passage_t *p)
{
	return ly_keys_find(p->keys, p->dialog.tag_key);
}

static ly_slice_t shown_tag(
		const ly_passage_t *p, ly_side_t side, ly_buf_t *memory)
{
	size_t start = memory->len;

	if(side == p->caller)
		ly_leg_caller_sees(tag_key(p), p->call_id, caller_tag(p),
				p->dialog.forks_apart ? callee_tag(p) : LY_EMPTY,
				p->dialog.slot, memory);
	else
		ly_leg_callee_sees(tag_key(p), p->call_id, caller_tag(p), memory);
	return ly_slice(memory->s + start, memory->len - start);
}

ly_slice_t ly_passage_call_id(
		const ly_message_t *m, const ly_keys_t *keys, ly_buf_t *memory)
{
	const ly_header_t *h = ly_header(m, LY_H_CALL_ID);
	size_t start = memory->len;

	if(!h)
		return LY_EMPTY;
	if(ly_call_id_open(keys, h->value, memory))
		return ly_slice(memory->s + start, memory->len - start);
	memory->len = start;
	return h->value;
}

const char *ly_passage_check(const ly_passage_t *p)
{
	char memory[LY_LEG_TAG_LEN];
	ly_buf_t tag = ly_buf(memory, sizeof(memory));
	ly_side_t sender = p->to == LY_LYNC ? LY_PSTN : LY_LYNC;

	if(!tag_key(p))
		return "the key that the call began under is no longer there";
	return ly_eq(tag_of(p->m, LY_H_TO), shown_tag(p, sender, &tag))
				   ? NULL
				   : "its tags are not those of the call";
}

void ly_passage_caller_sees(const ly_passage_t *p, ly_buf_t *out)
{
	if(tag_key(p))
		shown_tag(p, p->caller, out);
}

/* Names of the leg ------------------------------------------------------------------------------------------------- */

static bool call_ids_kept(const ly_passage_t *p)
{
	return p->to == LY_LYNC ? p->trunk->call_id_kept : p->target->call_id_kept;
}

/* The caller has its own; sealed with the key of the dialog, for it has to stay the same. */
static ly_slice_t shown_call_id(const ly_passage_t *p, ly_buf_t *memory)
{
	size_t start = memory->len;

	if(p->to == p->caller || call_ids_kept(p) || !ly_call_id_tells(p->call_id)
			|| !ly_call_id_seal(tag_key(p), p->call_id, memory))
		return p->call_id;
	return ly_slice(memory->s + start, memory->len - start);
}

static void name_request(
		const ly_passage_t *p, ly_leg_names_t *leg, ly_buf_t *memory)
{
	leg->from_tag = shown_tag(p, p->to, memory);
	if(p->token)
		leg->to_tag = p->token->tag;
	leg->slot = p->dialog.slot + p->own_slot;
}

static void name_reply(
		const ly_passage_t *p, ly_leg_names_t *leg, ly_buf_t *memory)
{
	if(tag_of(p->m, LY_H_TO).len)
		leg->to_tag = shown_tag(p, p->to, memory);
	leg->cseq = p->origin->cseq;
	leg->vias = p->origin->vias;
	leg->record_routes = p->origin->record_routes;
}

/* Our Contact -------------------------------------------------------------------------------------------------------- */

ly_slice_t ly_identity(ly_slice_t value, ly_buf_t *memory)
{
	ly_slice_t rest, param;
	size_t start = memory->len;
	ly_nameaddr_t na;

	if(!ly_nameaddr_split(value, &na))
		return LY_EMPTY;
	ly_putc(memory, '<');
	ly_put(memory, na.uri.text);
	ly_putc(memory, '>');
	rest = na.params;
	while((param = ly_param_next(&rest)).len) {
		if(ly_ieq(ly_param_name(param), LY_LIT("tag")))
			continue;
		ly_putc(memory, ';');
		ly_put(memory, param);
	}
	return ly_slice(memory->s + start, memory->len - start);
}

static ly_slice_t identity_in(
		const ly_message_t *m, ly_header_id_t id, ly_buf_t *memory)
{
	const ly_header_t *h = ly_header(m, id);

	return h ? ly_identity(h->value, memory) : LY_EMPTY;
}

static ly_token_t token_for_receiver(
		const ly_passage_t *p, ly_slice_t contact, ly_buf_t *memory)
{
	const ly_message_t *m = p->m;
	ly_token_t token = {
			.given_to = p->to,
			.callee = p->to != p->caller,
			.dialog = p->dialog,
			.edition = p->edition,
			.trunk = p->trunk->hash,
			.server = p->server->hash,
			.target = p->target->hash,
			.contact = contact,
			.routes = p->routes.s ? p->routes : ly_route_set(m, memory),
			.tag = tag_of(m, m->request ? LY_H_FROM : LY_H_TO),
	};

	/* From is the caller in its own requests, To is in its replies */
	if(token.callee) {
		token.from = identity_in(m, m->request ? LY_H_FROM : LY_H_TO, memory);
		token.to = identity_in(m, m->request ? LY_H_TO : LY_H_FROM, memory);
	}
	return token;
}

/* sip:TOKEN@host:port, or sip:host:port;lt=TOKEN */
static bool put_contact(
		const ly_passage_t *p, const ly_token_t *token, ly_buf_t *out)
{
	ly_token_place_t place =
			p->to == LY_LYNC ? p->trunk->token_place : p->target->token_place;
	bool in_user = place == LY_TOKEN_USER;

	ly_put(out, LY_LIT("sip:"));
	if(in_user
			&& !ly_token_seal(
					p->keys->key, token, p->call_id, LY_BASE64URL, out))
		return false;
	if(in_user)
		ly_putc(out, '@');
	ly_put_host(out, p->our_host);
	ly_putc(out, ':');
	ly_put_number(out, p->our_port);
	if(p->transport != LY_UDP) {
		ly_put(out, LY_LIT(";transport="));
		ly_put(out, ly_cstr(ly_transport_name(p->transport)));
	}
	if(in_user)
		return true;
	ly_putc(out, ';');
	ly_put(out, LY_TOKEN_PARAM);
	ly_putc(out, '=');
	return ly_token_seal(p->keys->key, token, p->call_id, LY_BASE32, out);
}

/* *contact is empty where the message has none: a redirection's is not for the other side. */
static const char *make_contact(
		const ly_passage_t *p, ly_slice_t *contact, ly_buf_t *memory)
{
	const ly_header_t *h = ly_header(p->m, LY_H_CONTACT);
	ly_slice_t rest = h ? h->value : LY_EMPTY;
	ly_nameaddr_t na;
	ly_token_t token;
	size_t start;

	*contact = LY_EMPTY;
	if(!h || (!p->m->request && p->m->status >= 300))
		return NULL;
	if(!ly_nameaddr_parse(ly_value_next(&rest), &na))
		return "Contact cannot be read";
	token = token_for_receiver(p, na.uri.text, memory);
	start = memory->len;
	if(!put_contact(p, &token, memory) || memory->full)
		return "Contact, From, To and Record-Route are too long to be kept";
	*contact = ly_slice(memory->s + start, memory->len - start);
	return NULL;
}

/* The whole -------------------------------------------------------------------------------------------------------- */

const char *ly_passage_describe(
		const ly_passage_t *p, ly_rewrite_t *r, ly_buf_t *memory)
{
	if(!tag_key(p))
		return "the key that the call began under is no longer there";
	r->leg.keys = p->keys;
	r->leg.call_ids_kept = call_ids_kept(p);
	r->leg.call_id = shown_call_id(p, memory);
	if(p->m->request)
		name_request(p, &r->leg, memory);
	else
		name_reply(p, &r->leg, memory);
	if(p->token) {
		r->request_uri = p->token->contact;
		r->routes = p->token->routes;
		if(p->token->callee) {
			r->from = p->token->to;
			r->to = p->token->from;
		}
	}
	if(p->origin) {
		r->from = p->origin->from;
		r->to = p->origin->to;
	}
	return make_contact(p, &r->contact, memory);
}

bool ly_passage_origin(
		const ly_passage_t *p, ly_origin_t *origin, ly_buf_t *out)
{
	const ly_header_t *from = ly_header(p->m, LY_H_FROM),
					  *to = ly_header(p->m, LY_H_TO),
					  *cseq = ly_header(p->m, LY_H_CSEQ);

	if(!from || !to || !cseq || !ly_cseq_number(cseq->value, &origin->cseq))
		return false;
	origin->side = p->to == LY_LYNC ? LY_PSTN : LY_LYNC;
	origin->caller = from_caller(p);
	origin->initial = !p->token;
	origin->dialog = p->dialog;
	origin->trunk = p->trunk->hash;
	origin->from = from->value;
	origin->to = to->value;
	return ly_origin_seal(p->keys->key, origin, p->call_id, out);
}
