/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_refuse.h"

#include "core/dprint.h"
#include "core/route.h"
#include "liblync/codes.h"
#include "liblync/passage.h"
#include "liblync/reason.h"
#include "lync.h"
#include "lync_calls.h"
#include "lync_count.h"
#include "lync_flow.h"
#include "lync_health.h"
#include "lync_hunt.h"
#include "lync_loop.h"
#include "lync_record.h"

#define NO_ANSWER_FROM_USER 19 /* of Q.850 */

/* What the last try came to. */
typedef struct result
{
	bool said; /* by the peer, or by its silence after it had rung; else nobody said anything */
	bool left_to_tm;
	bool cancelled;
	bool emergency; /* and its caller has not given up: nobody else can end its search */
	bool silent;  /* for as long as its answer-limit, or its ringing-limit */
	bool replied; /* and had said 100 */
	bool rang;	  /* for as long as any may */
	unsigned code;
	unsigned retry_after; /* seconds; 0: it did not say */
	ly_reason_t reason;
} result_t;

/* The reply that is kept with the transaction. */
static void read_reply(const struct sip_msg *reply, result_t *r)
{
	static ly_message_t m;

	r->said = true;
	r->code = reply->first_line.u.reply.statuscode;
	r->cancelled = r->code == 487;
	r->left_to_tm = ly_code_is_sips_own(r->code);
	if(!ly_message_parse(ly_slice(reply->buf, reply->len), &m))
		r->reason = ly_reason_q850(&m);
	if(r->code == 503)
		r->retry_after = ly_retry_after(&m);
}

/*
 * The last try is that of call->branch. tm may run the failure route of one before it: when the last could not even be
 * sent.
 */
static result_t what_came(const struct sip_msg *msg, const lync_call_t *call)
{
	result_t r = {.code = call->turned_away ? call->turned_away : 503};
	const struct cell *t = lync_tm.t_gett();
	int branch = lync_tm.t_get_picked_branch();

	if(!is_route_type(FAILURE_ROUTE) || !t || t == T_UNDEFINED || branch < 0
			|| branch >= t->nr_of_outgoings || branch != call->branch)
		return r;
	if(t->uac[branch].reply && t->uac[branch].reply != FAKED_REPLY) {
		read_reply(t->uac[branch].reply, &r);
	} else if(t->flags & T_CANCELED) {
		/* it has not said anything to our CANCEL, or got none */
		r.said = r.cancelled = true;
		r.code = 487;
	} else if((msg->msg_flags & FL_TIMEOUT) && (msg->msg_flags & FL_REPLIED)
			  && (call->rang || !lync_hunt_patience(call)->ringing)) {
		/* It has rung, and nobody came: as if the peer had said so. */
		r.said = r.rang = true;
		r.code = 408;
		r.reason.cause = NO_ANSWER_FROM_USER;
	} else {
		r.silent = msg->msg_flags & FL_TIMEOUT;
		r.replied = r.silent && (msg->msg_flags & FL_REPLIED);
	}
	return r;
}

static result_t last_result(const struct sip_msg *msg, const lync_call_t *call)
{
	result_t r = what_came(msg, call);
	const struct cell *t = lync_tm.t_gett();

	r.emergency = call->emergency
				  && (!t || t == T_UNDEFINED || !(t->flags & T_CANCELED));
	if(r.emergency)
		r.cancelled = r.left_to_tm = false;
	return r;
}

unsigned lync_refused_with(const struct sip_msg *msg, const lync_call_t *call)
{
	return what_came(msg, call).code;
}

static ly_code_t decide(const lync_call_t *call, const result_t *r)
{
	const ly_codes_t *of_target = call->target ? call->target->codes : NULL;
	const ly_codes_t *of_trunk = call->trunk ? call->trunk->codes : NULL;

	/* What Lync does with it decides whether anybody hears the call: after 503 it tries another trunk. */
	if(r->emergency && !call->turned_away)
		return ly_codes_decide(NULL, NULL, LY_TO_LYNC, 503, 0);
	/* Rules are for what peers say. What we find ourselves is 503, so that Lync tries another trunk. */
	if(!r->said)
		return ly_codes_decide(NULL, NULL, LY_TO_LYNC, r->code, 0);
	if(call->sender == LY_LYNC)
		return ly_codes_decide(
				of_target, of_trunk, LY_FROM_LYNC, r->code, r->reason.cause);
	return ly_codes_decide(
			of_trunk, of_target, LY_TO_LYNC, r->code, r->reason.cause);
}

/* The same division as in the failure route of kamailio.cfg: what another may do better has failed. */
static lync_count_t judged(const result_t *r)
{
	if(r->cancelled)
		return LYNC_CANCELLED;
	if(!r->said || r->code / 100 == 3 || r->code == 408 || r->code == 477
			|| r->code / 100 == 5)
		return r->rang ? LYNC_REFUSED : LYNC_FAILED;
	return LYNC_REFUSED;
}

static void put_why(const result_t *r, ly_buf_t *out)
{
	if(!r->said)
		ly_putf(out, "%s",
				r->replied	? "no ringing"
				: r->silent ? "no answer"
							: "not reached");
	else
		ly_putf(out, "%u %s", r->code, ly_code_phrase(r->code));
	if(r->reason.cause)
		ly_putf(out, ", cause %u", r->reason.cause);
}

/* What it says of the peer. A redirection, or a telephone that nobody takes up, is not its fault. */
static void tell_health(const lync_call_t *call, const result_t *r)
{
	const ly_peer_t *peer = lync_called(call);
	char reason[LY_HEALTH_REASON_MAX];

	if(r->cancelled || (!r->said && !r->silent && !call->given))
		return;
	if(r->silent)
		snprintf(reason, sizeof(reason), "no answer %u s",
				(unsigned)(lync_now_ms() - call->given_at + 500) / 1000);
	else if(!r->said)
		snprintf(reason, sizeof(reason), "not reached");
	else
		snprintf(reason, sizeof(reason), "%u", r->code);
	if(r->said && (r->rang || (r->code != 408 && r->code / 100 != 5)))
		lync_health_well(peer);
	else
		lync_health_failed(peer, reason, !r->said, r->retry_after);
}

/* last: the call is over. */
static void count(lync_current_t *c, const result_t *r, bool last)
{
	ly_side_t called = lync_other_side(c->call.sender);
	char text[256];
	ly_buf_t why = ly_buf(text, sizeof(text));
	bool tried = lync_peer_on(&c->call, called) && !c->call.judged;

	put_why(r, &why);
	ly_putf(&why, ", call %.*s", LY_FMT(lync_call_id(c)));
	lync_count_over(&c->call, judged(r), ly_buf_slice(&why), tried, last);
	if(tried)
		tell_health(&c->call, r);
	c->call.judged = true;
	if(last) {
		lync_loop_over(&c->call);
		lync_calls_over(&c->call);
	} else
		lync_calls_give_back(&c->call);
	if(!last && tried)
		lync_call_keep(&c->call);
}

/* Before the next try, which may go over the same connection. */
static void leave_silent(const lync_current_t *c, const result_t *r)
{
	const struct cell *t = lync_tm.t_gett();

	if(r->silent && !r->replied && !c->call.judged)
		lync_flow_silent(&t->uac[c->call.branch].request.dst);
}

/* One that could not be sent has its line already. */
static void log_failure(const lync_current_t *c, const result_t *r)
{
	const ly_peer_t *peer =
			lync_peer_on(&c->call, lync_other_side(c->call.sender));
	char text[64];
	ly_buf_t why = ly_buf(text, sizeof(text));

	if(!peer || !(r->said || r->silent))
		return;
	put_why(r, &why);
	LM_WARN("call %.*s: not taken by %.*s: %.*s\n", LY_FMT(lync_call_id(c)),
			LY_FMT(peer->name), LY_FMT(ly_buf_slice(&why)));
}

bool lync_refuse_judge(struct sip_msg *msg, lync_current_t *c)
{
	result_t r = last_result(msg, &c->call);

	log_failure(c, &r);
	leave_silent(c, &r);
	count(c, &r, false);
	return !r.rang || c->call.emergency;
}

static void log_decision(
		const lync_current_t *c, const result_t *r, const ly_code_t *to)
{
	if(to->code == r->code)
		return;
	LM_INFO("call %.*s: %u with cause %u becomes %u by %s %.*s\n",
			LY_FMT(lync_call_id(c)), r->code, r->reason.cause, to->code,
			to->rule	   ? "the plan's rule"
			: r->emergency ? "being an emergency call"
			: to->by_cause ? "its cause"
						   : "being a redirection",
			LY_FMT(to->rule ? to->rule->name : LY_EMPTY));
}

/* The tag in To that the caller has seen, or what it would have seen of a callee. */
static str tag_of_answer(const lync_current_t *c, char *memory)
{
	const char *shown = c->call.shown_tag;
	ly_buf_t out = ly_buf(memory, LY_LEG_TAG_LEN);
	ly_passage_t p = {.m = &c->message,
			.keys = &lync_keys,
			.call_id = lync_call_id(c),
			.to = lync_receiver(c),
			.caller = c->call.caller,
			.dialog = c->call.dialog};

	if(shown[0])
		ly_put(&out, ly_slice(shown, strnlen(shown, LY_LEG_TAG_LEN)));
	else
		ly_passage_caller_sees(&p, &out);
	return lync_str(ly_buf_slice(&out));
}

static int answer(struct sip_msg *msg, const lync_current_t *c,
		const ly_code_t *to, ly_slice_t text)
{
	char memory[LY_REASON_TEXT_MAX + 100], tag_memory[LY_LEG_TAG_LEN];
	ly_buf_t reason = ly_buf(memory, sizeof(memory));
	struct cell *t = lync_tm.t_gett();
	str phrase = lync_str(ly_cstr(ly_code_phrase(to->code))), body = STR_NULL,
		tag = c ? tag_of_answer(c, tag_memory) : body, headers;

	if(!t || t == T_UNDEFINED
			|| (!tag.len && lync_tm.t_get_reply_totag(msg, &tag) < 0))
		return -1;
	ly_put_reason(&reason, to->cause, text);
	if(c && c->call.retry_after)
		ly_putf(&reason, "Retry-After: %u\r\n", c->call.retry_after);
	headers = lync_str(ly_buf_slice(&reason));
	t->flags |= T_ADMIN_REPLY; /* no 487 of tm's own on top of it */
	/* tm gives up a reference; the lock that a failure route holds it can take again */
	atomic_inc(&t->ref_count);
	return lync_tm.t_reply_with_body(
			t, to->code, &phrase, &body, &headers, &tag);
}

int ki_lync_refuse(struct sip_msg *msg)
{
	static const lync_call_t unknown;
	lync_current_t *c = lync_current_get(msg);
	const lync_call_t *call = c ? &c->call : &unknown;
	result_t r = last_result(msg, call);
	ly_code_t to;

	if(c && !c->call.turned_away) {
		leave_silent(c, &r);
		count(c, &r, true);
	}
	/* a PRACK or UPDATE while it rang has begun one */
	if(c)
		lync_record_drop(lync_call_id(c), true);
	if(r.left_to_tm)
		return 1;
	to = decide(call, &r);
	if(c)
		log_decision(c, &r, &to);
	if(answer(msg, c, &to, r.reason.text) > 0)
		return 1;
	LM_ERR("call %.*s: %u could not be sent\n",
			LY_FMT(c ? lync_call_id(c) : LY_LIT("-")), to.code);
	return -1;
}
