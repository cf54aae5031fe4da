/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The body of a message: the session description in it, and what goes out in place of the body. */
#ifndef LIBLYNC_CONTENT_H
#define LIBLYNC_CONTENT_H

#include "liblync/dialect.h"
#include "liblync/sip.h"

/*
 * The SDP that m carries: its body, or a part of that (multipart.h); empty where it carries none. Returns NULL, or
 * what is wrong with the body (a static text): then *sdp is empty.
 */
const char *ly_content_sdp(const ly_message_t *m, ly_slice_t *sdp);

/* The same; empty where it carries none, or its body is broken. */
static inline ly_slice_t ly_sdp_of(const ly_message_t *m)
{
	ly_slice_t found;

	ly_content_sdp(m, &found);
	return found;
}

/*
 * What passes of a body that carries no SDP; s is NULL: all of it. Only INFO's own kinds, the progress of a transfer
 * (refer.h) and the location of an emergency call do: nobody else has looked into it.
 */
ly_slice_t ly_content_other(const ly_message_t *m, bool emergency);

/* Whether the body of m, which carries no SDP for us, can hold none for others either: then it may pass as it is. */
bool ly_content_may_pass(const ly_message_t *m);

/*
 * What goes out for a body that carries SDP when that became sdp: *body, and *type in place of Content-Type (s is NULL:
 * it stays). The rules of LY_P_BODY in active say whether other parts go. *body is sdp itself, or lies in memory.
 * False where memory is too small, or sdp cannot stand in the multipart body.
 */
bool ly_content_put(const ly_message_t *m, ly_slice_t sdp, ly_rule_set_t active,
		ly_buf_t *memory, ly_slice_t *body, ly_slice_t *type);

#endif
