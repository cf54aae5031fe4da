/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The certificate of this node: what is in force, and how a renewed one takes its place while calls run.
 *
 * The tls module keeps all its profiles as one configuration. A reload puts a new one at the head of a list; a
 * connection keeps the one that it began with. We look at that list, and have the tls module reload when the files
 * have been found right.
 */
#ifndef LYNC_CERTIFICATES_H
#define LYNC_CERTIFICATES_H

#include "core/rpc.h"

/*
 * Finds the tls module's list, and has the slow timer process look once a day at most whether the certificate in
 * force, or one of the authorities, has fewer than LY_CERTIFICATE_DAYS left: one line of warning. From mod_init(), with
 * tls loaded before us; calls no OpenSSL function. Returns 0, or -1 after an error line.
 */
int lync_certificates_init(void);

/* lync.certificates: what is in force, per profile. Any RPC process. */
void lync_certificates_rpc_show(rpc_t *rpc, void *ctx);

/*
 * lync.renew: reads the certificate, key and authorities that the plan in force names. Wrong ones are refused with the
 * reason, and change nothing; right ones are in force for all connections from then on. Any RPC process.
 */
void lync_certificates_rpc_renew(rpc_t *rpc, void *ctx);

#endif
