/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/multipart.h"

#include "liblync/uri.h"

#define BOUNDARY_MAX 70 /* RFC 2046 5.1.1 */
#define MULTIPART LY_LIT("multipart")

/* Headers of a part that are read, also by the short names that SIP has for them (RFC 3261 7.3.3). */
static const struct
{
	ly_slice_t name;
	size_t field;
} fields[] = {
		{LY_LIT("Content-Type"), offsetof(ly_part_t, type)},
		{LY_LIT("c"), offsetof(ly_part_t, type)},
		{LY_LIT("Content-Disposition"), offsetof(ly_part_t, disposition)},
		{LY_LIT("Content-ID"), offsetof(ly_part_t, id)},
		{LY_LIT("Content-Transfer-Encoding"),
				offsetof(ly_part_t, transfer_encoding)},
		{LY_LIT("Content-Encoding"), offsetof(ly_part_t, encoding)},
		{LY_LIT("e"), offsetof(ly_part_t, encoding)},
		{LY_LIT("Content-Length"), offsetof(ly_part_t, length)},
		{LY_LIT("l"), offsetof(ly_part_t, length)},
};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Takes the first token off *text, and the blanks around it. */
static ly_slice_t take_token(ly_slice_t *text)
{
	ly_slice_t rest = ly_trim(*text);
	size_t len = 0;

	while(len < rest.len && !ly_blank(rest.s[len])
			&& !strchr("/;,=()<>\"", rest.s[len]))
		len++;
	*text = ly_trim(ly_from(rest, len));
	return ly_slice(rest.s, len);
}

bool ly_type_is(ly_slice_t value, ly_slice_t type, ly_slice_t subtype)
{
	if(!ly_ieq(take_token(&value), type))
		return false;
	if(subtype.len == 0)
		return true;
	if(value.len == 0 || value.s[0] != '/')
		return false;
	value = ly_from(value, 1);
	return ly_ieq(take_token(&value), subtype)
		   && (value.len == 0 || value.s[0] == ';');
}

/* ";a=b;c" of "type/subtype;a=b;c" */
static ly_slice_t params_of(ly_slice_t value)
{
	return ly_from(value, ly_find(value, ';'));
}

/* More than the characters of RFC 2046 5.1.1: what is printed may stand there, but for what quotes. */
static bool is_boundary(ly_slice_t text)
{
	if(text.len == 0 || text.len > BOUNDARY_MAX || text.s[text.len - 1] == ' ')
		return false;
	for(size_t i = 0; i < text.len; i++) {
		if(text.s[i] < ' ' || text.s[i] > '~' || text.s[i] == '"'
				|| text.s[i] == '\\')
			return false;
	}
	return true;
}

static ly_slice_t boundary_of(ly_slice_t type)
{
	ly_slice_t value = ly_param(params_of(type), LY_LIT("boundary"));

	if(value.len >= 2 && value.s[0] == '"' && value.s[value.len - 1] == '"')
		value = ly_slice(value.s + 1, value.len - 2);
	return is_boundary(value) ? value : LY_EMPTY;
}

ly_delimiter_t ly_multipart_delimiter(ly_slice_t line, ly_slice_t boundary)
{
	ly_slice_t rest = ly_from(line, 2 + boundary.len);
	ly_delimiter_t kind = LY_DELIMITER;

	if(line.len < 2 + boundary.len || memcmp(line.s, "--", 2) != 0
			|| memcmp(line.s + 2, boundary.s, boundary.len) != 0)
		return LY_NO_DELIMITER;
	if(ly_istarts(rest, LY_LIT("--"))) {
		kind = LY_CLOSING_DELIMITER;
		rest = ly_from(rest, 2);
	}
	return ly_trim(rest).len ? LY_DOUBTFUL : kind;
}

/* The line that text begins with, and its line end; the rest where it has none. */
static ly_slice_t first_line(ly_slice_t text)
{
	size_t lf = ly_find(text, '\n');

	return ly_slice(text.s, lf < text.len ? lf + 1 : lf);
}

/* The header that text begins with, and the lines that go on with it. */
static ly_slice_t first_header(ly_slice_t text)
{
	ly_slice_t header = first_line(text);

	while(header.len < text.len
			&& (text.s[header.len] == ' ' || text.s[header.len] == '\t'))
		header.len += first_line(ly_from(text, header.len)).len;
	return header;
}

static bool is_empty(ly_slice_t line)
{
	return ly_eq(line, LY_LIT("\r\n")) || ly_eq(line, LY_LIT("\n"));
}

static const char *note_header(ly_part_t *part, ly_slice_t line)
{
	size_t colon = ly_find(line, ':');
	ly_slice_t name = ly_trim(ly_slice(line.s, colon));

	if(ly_blank(line.s[0]) || name.len == 0 || colon == line.len)
		return "a part of the multipart body has a line in its headers that is "
			   "none";
	for(size_t i = 0; i < COUNT(fields); i++) {
		ly_slice_t *field = (ly_slice_t *)((char *)part + fields[i].field);

		if(!ly_ieq(name, fields[i].name))
			continue;
		if(field->s)
			return "a part of the multipart body has a header twice";
		*field = ly_trim(ly_from(line, colon + 1));
	}
	return NULL;
}

/* Cuts the headers off. A part may end with them: then its body is empty. */
static const char *read_headers(ly_part_t *part)
{
	ly_slice_t rest = part->whole, type;
	bool ended = false;

	while(rest.len && !ended) {
		ly_slice_t line = first_line(rest);
		const char *wrong;

		ended = is_empty(line);
		if(!ended) {
			line = first_header(rest);
			if((wrong = note_header(part, line)))
				return wrong;
		}
		rest = ly_from(rest, line.len);
	}
	part->body = rest;
	part->headers = ly_span(part->whole.s, rest.s);
	type = part->type;
	return type.s && take_token(&type).len == 0
				   ? "the Content-Type of a part of the multipart body cannot "
					 "be read"
				   : NULL;
}

static const char *add_part(ly_multipart_t *m, ly_slice_t whole, int in)
{
	ly_part_t *part;

	if(m->count == LY_MAX_PARTS)
		return "the multipart body has more parts than any endpoint sends";
	part = &m->parts[m->count++];
	*part = (ly_part_t){.in = in, .whole = whole};
	return read_headers(part);
}

/* The line end before a delimiter belongs to that (RFC 2046 5.1.1). */
static ly_slice_t without_line_end(ly_slice_t part)
{
	if(part.len == 0 || part.s[part.len - 1] != '\n')
		return part;
	part.len--;
	if(part.len && part.s[part.len - 1] == '\r')
		part.len--;
	return part;
}

static const char *walk(
		ly_multipart_t *m, ly_slice_t boundary, ly_slice_t body, int in)
{
	const char *part = NULL; /* begins behind the last delimiter */
	ly_delimiter_t kind = LY_NO_DELIMITER;

	if(boundary.len == 0)
		return "the multipart body's Content-Type has no usable boundary";
	for(ly_slice_t rest = body, line; rest.len && kind != LY_CLOSING_DELIMITER;
			rest = ly_from(rest, line.len)) {
		const char *wrong;

		line = first_line(rest);
		kind = ly_multipart_delimiter(line, boundary);
		if(kind == LY_DOUBTFUL)
			return "a line of the multipart body begins as its boundary and "
				   "goes on";
		if(kind == LY_NO_DELIMITER)
			continue;
		if(part
				&& (wrong = add_part(
							m, without_line_end(ly_span(part, line.s)), in)))
			return wrong;
		part = line.s + line.len;
	}
	if(!part)
		return "the boundary in Content-Type is not that of the multipart body";
	return kind == LY_CLOSING_DELIMITER
				   ? NULL
				   : add_part(m, ly_span(part, body.s + body.len), in);
}

const char *ly_multipart_parse(
		ly_slice_t type, ly_slice_t body, ly_multipart_t *m)
{
	const char *wrong;
	unsigned own;

	m->type = type;
	m->boundary = boundary_of(type);
	m->count = 0;
	wrong = walk(m, m->boundary, body, -1);
	own = m->count;
	if(!wrong && own == 0)
		wrong = "the multipart body has no parts";
	for(unsigned i = 0; !wrong && i < own; i++) {
		const ly_part_t *part = &m->parts[i];

		if(ly_type_is(part->type, MULTIPART, LY_EMPTY))
			wrong = walk(m, boundary_of(part->type), part->body, (int)i);
	}
	return wrong;
}
