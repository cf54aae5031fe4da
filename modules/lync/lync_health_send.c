/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_health_send.h"

#include <sodium.h>

#include "core/dprint.h"
#include "core/forward.h"
#include "core/tcp_conn.h"
#include "liblync/face.h"
#include "liblync/options.h"
#include "lync.h"
#include "lync_peer.h"
#include "lync_tls.h"

uint64_t lync_options_random(void)
{
	uint64_t number;

	randombytes_buf(&number, sizeof(number));
	return number ? number : 1;
}

uint64_t lync_options_random_below(uint64_t end)
{
	return end ? lync_options_random() % end : 0;
}

static const ly_trunk_t *trunk_of(const ly_peer_t *peer, const lync_end_t *end)
{
	return peer->pool ? &lync_plan->trunks[end->trunk] : NULL;
}

static struct ip_addr ip_of(const lync_end_t *end)
{
	struct ip_addr ip = {0};

	ip.af = end->address.family == 6 ? AF_INET6 : AF_INET;
	ip.len = end->address.family == 6 ? 16 : 4;
	memcpy(ip.u.addr, end->address.ip, ip.len);
	return ip;
}

/* Where it goes to, from the socket that calls go out by. */
static bool aim(
		struct dest_info *dst, const ly_peer_t *peer, const lync_end_t *end)
{
	static const char protos[] = {
			[LY_UDP] = PROTO_UDP, [LY_TCP] = PROTO_TCP, [LY_TLS] = PROTO_TLS};
	struct ip_addr ip = ip_of(end);

	init_dest_info(dst);
	dst->proto = protos[end->transport];
	dst->send_sock = lync_peer_socket(peer, trunk_of(peer, end));
	dst->send_flags.f |= SND_F_FORCE_SOCKET;
	return dst->send_sock && init_su(&dst->to, &ip, end->port) == 0;
}

/* As the core writes it into the Via of a call. */
static ly_options_end_t via_of(const struct socket_info *s)
{
	ly_options_end_t via;

	via.host = lync_slice(
			s->useinfo.name.len > 0 ? &s->useinfo.name : &s->address_str);
	via.port = s->useinfo.port_no > 0 ? s->useinfo.port_no : s->port_no;
	return via;
}

/* The core has three lines for each connect that is refused: not more than once while a peer is away. */
static bool send_once_told(
		struct dest_info *dst, char *text, size_t len, bool told)
{
	bool sent;

	if(told)
		set_local_debug_level(L_CRIT);
	sent = msg_send(dst, text, (int)len) == 0;
	reset_local_debug_level();
	return sent;
}

bool lync_options_send(
		const ly_peer_t *peer, const lync_end_t *end, unsigned try)
{
	char memory[1500], address[64];
	ly_buf_t text = ly_buf(memory, sizeof(memory));
	ly_buf_t host = ly_buf(address, sizeof(address));
	const ly_trunk_t *trunk = trunk_of(peer, end);
	struct dest_info dst;
	ly_options_t o = {.transport = end->transport, .secret = end->secret};

	if(!aim(&dst, peer, end))
		return false;
	ly_addr_put(&host, &end->address);
	o.via = via_of(dst.send_sock);
	o.us.host = ly_face_host(lync_node, peer->side, trunk);
	o.us.port = ly_face_port(lync_node, peer->side, end->transport, trunk);
	o.peer.host = peer->fqdn.len ? peer->fqdn : ly_buf_slice(&host);
	o.peer.port = end->port;
	/* another request each time, not one that comes again */
	o.id = end->place | (uint32_t)try << LYNC_PLACE_BITS;
	ly_options_put(&o, &text);
	if(text.full) {
		LM_ERR("no OPTIONS for %.*s: its names are too long\n",
				LY_FMT(peer->name));
		return false;
	}
	return send_once_told(&dst, text.s, text.len,
			end->asking.asked > 1 || end->asking.state != LY_HEALTH_UP);
}

/* Connections --------------------------------------------------------------------------------------------------------- */

static struct tcp_connection *connection_of(const lync_end_t *end)
{
	struct ip_addr ip = ip_of(end);

	return tcpconn_lookup(0, &ip, end->port, NULL, 0, 0,
			end->transport == LY_TLS ? PROTO_TLS : PROTO_TCP);
}

const char *lync_options_lost(const lync_end_t *end)
{
	struct tcp_connection *c;
	const char *why = NULL;

	if(end->transport == LY_UDP)
		return NULL;
	c = connection_of(end);
	if(!c)
		return "no connection: it is refused or closed";
	if(c->state == S_CONN_CONNECT)
		why = "no connection: no answer to TCP";
	else if(end->transport == LY_TLS && !lync_tls_is_up(c))
		why = "tls: handshake has no answer";
	tcpconn_put(c);
	return why;
}

void lync_options_reconnect(const ly_peer_t *peer, const lync_end_t *end)
{
	struct tcp_connection *c =
			end->transport == LY_UDP ? NULL : connection_of(end);
	struct dest_info dst;
	bool up;

	if(!c)
		return;
	up = c->state == S_CONN_OK
		 && (end->transport == LY_TCP || lync_tls_is_up(c));
	/* whoever sends from now on opens another one */
	if(!up)
		c->send_flags.f |= SND_F_CON_CLOSE;
	tcpconn_put(c);
	if(!up || !aim(&dst, peer, end))
		return;
	/* a keep-alive (RFC 5626), with which it closes */
	dst.send_flags.f |= SND_F_CON_CLOSE;
	send_once_told(&dst, "\r\n\r\n", 4, true);
}
