/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/sip.h"

#include <limits.h>

/* In the order of ly_header_id_t. compact: RFC 3261 7.3.3. */
static const struct
{
	ly_slice_t name;
	char compact;
} names[] = {
		[LY_H_OTHER] = {LY_LIT(""), 0},
		[LY_H_ALLOW] = {LY_LIT("Allow"), 0},
		[LY_H_CALL_ID] = {LY_LIT("Call-ID"), 'i'},
		[LY_H_CONTACT] = {LY_LIT("Contact"), 'm'},
		[LY_H_CONTENT_LENGTH] = {LY_LIT("Content-Length"), 'l'},
		[LY_H_CONTENT_TYPE] = {LY_LIT("Content-Type"), 'c'},
		[LY_H_CSEQ] = {LY_LIT("CSeq"), 0},
		[LY_H_DIVERSION] = {LY_LIT("Diversion"), 0},
		[LY_H_EVENT] = {LY_LIT("Event"), 'o'}, /* RFC 6665 8.2.1 */
		[LY_H_FROM] = {LY_LIT("From"), 'f'},
		[LY_H_HISTORY_INFO] = {LY_LIT("History-Info"), 0},
		[LY_H_IN_REPLY_TO] = {LY_LIT("In-Reply-To"), 0},
		[LY_H_JOIN] = {LY_LIT("Join"), 0},
		[LY_H_MAX_FORWARDS] = {LY_LIT("Max-Forwards"), 0},
		[LY_H_P_ASSERTED_IDENTITY] = {LY_LIT("P-Asserted-Identity"), 0},
		[LY_H_P_PREFERRED_IDENTITY] = {LY_LIT("P-Preferred-Identity"), 0},
		[LY_H_PRIVACY] = {LY_LIT("Privacy"), 0},
		[LY_H_RACK] = {LY_LIT("RAck"), 0},
		[LY_H_RECORD_ROUTE] = {LY_LIT("Record-Route"), 0},
		[LY_H_REFER_TO] = {LY_LIT("Refer-To"), 'r'},	   /* RFC 3515 2.1 */
		[LY_H_REFERRED_BY] = {LY_LIT("Referred-By"), 'b'}, /* RFC 3892 2 */
		[LY_H_REMOTE_PARTY_ID] = {LY_LIT("Remote-Party-ID"), 0},
		[LY_H_REPLACES] = {LY_LIT("Replaces"), 0},
		[LY_H_REQUIRE] = {LY_LIT("Require"), 0},
		[LY_H_ROUTE] = {LY_LIT("Route"), 0},
		[LY_H_SUPPORTED] = {LY_LIT("Supported"), 'k'},
		[LY_H_TARGET_DIALOG] = {LY_LIT("Target-Dialog"), 0},
		[LY_H_TO] = {LY_LIT("To"), 't'},
		[LY_H_VIA] = {LY_LIT("Via"), 'v'},
};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))
_Static_assert(NAME_COUNT == LY_H_COUNT && LY_H_COUNT <= 32, "one bit each");

/* Where the names with a first letter begin and end: the table is in the order of the alphabet. */
static struct
{
	uint8_t first, end;
} by_letter[32];

__attribute__((constructor)) static void index_names(void)
{
	for(unsigned i = 1; i < NAME_COUNT; i++) {
		unsigned letter = names[i].name.s[0] & 31;
		if(!by_letter[letter].first)
			by_letter[letter].first = (uint8_t)i;
		by_letter[letter].end = (uint8_t)(i + 1);
	}
}

static ly_header_id_t header_id(ly_slice_t name)
{
	if(name.len == 1) {
		for(unsigned i = 1; i < NAME_COUNT; i++) {
			if(names[i].compact == (name.s[0] | 0x20))
				return (ly_header_id_t)i;
		}
		return LY_H_OTHER;
	}
	if(name.len) {
		unsigned letter = name.s[0] & 31;
		for(unsigned i = by_letter[letter].first; i < by_letter[letter].end;
				i++) {
			if(ly_ieq(names[i].name, name))
				return (ly_header_id_t)i;
		}
	}
	return LY_H_OTHER;
}

ly_slice_t ly_header_name(const ly_header_t *h)
{
	return h->id == LY_H_OTHER ? h->name : names[h->id].name;
}

/* The end of the line that begins at from, behind its LF; 0 where there is none. */
static size_t line_end(ly_slice_t text, size_t from)
{
	const char *lf = from < text.len
							 ? memchr(text.s + from, '\n', text.len - from)
							 : NULL;
	return lf ? (size_t)(lf - text.s) + 1 : 0;
}

static const char *parse_start_line(ly_slice_t line, ly_message_t *m)
{
	ly_slice_t rest = ly_trim(line);
	size_t blank;

	if(ly_istarts(rest, LY_LIT("SIP/2.0 "))) {
		rest = ly_from(rest, 8);
		m->request = false;
		m->status = (int)ly_number(ly_word(&rest), 699);
		return m->status < 100 ? "status line without a status code" : NULL;
	}
	m->request = true;
	blank = ly_find(rest, ' ');
	m->method = ly_slice(rest.s, blank);
	rest = ly_trim(ly_from(rest, blank));
	blank = ly_find(rest, ' ');
	m->uri = ly_slice(rest.s, blank);
	if(m->method.len == 0 || m->uri.len == 0
			|| !ly_ieq(ly_trim(ly_from(rest, blank)), LY_LIT("SIP/2.0")))
		return "request line is not METHOD URI SIP/2.0";
	return NULL;
}

static const char *add_header(ly_message_t *m, ly_slice_t line)
{
	size_t colon = ly_find(line, ':');
	ly_header_t *h;

	if(colon == line.len)
		return "header line without a colon";
	if(m->header_count == LY_MAX_HEADERS)
		return "more headers than any endpoint sends";
	h = &m->headers[m->header_count++];
	h->line = line;
	h->name = ly_trim(ly_slice(line.s, colon));
	h->value = ly_trim(ly_from(line, colon + 1));
	h->id = header_id(h->name);
	m->has |= UINT32_C(1) << h->id;
	return h->name.len ? NULL : "header without a name";
}

/* The body is as long as Content-Length says; what a datagram holds behind it is no part of the message (RFC 3261 18.3). */
static const char *cut_body(ly_message_t *m)
{
	long length = -1;

	for(unsigned i = 0; i < m->header_count; i++) {
		long n;

		if(m->headers[i].id != LY_H_CONTENT_LENGTH)
			continue;
		n = ly_number(m->headers[i].value, INT_MAX);
		if(n < 0)
			return "Content-Length is no number";
		if(length >= 0 && n != length)
			return "two Content-Lengths";
		length = n;
	}
	if(length < 0)
		return NULL;
	if((size_t)length > m->body.len)
		return "the body is shorter than Content-Length says";
	m->raw.len -= m->body.len - (size_t)length;
	m->body.len = (size_t)length;
	return NULL;
}

const char *ly_message_parse(ly_slice_t raw, ly_message_t *m)
{
	size_t at = line_end(raw, 0), end;
	const char *wrong;

	m->raw = raw;
	m->method = m->uri = m->body = LY_EMPTY;
	m->status = 0;
	m->header_count = 0;
	m->has = 0;
	if(at == 0)
		return "no start line";
	if((wrong = parse_start_line(ly_slice(raw.s, at), m)))
		return wrong;
	/* It would go on with whatever header is put before it. */
	if(at < raw.len && (raw.s[at] == ' ' || raw.s[at] == '\t'))
		return "the start line is folded";
	for(;; at = end) {
		end = line_end(raw, at);
		if(end == 0)
			return "headers do not end with an empty line";
		if(ly_trim(ly_slice(raw.s + at, end - at)).len == 0)
			break;
		/* A line that begins with a blank goes on with the one before (RFC 3261 7.3.1). */
		while(end < raw.len && (raw.s[end] == ' ' || raw.s[end] == '\t')) {
			size_t next = line_end(raw, end);
			if(next == 0)
				return "headers do not end with an empty line";
			end = next;
		}
		if((wrong = add_header(m, ly_slice(raw.s + at, end - at))))
			return wrong;
	}
	m->body = ly_from(raw, end);
	return cut_body(m);
}

const ly_header_t *ly_header(const ly_message_t *m, ly_header_id_t id)
{
	for(unsigned i = 0; ly_has_header(m, id) && i < m->header_count; i++) {
		if(m->headers[i].id == id)
			return &m->headers[i];
	}
	return NULL;
}

ly_slice_t ly_message_method(const ly_message_t *m)
{
	const ly_header_t *cseq;
	ly_slice_t rest;

	if(m->request)
		return m->method;
	cseq = ly_header(m, LY_H_CSEQ);
	rest = cseq ? cseq->value : LY_EMPTY;
	ly_word(&rest); /* the number */
	return ly_word(&rest);
}

bool ly_body_is(const ly_message_t *m, ly_slice_t type, ly_slice_t subtype)
{
	const ly_header_t *h = ly_header(m, LY_H_CONTENT_TYPE);
	ly_slice_t said = h ? h->value : LY_EMPTY;
	size_t slash;

	said.len = ly_find(said, ';');
	slash = ly_find(said, '/');
	return ly_ieq(ly_trim(ly_slice(said.s, slash)), type)
		   && ly_ieq(ly_trim(ly_from(said, slash + 1)), subtype);
}
