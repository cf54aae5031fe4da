/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core's hooks of TLS once more, with the signals held that end a process. */
#include "lync/lync_tls_end.h"

#include "core/tls_hooks.h"

static struct
{
	struct tls_hooks tls; /* those that do the work */
	sigset_t ends;
} _end;

void lync_tls_end_hold(sigset_t *before)
{
	sigprocmask(SIG_BLOCK, &_end.ends, before);
}

void lync_tls_end_let(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

static int on_read(struct tcp_connection *c, rd_conn_flags_t *flags)
{
	sigset_t before;
	int got;

	lync_tls_end_hold(&before);
	got = _end.tls.read(c, flags);
	lync_tls_end_let(&before);
	return got;
}

static int on_encode(struct tcp_connection *c, const char **buf, unsigned *len,
		const char **rest, unsigned *rest_len, snd_flags_t *flags)
{
	sigset_t before;
	int sent;

	lync_tls_end_hold(&before);
	sent = _end.tls.encode(c, buf, len, rest, rest_len, flags);
	lync_tls_end_let(&before);
	return sent;
}

static void on_clean(struct tcp_connection *c)
{
	sigset_t before;

	lync_tls_end_hold(&before);
	_end.tls.tcpconn_clean(c);
	lync_tls_end_let(&before);
}

static void on_close(struct tcp_connection *c, int fd)
{
	sigset_t before;

	lync_tls_end_hold(&before);
	_end.tls.tcpconn_close(c, fd);
	lync_tls_end_let(&before);
}

int lync_tls_end_init(void)
{
	struct tls_hooks ours = tls_hook;

	sigemptyset(&_end.ends);
	sigaddset(&_end.ends, SIGTERM);
	sigaddset(&_end.ends, SIGINT);
	_end.tls = tls_hook;
	ours.read = on_read;
	ours.encode = on_encode;
	ours.tcpconn_clean = on_clean;
	ours.tcpconn_close = on_close;
	return register_tls_hooks(&ours);
}
