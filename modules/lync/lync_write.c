/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_write.h"

#include "core/dprint.h"
#include "liblync/option.h"
#include "liblync/passage.h"
#include "lync.h"
#include "lync_end.h"
#include "lync_lumps.h"
#include "lync_media.h"
#include "lync_numbers.h"
#include "lync_origin.h"
#include "lync_peer.h"
#include "lync_plan.h"
#include "lync_record.h"
#include "lync_timer.h"
#include "lync_via.h"

#define TEXT_MAX 16384

ly_rule_set_t lync_write_rules(const lync_current_t *c)
{
	const ly_dialect_t *dialects[2];
	ly_rule_set_t off = (c->call.trunk ? c->call.trunk->rules_off : 0)
						| (c->call.target ? c->call.target->rules_off : 0);
	ly_side_t to = lync_receiver(c);

	dialects[LY_LYNC] = c->call.trunk ? c->call.trunk->dialect : NULL;
	dialects[LY_PSTN] = c->call.target ? c->call.target->dialect : NULL;
	/* While the other end is not chosen only the sender's own rules are known: enough for its SDP. */
	if(!dialects[LY_LYNC])
		dialects[LY_LYNC] = dialects[LY_PSTN];
	if(!dialects[LY_PSTN])
		dialects[LY_PSTN] = dialects[LY_LYNC];
	return ly_active_rules(dialects[lync_other_side(to)], dialects[to], off);
}

/* prack="strip" of who gets the current message. */
static bool strips_100rel(const lync_current_t *c)
{
	return lync_receiver(c) == LY_LYNC ? c->call.trunk->strip_100rel
									   : c->call.target->strip_100rel;
}

/* Allow says what its receiver may send: REFER where refer="pass" says so. */
static ly_rule_set_t without_allowed(
		const lync_current_t *c, ly_rule_set_t rules)
{
	static ly_rule_set_t allow_refer;
	bool passes = lync_receiver(c) == LY_LYNC ? c->call.trunk->pass_refer
											  : c->call.target->pass_refer;

	if(!allow_refer)
		allow_refer = ly_rule_bit(LY_LIT("allow-refer"));
	return passes ? rules & ~allow_refer : rules;
}

/* What the rules need to know of the receiver, and what a dialog fixes. */
static void describe(const lync_current_t *c, ly_rewrite_t *r)
{
	const lync_call_t *call = &c->call;
	ly_side_t to = lync_receiver(c);
	ly_transport_t transport =
			lync_peer_transport(to, call->trunk, call->target);

	r->active = without_allowed(c, lync_write_rules(c));
	r->our_host = lync_peer_our_host(to, call->trunk);
	if(to == LY_LYNC) {
		/* A pool is called by its own name, whichever server gets the call. */
		r->peer_host = call->trunk->pool->fqdn;
		r->peer_port = call->trunk->mediation_port;
	} else {
		r->peer_host = call->target->fqdn.len ? call->target->fqdn
											  : call->target->address_text;
		r->peer_port = call->target->port;
		r->our_port = lync_peer_our_port(to, transport, call->trunk);
		if(transport != LY_UDP)
			r->peer_transport = r->our_transport =
					ly_cstr(ly_transport_name(transport));
	}
	r->numbers = lync_numbers(c);
	if(c->call.initial && c->call.redirected.number[0])
		r->called = ly_cstr(c->call.redirected.number);
	r->strip_100rel = strips_100rel(c);
	r->terms =
			ly_caller_terms(to, !c->message.request, call->trunk, call->target);
}

/*
 * tm makes CANCEL and the ACK of a negative answer with the caller's own To unless it is told that ours differs from
 * it (RFC 3261 9.1: CANCEL carries the To of the INVITE that was sent).
 */
static void use_our_headers(struct sip_msg *msg)
{
	struct cell *t = lync_tm.t_gett();

	msg->msg_flags |= FL_USE_UAC_FROM | FL_USE_UAC_TO;
	if(t && t != T_UNDEFINED && t->uas.request)
		t->uas.request->msg_flags |= FL_USE_UAC_FROM | FL_USE_UAC_TO;
}

static ly_passage_t passage(const lync_current_t *c)
{
	const lync_call_t *call = &c->call;
	ly_side_t to = lync_receiver(c);
	ly_transport_t transport =
			lync_peer_transport(to, call->trunk, call->target);

	return (ly_passage_t){.m = &c->message,
			.keys = &lync_keys,
			.call_id = lync_call_id(c),
			.to = to,
			.caller = call->caller,
			.dialog = call->dialog,
			.own_slot = c->own_slot,
			.token = c->in_dialog ? &c->token : NULL,
			.origin = c->message.request ? NULL : &c->origin,
			.trunk = call->trunk,
			.server = call->server,
			.target = call->target,
			.edition = (uint16_t)lync_plan_edition(),
			.our_host = lync_peer_our_host(to, call->trunk),
			.our_port = lync_peer_our_port(to, transport, call->trunk),
			.transport = transport};
}

/* Only a message that moves the target gives out a Contact whose token has routes in it. */
static bool moves_target(const lync_current_t *c)
{
	return !c->call.initial && ly_has_header(&c->message, LY_H_CONTACT)
		   && (c->message.request || c->message.status / 100 == 2);
}

/* The edits of the current message. Returns NULL, or why there are none. */
static const char *compute(
		const lync_current_t *c, ly_rewrite_t *r, ly_edits_t *edits)
{
	static char text[TEXT_MAX], names[LY_PASSAGE_MEMORY];
	ly_buf_t memory = ly_buf(names, sizeof(names));
	ly_passage_t p = passage(c);
	const char *wrong;

	if(moves_target(c))
		p.routes =
				lync_record_routes(p.call_id, lync_other_side(p.to), &memory);
	wrong = ly_passage_describe(&p, r, &memory);
	ly_edits_begin(edits, c->message.raw, text, sizeof(text));
	return wrong ? wrong : ly_rewrite(&c->message, r, edits);
}

/* What the reply to a request will need, into our Via. An ACK has none. */
static int write_via(struct sip_msg *msg, const lync_current_t *c)
{
	static char text[LY_SEAL_TEXT_MAX], vias[LY_ORIGIN_MEMORY];
	ly_buf_t out = ly_buf(text, sizeof(text)),
			 memory = ly_buf(vias, sizeof(vias));
	const lync_call_t *call = &c->call;
	ly_passage_t p = passage(c);
	ly_origin_t origin = {.vias = lync_origin_vias(msg, &memory),
			.record_routes = call->initial
									 ? lync_origin_record_routes(msg, &memory)
									 : LY_EMPTY,
			.peer = lync_peer_on(call, call->sender)->hash,
			.offer_in_request = call->offer_in_request,
			.plain = call->plain,
			.offered_direction = call->offered_direction,
			.offered_streams = call->offered_streams,
			.offered_tag = ly_slice(call->offered_tag,
					strnlen(call->offered_tag, sizeof(call->offered_tag)))};

	/* one that is too long is not sent: its reply needs the transaction */
	if(msg->REQ_METHOD != METHOD_ACK && !memory.full)
		ly_passage_origin(&p, &origin, &out);
	return lync_via_write(msg, ly_buf_slice(&out));
}

/* tm passes a final reply on, whatever a script does: nothing of its sender may be left in it. */
static bool strip(
		const lync_current_t *c, const ly_rewrite_t *r, ly_edits_t *edits)
{
	static char text[TEXT_MAX];

	ly_edits_begin(edits, c->message.raw, text, sizeof(text));
	return ly_rewrite_bare(&c->message, r, edits);
}

/* The body that the other side gets. False where the message must not be sent at all. */
static bool find_body(struct sip_msg *msg, lync_current_t *c, ly_slice_t *body)
{
	if(lync_media_result(msg, c, body))
		return true;
	if(c->message.request ? !ly_eq(c->message.method, LY_LIT("ACK"))
						  : lync_end_answered(msg, c))
		return false;
	/* tm passes a reply on, and without SDP the caller ends what it has asked for; an ACK stops the answer coming again */
	*body = LY_LIT("");
	return true;
}

/*
 * Reliable provisional answers are counted by dialog (RFC 3262 3), so those of two forks must not meet in one. Without
 * them the caller sees one dialog, however many telephones ring.
 */
static void tell_forks(lync_current_t *c)
{
	bool apart = ly_offers_100rel(&c->message, strips_100rel(c));

	if(apart == c->call.dialog.forks_apart)
		return;
	c->call.dialog.forks_apart = apart;
	lync_call_keep(&c->call);
}

/*
 * What is to be changed, into edits. Returns 1; 0 where of a reply no more is left than it cannot do without (logged);
 * or -1 where the message must not be sent (logged).
 */
static int decide(lync_current_t *c, ly_rewrite_t *r, ly_edits_t *edits)
{
	/* r is asked for them to its end */
	static ly_number_step_t trouble;
	static bool withheld;
	bool reply = !c->message.request;
	const char *wrong;

	trouble = (ly_number_step_t){0};
	withheld = c->call.dialog.withheld;
	r->trouble = &trouble;
	r->withheld = &withheld;
	if(c->call.initial && !reply)
		tell_forks(c);
	describe(c, r);
	lync_timer_describe(c, r);
	wrong = compute(c, r, edits);
	/* later requests do not say so again, and From would show what was hidden */
	if(c->call.initial && withheld != c->call.dialog.withheld) {
		c->call.dialog.withheld = withheld;
		lync_call_keep(&c->call);
	}
	if(trouble.trouble)
		lync_numbers_complain(c, &trouble);
	if(!wrong)
		return 1;
	LM_ERR("call %.*s: not passed on%s: %s\n", LY_FMT(lync_call_id(c)),
			reply ? " as it is" : "", wrong);
	return reply && strip(c, r, edits) ? 0 : -1;
}

/* RFC 3261 8.2.6.2: our own final answer, if it comes to that, has it too. */
static void keep_shown_tag(lync_call_t *call, ly_slice_t tag)
{
	if(tag.len != sizeof(call->shown_tag)
			|| !memcmp(call->shown_tag, tag.s, tag.len))
		return;
	memcpy(call->shown_tag, tag.s, tag.len);
	lync_call_keep_shown_tag(call);
}

int lync_write_message(struct sip_msg *msg, lync_current_t *c)
{
	static ly_edits_t edits;
	ly_rewrite_t r = {0};
	bool request = c->message.request;
	int done;

	if(!c->call.trunk || !c->call.server || !c->call.target) {
		LM_BUG("lync_write() before lync_select()\n");
		return -1;
	}
	if(!find_body(msg, c, &r.body) || (done = decide(c, &r, &edits)) < 0)
		return -1;
	if(lync_lumps_apply(msg, &c->message, &edits) < 0
			|| (request && write_via(msg, c) < 0)) {
		LM_ERR("call %.*s: not passed on: no memory\n",
				LY_FMT(lync_call_id(c)));
		return -1;
	}
	if(request)
		use_our_headers(msg);
	else if(done && c->call.initial && c->message.status < 200)
		keep_shown_tag(&c->call, r.leg.to_tag);
	if(request && c->call.initial)
		c->call.offered = c->sdp_sent;
	/* their replies need it: what was offered, what session timer was asked for */
	if(request && msg->REQ_METHOD & (METHOD_INVITE | METHOD_UPDATE))
		lync_call_keep(&c->call);
	/* tm has yet to see whether an ACK is that of a negative answer */
	if(!request || msg->REQ_METHOD != METHOD_ACK)
		lync_call_name(msg, c);
	return done ? 0 : -1;
}

bool lync_write_text(struct sip_msg *msg, lync_current_t *c, ly_buf_t *out)
{
	static ly_edits_t edits;
	/* where a transaction is, lync_refuse() says it */
	bool redirects = c->call.initial && c->message.status / 100 == 3;
	ly_rewrite_t r = {.alone = true, .status = redirects ? 480 : 0};

	return find_body(msg, c, &r.body) && decide(c, &r, &edits) >= 0
		   && ly_edits_apply(&edits, out);
}
