/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The certificates that a plan names: whether TLS will work with them, and for how long. */
#ifndef LYNC_SBC_CERTIFICATES_H
#define LYNC_SBC_CERTIFICATES_H

#include <time.h>

#include "liblync/plan.h"

#define CERTIFICATE_DAYS 30 /* fewer left are told */

/*
 * Looks at the certificate, key and authorities of node, or of every node where it is NULL, as they are at the time
 * now: files that can be read, a key that belongs to its certificate, the names that Lync calls, dates, uses. Reports
 * what is wrong. On another machine than the node itself the files may well be missing: with a NULL node that is a
 * warning, else an error.
 */
void check_certificates(const ly_plan_t *plan, const ly_node_t *node,
		time_t now, ly_report_t *report);

#endif
