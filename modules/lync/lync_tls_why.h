/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a TLS handshake failed, for people: what was wrong with the peer's certificate, or what either side complained
 * about, and what to do. Kamailio's own lines name neither the certificate nor its dates.
 *
 * OpenSSL calls us back while it works on a connection; a process works on one at a time. So the reason is a state of
 * the process: forget it, let OpenSSL work, ask for it.
 */
#ifndef LYNC_TLS_WHY_H
#define LYNC_TLS_WHY_H

#include <stdbool.h>

#include <openssl/ssl.h>

/*
 * Makes OpenSSL tell us about ssl, and verify the peer's certificate with the given mode (SSL_VERIFY_…).
 * The caller holds the connection's write_lock. May be called again.
 */
void lync_tls_why_watch(SSL *ssl, int verify_mode);

/* lync_tls_why_watch() was called, and nothing has taken its effect away since. */
bool lync_tls_why_watches(const SSL *ssl);

/* Before OpenSSL works on a connection. */
void lync_tls_why_forget(void);

/*
 * What went wrong since lync_tls_why_forget(): "its certificate expired on 2026-01-31 12:00 UTC (…): renew it".
 * NULL: nothing did. Valid until this process forgets.
 */
const char *lync_tls_why(void);

/* The same in few words, where a handshake has failed for whatever reason: "certificate expired". */
const char *lync_tls_why_briefly(void);

#endif
