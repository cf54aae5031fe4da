/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bodies of several parts (RFC 2046 5.1, RFC 5621): an SDP beside a location or ISUP (multipart/mixed), or in two
 * versions (multipart/alternative). Everything points into the body; nothing is copied, decoded or unfolded.
 */
#ifndef LIBLYNC_MULTIPART_H
#define LIBLYNC_MULTIPART_H

#include "liblync/slice.h"

/* with those of nested ones; a body with more is refused, not cut */
#define LY_MAX_PARTS 16

/* Values of headers; s is NULL where there is no such header. */
typedef struct ly_part
{
	int in; /* index of the part that it is a part of; -1: none, the body itself */
	ly_slice_t type; /* s is NULL: text/plain (RFC 2046 5.2) */
	ly_slice_t disposition;
	ly_slice_t id;
	ly_slice_t transfer_encoding;
	ly_slice_t encoding;
	ly_slice_t length;
	ly_slice_t whole;	/* what lies between two delimiters: headers and body */
	ly_slice_t headers; /* with the empty line behind them */
	ly_slice_t body;
} ly_part_t;

typedef struct ly_multipart
{
	ly_slice_t type; /* the Content-Type of all of it */
	ly_slice_t boundary;
	/* in their order, those of nested ones behind all others */
	ly_part_t parts[LY_MAX_PARTS];
	unsigned count;
} ly_multipart_t;

/*
 * Whether the value of a Content-Type says type/subtype, in any case and with any parameters. subtype empty: any.
 */
bool ly_type_is(ly_slice_t value, ly_slice_t type, ly_slice_t subtype);

/*
 * Cuts body, whose Content-Type is type (a multipart one), into its parts, and those of nested ones one level deep.
 * type and body must live as long as m. Returns NULL, or what is wrong (a static text for a log line).
 *
 * A closing delimiter that is missing is tolerated: where the body ends is known from the message. A line that begins
 * as a delimiter and goes on is not: one reader takes it for a delimiter (RFC 2046 5.1.1), another for text.
 */
const char *ly_multipart_parse(
		ly_slice_t type, ly_slice_t body, ly_multipart_t *m);

/* What a line is to a boundary. */
typedef enum ly_delimiter
{
	LY_NO_DELIMITER,
	LY_DELIMITER,
	LY_CLOSING_DELIMITER,
	LY_DOUBTFUL /* begins as one, and goes on */
} ly_delimiter_t;

/* line: with its line end, or without. */
ly_delimiter_t ly_multipart_delimiter(ly_slice_t line, ly_slice_t boundary);

/*
 * The part that is the session description; *sdp is NULL where there is none. In multipart/alternative the last that
 * is one (RFC 2046 5.1.4), but not one for ms-proxy-2007fallback where there is another; elsewhere the first. Returns
 * NULL, or why it cannot be used (a static text): it is encoded or empty.
 */
const char *ly_multipart_sdp(const ly_multipart_t *m, const ly_part_t **sdp);

/*
 * Whether a part may be passed on as it is: none that is SDP (whatever it is for), and none that holds other parts or
 * messages (multipart, message), in which one may be hidden.
 */
bool ly_part_may_pass(const ly_part_t *part);

/* Whether any part may be passed on beside the session description. Of multipart/alternative none may. */
bool ly_multipart_has_others(const ly_multipart_t *m);

/*
 * Writes m to out with text in place of the body of sdp (one of its parts), and without the parts that may not be
 * passed on; the others byte for byte. A nested multipart that holds sdp becomes that part alone. What stands before
 * the first and behind the last delimiter is for nobody (RFC 2046 5.1.1) and goes. False where out is too small, or
 * text has a line that is a delimiter.
 */
bool ly_multipart_put(const ly_multipart_t *m, const ly_part_t *sdp,
		ly_slice_t text, ly_buf_t *out);

#endif
