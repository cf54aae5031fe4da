/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The news that workers write and the prober reads. */
#include "lync_health.h"

#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>

#include "core/dprint.h"
#include "core/events.h"
#include "core/locking.h"
#include "core/mem/shm.h"
#include "core/script_cb.h"
#include "core/tcp_conn.h"
#include "liblync/match.h"
#include "liblync/options.h"
#include "lync.h"
#include "lync_health_prober.h"

/* Between two looks of the prober, which takes one at least every 50 ms. */
#define NEWS_MAX 2048

/* In shared memory. */
typedef struct board
{
	gen_lock_t states, lock;
	unsigned count, lost; /* in the second lock, so what follows */
	unsigned
			writes; /* which of the lists is written; the prober has the other */
	lync_news_t news[2][NEWS_MAX];
} board_t;

static board_t *board;
static int wake_fd = -1;

bool lync_health_is_on(void)
{
	return board != NULL;
}

/* Writing ------------------------------------------------------------------------------------------------------------ */

static void wake(void)
{
	eventfd_write(wake_fd, 1);
}

static void write_news(const lync_news_t *news)
{
	lock_get(&board->lock);
	if(board->count < NEWS_MAX)
		board->news[board->writes][board->count++] = *news;
	else
		board->lost++;
	lock_release(&board->lock);
}

void lync_health_well(const ly_peer_t *peer)
{
	lync_news_t news = {.kind = LYNC_NEWS_WELL};

	if(!board)
		return;
	news.at = lync_now_ms();
	news.slot = lync_slot_peer(peer);
	write_news(&news);
}

void lync_health_failed(const ly_peer_t *peer, const char *reason, bool silent,
		unsigned retry_after)
{
	lync_news_t news = {
			.kind = LYNC_NEWS_FAILED, .number = retry_after, .silent = silent};

	if(!board)
		return;
	news.at = lync_now_ms();
	news.slot = lync_slot_peer(peer);
	snprintf(news.reason, sizeof(news.reason), "%s", reason);
	write_news(&news);
	wake();
}

void lync_health_rang(const ly_peer_t *peer, unsigned ms)
{
	lync_news_t news = {.kind = LYNC_NEWS_RANG, .number = ms};

	if(!board)
		return;
	news.at = lync_now_ms();
	news.slot = lync_slot_peer(peer);
	write_news(&news);
}

static void write_place(lync_news_kind_t kind, const struct ip_addr *ip,
		unsigned short port, const char *why)
{
	lync_news_t news = {.kind = kind, .port = port};

	news.at = lync_now_ms();
	news.address.family = ip->af == AF_INET6 ? 6 : 4;
	memcpy(news.address.ip, ip->u.addr, ip->len);
	snprintf(news.reason, sizeof(news.reason), "tls: %s", why);
	write_news(&news);
	wake();
}

void lync_health_no_tls(
		const struct ip_addr *ip, unsigned short port, const char *why)
{
	if(board)
		write_place(LYNC_NEWS_NO_TLS, ip, port, why);
}

static bool is_listed(const lync_down_t *down, uint64_t key)
{
	uint32_t count = atomic_load_explicit(&down->count, memory_order_acquire);

	for(uint32_t i = 0; i < count && i < LYNC_DOWN_MAX; i++) {
		if(atomic_load_explicit(&down->key[i], memory_order_relaxed) == key)
			return true;
	}
	return false;
}

static const lync_health_t *health_of(const ly_peer_t *peer)
{
	return board ? lync_health_of(lync_slot_peer(peer)) : NULL;
}

bool lync_health_avoids(const ly_peer_t *peer, const ly_addr_t *address)
{
	const lync_health_t *h = health_of(peer);

	return h && is_listed(&h->addresses, ly_address_key(address));
}

bool lync_health_no_port(const ly_peer_t *peer, const ly_trunk_t *trunk)
{
	const lync_health_t *h = peer->pool ? health_of(peer) : NULL;

	return h
		   && is_listed(&h->ports,
				   lync_port_key(trunk->mediation_port, trunk->transport));
}

/* What the core sees -------------------------------------------------------------------------------------------------- */

/* A reply to an OPTIONS of ours goes no further: no transaction waits for it, and no route of the script. */
static int on_reply(struct sip_msg *msg, unsigned int flags, void *param)
{
	lync_news_t news = {.kind = LYNC_NEWS_ANSWER};
	const struct via_param *branch = msg->via1 ? msg->via1->branch : NULL;

	if(!branch
			|| !ly_options_branch(
					lync_slice(&branch->value), &news.place, &news.secret))
		return 1;
	news.at = lync_now_ms();
	news.number = msg->first_line.u.reply.statuscode;
	if(news.number >= 200)
		write_news(&news);
	return 0;
}

/* In tcp main. Of those that we have opened the peer's port is one that it listens on. */
static int on_closed(sr_event_param_t *event)
{
	const tcp_closed_event_info_t *closed = event->data;

	if(closed && closed->con && !(closed->con->flags & F_CONN_PASSIVE))
		write_place(LYNC_NEWS_CLOSED, &closed->con->rcv.src_ip,
				closed->con->rcv.src_port, "closed");
	return 0;
}

/* Reading ------------------------------------------------------------------------------------------------------------- */

void lync_health_lock(void)
{
	lock_get(&board->states);
}

void lync_health_unlock(void)
{
	lock_release(&board->states);
}

unsigned lync_health_take(const lync_news_t **news)
{
	unsigned count, lost;

	lock_get(&board->lock);
	*news = board->news[board->writes];
	count = board->count;
	lost = board->lost;
	board->writes = !board->writes;
	board->count = board->lost = 0;
	lock_release(&board->lock);
	if(lost)
		LM_WARN("%u results of calls were not looked at: more than %d at a "
				"time\n",
				lost, NEWS_MAX);
	return count;
}

void lync_health_sleep(unsigned ms)
{
	struct pollfd waits = {.fd = wake_fd, .events = POLLIN};
	eventfd_t woken;

	if(poll(&waits, 1, (int)ms) > 0)
		eventfd_read(wake_fd, &woken);
}

void lync_health_forget(const lync_slot_t *slot)
{
	lync_health_t *h = lync_health_of(slot);

	if(!h)
		return;
	if(h->ends)
		shm_free(h->ends);
	shm_free(h);
}

/* Start --------------------------------------------------------------------------------------------------------------- */

int lync_health_init(void)
{
	if(!lync_cfg.health)
		return 0;
	board = shm_malloc(sizeof(*board));
	if(!board) {
		SHM_MEM_ERROR;
		return -1;
	}
	memset(board, 0, sizeof(*board));
	wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if(!lock_init(&board->states) || !lock_init(&board->lock) || wake_fd < 0
			|| register_script_cb(on_reply, PRE_SCRIPT_CB | ONREPLY_CB, NULL)
					   < 0) {
		LM_ERR("no lock, eventfd or callback for the health of the peers\n");
		return -1;
	}
	if(sr_event_register_cb(SREV_TCP_CLOSED, on_closed) < 0)
		LM_WARN("another module (tcpops?) is told of closed connections: those "
				"to Mediation Servers are opened anew at the next OPTIONS\n");
	return lync_health_prober_init();
}
