/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_end.h"

#include "core/dprint.h"
#include "core/forward.h"
#include "core/route.h"
#include "liblync/codes.h"
#include "liblync/route_set.h"
#include "liblync/uri.h"
#include "lync.h"

/* What the caller gets: it is the answer's fault, or ours, and Lync may try another trunk. */
typedef struct cause
{
	int code;
	const char *text;
} cause_t;
static const cause_t not_acceptable = {488, "488"}, unavailable = {503, "503"};

/* Texts of the requests. */
typedef struct texts
{
	char next_hop[100];
	char headers[2048];
} texts_t;

static bool makes_the_call(const lync_current_t *c)
{
	return is_route_type(TM_ONREPLY_ROUTE) && !c->message.request
		   && c->call.initial && c->message.status >= 200
		   && c->message.status < 300
		   && ly_eq(ly_message_method(&c->message), LY_LIT("INVITE"));
}

/* One end of the dialog, as the reply names it. */
static bool read_end(
		const ly_message_t *m, ly_header_id_t id, str *uri, str *tag)
{
	const ly_header_t *h = ly_header(m, id);
	ly_nameaddr_t na;

	if(!h || !ly_nameaddr_parse(h->value, &na))
		return false;
	*uri = lync_str(na.uri.text);
	*tag = lync_str(ly_param(na.params, LY_LIT("tag")));
	return tag->len > 0;
}

static bool read_contact(const ly_message_t *m, str *uri)
{
	const ly_header_t *h = ly_header(m, LY_H_CONTACT);
	ly_slice_t rest = h ? h->value : LY_EMPTY;
	ly_nameaddr_t na;

	if(!h || !ly_nameaddr_parse(ly_value_next(&rest), &na))
		return false;
	*uri = lync_str(na.uri.text);
	return true;
}

/* Where the reply came from: the address that the INVITE went to, over the same connection. */
static void put_next_hop(const struct receive_info *rcv, ly_buf_t *out)
{
	ly_putf(out, "sip:%s:%u", ip_addr2strz((struct ip_addr *)&rcv->src_ip),
			rcv->src_port);
	if(rcv->proto != PROTO_UDP)
		ly_put(out, rcv->proto == PROTO_TLS ? LY_LIT(";transport=tls")
											: LY_LIT(";transport=tcp"));
}

/* The dialog with who has answered, from our side. */
static bool describe(const struct sip_msg *msg, const lync_current_t *c,
		texts_t *texts, dlg_t *d)
{
	const ly_message_t *m = &c->message;
	const ly_header_t *cseq = ly_header(m, LY_H_CSEQ);
	ly_buf_t hop = ly_buf(texts->next_hop, sizeof(texts->next_hop));
	ly_slice_t rest = cseq ? cseq->value : LY_EMPTY;
	long number = ly_number(ly_word(&rest), INT32_MAX - 1);

	put_next_hop(&msg->rcv, &hop);
	d->state = DLG_CONFIRMED;
	d->send_sock = (struct socket_info *)msg->rcv.bind_address;
	d->id.call_id = lync_str(lync_call_id(c));
	d->loc_seq.value = (unsigned)number;
	d->loc_seq.is_set = 1;
	d->dst_uri = lync_str(ly_buf_slice(&hop));
	return number >= 0 && !hop.full
		   && read_end(m, LY_H_FROM, &d->loc_uri, &d->id.loc_tag)
		   && read_end(m, LY_H_TO, &d->rem_uri, &d->id.rem_tag)
		   && read_contact(m, &d->rem_target);
}

/* dialog->loc_seq is that of the INVITE: an ACK has it too, a BYE the next one. */
static bool send_within(dlg_t *dialog, ly_slice_t method, ly_slice_t headers)
{
	str name = lync_str(method), lines = lync_str(headers);
	uac_req_t request;

	set_uac_req(&request, &name, headers.len ? &lines : NULL, NULL, dialog, 0,
			NULL, NULL);
	return lync_tm.t_request_within(&request) > 0;
}

static bool acknowledge(struct sip_msg *msg, const lync_current_t *c,
		const cause_t *cause, bool again)
{
	texts_t texts;
	ly_buf_t headers = ly_buf(texts.headers, sizeof(texts.headers));
	dlg_t dialog = {0};
	ly_slice_t ack;
	size_t before;

	if(!describe(msg, c, &texts, &dialog))
		return false;
	ly_put(&headers, LY_LIT("Route: "));
	before = headers.len;
	ly_route_set(&c->message, &headers);
	if(headers.len == before)
		headers.len = 0;
	else
		ly_put(&headers, LY_LIT("\r\n"));
	ack = ly_buf_slice(&headers);
	ly_putf(&headers, "Reason: SIP;cause=%s;text=\"%s\"\r\n", cause->text,
			ly_code_phrase((unsigned)cause->code));
	return !headers.full && send_within(&dialog, LY_LIT("ACK"), ack)
		   && (again
				   || send_within(
						   &dialog, LY_LIT("BYE"), ly_buf_slice(&headers)));
}

/* For tm and for whoever reads the reply after it. */
static void become(struct sip_msg *msg, lync_current_t *c, const cause_t *cause)
{
	msg->first_line.u.reply.statuscode = (unsigned)cause->code;
	memcpy(msg->first_line.u.reply.status.s, cause->text, 3);
	c->message.status = cause->code;
}

bool lync_end_answered(struct sip_msg *msg, lync_current_t *c)
{
	const cause_t *cause = c->sdp_refused ? &not_acceptable : &unavailable;
	bool again = c->call.ended;

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
