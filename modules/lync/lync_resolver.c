/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_resolver.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <ares.h>
#include <netinet/in.h>

#include "core/dprint.h"
#include "lync.h"
#include "lync_names.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define LOOK_MS 5000 /* how often RESOLV_CONF is looked at */
/* A server that says nothing is asked again once, and waited for a little longer. */
#define TIMEOUT_MS 1000
#define TIMEOUT_MAX_MS 2000
#define TRIES 2
/* Then a new source port is taken: answers are the harder to forge (RFC 5452 9.2). */
#define QUERIES_A_PORT 32
#define MAX_SOCKETS 256
#define MAX_ADDRESSES 256 /* that are looked at, of one answer */

static ares_channel_t *channel;

/* [0] is the one that wakes us; the others are the channel's. */
static struct pollfd sockets[MAX_SOCKETS + 1];
static unsigned socket_count = 1;

static struct timespec resolv_conf_time;
static int64_t looked_at; /* RESOLV_CONF */

/* Called by c-ares: what it waits for on a socket; nothing when it is closed. */
static void socket_state(void *data, ares_socket_t fd, int read, int write)
{
	unsigned i = 1;

	while(i < socket_count && sockets[i].fd != fd)
		i++;
	if(!read && !write) {
		if(i < socket_count)
			sockets[i] = sockets[--socket_count];
		return;
	}
	if(i > MAX_SOCKETS) {
		LM_BUG("the resolver has more than %d sockets\n", MAX_SOCKETS);
		return;
	}
	if(i == socket_count)
		socket_count++;
	sockets[i].fd = fd;
	sockets[i].events = (short)((read ? POLLIN : 0) | (write ? POLLOUT : 0));
}

static ares_channel_t *new_channel(void)
{
	struct ares_options options = {.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_EDNS,
			.timeout = TIMEOUT_MS,
			.maxtimeout = TIMEOUT_MAX_MS,
			.tries = TRIES,
			.udp_max_queries = QUERIES_A_PORT,
			.qcache_max_ttl = 0, /* when to ask again is ours to say */
			.sock_state_cb = socket_state};
	ares_channel_t *made = NULL;
	int status = ares_init_options(&made, &options,
			ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_MAXTIMEOUTMS
					| ARES_OPT_TRIES | ARES_OPT_UDP_MAX_QUERIES
					| ARES_OPT_QUERY_CACHE | ARES_OPT_SOCK_STATE_CB);

	if(status == ARES_SUCCESS && lync_cfg.dns_servers.len)
		status = ares_set_servers_ports_csv(made, lync_cfg.dns_servers.s);
	if(status == ARES_SUCCESS)
		return made;
	LM_ERR("no DNS (servers: %.*s): %s\n",
			lync_cfg.dns_servers.len ? lync_cfg.dns_servers.len
									 : (int)sizeof(RESOLV_CONF) - 1,
			lync_cfg.dns_servers.len ? lync_cfg.dns_servers.s : RESOLV_CONF,
			ares_strerror(status));
	if(made)
		ares_destroy(made);
	return NULL;
}

int lync_resolver_check(void)
{
	ares_channel_t *tried;

	if(lync_cfg.dns_servers.len == 0)
		return 0;
	tried = new_channel();
	if(!tried) {
		LM_ERR("modparam(\"lync\", \"dns_servers\", …) must be a list such as "
			   "\"192.0.2.53,192.0.2.54:5353,[2001:db8::53]:53\"\n");
		return -1;
	}
	ares_destroy(tried);
	return 0;
}

/* Whether it has changed since the last look. */
static bool resolv_conf_changed(void)
{
	struct stat now;
	bool changed;

	if(lync_cfg.dns_servers.len || stat(RESOLV_CONF, &now) != 0)
		return false;
	changed = now.st_mtim.tv_sec != resolv_conf_time.tv_sec
			  || now.st_mtim.tv_nsec != resolv_conf_time.tv_nsec;
	resolv_conf_time = now.st_mtim;
	return changed;
}

int lync_resolver_open(void)
{
	int status = ares_library_init(ARES_LIB_INIT_ALL);

	if(status != ARES_SUCCESS) {
		LM_ERR("no DNS: %s\n", ares_strerror(status));
		return -1;
	}
	resolv_conf_changed();
	channel = new_channel();
	return channel ? 0 : -1;
}

/* The servers may have changed: a new channel, and questions that are open have to be asked again. */
static bool look_at_resolv_conf(void)
{
	int64_t now = lync_names_now();
	ares_channel_t *made;

	if(now - looked_at < LOOK_MS)
		return false;
	looked_at = now;
	if(!resolv_conf_changed() || !(made = new_channel()))
		return false;
	LM_NOTICE("%s has changed and was read again\n", RESOLV_CONF);
	ares_destroy(channel);
	channel = made;
	return true;
}

/* The addresses of a family, and the shortest time that they, and the names on the way to them, are good for. */
static void read_addresses(const struct ares_addrinfo *info, unsigned family,
		ly_addr_t *addresses, ly_answer_t *answer)
{
	answer->ttl = LY_NAME_TTL_MAX;
	for(const struct ares_addrinfo_cname *c = info->cnames; c; c = c->next) {
		if((uint32_t)c->ttl < answer->ttl)
			answer->ttl = (uint32_t)c->ttl;
	}
	for(const struct ares_addrinfo_node *n = info->nodes;
			n && answer->count < MAX_ADDRESSES; n = n->ai_next) {
		ly_addr_t *a = &addresses[answer->count];

		memset(a, 0, sizeof(*a));
		if(n->ai_family == AF_INET && family == 0) {
			a->family = 4;
			memcpy(a->ip, &((struct sockaddr_in *)n->ai_addr)->sin_addr, 4);
		} else if(n->ai_family == AF_INET6 && family == 1) {
			a->family = 6;
			memcpy(a->ip, &((struct sockaddr_in6 *)n->ai_addr)->sin6_addr, 16);
		} else {
			continue;
		}
		answer->count++;
		if((uint32_t)n->ai_ttl < answer->ttl)
			answer->ttl = (uint32_t)n->ai_ttl;
	}
}

/* Called by c-ares. */
static void answered(
		void *arg, int status, int timeouts, struct ares_addrinfo *info)
{
	lync_question_t *question = arg;
	ly_addr_t addresses[MAX_ADDRESSES];
	ly_answer_t answer = {
			.kind = LY_ANSWER_NONE, .error = status, .addresses = addresses};

	if(status == ARES_EDESTRUCTION) {
		question->answered(question, NULL);
		return;
	}
	if(status == ARES_SUCCESS)
		read_addresses(info, question->family, addresses, &answer);
	if(answer.count)
		answer.kind = LY_ANSWER_ADDRESSES;
	else if(status == ARES_SUCCESS || status == ARES_ENODATA)
		answer.kind = LY_ANSWER_EMPTY;
	if(answer.kind == LY_ANSWER_EMPTY)
		answer.error = ARES_ENODATA;
	ares_freeaddrinfo(info);
	question->answered(question, &answer);
}

void lync_resolver_ask(lync_question_t *question)
{
	const struct ares_addrinfo_hints hints = {
			.ai_family = question->family ? AF_INET6 : AF_INET,
			.ai_flags = ARES_AI_NOSORT};

	ares_getaddrinfo(channel, question->fqdn, NULL, &hints, answered, question);
}

/* Those of sockets that can be read or written, for c-ares. */
static unsigned list_events(ares_fd_events_t *events)
{
	unsigned count = 0;

	for(unsigned i = 1; i < socket_count; i++) {
		unsigned what =
				(sockets[i].revents & POLLOUT) ? ARES_FD_EVENT_WRITE : 0;

		if(sockets[i].revents & ~POLLOUT)
			what |= ARES_FD_EVENT_READ;
		if(what)
			events[count++] = (ares_fd_events_t){sockets[i].fd, what};
	}
	return count;
}

bool lync_resolver_wait(int wake, int64_t milliseconds)
{
	struct timeval most = {milliseconds / 1000, milliseconds % 1000 * 1000};
	ares_fd_events_t events[MAX_SOCKETS];
	const struct timeval *next = ares_timeout(channel, &most, &most);
	/* Up: woken a little too early we would turn round until it is time. */
	int timeout = (int)(next->tv_sec * 1000 + (next->tv_usec + 999) / 1000);

	sockets[0] = (struct pollfd){.fd = wake, .events = POLLIN};
	if(poll(sockets, socket_count, timeout) < 0) {
		for(unsigned i = 0; i < socket_count; i++)
			sockets[i].revents = 0;
	}
	ares_process_fds(
			channel, events, list_events(events), ARES_PROCESS_FLAG_NONE);
	return look_at_resolv_conf();
}
