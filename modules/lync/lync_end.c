/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_end.h"

#include "core/dprint.h"
#include "core/route.h"
#include "liblync/codes.h"
#include "lync.h"
#include "lync_own.h"
#include "lync_within.h"

/* What the caller gets: it is the answer's fault, or ours, and Lync may try another trunk. */
typedef struct cause
{
	int code;
	const char *text;
} cause_t;
static const cause_t not_acceptable = {488, "488"}, unavailable = {503, "503"};

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
static void become(struct sip_msg *msg, lync_current_t *c, const cause_t *cause)
{
	msg->first_line.u.reply.statuscode = (unsigned)cause->code;
	memcpy(msg->first_line.u.reply.status.s, cause->text, 3);
	c->message.status = cause->code;
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

/* One end already does what the other one must not hear of. */
static void end_call(const lync_current_t *c, const cause_t *cause)
{
	char memory[LYNC_CALL_ID_MAX + 128];
	ly_buf_t out = ly_buf(memory, sizeof(memory));
	ly_slice_t id;

	ly_put(&out, lync_call_id(c));
	id = ly_buf_slice(&out);
	if(lync_own_bye(id, put_reason(&out, cause)) >= 0)
		LM_ERR("call %.*s: ended: it would be silent\n", LY_FMT(id));
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
	become(msg, c, cause);
	return true;
}
