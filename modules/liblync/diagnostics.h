/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ms-diagnostics and ms-diagnostics-public ([MS-OCER]): what servers of Lync say of a failure, beside its SIP code.
 *
 *     ms-diagnostics: 10003;source="MED01.CONTOSO.EXAMPLE";reason="Proxy returned a SIP failure code";
 *      component="MediationServer";SipResponseCode="404";SipResponseText="Not Found"
 *
 * Each server on the way may add one, so a message may have several; what a code means: diagnostic_codes.h
 */
#ifndef LIBLYNC_DIAGNOSTICS_H
#define LIBLYNC_DIAGNOSTICS_H

#include "liblync/sip.h"

/* More than any message was seen with; those behind are not looked at. */
#define LY_DIAGNOSTICS_MAX 16

/* Of codes; the largest of [MS-OCER] has five digits. */
#define LY_DIAGNOSTIC_ID_MAX 999999

/* One header. Texts lie in the message, without their quotes; escapes and folds stand in them as they came. */
typedef struct ly_diagnostic
{
	unsigned id; /* without its sub-code: 10013 of "10013.2" */
	ly_slice_t source;
	ly_slice_t reason;
	ly_slice_t component;
	ly_slice_t sip_code; /* what the failure was called further in */
	ly_slice_t sip_text;
} ly_diagnostic_t;

/*
 * Reads all of them from m into list, in their order, at most LY_DIAGNOSTICS_MAX. Returns how many. A header without a
 * number is passed over, as are parameters that have no name of the above; of two with one name the first counts.
 * A text whose quotes do not end goes to the end of the header. Points into m; any process.
 */
unsigned ly_diagnostics_read(
		const ly_message_t *m, ly_diagnostic_t list[LY_DIAGNOSTICS_MAX]);

/*
 * The one that says most of the cause: by ly_diagnostic_meaning(), one with a cause goes before one whose code is not
 * known, that before one that only repeats a SIP code, and that before one that says that nothing is known. Of equals
 * the first, since a server appends its own to what it was told: 1034, 10003 in a trace is the order from inside out.
 * NULL where count is 0.
 */
const ly_diagnostic_t *ly_diagnostics_telling(
		const ly_diagnostic_t *list, unsigned count);

/*
 * Appends at most most bytes of such a text for a log line: without its escapes, with a blank for each run of blanks,
 * folds and control characters, ' for ", and ? for each byte that is no ASCII. What came of a peer stays on its line.
 */
void ly_put_diagnostic_text(ly_buf_t *out, ly_slice_t text, size_t most);

#endif
