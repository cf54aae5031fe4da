/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Reason header (RFC 3326) as far as the telephone network speaks in it: the cause of Q.850 with which a call was
 * refused. Values of other protocols are not looked at.
 */
#ifndef LIBLYNC_REASON_H
#define LIBLYNC_REASON_H

#include "liblync/sip.h"

#define LY_REASON_TEXT_MAX 128 /* bytes of text=, quotes included */

typedef struct ly_reason
{
	unsigned cause;	 /* 1 to 127; 0: none is given, or none that can be read */
	ly_slice_t text; /* as it stands in m, with its quotes; empty: none */
} ly_reason_t;

/*
 * The first value "Q.850;cause=N" among all Reason headers of m, in any case, with blanks where RFC 3261 7.3.1 lets
 * them be. A value whose cause cannot be read is passed over; a text that is no quoted string of printable bytes, or
 * too long, counts as none. Points into m. Any process.
 */
ly_reason_t ly_reason_q850(const ly_message_t *m);

/*
 * Writes a whole header line, with its line end: Reason: Q.850;cause=17;text="user busy". text, with its quotes, may
 * be empty: then it is the meaning of the cause, where Q.850 has one that we know. Writes nothing where cause is 0.
 */
void ly_put_reason(ly_buf_t *out, unsigned cause, ly_slice_t text);

/* Seconds of the Retry-After of m (RFC 3261 20.33), a day at most; 0: there is none that can be read. */
unsigned ly_retry_after(const ly_message_t *m);

#endif
