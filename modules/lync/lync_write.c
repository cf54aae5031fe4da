/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_write.h"

#include "core/dprint.h"
#include "liblync/content.h"
#include "liblync/option.h"
#include "liblync/passage.h"
#include "lync.h"
#include "lync_crossing.h"
#include "lync_early.h"
#include "lync_end.h"
#include "lync_explain.h"
#include "lync_late.h"
#include "lync_lumps.h"
#include "lync_media.h"
#include "lync_origin.h"
#include "lync_peer.h"
#include "lync_plan.h"
#include "lync_record.h"
#include "lync_timer.h"
#include "lync_via.h"

#define TEXT_MAX 16384
#define BODY_MAX 65536 /* no message is larger */

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
	ly_crossing_t x = lync_crossing(c);
	ly_passage_t p = {.keys = &lync_keys,
			.call_id = lync_call_id(c),
			.dialog = c->call.dialog,
			.own_slot = c->own_slot,
			.token = c->in_dialog ? &c->token : NULL,
			.origin = c->message.request ? NULL : &c->origin,
			.edition = (uint16_t)lync_plan_edition()};

	ly_crossing_passage(&x, &p);
	return p;
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
			.run = lync_late_run,
			.offer_in_request = call->offer_in_request,
			.plain = call->plain,
			.offered_direction = call->offered.direction,
			.offered_streams = call->offered.streams,
			.offered_tag = ly_slice(call->offered.tag,
					strnlen(call->offered.tag, sizeof(call->offered.tag)))};

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

/* What rtpengine made of the SDP, in the place where that stood. */
static bool put_sdp(lync_current_t *c, ly_rewrite_t *r)
{
	static char text[BODY_MAX];
	const ly_crossing_t x = lync_crossing(c);
	ly_buf_t memory = ly_buf(text, sizeof(text));

	if(r->body.len == 0 || ly_sdp_of(&c->message).len == 0
			|| ly_content_put(&c->message, r->body, ly_crossing_rules(&x),
					&memory, &r->body, &r->content_type))
		return true;
	c->sdp_refused = true;
	LM_ERR("call %.*s: not passed on: the multipart body is too large\n",
			LY_FMT(lync_call_id(c)));
	return false;
}

/* The body that the other side gets. False where the message must not be sent at all. */
static bool find_body(struct sip_msg *msg, lync_current_t *c, ly_rewrite_t *r)
{
	if(lync_early_hides_sdp(c)
			|| (lync_media_result(c, &r->body) && put_sdp(c, r)))
		return true;
	if(c->message.request ? !ly_eq(c->message.method, LY_LIT("ACK"))
						  : lync_end_answered(msg, c))
		return false;
	/* tm passes a reply on, and without SDP the caller ends what it has asked for; an ACK stops the answer coming again */
	r->body = LY_LIT("");
	return true;
}

/*
 * Reliable provisional answers are counted by dialog (RFC 3262 3), so those of two forks must not meet in one. Without
 * them the caller sees one dialog, however many telephones ring.
 */
static void tell_forks(lync_current_t *c, const ly_crossing_t *x)
{
	bool apart = ly_offers_100rel(&c->message, ly_crossing_strips_100rel(x));

	if(apart == c->call.dialog.forks_apart)
		return;
	c->call.dialog.forks_apart = apart;
	lync_call_keep(&c->call);
}

/* A number rule that could not be applied. */
static void complain(const lync_current_t *c, const ly_number_step_t *step)
{
	LM_WARN("call %.*s: the number %.*s goes on as it is: rule '%.*s' "
			"(%.*s:%u) was not applied, for %s\n",
			LY_FMT(lync_call_id(c)), LY_FMT(step->number),
			LY_FMT(step->rule->name), LY_FMT(lync_plan->file), step->rule->line,
			step->trouble);
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
	const ly_crossing_t x = lync_crossing(c);
	bool reply = !c->message.request;
	const char *wrong;

	trouble = (ly_number_step_t){0};
	withheld = c->call.dialog.withheld;
	r->trouble = &trouble;
	r->withheld = &withheld;
	if(c->call.initial && !reply)
		tell_forks(c, &x);
	ly_crossing_describe(&x, r);
	lync_timer_describe(c, r);
	wrong = compute(c, r, edits);
	/* later requests do not say so again, and From would show what was hidden */
	if(c->call.initial && withheld != c->call.dialog.withheld) {
		c->call.dialog.withheld = withheld;
		lync_call_keep(&c->call);
	}
	if(trouble.trouble)
		complain(c, &trouble);
	if(!wrong) {
		lync_explain(c, edits);
		return 1;
	}
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
	if(!find_body(msg, c, &r) || (done = decide(c, &r, &edits)) < 0)
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
		c->call.offer_place = c->sdp_sent;
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

	return find_body(msg, c, &r) && decide(c, &r, &edits) >= 0
		   && ly_edits_apply(&edits, out);
}
