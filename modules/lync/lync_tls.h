/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is at the other end of a TLS connection: the names that its certificate carries.
 *
 * A name counts only when the chain was verified too. It is a dNSName of the certificate, or its common name where it
 * has no dNSName at all; "*" stands for nothing (RFC 5922 7.2). Works for connections that we accepted and that we
 * opened, resumed ones included: OpenSSL keeps the certificate in the session.
 */
#ifndef LYNC_TLS_H
#define LYNC_TLS_H

#include <openssl/x509.h>

#include "core/parser/msg_parser.h"
#include "core/tcp_conn.h"
#include "liblync/slice.h"

/*
 * Which of the wanted names the peer that sent msg has proven by its certificate.
 * names: FQDNs of the caller, read only during the call. Returns the index of the first that fits, -1 for none: other
 * names, no certificate, not verified, no TLS, connection gone.
 * For SIP workers, not while the connection's write_lock is held. The answer is remembered per connection, so that
 * only the first request of a connection costs more than a hash of the names.
 */
int lync_tls_peer_has_name(
		struct sip_msg *msg, const ly_slice_t *names, unsigned count);

/*
 * Writes what the peer of msg presented, for people: "medpool.contoso.example, med01.contoso.example", or why there
 * is nothing ("no certificate"). Control characters become "?". A text that does not fit in out is left out.
 * Same rules as lync_tls_peer_has_name(), but nothing is remembered.
 */
void lync_tls_peer_names(const struct sip_msg *msg, ly_buf_t *out);

/* lync_tls_peer_has_name() for a connection whose write_lock the caller holds. */
int lync_tls_connection_has_name(
		struct tcp_connection *c, const ly_slice_t *names, unsigned count);

/* Whether its handshake is done. */
bool lync_tls_is_up(const struct tcp_connection *c);

/* Writes the names of a connection whose write_lock the caller holds, as lync_tls_peer_names() does. */
void lync_tls_connection_names(struct tcp_connection *c, ly_buf_t *out);

/* Writes the names that a certificate carries, as lync_tls_peer_names() does. NULL: "no certificate". */
void lync_tls_certificate_names(X509 *certificate, ly_buf_t *out);

/* The handshake of a TLS connection is done. */
bool lync_tls_is_up(const struct tcp_connection *c);

#endif
