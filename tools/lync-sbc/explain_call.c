/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "explain_call.h"

#include "liblync/match.h"
#include "liblync/option.h"

/* Always the same, so that the same message gives the same bytes. */
#define KEYS LY_LIT("0 lync-sbc explain: everybody knows this key")

static bool has_tag(const ly_header_t *h)
{
	ly_nameaddr_t na;

	return ly_nameaddr_split(h->value, &na)
		   && ly_param(na.params, LY_LIT("tag")).len;
}

static ly_side_t sender(const explanation_t *e)
{
	return e->x.to == LY_LYNC ? LY_PSTN : LY_LYNC;
}

/* Of a call that the plan has; of another it stays as it was asked for. */
static void take_trunk(explanation_t *e, uint32_t trunk)
{
	const ly_trunk_t *found = ly_trunk_by_hash(e->plan, trunk);

	if(!found || found == e->x.trunk)
		return;
	e->x.trunk = found;
	e->x.server = found->pool->servers[0];
}

/* A request in a dialog ------------------------------------------------------------------------------------------- */

static bool open_token(
		explain_call_t *call, const explanation_t *e, ly_slice_t call_id)
{
	ly_seal_letters_t letters;
	ly_slice_t text;
	ly_uri_t uri;

	if(!ly_uri_parse(e->message.uri, &uri)
			|| !(text = ly_token_in(&uri, &letters)).s)
		return false;
	call->passage.call_id = call_id;
	return !ly_token_open(&call->keys, text, letters, call_id,
				   call->token_memory, sizeof(call->token_memory), &call->token)
		   && call->token.given_to == sender(e);
}

static const char *take_token(explain_call_t *call, explanation_t *e)
{
	const ly_peer_t *server = ly_peer_by_hash(e->plan, call->token.server),
					*target = ly_peer_by_hash(e->plan, call->token.target);
	ly_passage_t *p = &call->passage;

	take_trunk(e, call->token.trunk);
	e->x.server = server ? server : e->x.server;
	e->x.target = target ? target : e->x.target;
	e->x.caller = call->token.callee ? e->x.to : sender(e);
	p->dialog = call->token.dialog;
	p->token = &call->token;
	ly_crossing_passage(&e->x, p);
	return ly_passage_check(p);
}

static const char *find_dialog(
		explain_call_t *call, explanation_t *e, ly_slice_t written)
{
	if(open_token(call, e, call->passage.call_id)
			|| open_token(call, e, written)) {
		call->sealed = true;
		return take_token(call, e);
	}
	call->passage.call_id = written;
	explain_note(e,
			"A request in a dialog, but its Request-URI is no Contact of this "
			"tool's: it is explained by rules alone. In a call the remote "
			"target, the route set, and From and To as the receiver wrote "
			"them take the place of what is shown.");
	return NULL;
}

/* A reply ----------------------------------------------------------------------------------------------------------- */

static bool open_origin(
		explain_call_t *call, const explanation_t *e, ly_slice_t call_id)
{
	const ly_header_t *via = ly_header(&e->message, LY_H_VIA);
	ly_slice_t rest = via->value, value = ly_value_next(&rest), text;
	uint32_t number = 0;

	text = ly_param(ly_from(value, ly_find(value, ';')), LY_ORIGIN_PARAM);
	call->passage.call_id = call_id;
	ly_cseq_number(ly_header(&e->message, LY_H_CSEQ)->value, &number);
	return text.len
		   && !ly_origin_open(&call->keys, text, call_id, number,
				   call->origin_memory, sizeof(call->origin_memory),
				   &call->origin)
		   && call->origin.side == e->x.to;
}

static void take_origin(explain_call_t *call, explanation_t *e)
{
	ly_origin_t *origin = &call->origin;
	const ly_peer_t *peer = ly_peer_by_hash(e->plan, origin->peer);

	take_trunk(e, origin->trunk);
	if(peer && e->x.to == LY_LYNC)
		e->x.server = peer;
	else if(peer)
		e->x.target = peer;
	e->x.caller = origin->caller ? e->x.to : sender(e);
	e->x.initial = origin->initial;
	call->passage.dialog = origin->dialog;
}

/* To as the request had it, as far as the reply tells. */
static ly_slice_t without_tag(ly_slice_t value, ly_buf_t *memory)
{
	size_t start = memory->len;
	ly_slice_t rest, param;
	ly_nameaddr_t na;

	if(!ly_nameaddr_split(value, &na) || !na.params.len)
		return value;
	ly_put(memory, ly_span(value.s, na.params.s));
	rest = na.params;
	while((param = ly_param_next(&rest)).len) {
		if(ly_ieq(ly_param_name(param), LY_LIT("tag")))
			continue;
		ly_putc(memory, ';');
		ly_put(memory, param);
	}
	return ly_slice(memory->s + start, memory->len - start);
}

static void guess_origin(explain_call_t *call, explanation_t *e)
{
	call->origin = (ly_origin_t){.side = e->x.to,
			.caller = true,
			.from = ly_header(&e->message, LY_H_FROM)->value,
			.to = without_tag(
					ly_header(&e->message, LY_H_TO)->value, &call->memory)};
	ly_cseq_number(
			ly_header(&e->message, LY_H_CSEQ)->value, &call->origin.cseq);
	explain_note(e,
			"A reply whose Via is no one of this tool's: Via, CSeq, Call-ID, "
			"and From and To as the request had them come from our Via; From, "
			"To, CSeq and Call-ID are shown as they are.");
}

static void find_request(
		explain_call_t *call, explanation_t *e, ly_slice_t written)
{
	call->sealed = open_origin(call, e, call->passage.call_id)
				   || open_origin(call, e, written);
	if(call->sealed) {
		take_origin(call, e);
	} else {
		call->passage.call_id = written;
		guess_origin(call, e);
	}
	call->passage.origin = &call->origin;
}

/* Both -------------------------------------------------------------------------------------------------------------- */

const char *explain_call_find(explain_call_t *call, explanation_t *e)
{
	const ly_message_t *m = &e->message;
	ly_passage_t *p = &call->passage;
	ly_slice_t written = ly_header(m, LY_H_CALL_ID)->value;
	const char *wrong;

	if((wrong = ly_keys_read(&call->keys, KEYS)))
		return wrong;
	call->memory = ly_buf(call->names, sizeof(call->names));
	*p = (ly_passage_t){
			.keys = &call->keys, .dialog = {.tag_key = call->keys.key[0].id}};
	p->call_id = ly_passage_call_id(m, &call->keys, &call->memory);
	e->x.initial = !has_tag(ly_header(m, LY_H_TO)) || !m->request;
	e->x.caller = m->request ? sender(e) : e->x.to;
	if(!m->request)
		find_request(call, e, written);
	else if(!e->x.initial)
		wrong = find_dialog(call, e, written);
	else
		p->dialog.forks_apart =
				ly_offers_100rel(m, ly_crossing_strips_100rel(&e->x));
	e->x.emergency = ly_crossing_emergency(&e->x, e->plan->emergency.numbers);
	if(e->x.emergency)
		explain_note(e, "An emergency call: its location passes.");
	ly_crossing_passage(&e->x, p);
	return wrong;
}

/* Values of m's Record-Routes, with commas between them. */
static ly_slice_t record_routes(const ly_message_t *m, ly_buf_t *memory)
{
	size_t start = memory->len;

	for(unsigned i = 0; i < m->header_count; i++) {
		if(m->headers[i].id != LY_H_RECORD_ROUTE)
			continue;
		if(memory->len > start)
			ly_put(memory, LY_LIT(", "));
		ly_put(memory, m->headers[i].value);
	}
	return ly_slice(memory->s + start, memory->len - start);
}

/* What the reply will need; empty where it is too long to be sent. */
static ly_slice_t sealed_origin(explain_call_t *call, ly_buf_t *out)
{
	char vias[LY_ORIGIN_MEMORY];
	ly_buf_t memory = ly_buf(vias, sizeof(vias));
	const ly_passage_t *p = &call->passage;
	const ly_peer_t *peer = p->to == LY_LYNC ? p->target : p->server;
	ly_origin_t origin = {.peer = peer->hash, .offer_in_request = true};

	origin.vias = ly_origin_vias(p->m,
			peer->address.family ? peer->address_text : peer->fqdn, peer->port,
			&memory);
	if(!p->token)
		origin.record_routes = record_routes(p->m, &memory);
	if(ly_eq(p->m->method, LY_LIT("ACK")) || memory.full
			|| !ly_passage_origin(p, &origin, out))
		return LY_EMPTY;
	return ly_buf_slice(out);
}

void explain_call_put_via(explain_call_t *call, ly_buf_t *out)
{
	static const char *const names[] = {
			[LY_UDP] = "UDP", [LY_TCP] = "TCP", [LY_TLS] = "TLS"};
	char text[LY_SEAL_TEXT_MAX];
	ly_buf_t sealed = ly_buf(text, sizeof(text));
	const ly_passage_t *p = &call->passage;
	ly_slice_t origin = sealed_origin(call, &sealed);

	ly_putf(out, "Via: SIP/2.0/%s ", names[p->transport]);
	ly_put_host(out, p->our_host);
	if(p->our_port != 5060)
		ly_putf(out, ":%u", p->our_port);
	ly_put(out, LY_LIT(";branch=z9hG4bKexplain"));
	if(origin.len)
		ly_putf(out, ";lt=%.*s", LY_FMT(origin));
	ly_put(out, LY_LIT("\r\n"));
}

void explain_note(explanation_t *e, const char *note)
{
	if(e->note_count < EXPLAIN_NOTES)
		e->notes[e->note_count++] = note;
}
