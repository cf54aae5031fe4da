/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLS connections that carry only what they should: a request of ours leaves for nobody but a peer that has proven
 * the name which the plan expects at its address.
 *
 * Kamailio's tls module verifies the chain and never the name. We stand between the core and the tls module, where
 * the core has its hooks (core/tls_hooks.h), and
 *  - give every connection that we open its names before the first byte of the peer is looked at, so that OpenSSL
 *    itself ends the handshake with anybody else (SSL_add1_host);
 *  - choose its TLS profile: the [client:any] of tls.cfg whose server_id is lync_tls_profile() of the peer's tls-min;
 *  - look at the certificate once more when a request is about to leave on a connection that stands already: the
 *    core also sends on connections that the peer has opened;
 *  - see to it that no two processes sign with one private key at once;
 *  - write one line about each handshake that fails, in either direction: who, why, what to do.
 * Nothing of this touches tls.cfg or an SSL_CTX, so tls.reload needs no care.
 */
#ifndef LYNC_TLS_OUT_H
#define LYNC_TLS_OUT_H

#include <stdbool.h>

#include "core/ip_addr.h"
#include "liblync/plan.h"

#define LYNC_TLS_NAMES_MAX 16

/* What the plan expects of the TLS peer at an address. */
typedef struct lync_tls_peer
{
	/* Its certificate must carry one of these; count 0: any certificate of a CA that we trust will do. */
	ly_slice_t names[LYNC_TLS_NAMES_MAX];
	unsigned count;
	ly_tls_version_t tls_min;
} lync_tls_peer_t;

/*
 * Fills in what the plan says about the peer at ip and port; where no peer has that port, about those at ip: a reply
 * may need a new connection to a port that only the peer's Via names (RFC 3261 18.2.2). false: nobody is there.
 * The names must stay where they are until lync_tls_done_f.
 */
typedef bool (*lync_tls_peer_f)(
		const struct ip_addr *ip, unsigned short port, lync_tls_peer_t *peer);

/* What lync_tls_peer_f gave is not needed any more. */
typedef void (*lync_tls_done_f)(void);

/*
 * Takes the place between core and tls module. From mod_init(), with tls loaded before us; calls no OpenSSL function
 * (those must not run before the fork). Returns 0, or -1 after a line that says what is missing or wrong: no tls
 * module, or tls_threads_mode=0.
 */
int lync_tls_out_init(lync_tls_peer_f peer_at, lync_tls_done_f done);

/* The server_id in tls.cfg of the client profile for peers with that tls-min: "tls-1.0", "tls-1.2", "tls-1.3". */
const char *lync_tls_profile(ly_tls_version_t tls_min);

#endif
