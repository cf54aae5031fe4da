/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which part of a multipart body is the session description, and what passes beside it. */
#include "liblync/multipart.h"
#include "liblync/uri.h"

#define MULTIPART LY_LIT("multipart")
#define MESSAGE LY_LIT("message")

/* Content-Transfer-Encoding that leaves the bytes as they are (RFC 2045 6.2). */
static const ly_slice_t plain[] = {
		LY_LIT("7bit"), LY_LIT("8bit"), LY_LIT("binary")};
#define PLAIN_COUNT (sizeof(plain) / sizeof(plain[0]))

static bool is_sdp(const ly_part_t *part)
{
	return ly_type_is(part->type, LY_LIT("application"), LY_LIT("sdp"));
}

/* Of SDP without a Content-Disposition that is "session" (RFC 3261 20.11). */
static bool is_session_description(const ly_part_t *part)
{
	return is_sdp(part)
		   && (!part->disposition.s
				   || ly_type_is(
						   part->disposition, LY_LIT("session"), LY_EMPTY));
}

/* An older SDP, for Office Communications Server 2007 (MS-SDPEXT). */
static bool is_fallback(const ly_part_t *part)
{
	ly_slice_t value = part->disposition;

	return ly_param(ly_from(value, ly_find(value, ';')),
				   LY_LIT("ms-proxy-2007fallback"))
				   .s
		   != NULL;
}

static bool is_alternative(ly_slice_t type)
{
	return ly_type_is(type, MULTIPART, LY_LIT("alternative"));
}

/* Among the parts of the one with that index, whose type is type. As deep as ly_multipart_parse() has cut. */
static const ly_part_t *choose(const ly_multipart_t *m, ly_slice_t type, int in)
{
	const ly_part_t *chosen = NULL;

	for(unsigned i = 0; i < m->count; i++) {
		const ly_part_t *part = &m->parts[i];

		if(part->in != in)
			continue;
		if(in < 0 && ly_type_is(part->type, MULTIPART, LY_EMPTY))
			part = choose(m, part->type, (int)i);
		else if(!is_session_description(part))
			part = NULL;
		if(part && (!chosen || !is_fallback(part) || is_fallback(chosen)))
			chosen = part;
		if(chosen && !is_alternative(type))
			break;
	}
	return chosen;
}

static bool is_encoded(const ly_part_t *part)
{
	if(part->encoding.len && !ly_ieq(part->encoding, LY_LIT("identity")))
		return true;
	if(!part->transfer_encoding.s)
		return false;
	for(size_t i = 0; i < PLAIN_COUNT; i++) {
		if(ly_ieq(part->transfer_encoding, plain[i]))
			return false;
	}
	return true;
}

const char *ly_multipart_sdp(const ly_multipart_t *m, const ly_part_t **sdp)
{
	*sdp = choose(m, m->type, -1);
	if(!*sdp)
		return NULL;
	if(is_encoded(*sdp))
		return "the SDP in the multipart body is encoded (base64, "
			   "quoted-printable or compressed)";
	return (*sdp)->body.len ? NULL : "the SDP in the multipart body is empty";
}

bool ly_part_may_pass(const ly_part_t *part)
{
	return !is_sdp(part) && !ly_type_is(part->type, MULTIPART, LY_EMPTY)
		   && !ly_type_is(part->type, MESSAGE, LY_EMPTY);
}

bool ly_multipart_has_others(const ly_multipart_t *m)
{
	if(is_alternative(m->type))
		return false;
	for(unsigned i = 0; i < m->count; i++) {
		if(m->parts[i].in < 0 && ly_part_may_pass(&m->parts[i]))
			return true;
	}
	return false;
}

static bool has_delimiter(ly_slice_t text, ly_slice_t boundary)
{
	while(text.len) {
		size_t lf = ly_find(text, '\n');

		if(ly_multipart_delimiter(ly_slice(text.s, lf), boundary)
				!= LY_NO_DELIMITER)
			return true;
		text = ly_from(text, lf + 1);
	}
	return false;
}

/* The headers of the part, its Content-Length with the new number, and text. */
static void put_sdp(const ly_part_t *part, ly_slice_t text, ly_buf_t *out)
{
	ly_slice_t headers = part->headers, length = part->length;

	if(length.s) {
		ly_put(out, ly_span(headers.s, length.s));
		ly_put_number(out, (unsigned)text.len);
		headers = ly_span(length.s + length.len, headers.s + headers.len);
	}
	ly_put(out, headers);
	ly_put(out, text);
}

static void put_delimiter(
		const ly_multipart_t *m, ly_slice_t end, ly_buf_t *out)
{
	ly_put(out, LY_LIT("--"));
	ly_put(out, m->boundary);
	ly_put(out, end);
}

bool ly_multipart_put(const ly_multipart_t *m, const ly_part_t *sdp,
		ly_slice_t text, ly_buf_t *out)
{
	int holder = sdp->in < 0 ? (int)(sdp - m->parts) : sdp->in;

	if(has_delimiter(text, m->boundary))
		return false;
	for(int i = 0; i < (int)m->count && m->parts[i].in < 0; i++) {
		if(i != holder && !ly_part_may_pass(&m->parts[i]))
			continue;
		put_delimiter(m, LY_LIT("\r\n"), out);
		if(i == holder)
			put_sdp(sdp, text, out);
		else
			ly_put(out, m->parts[i].whole);
		ly_put(out, LY_LIT("\r\n"));
	}
	put_delimiter(m, LY_LIT("--\r\n"), out);
	return !out->full;
}
