/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_within.h"

#include "core/forward.h"
#include "liblync/origin.h"
#include "liblync/route_set.h"
#include "liblync/uri.h"
#include "lync.h"

#define HEADERS_MAX 8192

/* One end of the dialog, as a message names it. */
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

/* What both kinds have; the Call-ID is the leg's. */
static bool read_dialog(const ly_message_t *m, dlg_t *d)
{
	const ly_header_t *cseq = ly_header(m, LY_H_CSEQ),
					  *call_id = ly_header(m, LY_H_CALL_ID);
	uint32_t number;

	if(!cseq || !call_id || !ly_cseq_number(cseq->value, &number))
		return false;
	d->state = DLG_CONFIRMED;
	d->id.call_id = lync_str(call_id->value);
	d->loc_seq.value = number;
	d->loc_seq.is_set = 1;
	return read_end(m, LY_H_FROM, &d->loc_uri, &d->id.loc_tag)
		   && read_end(m, LY_H_TO, &d->rem_uri, &d->id.rem_tag);
}

bool lync_within_reply(
		const struct sip_msg *reply, const ly_message_t *m, lync_within_t *w)
{
	ly_buf_t hop = ly_buf(w->next_hop, sizeof(w->next_hop));
	ly_buf_t routes = ly_buf(w->routes, sizeof(w->routes));
	dlg_t *d = &w->dialog;

	memset(d, 0, sizeof(*d));
	put_next_hop(&reply->rcv, &hop);
	ly_put(&routes, LY_LIT("Route: "));
	w->routes[0] = ly_route_set(m, &routes).len ? 'R' : '\0';
	ly_put(&routes, LY_LIT("\r\n"));
	ly_putc(&routes, '\0');
	d->send_sock = (struct socket_info *)reply->rcv.bind_address;
	d->dst_uri = lync_str(ly_buf_slice(&hop));
	return !hop.full && !routes.full && read_dialog(m, d)
		   && read_contact(m, &d->rem_target);
}

/* dialog->loc_seq is that of the INVITE: an ACK has it too, another request the next one. */
static int send_within(dlg_t *dialog, ly_slice_t method, ly_slice_t headers,
		ly_slice_t body, int cb_types, transaction_cb *cb, void *param)
{
	str name = lync_str(method), lines = lync_str(headers),
		content = lync_str(body);
	uac_req_t request;

	set_uac_req(&request, &name, headers.len ? &lines : NULL,
			body.len ? &content : NULL, dialog, cb_types, cb, param);
	return lync_tm.t_request_within(&request) > 0 ? 0 : -1;
}

int lync_within_send(lync_within_t *w, ly_slice_t method, ly_slice_t headers)
{
	char memory[HEADERS_MAX];
	ly_buf_t lines = ly_buf(memory, sizeof(memory));

	ly_put(&lines, ly_cstr(w->routes));
	ly_put(&lines, headers);
	return lines.full ? -1
					  : send_within(&w->dialog, method, ly_buf_slice(&lines),
								LY_EMPTY, 0, NULL, NULL);
}

static bool is_tms(ly_header_id_t id)
{
	return id == LY_H_VIA || id == LY_H_FROM || id == LY_H_TO
		   || id == LY_H_CALL_ID || id == LY_H_CSEQ || id == LY_H_MAX_FORWARDS
		   || id == LY_H_CONTENT_LENGTH;
}

int lync_within_send_message(const ly_message_t *m, str next_hop,
		struct socket_info *socket, int cb_types, transaction_cb *cb,
		void *param)
{
	char memory[HEADERS_MAX];
	ly_buf_t lines = ly_buf(memory, sizeof(memory));
	dlg_t d = {0};

	if(!read_dialog(m, &d))
		return -1;
	d.loc_seq.value--; /* tm takes the next one */
	d.rem_target = lync_str(m->uri);
	d.dst_uri = next_hop;
	d.send_sock = socket;
	for(unsigned i = 0; i < m->header_count; i++) {
		if(!is_tms(m->headers[i].id))
			ly_put(&lines, m->headers[i].line);
	}
	return lines.full ? -1
					  : send_within(&d, m->method, ly_buf_slice(&lines),
								m->body, cb_types, cb, param);
}
