/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the messages of a call tell its record. */
#include "liblync/content.h"
#include "liblync/route_set.h"
#include "lync.h"
#include "lync_calls.h"
#include "lync_ended.h"
#include "lync_media.h"
#include "lync_plan.h"
#include "lync_record.h"

static ly_slice_t tag_in(const ly_message_t *m, ly_header_id_t id)
{
	const ly_header_t *h = ly_header(m, id);
	ly_nameaddr_t na;

	return h && ly_nameaddr_split(h->value, &na)
				   ? ly_param(na.params, LY_LIT("tag"))
				   : LY_EMPTY;
}

static bool is_target_refresh(ly_slice_t method)
{
	return ly_eq(method, LY_LIT("INVITE")) || ly_eq(method, LY_LIT("UPDATE"));
}

/* Contact and, where the message makes the dialog, route set of who wrote it. */
static void read_target(const ly_message_t *m, ly_end_t *end, bool makes_dialog,
		ly_buf_t *memory)
{
	const ly_header_t *h = ly_header(m, LY_H_CONTACT);
	ly_slice_t rest = h ? h->value : LY_EMPTY;
	ly_nameaddr_t na;

	if(h && ly_nameaddr_parse(ly_value_next(&rest), &na))
		end->contact = na.uri.text;
	if(makes_dialog)
		end->routes = ly_route_set(m, memory);
}

/* The current message is a 2xx that says what holds from now on. */
static void note_timer(const lync_current_t *c, lync_record_t *r)
{
	if(!c->agrees)
		return;
	r->timer = c->agreed;
	r->timer_uac = c->call.sender;
	r->refreshed = lync_now_ms();
}

static void fill_call(const lync_current_t *c, lync_record_t *r)
{
	r->own.call_id = lync_call_id(c);
	r->own.caller = c->call.caller;
	r->own.dialog = c->call.dialog;
	r->trunk = c->call.trunk->hash;
	r->server = c->call.server->hash;
	r->target = c->call.target->hash;
	r->edition = lync_plan_edition();
	r->media.begun = lync_now_ms();
}

void lync_record_answered(const struct sip_msg *msg, const lync_current_t *c)
{
	static ly_message_t invite;
	char memory[4096];
	ly_buf_t texts = ly_buf(memory, sizeof(memory));
	const struct cell *t = lync_tm.t_gett();
	ly_side_t caller = c->call.caller, callee = lync_other_side(caller);
	lync_record_t r = {0};

	fill_call(c, &r);
	r.own.from = ly_identity(c->origin.from, &texts);
	r.own.to = ly_identity(c->origin.to, &texts);
	r.own.end[caller] = (ly_end_t){.cseq = c->origin.cseq, .spoke = true};
	r.own.end[callee].tag = tag_in(&c->message, LY_H_TO);
	read_target(&c->message, &r.own.end[callee], true, &texts);
	r.sdp[callee] = ly_sdp_of(&c->message);
	r.offerer = c->call.offer_in_request ? caller : callee;
	r.offered = c->call.offered;
	r.told[caller] = c->sdp_sent;
	r.told[callee] = c->call.offer_place;
	r.heard = lync_now_ms();
	note_timer(c, &r);
	/* after a takeover nobody knows the INVITE: until the caller speaks it gets nothing from us */
	if(t && t != T_UNDEFINED && t->uas.request
			&& !ly_message_parse(
					ly_slice(t->uas.request->buf, t->uas.request->len),
					&invite)) {
		r.own.end[caller].tag = tag_in(&invite, LY_H_FROM);
		read_target(&invite, &r.own.end[caller], true, &texts);
		r.sdp[caller] = ly_sdp_of(&invite);
	}
	if(texts.full)
		return;
	lync_ended_forget(lync_call_id(c));
	lync_calls_answered(&c->call, r.hold);
	lync_record_put(&r);
}

/* One of the call that this node has not seen before: its token tells of the other end. */
static void fill_from_token(
		const lync_current_t *c, lync_record_t *r, ly_buf_t *texts)
{
	ly_side_t receiver = lync_receiver(c);
	const ly_token_t *token = &c->token;
	const ly_header_t *from = ly_header(&c->message, LY_H_FROM),
					  *to = ly_header(&c->message, LY_H_TO);

	fill_call(c, r);
	r->early = ly_eq(c->message.method, LY_LIT("PRACK"));
	r->own.end[receiver].contact = token->contact;
	r->own.end[receiver].routes = token->routes;
	r->own.end[receiver].tag = token->tag;
	if(token->callee) {
		r->own.from = token->from;
		r->own.to = token->to;
	} else if(from && to) {
		r->own.from = ly_identity(from->value, texts);
		r->own.to = ly_identity(to->value, texts);
	}
}

static bool has_before(const lync_record_t *r)
{
	return r->before[LY_LYNC].len || r->before[LY_PSTN].len;
}

/* An offer from side: what holds is kept until it has its answer. One that comes again changes nothing of that. */
static void note_offer(lync_record_t *r, ly_side_t side, ly_slice_t sdp)
{
	if(!has_before(r)) {
		memcpy(r->before, r->sdp, sizeof(r->before));
		memcpy(r->told_before, r->told, sizeof(r->told_before));
		r->offerer_before = r->offerer;
	}
	r->sdp[side] = sdp;
	r->offerer = side;
}

static void note_answer(lync_record_t *r, ly_side_t side, ly_slice_t sdp)
{
	memset(r->before, 0, sizeof(r->before));
	r->sdp[side] = sdp;
	ly_media_agreed(&r->media, lync_now_ms());
}

/*
 * A call that this node has not begun is counted from its first request on, but for an ACK, which may come again behind
 * the BYE.
 */
static void note_leg(const lync_current_t *c, lync_record_t *r)
{
	if(!r->early && !r->hold[LY_LYNC] && !r->hold[LY_PSTN]
			&& !ly_eq(c->message.method, LY_LIT("ACK")))
		lync_calls_taken_over(&c->call, r->hold);
}

/* In the lock. */
static bool note_request(lync_record_t *r, void *data)
{
	const lync_current_t *c = data;
	ly_end_t *sender = &r->own.end[c->call.sender];
	const ly_header_t *h = ly_header(&c->message, LY_H_CSEQ);
	ly_slice_t sdp = ly_sdp_of(&c->message);
	uint32_t number;

	if(h && ly_cseq_number(h->value, &number)
			&& (!sender->spoke || number > sender->cseq)) {
		sender->cseq = number;
		sender->spoke = true;
		sender->own = 0;
	}
	if(!sender->tag.len)
		sender->tag = tag_in(&c->message, LY_H_FROM);
	if(is_target_refresh(c->message.method))
		read_target(&c->message, sender, false, NULL);
	if(sdp.len && is_target_refresh(c->message.method))
		note_offer(r, c->call.sender, sdp);
	else if(sdp.len)
		note_answer(r, c->call.sender, sdp);
	if(c->sdp_sent)
		r->told[lync_receiver(c)] = c->sdp_sent;
	r->heard = lync_now_ms();
	note_leg(c, r);
	if(ly_eq(c->message.method, LY_LIT("INVITE")))
		r->relayed = r->heard;
	else if(ly_eq(c->message.method, LY_LIT("ACK")))
		r->relayed = 0;
	else
		return true;
	r->early = false;
	return true;
}

/* In the dialog that was answered, not in one of another telephone that rang. */
static bool is_its(lync_record_t *r, void *data)
{
	const lync_current_t *c = data;
	ly_side_t callee = lync_other_side(r->own.caller);
	ly_slice_t tag = c->call.sender == callee ? tag_in(&c->message, LY_H_FROM)
											  : c->token.tag;

	return !r->early && ly_eq(tag, r->own.end[callee].tag);
}

static bool is_anothers(lync_record_t *r, void *data)
{
	const lync_current_t *c = data;

	return !r->early && r->own.end[c->call.sender].tag.len && !is_its(r, data);
}

bool lync_record_is_anothers(const lync_current_t *c)
{
	return c->call.sender != c->call.caller
		   && lync_record_change(
				   lync_call_id(c), is_anothers, (void *)c, NULL, NULL);
}

void lync_record_request(const lync_current_t *c)
{
	char memory[2048];
	ly_buf_t texts = ly_buf(memory, sizeof(memory));
	lync_record_t r = {0};

	if(ly_eq(c->message.method, LY_LIT("BYE"))) {
		if(lync_record_change(lync_call_id(c), is_its, (void *)c, NULL, NULL))
			lync_ended_note(lync_call_id(c));
		lync_record_drop(lync_call_id(c), false);
		return;
	}
	if(lync_record_change(lync_call_id(c), note_request, (void *)c, NULL, NULL)
			|| lync_ended_lately(lync_call_id(c)))
		return;
	fill_from_token(c, &r, &texts);
	if(texts.full)
		return;
	note_request(&r, (void *)c);
	lync_record_put(&r);
}

static bool note_reply(lync_record_t *r, void *data)
{
	const lync_current_t *c = data;
	ly_side_t answerer = lync_other_side(lync_receiver(c));
	ly_slice_t method = ly_message_method(&c->message),
			   sdp = ly_sdp_of(&c->message);

	r->heard = lync_now_ms();
	note_timer(c, r);
	if(c->message.status >= 300 && ly_eq(method, LY_LIT("INVITE")))
		r->relayed = 0;
	if(c->message.status / 100 != 2 || !is_target_refresh(method))
		return true;
	read_target(&c->message, &r->own.end[answerer], false, NULL);
	if(c->sdp_sent)
		r->told[lync_receiver(c)] = c->sdp_sent;
	if(!r->own.end[answerer].tag.len)
		r->own.end[answerer].tag = tag_in(&c->message, LY_H_TO);
	if(sdp.len && !c->call.offer_in_request) {
		note_offer(r, answerer, sdp);
		r->offered = c->call.offered;
	} else if(sdp.len)
		note_answer(r, answerer, sdp);
	return true;
}

void lync_record_reply(const lync_current_t *c)
{
	if(c->message.status >= 200)
		lync_record_change(lync_call_id(c), note_reply, (void *)c, NULL, NULL);
}

static bool copy_offered(lync_record_t *r, void *data)
{
	*(lync_offered_t *)data = r->offered;
	return true;
}

void lync_record_offered(const lync_current_t *c, lync_offered_t *offered)
{
	memset(offered, 0, sizeof(*offered));
	lync_record_change(lync_call_id(c), copy_offered, offered, NULL, NULL);
}

static bool refused(lync_record_t *r, void *data)
{
	if(!has_before(r))
		return false;
	memcpy(r->sdp, r->before, sizeof(r->sdp));
	memcpy(r->told, r->told_before, sizeof(r->told));
	r->offerer = r->offerer_before;
	memset(r->before, 0, sizeof(r->before));
	ly_media_agreed(&r->media, lync_now_ms());
	return true;
}

bool lync_record_refused(
		const lync_current_t *c, lync_record_t *copy, char *memory)
{
	return lync_record_change(lync_call_id(c), refused, NULL, copy, memory);
}

/* An INVITE or UPDATE that shows no end by then has none: 64 * T1 */
#define OFFER_FOR_MS 32000

bool lync_record_is_settled(const lync_record_t *r)
{
	return !r->early && !r->asked[LY_LYNC] && !r->asked[LY_PSTN]
		   && ((!r->relayed && !has_before(r))
				   || lync_now_ms() - r->heard > OFFER_FOR_MS);
}

static bool is_asked(lync_record_t *r, void *data)
{
	return r->asked[LY_LYNC] || r->asked[LY_PSTN];
}

bool lync_record_is_asked(const lync_current_t *c)
{
	return (ly_eq(c->message.method, LY_LIT("INVITE"))
				   || ly_eq(c->message.method, LY_LIT("UPDATE")))
		   && lync_record_change(lync_call_id(c), is_asked, NULL, NULL, NULL);
}

static bool copy_timer(lync_record_t *r, void *data)
{
	lync_record_t *copy = data;

	copy->timer = r->timer;
	copy->early = r->early;
	return true;
}

unsigned lync_record_timer(const lync_current_t *c, bool *early)
{
	lync_record_t r = {0};

	lync_record_change(lync_call_id(c), copy_timer, &r, NULL, NULL);
	*early = r.early;
	return r.timer.interval;
}
