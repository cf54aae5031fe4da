/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_timer.h"

#include "lync.h"
#include "lync_crossing.h"
#include "lync_record.h"

static unsigned longer(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/*
 * What the current request is to ask for where it asks for nothing: what the plan says of its receiver. In a call that
 * has agreed on more it is that: an end that wants more than the plan's refuses less, also later.
 */
static unsigned interval_of(const lync_current_t *c)
{
	const ly_crossing_t x = lync_crossing(c);
	unsigned planned = ly_crossing_session_timer(&x);
	unsigned agreed;
	bool early;

	if(!planned || !c->in_dialog)
		return planned;
	agreed = lync_record_timer(c, &early);
	/* before the call is up there is no session to be refreshed */
	return early ? 0 : longer(planned, agreed);
}

static bool is_of_session(const lync_current_t *c)
{
	return ly_eq(c->message.method, LY_LIT("INVITE"))
		   || ly_eq(c->message.method, LY_LIT("UPDATE"));
}

void lync_timer_describe(lync_current_t *c, ly_rewrite_t *r)
{
	static char memory[LY_TIMER_LINES_MAX];
	ly_buf_t lines = ly_buf(memory, sizeof(memory));

	if(c->own)
		return;
	if(!c->message.request)
		c->agrees = ly_timer_response(
				&c->message, &c->call.timer, &lines, &c->agreed);
	else if(is_of_session(c))
		r->timer_change = ly_timer_request(&c->message, interval_of(c),
				c->call.timer_least, &lines, &c->call.timer);
	r->timer_lines = ly_buf_slice(&lines);
}

static const struct sip_msg *last_reply(const lync_call_t *call)
{
	const struct cell *t = lync_tm.t_gett();
	const struct sip_msg *reply;

	if(!t || t == T_UNDEFINED || call->branch >= t->nr_of_outgoings)
		return NULL;
	reply = t->uac[call->branch].reply;
	return reply == FAKED_REPLY ? NULL : reply;
}

static const ly_message_t *parsed(const struct sip_msg *reply)
{
	static ly_message_t m;

	return reply && !ly_message_parse(ly_slice(reply->buf, reply->len), &m)
				   ? &m
				   : NULL;
}

unsigned lync_timer_refused(const lync_current_t *c)
{
	const ly_message_t *m = parsed(last_reply(&c->call));

	return m ? ly_timer_least(m, &c->call.timer) : 0;
}

unsigned lync_timer_least(const struct sip_msg *reply)
{
	const ly_message_t *m = parsed(reply);
	unsigned least = m ? ly_timer_read(m).least : 0;

	return least <= LY_TIMER_MOST ? least : 0;
}
