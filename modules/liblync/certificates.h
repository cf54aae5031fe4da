/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The certificates that a plan names: whether TLS will work with them, and for how long. Reads files and uses OpenSSL:
 * for the tool and for RPC, not for SIP workers, and not before Kamailio has forked.
 */
#ifndef LIBLYNC_CERTIFICATES_H
#define LIBLYNC_CERTIFICATES_H

#include <time.h>

#include <openssl/x509.h>

#include "liblync/plan.h"

#define LY_CERTIFICATE_DAYS 30 /* fewer left are told */

/*
 * Looks at the certificate, key and authorities of node, or of every node where it is NULL, as they are at the time
 * now: files that can be read, a key that belongs to its certificate, the chain behind it, the names that Lync calls,
 * dates, uses. Reports what is wrong. On another machine than the node itself the files may well be missing: with a
 * NULL node that is a warning, else an error.
 */
void ly_check_certificates(const ly_plan_t *plan, const ly_node_t *node,
		time_t now, ly_report_t *report);

/* Whole days from now until then; negative where it has been. */
int ly_days_until(time_t now, const ASN1_TIME *then);

/* Writes the day, in UTC: "2026-11-23". */
void ly_put_date(ly_buf_t *out, const ASN1_TIME *date);

#endif
