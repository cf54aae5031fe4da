/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A SIP message cut into its parts (RFC 3261 section 7). Everything points into the message; nothing is copied,
 * unfolded or changed, so that the edits computed from it can be applied byte for byte.
 */
#ifndef LIBLYNC_SIP_H
#define LIBLYNC_SIP_H

#include <stdint.h>

#include "liblync/slice.h"

/* more than any endpoint sends; a message with more is refused, not cut */
#define LY_MAX_HEADERS 160

/* Headers that some rule looks at. The order is that of the table in sip.c. */
typedef enum ly_header_id
{
	LY_H_OTHER,
	LY_H_ALLOW,
	LY_H_CALL_ID,
	LY_H_CONTACT,
	LY_H_CONTENT_LENGTH,
	LY_H_CONTENT_TYPE,
	LY_H_CSEQ,
	LY_H_DIVERSION,
	LY_H_EVENT,
	LY_H_FROM,
	LY_H_HISTORY_INFO,
	LY_H_IN_REPLY_TO,
	LY_H_JOIN,
	LY_H_MAX_FORWARDS,
	LY_H_P_ASSERTED_IDENTITY,
	LY_H_P_PREFERRED_IDENTITY,
	LY_H_PRIVACY,
	LY_H_RACK,
	LY_H_RECORD_ROUTE,
	LY_H_REFER_TO,
	LY_H_REFERRED_BY,
	LY_H_REMOTE_PARTY_ID,
	LY_H_REPLACES,
	LY_H_REQUIRE,
	LY_H_ROUTE,
	LY_H_SUPPORTED,
	LY_H_TARGET_DIALOG,
	LY_H_TO,
	LY_H_VIA,
	LY_H_COUNT
} ly_header_id_t;

typedef struct ly_header
{
	ly_header_id_t id;
	ly_slice_t name;
	ly_slice_t value; /* trimmed; a folded value keeps its line ends inside */
	ly_slice_t line;  /* the whole line(s) with the line end */
} ly_header_t;

typedef struct ly_message
{
	ly_slice_t
			raw; /* to the end of the body; what was behind it is no part of the message */
	bool request;
	ly_slice_t method; /* of a request */
	ly_slice_t uri;	   /* of a request */
	int status;		   /* of a reply */
	ly_header_t headers[LY_MAX_HEADERS];
	unsigned header_count;
	uint32_t has; /* bit of each ly_header_id_t that stands in it */
	ly_slice_t body;
} ly_message_t;

/*
 * Cuts raw into m, the body by Content-Length where there is one. Returns NULL, or what is wrong (a static text for a log line). Tolerant as RFC 4475 wants it:
 * folding, blanks before the colon, any case, compact names, bare LF.
 */
const char *ly_message_parse(ly_slice_t raw, ly_message_t *m);

/* Whether there is any header of that id. */
static inline bool ly_has_header(const ly_message_t *m, ly_header_id_t id)
{
	return m->has >> id & 1;
}

/* The first header of that id, or NULL. */
const ly_header_t *ly_header(const ly_message_t *m, ly_header_id_t id);

/* Its long name where it is one of ly_header_id_t, however it was written ("f" is From); else its name. */
ly_slice_t ly_header_name(const ly_header_t *h);

/* The method that a reply belongs to, from its CSeq; the method of a request; empty where CSeq is broken. */
ly_slice_t ly_message_method(const ly_message_t *m);

/*
 * Whether Content-Type says that the body is of this media type: in any case, with blanks around the slash and with
 * parameters (RFC 3261 25.1, media-type).
 */
bool ly_body_is(const ly_message_t *m, ly_slice_t type, ly_slice_t subtype);

#endif
