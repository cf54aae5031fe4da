/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_prober.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/sr_module.h"
#include "liblync/ng.h"
#include "lync.h"
#include "lync_ng.h"
#include "lync_process.h"

/* What is known of a node. Of this process alone. */
typedef struct probe
{
	int fd;
	unsigned long long
			heard_ms; /* when its last answer came; at first: when we began to ask */
} probe_t;

static probe_t probes[LY_MEDIA_NODES_MAX];

int lync_prober_init(void)
{
	if(!lync_ng_count())
		return 0;
	lync_process_register(1);
	return 0;
}

/* Its own socket, not that of lync_ng.c: an answer is an answer, whichever ping it is to. */
static int open_probe(unsigned number)
{
	const lync_ng_node_t *n = lync_ng_node(number);
	int fd = socket(
			n->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if(fd >= 0
			&& connect(fd, (const struct sockaddr *)&n->address, n->address_len)
					   == 0)
		return fd;
	LM_ERR("media node %u (rtpengine at %s) cannot be probed: %s\n", number,
			n->name, strerror(errno));
	if(fd >= 0)
		close(fd);
	return -1;
}

static void ping(probe_t *p)
{
	static unsigned serial;
	char text[80], cookie[LY_NG_COOKIE_MAX];
	ly_buf_t out = ly_buf(text, sizeof(text));

	snprintf(cookie, sizeof(cookie), "p%x_%x", (unsigned)getpid(), serial++);
	ly_ng_begin(&out, ly_cstr(cookie), LY_LIT("ping"));
	ly_ng_end(&out);
	/* an error here is that of the ping before */
	if(send(p->fd, out.s, out.len, MSG_NOSIGNAL) < 0)
		LM_DBG("ping: %s\n", strerror(errno));
}

/* True where an answer is there; *refused where nobody listens. */
static bool heard(probe_t *p, bool *refused)
{
	char text[256];
	ly_slice_t cookie, answer;
	ssize_t len;
	bool any = false;

	while((len = recv(p->fd, text, sizeof(text), MSG_DONTWAIT)) >= 0)
		any |= ly_ng_answer(ly_slice(text, (size_t)len), &cookie, &answer);
	*refused = !any && errno == ECONNREFUSED;
	return any;
}

static void judge(unsigned number)
{
	probe_t *p = &probes[number - 1];
	bool refused;

	if(heard(p, &refused)) {
		p->heard_ms = lync_now_ms();
		lync_ng_found(number, true, NULL);
	} else if(refused) {
		lync_ng_found(number, false, "nobody listens there");
	} else if(lync_now_ms() - p->heard_ms > LYNC_PROBER_PATIENCE_MS) {
		lync_ng_found(number, false, "it does not answer a ping");
	}
}

/* Until the next pings are due. */
static void listen_to(uint64_t until)
{
	struct pollfd waits[LY_MEDIA_NODES_MAX];
	unsigned count = lync_ng_count();
	uint64_t now;

	while((now = lync_now_ms()) < until) {
		for(unsigned i = 0; i < count; i++)
			waits[i] = (struct pollfd){.fd = probes[i].fd, .events = POLLIN};
		if(poll(waits, count, (int)(until - now)) <= 0)
			continue;
		for(unsigned i = 0; i < count; i++) {
			if(waits[i].revents)
				judge(i + 1);
		}
	}
}

static void run(void *data)
{
	unsigned count = lync_ng_count();

	for(unsigned i = 0; i < count; i++)
		probes[i] = (probe_t){open_probe(i + 1), lync_now_ms()};
	for(;;) {
		cfg_update();
		for(unsigned i = 0; i < count; i++)
			ping(&probes[i]);
		listen_to(lync_now_ms() + LYNC_PROBER_INTERVAL_MS);
		for(unsigned i = 0; i < count; i++)
			judge(i + 1);
	}
}

int lync_prober_child_init(int rank)
{
	return rank != PROC_MAIN || !lync_ng_count()
				   ? 0
				   : lync_process_start("lync media prober", false, run, NULL);
}
