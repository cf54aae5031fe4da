/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_script.h"

#include "core/dprint.h"
#include "core/route.h"
#include "liblync/content.h"
#include "liblync/passage.h"
#include "liblync/refer.h"
#include "liblync/uri.h"
#include "lync.h"
#include "lync_call.h"
#include "lync_crossing.h"
#include "lync_diagnostics.h"
#include "lync_early.h"
#include "lync_end.h"
#include "lync_ended.h"
#include "lync_health.h"
#include "lync_hunt.h"
#include "lync_media.h"
#include "lync_origin.h"
#include "lync_own.h"
#include "lync_peer.h"
#include "lync_count.h"
#include "lync_loop.h"
#include "lync_plan.h"
#include "lync_record.h"
#include "lync_refuse.h"
#include "lync_relay.h"
#include "lync_ringback.h"
#include "lync_timer.h"
#include "lync_write.h"

/* "192.0.2.66:50812" */
static void put_source(const struct sip_msg *msg, ly_buf_t *out)
{
	ly_putf(out, "%s:%u", ip_addr2a((struct ip_addr *)&msg->rcv.src_ip),
			msg->rcv.src_port);
}

/* Begins the current message. What lies behind its body in the datagram goes no further. */
static const char *begin(struct sip_msg *msg, lync_current_t **current)
{
	const char *wrong = lync_current_begin(msg, current);

	if(!wrong)
		msg->len = (unsigned)(*current)->message.raw.len;
	return wrong;
}

static void log_refused(
		struct sip_msg *msg, const lync_current_t *c, ly_slice_t why)
{
	char text[64];
	ly_buf_t source = ly_buf(text, sizeof(text));

	put_source(msg, &source);
	LM_WARN("refused %.*s from %.*s, call %.*s: %.*s\n",
			STR_FMT(&msg->first_line.u.request.method),
			LY_FMT(ly_buf_slice(&source)), LY_FMT(lync_call_id(c)),
			LY_FMT(why));
}

static bool has_to_tag(const ly_message_t *m)
{
	const ly_header_t *to = ly_header(m, LY_H_TO);
	ly_nameaddr_t na;

	return to && ly_nameaddr_split(to->value, &na)
		   && ly_param(na.params, LY_LIT("tag")).len;
}

/* Opens the token for the call that call_id names; sets c->call_id to it. */
static const char *open_for(lync_current_t *c, ly_slice_t text,
		ly_seal_letters_t letters, ly_slice_t call_id)
{
	c->call_id = call_id;
	return ly_token_open(&lync_keys, text, letters, call_id, c->token_memory,
			sizeof(c->token_memory), &c->token);
}

/*
 * The token in the Request-URI. The callee has seen a sealed Call-ID, perhaps; a caller may call with one that it has
 * seen as a callee. Returns NULL, or why it is none that may be used.
 */
static const char *open_token(lync_current_t *c)
{
	const ly_header_t *id = ly_header(&c->message, LY_H_CALL_ID);
	ly_buf_t memory = ly_buf(c->call_id_memory, sizeof(c->call_id_memory));
	ly_seal_letters_t letters;
	const char *wrong;
	ly_slice_t text;
	ly_uri_t uri;

	if(!id || !ly_uri_parse(c->message.uri, &uri)
			|| !(text = ly_token_in(&uri, &letters)).s)
		return "the Request-URI is no Contact of ours";
	wrong = open_for(c, text, letters,
			ly_passage_call_id(&c->message, &lync_keys, &memory));
	if(wrong && c->call_id.s != id->value.s)
		wrong = open_for(c, text, letters, id->value);
	if(wrong && ly_seal_like(id->value, LY_SEAL_CALL_ID, LY_BASE64URL)
			&& !ly_keys_find(&lync_keys, id->value.s[1]))
		return "Call-ID sealed with a key that this node does not have";
	if(wrong)
		return wrong;
	if(c->token.given_to != c->call.sender)
		return "the token belongs to the other side of the call";
	return NULL;
}

/* Who takes part in the call; and whether the request is the one of its two ends that it must be. */
static const char *find_parties(lync_current_t *c)
{
	ly_passage_t p = {.m = &c->message,
			.keys = &lync_keys,
			.call_id = c->call_id,
			.to = lync_receiver(c),
			.caller = c->call.caller,
			.dialog = c->call.dialog,
			.token = &c->token};

	lync_plan_use_edition(c->token.edition);
	c->call.trunk = ly_trunk_by_hash(lync_plan, c->token.trunk);
	c->call.server = ly_peer_by_hash(lync_plan, c->token.server);
	c->call.target = ly_peer_by_hash(lync_plan, c->token.target);
	if(!c->call.trunk || !c->call.server || !c->call.target)
		return "its trunk, server or target is no longer in the plan";
	return ly_passage_check(&p);
}

static void find_emergency(lync_current_t *c)
{
	const ly_crossing_t x = lync_crossing(c);

	c->call.emergency = ly_crossing_emergency(&x, lync_plan->emergency.numbers);
}

/* A BYE goes on all the same: both ends may have said it at once. */
static bool behind_the_end(const struct sip_msg *msg, const lync_current_t *c)
{
	const unsigned begins_anew = METHOD_INVITE | METHOD_UPDATE | METHOD_ACK;

	if(!(msg->first_line.u.request.method_value & begins_anew)
			|| !lync_ended_lately(lync_call_id(c)))
		return false;
	LM_INFO("call %.*s: %.*s has come behind its end\n",
			LY_FMT(lync_call_id(c)), LY_FMT(c->message.method));
	return true;
}

static int accept_in_dialog(struct sip_msg *msg, lync_current_t *c)
{
	const char *wrong = open_token(c);
	const ly_peer_t *peer;
	ly_addr_t at;

	if(!wrong) {
		c->in_dialog = true;
		c->call.dialog = c->token.dialog;
		c->call.caller = c->token.callee ? lync_other_side(c->call.sender)
										 : c->call.sender;
		wrong = find_parties(c);
	}
	if(wrong) {
		/* The ACK of a negative answer comes to the Request-URI of the INVITE; tm takes it. */
		if(msg->first_line.u.request.method_value != METHOD_ACK)
			log_refused(msg, c, ly_cstr(wrong));
		return LYNC_NO_DIALOG;
	}
	peer = lync_peer_of_contact(
			lync_peer_on(&c->call, lync_other_side(c->call.sender)),
			c->token.contact, &at);
	if(lync_peer_send_to(msg, peer, c->call.trunk, lync_call_id(c), &at) < 0)
		return LYNC_NO_DIALOG;
	if(behind_the_end(msg, c) || lync_record_is_anothers(c))
		return LYNC_NO_DIALOG;
	if(lync_record_is_asked(c)) {
		LM_INFO("call %.*s: one of our own is under way: the peer has to try "
				"again\n",
				LY_FMT(lync_call_id(c)));
		return LYNC_PENDING;
	}
	find_emergency(c);
	/* An ACK has no reply that could ask for it. */
	if(msg->first_line.u.request.method_value != METHOD_ACK
			&& lync_call_keep(&c->call) < 0)
		return LYNC_NO_DIALOG;
	return LYNC_IN_DIALOG;
}

/* What must be there and be readable before anything is done for a request (RFC 3261 8.1.1). */
static const char *check_new(const ly_message_t *m)
{
	static const ly_header_id_t addresses[] = {
			LY_H_FROM, LY_H_TO, LY_H_CONTACT};
	ly_nameaddr_t na;
	ly_uri_t uri;

	if(!ly_uri_parse(m->uri, &uri))
		return "the Request-URI is no sip: or tel: URI";
	for(unsigned i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		const ly_header_t *h = ly_header(m, addresses[i]);
		ly_slice_t rest = h ? h->value : LY_EMPTY;

		if(h && !ly_nameaddr_parse(ly_value_next(&rest), &na))
			return "From, To or Contact cannot be read";
		if(!h
				&& (addresses[i] != LY_H_CONTACT
						|| ly_eq(m->method, LY_LIT("INVITE"))))
			return "From, To or Contact is missing";
	}
	return NULL;
}

int ki_lync_accept(struct sip_msg *msg)
{
	char text[512];
	ly_buf_t why = ly_buf(text, sizeof(text));
	ly_candidate_t from;
	lync_current_t *c;
	const char *wrong = begin(msg, &c);

	if(!lync_peer_identify(msg, &from, &why)) {
		log_refused(msg, c, ly_buf_slice(&why));
		return LYNC_UNKNOWN;
	}
	if(wrong) {
		log_refused(msg, c, ly_cstr(wrong));
		return LYNC_UNREADABLE;
	}
	c->call.sender = from.side;
	c->call.offer_in_request = ly_sdp_of(&c->message).len > 0;
	if(from.side == LY_LYNC) {
		c->call.trunk = from.trunk;
		c->call.server = from.peer;
	} else {
		c->call.target = from.peer;
	}
	lync_diagnostics_request(c);
	if(has_to_tag(&c->message))
		return accept_in_dialog(msg, c);
	if((wrong = check_new(&c->message))) {
		log_refused(msg, c, ly_cstr(wrong));
		return ly_uri_foreign(c->message.uri) ? LYNC_FOREIGN : LYNC_UNREADABLE;
	}
	if(ly_names_dialog(&c->message)) {
		/* RFC 3891 3: a dialog that is not there. Each side has tags of its own. */
		log_refused(msg, c,
				LY_LIT("Replaces or Join names a call by tags of the other "
					   "side"));
		return LYNC_NO_DIALOG;
	}
	c->call.caller = from.side;
	c->call.initial = true;
	c->call.dialog.tag_key = lync_keys.key[0].id;
	c->call_id = lync_call_id(c);
	find_emergency(c);
	return LYNC_NEW;
}

int ki_lync_media(struct sip_msg *msg)
{
	lync_current_t *c = lync_current_get(msg);

	int result = c && !lync_early_hides_sdp(c) ? lync_media_pass(msg, c)
											   : LYNC_SDP_NONE;

	/* an emergency call fails with 503 alone */
	if(result == LYNC_SDP_REFUSED && c->call.emergency && c->call.initial
			&& c->message.request)
		return LYNC_SDP_FAILED;
	return result;
}

int ki_lync_media_end(struct sip_msg *msg)
{
	const lync_current_t *c = lync_current_get(msg);

	if(!c)
		return -1;
	lync_ringback_end(c);
	lync_relay_end(c);
	return 1;
}

/* Not one that comes again, nor of a second phone that was taken up. */
static bool is_first_2xx(const struct sip_msg *msg)
{
	const struct cell *t = lync_tm.t_gett();

	return msg->first_line.u.reply.statuscode / 100 == 2 && t
		   && t != T_UNDEFINED && t->uas.status < 200;
}

int ki_lync_write(struct sip_msg *msg)
{
	lync_current_t *c = lync_current_get(msg);

	if(!c) {
		LM_BUG("lync_write() without lync_accept() or lync_reply()\n");
		return -1;
	}
	if(c->call.initial && is_route_type(BRANCH_ROUTE))
		lync_hunt_try(c);
	if(lync_write_message(msg, c) < 0)
		return -1;
	lync_ringback_reply(c);
	if(c->call.initial && !c->message.request && c->message.status > 100
			&& c->message.status < 200)
		lync_loop_rings(&c->call);
	if(c->call.initial && is_route_type(BRANCH_ROUTE) && !c->call.timer_least)
		lync_count_begun(&c->call);
	c->call.given |= is_route_type(BRANCH_ROUTE);
	if(c->call.initial && !c->message.request && is_first_2xx(msg)) {
		lync_count_answered(&c->call);
		lync_health_well(lync_called(&c->call));
		lync_loop_over(&c->call);
		lync_record_answered(msg, c);
	}
	if(!c->call.initial && c->message.request)
		lync_record_request(c);
	else if(!c->call.initial)
		lync_record_reply(c);
	return 1;
}

int ki_lync_readable(struct sip_msg *msg)
{
	lync_current_t *c;
	const char *wrong = begin(msg, &c);

	if(!wrong) {
		lync_diagnostics_reply(msg, c);
		return 1;
	}
	LM_WARN("dropped a reply %d in call %.*s, which cannot be read: %s\n",
			msg->first_line.u.reply.statuscode, LY_FMT(lync_call_id(c)), wrong);
	return -1;
}

/* How long who is called took to say something of the call. */
static void note_ringing(lync_current_t *c)
{
	lync_call_t *call = &c->call;
	const ly_peer_t *peer = lync_called(call);

	if(!call->initial || c->stray || call->heard || !peer
			|| c->message.status == 100 || c->message.status >= 300)
		return;
	call->heard = true;
	lync_call_keep_heard(call);
	lync_health_rang(peer, (unsigned)(lync_now_ms() - call->given_at));
}

int ki_lync_reply(struct sip_msg *msg)
{
	lync_current_t *c = lync_current_get(msg);
	bool left;

	if((!c && begin(msg, &c)) || lync_origin_find(msg, c) < 0)
		return -1;
	left = !lync_hunt_reply(c);
	if(lync_end_late(msg, c, left) || left || !lync_early_admit(c))
		return -1;
	note_ringing(c);
	lync_call_name(msg, c);
	return 1;
}

int ki_lync_hangup(struct sip_msg *msg)
{
	const lync_current_t *c = lync_current_get(msg);
	char id[LYNC_CALL_ID_MAX];
	ly_buf_t call_id = ly_buf(id, sizeof(id));

	if(!c)
		return -1;
	ly_put(&call_id, lync_call_id(c));
	LM_ERR("call %.*s: ended: it would be silent\n", LY_FMT(lync_call_id(c)));
	return lync_own_bye(ly_buf_slice(&call_id),
				   LY_LIT("Reason: SIP;cause=488;text=\"Not Acceptable "
						  "Here\"\r\n"))
						   > 0
				   ? 1
				   : -1;
}
