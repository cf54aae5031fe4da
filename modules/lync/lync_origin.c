/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_origin.h"

#include "core/dprint.h"
#include "core/parser/parse_cseq.h"
#include "liblync/match.h"
#include "liblync/leg.h"
#include "liblync/passage.h"
#include "lync.h"
#include "lync_late.h"
#include "lync_peer.h"
#include "lync_plan.h"

ly_slice_t lync_origin_vias(const struct sip_msg *msg, ly_buf_t *memory)
{
	ly_slice_t source = ly_cstr(ip_addr2a((struct ip_addr *)&msg->rcv.src_ip));
	size_t start = memory->len;

	for(const struct hdr_field *h = msg->headers; h; h = h->next) {
		if(h->type == HDR_VIA_T)
			ly_origin_put_vias(lync_slice(&h->body), source, msg->rcv.src_port,
					start, memory);
	}
	return ly_slice(memory->s + start, memory->len - start);
}

ly_slice_t lync_origin_record_routes(
		const struct sip_msg *msg, ly_buf_t *memory)
{
	size_t start = memory->len;

	for(const struct hdr_field *h = msg->record_route; h; h = h->next) {
		if(h->type != HDR_RECORDROUTE_T)
			continue;
		if(memory->len > start)
			ly_put(memory, LY_LIT(", "));
		ly_put(memory, ly_trim(lync_slice(&h->body)));
	}
	return ly_slice(memory->s + start, memory->len - start);
}

/* What a party of the call wrote as its Call-ID: the callee has seen it sealed, perhaps. */
static void set_call_id(lync_current_t *c, ly_slice_t written, bool by_caller)
{
	ly_buf_t memory = ly_buf(c->call_id_memory, sizeof(c->call_id_memory));

	c->call_id = !by_caller && ly_call_id_open(&lync_keys, written, &memory)
						 ? ly_buf_slice(&memory)
						 : written;
}

/* RFC 3261 8.2.6.2: a reply has Via, From, To, Call-ID and CSeq of the request. */
static int from_request(lync_current_t *c, const struct sip_msg *request)
{
	ly_buf_t memory = ly_buf(c->origin_memory, sizeof(c->origin_memory));
	ly_origin_t *o = &c->origin;

	if(!request->from || !request->to || !request->cseq || !request->callid)
		return -1;
	memset(o, 0, sizeof(*o));
	o->side = c->call.sender;
	o->caller = c->call.sender == c->call.caller;
	o->initial = c->call.initial;
	o->dialog = c->call.dialog;
	o->from = ly_trim(lync_slice(&request->from->body));
	o->to = ly_trim(lync_slice(&request->to->body));
	o->vias = lync_origin_vias(request, &memory);
	if(c->call.initial)
		o->record_routes = lync_origin_record_routes(request, &memory);
	set_call_id(c, ly_trim(lync_slice(&request->callid->body)), o->caller);
	return memory.full
						   || !ly_cseq_number(
								   lync_slice(&request->cseq->body), &o->cseq)
				   ? -1
				   : 0;
}

/* The sealed text in our Via, which is the first one; empty where there is none. */
static ly_slice_t text_in_via(const struct sip_msg *msg)
{
	for(const struct via_param *p = msg->via1 ? msg->via1->param_lst : NULL; p;
			p = p->next) {
		if(ly_ieq(lync_slice(&p->name), LY_ORIGIN_PARAM))
			return lync_slice(&p->value);
	}
	return LY_EMPTY;
}

/* The callee has seen a sealed Call-ID, perhaps; the caller has its own. */
static const char *open_via(lync_current_t *c, ly_slice_t text)
{
	const ly_header_t *id = ly_header(&c->message, LY_H_CALL_ID),
					  *cseq = ly_header(&c->message, LY_H_CSEQ);
	const char *wrong = NULL;
	uint32_t number;

	if(!id || !cseq || !ly_cseq_number(cseq->value, &number))
		return "it has no Call-ID or no CSeq";
	for(int by_caller = 0; by_caller < 2; by_caller++) {
		set_call_id(c, id->value, by_caller);
		wrong = ly_origin_open(&lync_keys, text, c->call_id, number,
				c->origin_memory, sizeof(c->origin_memory), &c->origin);
		if(!wrong || c->call_id.s == id->value.s)
			break;
	}
	return wrong;
}

/* Who has answered is known by where the reply came from, who asked by what was sealed. */
static const char *find_call(struct sip_msg *msg, lync_current_t *c)
{
	const ly_origin_t *o = &c->origin;
	lync_call_t *call = &c->call;
	char memory[256];
	ly_buf_t why = ly_buf(memory, sizeof(memory));
	ly_candidate_t from;

	if(!lync_peer_identify(msg, &from, &why) || from.side == o->side)
		return "it does not come from the other side";
	call->sender = o->side;
	call->caller = o->caller ? o->side : lync_other_side(o->side);
	call->initial = o->initial;
	call->offer_in_request = o->offer_in_request;
	call->plain = o->plain;
	call->offered.direction = o->offered_direction;
	call->offered.streams = o->offered_streams;
	call->dialog = o->dialog;
	if(o->offered_tag.len < sizeof(call->offered.tag))
		memcpy(call->offered.tag, o->offered_tag.s, o->offered_tag.len);
	call->trunk = ly_trunk_by_hash(lync_plan, o->trunk);
	call->server = o->side == LY_LYNC ? ly_peer_by_hash(lync_plan, o->peer)
									  : from.peer;
	call->target = o->side == LY_LYNC ? from.peer
									  : ly_peer_by_hash(lync_plan, o->peer);
	return call->trunk && call->server && call->target
				   ? NULL
				   : "its trunk, server or target is not in the plan";
}

static int from_via(struct sip_msg *msg, lync_current_t *c)
{
	ly_slice_t text = text_in_via(msg);
	const char *wrong;

	c->stray = true;
	/* of a transaction whose origin was too long to be sent, or of none of ours */
	if(!text.s)
		return -1;
	wrong = open_via(c, text);
	if(!wrong)
		wrong = find_call(msg, c);
	if(!wrong)
		return lync_late(msg, c) ? -1 : 0;
	LM_WARN("dropped a reply %d from %s:%u, call %.*s: %s\n",
			msg->first_line.u.reply.statuscode, ip_addr2a(&msg->rcv.src_ip),
			msg->rcv.src_port, LY_FMT(lync_call_id(c)), wrong);
	return -1;
}

int lync_origin_find(struct sip_msg *msg, lync_current_t *c)
{
	const struct cell *t = lync_tm.t_gett();

	if(!t || t == T_UNDEFINED || !t->uas.request)
		return from_via(msg, c);
	return lync_call_recall(&c->call) ? from_request(c, t->uas.request) : -1;
}
