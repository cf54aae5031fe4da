/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_end.h"

#include <stdio.h>

#include "core/dprint.h"
#include "core/mem/shm_mem.h"
#include "core/route.h"
#include "core/timer.h"
#include "liblync/codes.h"
#include "lync.h"
#include "lync_own.h"
#include "lync_within.h"

#define END_MS 100

/* What the caller gets: it is the answer's fault, or ours, and Lync may try another trunk. */
typedef struct cause
{
	int code;
	const char *text;
} cause_t;
static const cause_t not_acceptable = {488, "488"}, unavailable = {503, "503"},
					 terminated = {487, "487"};

static bool makes_the_call(const lync_current_t *c)
{
	return is_route_type(TM_ONREPLY_ROUTE) && !c->message.request
		   && c->call.initial && c->message.status >= 200
		   && c->message.status < 300
		   && ly_eq(ly_message_method(&c->message), LY_LIT("INVITE"));
}

static ly_slice_t put_reason(ly_buf_t *out, const cause_t *cause)
{
	size_t start = out->len;

	ly_putf(out, "Reason: SIP;cause=%s;text=\"%s\"\r\n", cause->text,
			ly_code_phrase((unsigned)cause->code));
	return ly_slice(out->s + start, out->len - start);
}

static bool acknowledge(struct sip_msg *msg, const lync_current_t *c,
		const cause_t *cause, bool again)
{
	char memory[128];
	ly_buf_t out = ly_buf(memory, sizeof(memory));
	ly_slice_t reason = put_reason(&out, cause);
	lync_within_t within;

	return lync_within_reply(msg, &c->message, &within)
		   && lync_within_send(&within, LY_LIT("ACK"), LY_EMPTY) == 0
		   && (again || lync_within_send(&within, LY_LIT("BYE"), reason) == 0);
}

/* For tm and for whoever reads the reply after it. */
static void become(struct sip_msg *msg, lync_current_t *c, unsigned code)
{
	char text[4];

	msg->first_line.u.reply.statuscode = code;
	snprintf(text, sizeof(text), "%u", code % 1000);
	memcpy(msg->first_line.u.reply.status.s, text, 3);
	c->message.status = code;
}

/* A 2xx within a call that is up: who gave it believes that its answer holds. */
static bool is_within_call(const lync_current_t *c)
{
	bool early;

	if(!is_route_type(TM_ONREPLY_ROUTE) || c->message.request || c->call.initial
			|| c->message.status / 100 != 2)
		return false;
	lync_record_timer(c, &early);
	return !early;
}

/* A call that ends in a moment. In shared memory. */
typedef struct ending
{
	struct timer_ln timer;
	ly_slice_t reason, call_id;
	char memory[]; /* of both */
} ending_t;

static ticks_t on_time(ticks_t now, struct timer_ln *timer, void *data)
{
	ending_t *e = data;

	if(lync_own_bye(e->call_id, e->reason) >= 0)
		LM_ERR("call %.*s: ended: it would be silent\n", LY_FMT(e->call_id));
	shm_free(e);
	return 0;
}

/*
 * One end already does what the other one must not hear of. The reply goes on first, without SDP: who has asked is not
 * to hear BYE before it.
 */
static void end_call(const lync_current_t *c, const cause_t *cause)
{
	char memory[LYNC_CALL_ID_MAX + 128];
	ly_buf_t out = ly_buf(memory, sizeof(memory));
	ly_slice_t reason = put_reason(&out, cause);
	ending_t *e;

	ly_put(&out, lync_call_id(c));
	e = out.full ? NULL : shm_malloc(sizeof(*e) + out.len);
	if(!e) {
		LM_ERR("call %.*s: no memory to end it: it is silent\n",
				LY_FMT(lync_call_id(c)));
		return;
	}
	memset(e, 0, sizeof(*e));
	memcpy(e->memory, out.s, out.len);
	e->reason = ly_slice(e->memory, reason.len);
	e->call_id = ly_slice(e->memory + reason.len, out.len - reason.len);
	timer_init(&e->timer, on_time, e, 0);
	if(timer_add(&e->timer, MS_TO_TICKS(END_MS)) < 0)
		shm_free(e);
}

bool lync_end_answered(struct sip_msg *msg, lync_current_t *c)
{
	const cause_t *cause = c->sdp_refused ? &not_acceptable : &unavailable;
	bool again = c->call.ended;

	if(is_within_call(c))
		end_call(c, cause);
	if(!makes_the_call(c))
		return false;
	if(!acknowledge(msg, c, cause, again)) {
		LM_ERR("call %.*s: the answer is refused, but ACK and BYE cannot be "
			   "sent to who gave it\n",
				LY_FMT(lync_call_id(c)));
		return false;
	}
	c->call.ended = true;
	if(!again)
		lync_call_keep(&c->call);
	become(msg, c, (unsigned)cause->code);
	return true;
}

/* tm drops what is no 2xx of a branch, silently where it has the same code already. */
static unsigned code_for_tm(const struct cell *t, int branch)
{
	unsigned had = (unsigned)t->uac[branch].last_received;
	return had >= 300 ? had : (unsigned)terminated.code;
}

bool lync_end_late(struct sip_msg *msg, lync_current_t *c, bool left)
{
	const struct cell *t = lync_tm.t_gett();
	int branch = lync_tm.t_gett_branch();
	uint32_t bit;
	bool again;

	if(!makes_the_call(c) || !t || t == T_UNDEFINED || branch < 0
			|| (!left && t->uas.status < 300))
		return false;
	bit = UINT32_C(1) << (branch & 31);
	again = (c->call.byed & bit) || (!left && c->call.ended);
	if(!again)
		LM_WARN("call %.*s: %s:%u has taken it too late, and gets BYE\n",
				LY_FMT(lync_call_id(c)), ip_addr2a(&msg->rcv.src_ip),
				msg->rcv.src_port);
	if(!acknowledge(msg, c, &terminated, again))
		LM_ERR("call %.*s: ACK and BYE cannot be sent to who has taken it too "
			   "late\n",
				LY_FMT(lync_call_id(c)));
	c->call.byed |= bit;
	lync_call_keep_byed(&c->call);
	become(msg, c, code_for_tm(t, branch));
	return true;
}
