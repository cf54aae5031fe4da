/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_ng.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "core/dprint.h"
#include "core/mem/shm.h"
#include "core/rand/kam_rand.h"
#include "liblync/hash.h"
#include "lync.h"

#define WEIGHT_MAX 100

static lync_ng_node_t *nodes; /* in shared memory */
static unsigned node_count;

/* Of this process: sockets, and the command under way. */
static int sockets[LY_MEDIA_NODES_MAX + 1];
static pid_t owner;
static char cookie[LY_NG_COOKIE_MAX];
static char command[LY_NG_DATAGRAM_MAX], answered[LY_NG_DATAGRAM_MAX];
static ly_buf_t out;

/* modparam ----------------------------------------------------------------------------------------------------------- */

static bool read_address(const char *host, const char *port, lync_ng_node_t *n)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM,
							.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV},
					*found;

	if(getaddrinfo(host, port, &hints, &found) != 0)
		return false;
	memcpy(&n->address, found->ai_addr, found->ai_addrlen);
	n->address_len = found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

/* "udp:192.0.2.7:2223=2", the last part a weight; as Kamailio's own rtpengine module writes it */
static bool read_node(ly_slice_t text, lync_ng_node_t *n)
{
	char host[64], port[8];
	size_t equals = ly_find(text, '='), colon;
	ly_slice_t weight = ly_from(text, equals + 1);
	long number = weight.len ? ly_number(weight, WEIGHT_MAX) : 1;

	text = ly_slice(text.s, equals);
	if(!ly_istarts(text, LY_LIT("udp:")) || number < 1)
		return false;
	text = ly_from(text, 4);
	for(colon = text.len; colon && text.s[colon - 1] != ':';)
		colon--;
	snprintf(port, sizeof(port), "%.*s", LY_FMT(ly_from(text, colon)));
	snprintf(n->name, sizeof(n->name), "%.*s", LY_FMT(text));
	text = ly_slice(text.s, colon ? colon - 1 : 0);
	if(text.len > 2 && text.s[0] == '[')
		text = ly_slice(text.s + 1, text.len - 2);
	snprintf(host, sizeof(host), "%.*s", LY_FMT(text));
	n->weight = (unsigned)number;
	/* until somebody finds that it is not */
	atomic_store(&n->up, true);
	atomic_store(&n->since, time(NULL));
	return host[0] && read_address(host, port, n);
}

int lync_ng_init(void)
{
	ly_slice_t rest = lync_slice(&lync_cfg.rtpengine), word;

	nodes = shm_mallocxz(sizeof(*nodes) * LY_MEDIA_NODES_MAX);
	if(!nodes) {
		SHM_MEM_ERROR;
		return -1;
	}
	while((word = ly_word(&rest)).len) {
		if(node_count == LY_MEDIA_NODES_MAX) {
			LM_ERR("modparam rtpengine: more than %d media nodes\n",
					LY_MEDIA_NODES_MAX);
			return -1;
		}
		if(!read_node(word, &nodes[node_count++])) {
			LM_ERR("modparam rtpengine: '%.*s' is none; expected "
				   "udp:ADDRESS:PORT or udp:ADDRESS:PORT=WEIGHT, an address in "
				   "numbers, a weight from 1 to %d, blanks between nodes\n",
					LY_FMT(word), WEIGHT_MAX);
			return -1;
		}
	}
	return 0;
}

/* Nodes -------------------------------------------------------------------------------------------------------------- */

unsigned lync_ng_count(void)
{
	return node_count;
}

lync_ng_node_t *lync_ng_node(unsigned number)
{
	return number && number <= node_count ? &nodes[number - 1] : NULL;
}

static bool takes_calls(const lync_ng_node_t *n, bool any)
{
	return atomic_load_explicit(&n->up, memory_order_relaxed)
		   && (any || !atomic_load_explicit(&n->off, memory_order_relaxed));
}

/*
 * Weighted rendezvous: a score is -weight / ln(draw), draw from 0 to 1. Where the weights are whole numbers the best of
 * `weight` draws has the same distribution, without a logarithm.
 */
static uint64_t score(uint64_t call, unsigned number, unsigned weight)
{
	uint64_t best = 0;

	for(unsigned i = 0; i < weight; i++) {
		uint64_t draw = ly_hash_mix(call ^ ((uint64_t)number << 32 | i));

		best = draw > best ? draw : best;
	}
	return best;
}

unsigned lync_ng_choose(ly_slice_t call_id, unsigned without, bool any)
{
	uint64_t best = 0, call = ly_hash(LY_HASH_START, call_id);
	unsigned chosen = 0;

	for(unsigned number = 1; number <= node_count; number++) {
		const lync_ng_node_t *n = &nodes[number - 1];
		bool may = takes_calls(n, any) && !(without & 1u << number);
		uint64_t here = may ? score(call, number, n->weight) : 0;

		if(here > best) {
			best = here;
			chosen = number;
		}
	}
	return chosen;
}

void lync_ng_found(unsigned number, bool up, const char *why)
{
	lync_ng_node_t *n = lync_ng_node(number);

	if(n && up && !atomic_load(&n->up))
		atomic_store(&n->came, lync_now_ms());
	if(!n || atomic_exchange(&n->up, up) == up)
		return;
	atomic_store(&n->since, time(NULL));
	if(up)
		LM_NOTICE("media node %u (rtpengine at %s) is up\n", number, n->name);
	else
		LM_ERR("media node %u (rtpengine at %s) is down: %s; new calls go to "
			   "others, where there are any\n",
				number, n->name, why);
}

/* Commands ----------------------------------------------------------------------------------------------------------- */

/* Not another process's: that one's answers would come to it. */
static void begin_process(void)
{
	if(owner == getpid())
		return;
	owner = getpid();
	for(unsigned i = 0; i <= LY_MEDIA_NODES_MAX; i++)
		sockets[i] = -1;
}

/* Connected, so that the ICMP error of a port where nobody listens is told at once. */
static int socket_to(unsigned number)
{
	const lync_ng_node_t *n = lync_ng_node(number);
	int fd = sockets[number];

	if(fd >= 0)
		return fd;
	fd = socket(
			n->address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if(fd >= 0
			&& connect(fd, (const struct sockaddr *)&n->address, n->address_len)
					   == 0)
		return sockets[number] = fd;
	if(fd >= 0)
		close(fd);
	return -1;
}

ly_buf_t *lync_ng_begin(ly_slice_t name)
{
	static unsigned long serial;
	static unsigned long long process;

	if(owner != getpid())
		process = (unsigned long long)kam_rand() << 32 ^ (unsigned)kam_rand()
				  ^ (unsigned long long)time(NULL) << 20
				  ^ (unsigned long long)getpid();
	begin_process();
	out = ly_buf(command, sizeof(command));
	snprintf(cookie, sizeof(cookie), "%llx_%lx", process, serial++);
	ly_ng_begin(&out, ly_cstr(cookie), name);
	return &out;
}

/* What came too late for one that gave up, and errors of before. */
static void drain(int fd)
{
	char byte;

	while(recv(fd, &byte, 1, MSG_DONTWAIT) >= 0 || errno == ECONNREFUSED)
		;
}

/* The answer to the command under way. False: not yet, or (errno) it will not come. */
static bool receive(int fd, ly_slice_t *answer)
{
	ly_slice_t name;
	ssize_t len;

	while((len = recv(fd, answered, sizeof(answered), MSG_DONTWAIT)) >= 0) {
		if(ly_ng_answer(ly_slice(answered, (size_t)len), &name, answer)
				&& ly_eq(name, ly_cstr(cookie)))
			return true;
	}
	return false;
}

static unsigned long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (unsigned long long)t.tv_sec * 1000000
		   + (unsigned long long)t.tv_nsec / 1000;
}

/* One try. 1: the answer is there; 0: not in time; -1: nobody listens. */
static int try(int fd, ly_slice_t *answer)
{
	unsigned long long end = now_us() + LYNC_NG_TRY_MS * 1000ull, now;
	struct pollfd wait = {.fd = fd, .events = POLLIN};

	if(send(fd, out.s, out.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return errno == ECONNREFUSED ? -1 : 0;
	while((now = now_us()) < end) {
		if(poll(&wait, 1, (int)((end - now + 999) / 1000)) < 0
				&& errno != EINTR)
			return 0;
		if(receive(fd, answer))
			return 1;
		if(errno == ECONNREFUSED)
			return -1;
	}
	return 0;
}

static void count_wait(lync_ng_node_t *n, unsigned long long us)
{
	unsigned bucket = 0;

	while(us >> bucket && bucket < LYNC_NG_WAITS - 1)
		bucket++;
	atomic_fetch_add_explicit(&n->waits[bucket], 1, memory_order_relaxed);
}

static bool wait_for(unsigned number, ly_slice_t *answer, ly_slice_t *why)
{
	lync_ng_node_t *n = lync_ng_node(number);
	unsigned long long began = now_us();
	int fd = socket_to(number), got = 0;

	if(fd >= 0)
		drain(fd);
	for(unsigned i = 0;
			fd >= 0 && i < LYNC_NG_TRIES && got == 0 && atomic_load(&n->up);
			i++)
		got = try(fd, answer);
	count_wait(n, now_us() - began);
	if(got > 0)
		return true;
	atomic_fetch_add(&n->unanswered, 1);
	lync_ng_found(number, false,
			got < 0 ? "nobody listens there" : "it does not answer");
	*why = LY_LIT("it does not answer");
	return false;
}

bool lync_ng_ask(unsigned number, ly_slice_t *answer, ly_slice_t *why)
{
	lync_ng_node_t *n = lync_ng_node(number);

	ly_ng_end(&out);
	*why = out.full ? LY_LIT("the command is too large")
		   : !n		? LY_LIT("no such media node: modparam rtpengine")
					: LY_LIT("it is down");
	if(out.full || !n || !atomic_load_explicit(&n->up, memory_order_relaxed))
		return false;
	atomic_fetch_add_explicit(&n->asked, 1, memory_order_relaxed);
	if(!wait_for(number, answer, why))
		return false;
	if(!ly_eq(ly_bencode_text(*answer, LY_LIT("result")), LY_LIT("error")))
		return true;
	atomic_fetch_add_explicit(&n->refused, 1, memory_order_relaxed);
	*why = ly_bencode_text(*answer, LY_LIT("error-reason"));
	return false;
}

void lync_ng_tell(unsigned number)
{
	int fd;

	ly_ng_end(&out);
	if(out.full || !lync_ng_node(number) || (fd = socket_to(number)) < 0)
		return;
	drain(fd);
	if(send(fd, out.s, out.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		LM_DBG("media node %u: %s\n", number, strerror(errno));
}

/* RPC ---------------------------------------------------------------------------------------------------------------- */

/* Microseconds within which that part of the answers came: the upper end of a bucket. */
static unsigned long long within(const uint64_t waits[], double part)
{
	uint64_t all = 0, so_far = 0;
	unsigned i;

	for(i = 0; i < LYNC_NG_WAITS; i++)
		all += waits[i];
	for(i = 0; i < LYNC_NG_WAITS && all; i++) {
		so_far += waits[i];
		if((double)so_far >= (double)all * part)
			return 1ull << i;
	}
	return 0;
}

static void tell_node(rpc_t *rpc, void *node, unsigned number)
{
	const lync_ng_node_t *n = lync_ng_node(number);
	uint64_t waits[LYNC_NG_WAITS];
	bool up = atomic_load(&n->up), off = atomic_load(&n->off);

	for(unsigned i = 0; i < LYNC_NG_WAITS; i++)
		waits[i] = atomic_load(&n->waits[i]);
	rpc->struct_add(node, "dssd", "number", (int)number, "rtpengine", n->name,
			"state",
			!up	  ? "down"
			: off ? "off"
				  : "up",
			"weight", (int)n->weight);
	rpc->struct_add(node, "dJJJ", "since_seconds",
			(int)(time(NULL) - atomic_load(&n->since)), "asked",
			(unsigned long long)atomic_load(&n->asked), "refused",
			(unsigned long long)atomic_load(&n->refused), "unanswered",
			(unsigned long long)atomic_load(&n->unanswered));
	rpc->struct_add(node, "JJJ", "wait_us_p50", within(waits, 0.5),
			"wait_us_p99", within(waits, 0.99), "wait_us_max",
			within(waits, 1));
}

void lync_ng_rpc(rpc_t *rpc, void *root)
{
	void *list, *node;

	if(rpc->struct_add(root, "[", "nodes", &list) < 0)
		return;
	for(unsigned number = 1; number <= node_count; number++) {
		if(rpc->struct_add(list, "{", "node", &node) < 0)
			return;
		tell_node(rpc, node, number);
	}
}

bool lync_ng_say(unsigned number, bool off)
{
	lync_ng_node_t *n = lync_ng_node(number);

	if(!n)
		return false;
	if(atomic_exchange(&n->off, off) != off)
		LM_NOTICE("media node %u (rtpengine at %s) takes %s calls from now on "
				  "(RPC)\n",
				number, n->name, off ? "no new" : "new");
	return true;
}
