/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who has forwarded a call: History-Info (RFC 7044), which Lync writes with ForwardCallHistory, and Diversion
 * (RFC 5806), which telephone networks read. RFC 7544 says how one becomes the other.
 */
#ifndef LIBLYNC_HISTORY_H
#define LIBLYNC_HISTORY_H

#include "liblync/sip.h"
#include "liblync/uri.h"

#define LY_MAX_DIVERSIONS 8 /* the newest are kept */

/* Somebody who has forwarded the call. */
typedef struct ly_diversion
{
	ly_nameaddr_t party;
	unsigned cause; /* RFC 4458: 302 unconditional, 486 busy, 408 no answer … */
	bool hidden;	/* does not want to be shown */
} ly_diversion_t;

/*
 * Reads who has forwarded the request m, the oldest first, from History-Info, or where there is none from Diversion.
 * The last entry of History-Info is left out where it is the called party (its user part equals that of the
 * Request-URI): nobody has forwarded the call yet from there. What cannot be read is left out.
 * Returns how many, at most LY_MAX_DIVERSIONS.
 */
unsigned ly_history_read(const ly_message_t *m, ly_diversion_t *list);

/* "unconditional", "user-busy", …: the reason of Diversion for a cause of RFC 4458. */
const char *ly_diversion_reason(unsigned cause);

#endif
