/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_forward.h"

#include "core/dprint.h"
#include "core/forward.h"
#include "core/resolve.h"
#include "core/tcp_conn.h"
#include "liblync/origin.h"
#include "lync.h"
#include "lync_call.h"
#include "lync_peer.h"
#include "lync_record.h"
#include "lync_write.h"

#define MESSAGE_MAX 65536

static const ly_peer_t *asker(const lync_call_t *call)
{
	return call->sender == LY_LYNC ? call->server : call->target;
}

/* A connection on which it can go back stands. */
static bool is_connected(const struct dest_info *dst, struct ip_addr *ip)
{
	struct tcp_connection *connection =
			tcpconn_lookup(0, ip, su_getport(&dst->to), 0, 0, 0, dst->proto);

	if(connection)
		tcpconn_put(connection);
	return connection != NULL;
}

/*
 * By RFC 3261 18.2.2. The connection that a request came over has ended with the node that had it: where no other one
 * stands, the reply goes to where the peer listens.
 */
static bool find_destination(const lync_current_t *c, struct dest_info *dst)
{
	const ly_peer_t *peer = asker(&c->call);
	ly_transport_t transport =
			lync_peer_transport(c->call.sender, c->call.trunk, c->call.target);
	ly_slice_t host;
	struct ip_addr *ip;
	unsigned port;
	str text;

	init_dest_info(dst);
	dst->send_sock = lync_peer_socket(peer, c->call.trunk);
	if(!dst->send_sock || !ly_origin_destination(c->origin.vias, &host, &port))
		return false;
	text = lync_str(host);
	ip = str2ip(&text);
	if(!ip)
		ip = str2ip6(&text);
	if(!ip)
		return false;
	dst->proto = dst->send_sock->proto;
	init_su(&dst->to, ip, (unsigned short)(port ? port : SIP_PORT));
	if(transport != LY_UDP && !is_connected(dst, ip))
		su_setport(&dst->to, lync_peer_port(peer, c->call.trunk));
	return true;
}

int ki_lync_forward(struct sip_msg *msg)
{
	static char text[MESSAGE_MAX];
	ly_buf_t out = ly_buf(text, sizeof(text));
	lync_current_t *c = lync_current_get(msg);
	struct dest_info dst;

	if(!c || !c->stray || !c->call.trunk) {
		LM_BUG("lync_forward() is for replies without a transaction, after "
			   "lync_reply()\n");
		return -1;
	}
	if(!lync_write_text(msg, c, &out))
		return -1;
	if(find_destination(c, &dst) && msg_send(&dst, out.s, (int)out.len) >= 0) {
		if(c->call.initial && c->message.status / 100 == 2)
			lync_record_answered(msg, c);
		else if(!c->call.initial)
			lync_record_reply(c);
		return 1;
	}
	LM_ERR("call %.*s: the reply %d cannot be sent to %.*s, who asked\n",
			LY_FMT(lync_call_id(c)), c->message.status,
			LY_FMT(asker(&c->call)->name));
	return -1;
}
