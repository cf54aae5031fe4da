/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_flow.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/dprint.h"
#include "core/globals.h"
#include "core/pass_fd.h"
#include "core/tcp_conn.h"
#include "core/timer.h"
#include "lync_tls.h"

/*
 * Less than tm keeps a transaction that has ended (wt_timer, 5 s): what comes to its peer within that time after all is
 * answered, and then cancelled.
 */
#define UNACKNOWLEDGED_MS 3000

static bool is_up(const struct tcp_connection *c)
{
	return c->state == S_CONN_OK && (c->type != PROTO_TLS || lync_tls_is_up(c));
}

/* The reference to c goes to the TCP process, which alone can free what nobody else has any more. */
static void leave_to_main(struct tcp_connection *c)
{
	long command[2] = {(long)c, CONN_EOF};

	if(send_all(unix_tcp_sock, command, sizeof(command)) <= 0) {
		LM_ERR("a connection that hangs cannot be closed\n");
		tcpconn_put(c);
	}
}

/* One that was closed while we looked at it: we may be the last who has it. */
static void let_go(struct tcp_connection *c)
{
	if(c->state == S_CONN_OK && (c->flags & F_CONN_HASHED))
		tcpconn_put(c);
	else
		leave_to_main(c);
}

/* What was queued has not left Kamailio. */
static void drop(struct tcp_connection *c)
{
	/* not while somebody begins to send on it */
	lock_get(&c->write_lock);
	c->state = S_CONN_BAD;
	c->timeout = get_ticks_raw();
	lock_release(&c->write_lock);
	leave_to_main(c);
}

static int descriptor_of(struct tcp_connection *c)
{
	long command[2] = {(long)c, CONN_GET_FD};
	struct tcp_connection *of;
	int fd = -1;

	if(send_all(unix_tcp_sock, command, sizeof(command)) <= 0
			|| receive_fd(unix_tcp_sock, &of, sizeof(of), &fd, MSG_WAITALL)
					   <= 0)
		return -1;
	if(fd >= 0 && of != c) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* The option is the socket's, whoever has it open. */
static void watch(struct tcp_connection *c)
{
	unsigned ms = UNACKNOWLEDGED_MS;
	int fd = descriptor_of(c);

	if(fd < 0)
		return;
	if(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms)) < 0)
		LM_ERR("TCP_USER_TIMEOUT cannot be set\n");
	close(fd);
}

void lync_flow_silent(const struct dest_info *dst)
{
	struct tcp_connection *c;
	struct ip_addr ip;

	if((dst->proto != PROTO_TCP && dst->proto != PROTO_TLS)
			|| unix_tcp_sock < 0)
		return;
	su2ip_addr(&ip, (union sockaddr_union *)&dst->to);
	c = tcpconn_lookup(0, &ip, su_getport(&dst->to), 0, 0, 0, dst->proto);
	if(!c)
		return;
	if(!is_up(c)) {
		drop(c);
		return;
	}
	watch(c);
	let_go(c);
}
