/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * No process ends within OpenSSL.
 *
 * Kamailio's processes end in the handler of SIGTERM or SIGINT, wherever they are just then. OpenSSL's locks lie in
 * memory that all of them share, and the main process needs them at the end (OPENSSL_cleanup, SSL_free): one that was
 * held by a process that is gone made Kamailio wait 60 s and abort. Under TLS churn that was 1 stop of 41.
 */
#ifndef LYNC_TLS_END_H
#define LYNC_TLS_END_H

#include <signal.h>

/* From here on SIGTERM and SIGINT wait. before: kept for lync_tls_end_let(). */
void lync_tls_end_hold(sigset_t *before);

/* They come again, and those that waited, come now. Such a pair may lie within another one. */
void lync_tls_end_let(const sigset_t *before);

/* Puts a pair around every hook of TLS. From mod_init(), when all that use OpenSSL there stand in their place. */
int lync_tls_end_init(void);

#endif
