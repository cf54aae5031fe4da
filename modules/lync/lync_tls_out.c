/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands between the core and the tls module: names, profiles and log lines for TLS connections. */
#include "lync/lync_tls_out.h"

#include <stdio.h>

#include <openssl/x509v3.h>

#include "core/dprint.h"
#include "core/globals.h"
#include "core/kemi.h"
#include "core/pt.h"
#include "core/tls_hooks.h"
#include "lync/lync_health.h"
#include "lync/lync_tls.h"
#include "lync/lync_tls_why.h"
#include "modules/tls/tls_server.h"

typedef int (*set_server_id_f)(sip_msg_t *msg, str *id);

static struct
{
	struct tls_hooks tls; /* the tls module's own */
	lync_tls_peer_f peer_at;
	lync_tls_done_f done;
	set_server_id_f set_server_id;
} _out;

const char *lync_tls_profile(ly_tls_version_t tls_min)
{
	static const char *const names[] = {
			[LY_TLS_1_0] = "tls-1.0",
			[LY_TLS_1_2] = "tls-1.2",
			[LY_TLS_1_3] = "tls-1.3",
	};

	return names[tls_min];
}

/* A connection we opened has the peer in rcv.src, as one that the peer opened has. */
static bool is_ours(const struct tcp_connection *c)
{
	return !(c->flags & F_CONN_PASSIVE);
}

static struct tls_extra_data *tls_of(const struct tcp_connection *c)
{
	return c->extra_data;
}

static bool peer_of(const struct tcp_connection *c, lync_tls_peer_t *peer)
{
	peer->count = 0;
	peer->tls_min = LY_TLS_1_2;
	return _out.peer_at(&c->rcv.src_ip, c->rcv.src_port, peer);
}

/* One line for people -------------------------------------------------------------------------------------------- */

typedef struct place
{
	char text[IP_ADDR_MAX_STR_SIZE
			  + 9]; /* 192.0.2.1:65535, [2001:db8::1]:65535 */
} place_t;

static const char *print_place(
		const struct ip_addr *ip, unsigned short port, place_t *out)
{
	snprintf(out->text, sizeof(out->text),
			ip->af == AF_INET6 ? "[%s]:%u" : "%s:%u",
			ip_addr2a((struct ip_addr *)ip), port);
	return out->text;
}

static void log_refusal(const struct tcp_connection *c, const char *why)
{
	place_t peer, own;

	print_place(&c->rcv.src_ip, c->rcv.src_port, &peer);
	if(is_ours(c))
		LM_ERR("TLS to %s refused: %s\n", peer.text, why);
	else
		LM_WARN("TLS from %s to our %s refused: %s\n", peer.text,
				print_place(&c->rcv.dst_ip, c->rcv.dst_port, &own), why);
}

/* Before the handshake ------------------------------------------------------------------------------------------- */

/* The tls module takes the id when it makes the SSL object of this connection, and forgets it. */
static void choose_profile(ly_tls_version_t tls_min)
{
	str id = {(char *)lync_tls_profile(tls_min), 0};

	id.len = (int)strlen(id.s);
	_out.set_server_id(NULL, &id);
}

/* OpenSSL accepts one of the names and ends the handshake with everybody else. */
static int expect_names(SSL *ssl, const lync_tls_peer_t *peer)
{
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_WILDCARDS);
	for(unsigned i = 0; i < peer->count; i++) {
		char name[256];
		int len = snprintf(name, sizeof(name), "%.*s", LY_FMT(peer->names[i]));

		/* To OpenSSL a leading dot is a whole domain and an empty name is no check at all. */
		if(len <= 0 || len >= (int)sizeof(name) || name[0] == '.'
				|| SSL_add1_host(ssl, name) != 1)
			return -1;
	}
	return 0;
}

/*
 * The SSL object is there, and nothing of the peer's has been read. The caller holds write_lock.
 * peer: NULL on a connection that the peer opened.
 */
static int prepare(const struct tcp_connection *c, const lync_tls_peer_t *peer)
{
	SSL *ssl = tls_of(c)->ssl;

	lync_tls_why_watch(ssl, peer ? SSL_VERIFY_PEER : SSL_get_verify_mode(ssl));
	if(!peer || expect_names(ssl, peer) == 0)
		return 0;
	log_refusal(c, "OpenSSL does not take the name that the plan gives it");
	return -1;
}

static int begin_ours(const struct tcp_connection *c, lync_tls_peer_t *peer)
{
	if(!peer_of(c, peer)) {
		log_refusal(c, "no peer of the plan has this address");
		return -1;
	}
	choose_profile(peer->tls_min);
	return 0;
}

/* The hooks ------------------------------------------------------------------------------------------------------ */

/* Ends in SIP/2.0, unlike the first line of a response (RFC 3261 7.1) or a keep-alive. */
static bool is_request(const char *text, unsigned len)
{
	static const char version[] = " SIP/2.0\r";
	const size_t width = sizeof(version) - 1;
	const char *end = memchr(text, '\n', len);

	return end && (size_t)(end - text) >= width
		   && memcmp(end - width, version, width) == 0;
}

/*
 * A request may leave on this connection, which stands already. Where the plan knows nobody at the address (any more),
 * it belongs to a call from before: no call can be sent there anew.
 */
static bool may_carry_request(struct tcp_connection *c)
{
	char why[512];
	ly_buf_t text = ly_buf(why, sizeof(why) - 1);
	lync_tls_peer_t peer;

	if(!peer_of(c, &peer) || peer.count == 0
			|| lync_tls_connection_has_name(c, peer.names, peer.count) >= 0)
		return true;
	ly_put(&text,
			LY_LIT("a request of ours is kept back, the peer presented "));
	lync_tls_connection_names(c, &text);
	ly_putf(&text, ", the plan expects %.*s%s at this address",
			LY_FMT(peer.names[0]), peer.count > 1 ? " or others" : "");
	why[text.len] = '\0';
	log_refusal(c, why);
	lync_health_no_tls(
			&c->rcv.src_ip, c->rcv.src_port, "another name on its connection");
	return false;
}

/* Another process has closed it before its handshake began (lync_flow.h): the tls module would call that a bug. */
static bool is_given_up(const struct tcp_connection *c)
{
	return c->state == S_CONN_BAD;
}

static int encode(struct tcp_connection *c, const char **buf, unsigned *len,
		const char **rest, unsigned *rest_len, snd_flags_t *flags)
{
	bool new = !c->extra_data &&is_ours(c);
	lync_tls_peer_t peer;
	int sent;

	if(new && (is_given_up(c) || begin_ours(c, &peer) < 0))
		return -1;
	if(c->extra_data && tls_of(c)->state == S_TLS_ESTABLISHED
			&& is_request(*buf, *len) && !may_carry_request(c))
		return -1;
	sent = _out.tls.encode(c, buf, len, rest, rest_len, flags);
	if(new && c->extra_data && prepare(c, &peer) < 0)
		return -1;
	return sent;
}

/* The core wants to send, and holds write_lock. The first time, this only writes the ClientHello. */
static int on_encode(struct tcp_connection *c, const char **buf, unsigned *len,
		const char **rest, unsigned *rest_len, snd_flags_t *flags)
{
	int sent = encode(c, buf, len, rest, rest_len, flags);

	_out.done();
	return sent;
}

/*
 * Has the tls module make the SSL object before it reads: told that the socket has been emptied, it starts the
 * handshake with nothing in hand and comes back.
 */
static int begin(struct tcp_connection *c)
{
	rd_conn_flags_t nothing_to_read = RD_CONN_SHORT_READ;
	lync_tls_peer_t peer;
	int failed;

	if(is_given_up(c) || (is_ours(c) && begin_ours(c, &peer) < 0))
		return -1;
	if(_out.tls.read(c, &nothing_to_read) < 0 || !c->extra_data)
		return -1;
	lock_get(&c->write_lock);
	failed = prepare(c, is_ours(c) ? &peer : NULL);
	lock_release(&c->write_lock);
	return failed;
}

static bool belongs_to(
		const tls_domain_t *domain, const SSL_CTX *context, int process)
{
	return domain && domain->ctx[process] == context;
}

/* The SSL_CTX that this process has for the profile of the connection. */
static SSL_CTX *own_context(const struct tls_extra_data *tls)
{
	SSL_CTX *context = SSL_get_SSL_CTX(tls->ssl);
	const tls_domain_t *domain;

	for(int process = 0; process < get_max_procs(); process++) {
		if(belongs_to(tls->cfg->cli_default, context, process))
			return tls->cfg->cli_default->ctx[process_no];
		for(domain = tls->cfg->cli_list; domain; domain = domain->next)
			if(belongs_to(domain, context, process))
				return domain->ctx[process_no];
	}
	return context;
}

/*
 * A connection that we open is begun by the process that sends and goes on in a reader, with the private key of the
 * former. OpenSSL blinds an RSA key with state that it guards against other threads only, and all our processes have
 * the same thread number: two of them at once make signatures that the peer refuses ("bad signature"). So a process
 * goes on with the key of its own; between two reads, where no certificate has been chosen yet.
 */
static void use_own_key(struct tcp_connection *c)
{
	lock_get(&c->write_lock);
	SSL_set_SSL_CTX(tls_of(c)->ssl, own_context(tls_of(c)));
	lock_release(&c->write_lock);
}

/* Nothing of the peer's has been read yet. */
static bool is_first_read(const struct tcp_connection *c)
{
	OSSL_HANDSHAKE_STATE state = SSL_get_state(tls_of(c)->ssl);

	return state == TLS_ST_BEFORE || state == TLS_ST_CW_CLNT_HELLO;
}

/*
 * A peer begins with a handshake record, or an alert (RFC 8446 5.1), or, when it is very old, with a ClientHello of
 * SSL 2.0, whose first bit is set (RFC 5246 E.2).
 */
static bool begins_plain(const struct tcp_connection *c)
{
	unsigned char first;

	return is_first_read(c)
		   && recv(c->fd, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1
		   && first != SSL3_RT_HANDSHAKE && first != SSL3_RT_ALERT
		   && !(first & 0x80);
}

/* NULL: a connection ended that no handshake was begun on, or whose handshake is long done. */
static const char *why_over(const struct tcp_connection *c, int got, bool plain)
{
	if(lync_tls_why())
		return lync_tls_why();
	if(plain)
		return "what it sends is not TLS: compare the transport in both "
			   "configurations";
	if(tls_of(c)->state == S_TLS_ESTABLISHED
			|| SSL_get_state(tls_of(c)->ssl) == TLS_ST_BEFORE)
		return NULL;
	return got < 0 ? "the handshake broke off, Kamailio's lines above say more"
				   : "it closed the connection in the handshake, its own log "
					 "says why";
}

static void explain(struct tcp_connection *c, int got, bool plain)
{
	const char *why = why_over(c, got, plain);

	if(!why)
		return;
	log_refusal(c, why);
	if(is_ours(c))
		lync_health_no_tls(
				&c->rcv.src_ip, c->rcv.src_port, lync_tls_why_briefly());
}

static int on_read(struct tcp_connection *c, rd_conn_flags_t *flags)
{
	bool plain = false;
	int got;

	lync_tls_why_forget();
	if(!c->extra_data) {
		int failed = begin(c);

		_out.done();
		if(failed < 0) {
			c->req.error = TCP_READ_ERROR;
			return -1;
		}
	}
	if(tls_of(c)->state != S_TLS_ESTABLISHED)
		plain = begins_plain(c);
	if(tls_of(c)->state == S_TLS_CONNECTING)
		use_own_key(c);
	got = _out.tls.read(c, flags);
	if(got < 0 || (*flags & RD_CONN_EOF)) {
		explain(c, got, plain);
	} else if(!lync_tls_why_watches(tls_of(c)->ssl)) {
		/* The tls module has read a server name (SNI) and put the verify callback of that profile in our place. */
		lock_get(&c->write_lock);
		prepare(c, NULL);
		lock_release(&c->write_lock);
	}
	return got;
}

/* Start ---------------------------------------------------------------------------------------------------------- */

/* A function that a module exports to scripts in other languages. */
static void *find_kemi(const char *module, const char *function)
{
	str mname = {(char *)module, (int)strlen(module)};
	str fname = {(char *)function, (int)strlen(function)};
	const sr_kemi_module_t *modules = sr_kemi_modules_get();
	sr_kemi_t *found = NULL;

	for(int i = 1; i < sr_kemi_modules_size_get() && !found; i++)
		if(modules[i].mname.len == mname.len
				&& memcmp(modules[i].mname.s, mname.s, (size_t)mname.len) == 0)
			found = sr_kemi_lookup(&mname, i, &fname);
	return found && found->ptypes[0] == SR_KEMIP_STR
						   && found->ptypes[1] == SR_KEMIP_NONE
				   ? found->func
				   : NULL;
}

/*
 * In mode 0 all processes share the error queue that OpenSSL made before the fork, in shared memory; under a few
 * connections at once that ends in a double free. Kamailio's default is 0.
 */
static bool is_thread_mode_safe(void)
{
	if(ksr_tls_threads_mode != KSR_TLS_THREADS_MNONE)
		return true;
	LM_ERR("tls_threads_mode=0 lets TLS crash under load; set "
		   "tls_threads_mode=2 above the first loadmodule\n");
	return false;
}

int lync_tls_out_init(lync_tls_peer_f peer_at, lync_tls_done_f done)
{
	struct tls_hooks ours;

	if(!is_thread_mode_safe())
		return -1;

	_out.tls = tls_hook;
	_out.peer_at = peer_at;
	_out.done = done;
	_out.set_server_id = find_kemi("tls", "set_connect_server_id");
	if(!_out.tls.read || !_out.tls.encode || !_out.set_server_id) {
		LM_ERR("no TLS: load tls.so before lync.so\n");
		return -1;
	}
	ours = _out.tls;
	ours.read = on_read;
	ours.encode = on_encode;
	return register_tls_hooks(&ours);
}
