/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an XML file must be before libxml2 sees it: UTF-8, no NUL, no DOCTYPE, no monstrous element. */
#define _GNU_SOURCE /* memmem */
#include "liblync/xml.h"

#include <libxml/xmlstring.h>
#include <stdint.h>

#include "liblync/hash.h"
#include "liblync/utf8.h"

/* libxml2 keeps names in a table that does not grow: looking for one takes the longer, the more there are. */
#define MAX_NAMES 2000
#define PLACES 4096

static unsigned line_at(ly_slice_t text, const char *p)
{
	unsigned line = 1;

	for(const char *s = text.s; s < p; s++)
		line += *s == '\n';
	return line;
}

static uint32_t unit_at(ly_slice_t bytes, size_t i, bool big_endian)
{
	const unsigned char *p = (const unsigned char *)bytes.s + i;

	return big_endian ? (uint32_t)p[0] << 8 | p[1] : (uint32_t)p[1] << 8 | p[0];
}

/* RFC 2781: two units make one character where the first is a high surrogate. */
static bool from_utf16(ly_slice_t bytes, bool big_endian, ly_arena_t *arena,
		ly_report_t *report, ly_slice_t *text)
{
	size_t cap = bytes.len / 2 * 3 + 1;
	char *buffer = ly_arena_alloc(arena, cap);
	ly_buf_t b = ly_buf(buffer, cap);

	if(!buffer) {
		ly_found_no_memory(report);
		return false;
	}
	for(size_t i = 0; i + 1 < bytes.len; i += 2) {
		uint32_t c = unit_at(bytes, i, big_endian);
		if(c >= 0xd800 && c < 0xdc00 && i + 3 < bytes.len) {
			uint32_t low = unit_at(bytes, i + 2, big_endian);
			if(low >= 0xdc00 && low < 0xe000) {
				c = ly_utf16_pair(c, low);
				i += 2;
			}
		}
		if(c >= 0xd800 && c < 0xe000) {
			ly_found(report, line_at(ly_buf_slice(&b), b.s + b.len),
					"half a character of UTF-16; save the file as UTF-8 or "
					"UTF-16");
			return false;
		}
		ly_put_utf8(&b, c);
	}
	*text = ly_buf_slice(&b);
	if(bytes.len % 2 == 0)
		return true;
	ly_found(report, line_at(*text, text->s + text->len),
			"the file ends inside a character of UTF-16; is it complete?");
	return false;
}

/* By the byte order mark, or else by where the zero of the first '<' stands (XML 1.0 appendix F). */
static bool decode(ly_slice_t bytes, ly_arena_t *arena, ly_report_t *report,
		ly_slice_t *text)
{
	static const struct
	{
		ly_slice_t start;
		bool mark; /* the start is no part of the text */
		bool utf16;
		bool big_endian;
	} kinds[] = {
			{LY_LIT("\xef\xbb\xbf"), true, false, false},
			{LY_LIT("\xff\xfe"), true, true, false},
			{LY_LIT("\xfe\xff"), true, true, true},
			{LY_LIT("<\0"), false, true, false},
			{LY_LIT("\0<"), false, true, true},
	};

	for(size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		ly_slice_t start = kinds[i].start;
		if(bytes.len < start.len || memcmp(bytes.s, start.s, start.len) != 0)
			continue;
		if(kinds[i].mark)
			bytes = ly_from(bytes, start.len);
		if(kinds[i].utf16)
			return from_utf16(bytes, kinds[i].big_endian, arena, report, text);
		break;
	}
	*text = bytes;
	return true;
}

/* libxml2 would say so too, but in its own words and without a remedy. */
static bool is_utf8(ly_slice_t text, ly_report_t *report)
{
	const char *p = text.s, *end = text.s + text.len;

	while(p < end) {
		int len = end - p < 4 ? (int)(end - p) : 4;
		if((unsigned char)*p < 0x80) {
			p++;
			continue;
		}
		if(xmlGetUTF8Char((const unsigned char *)p, &len) < 0) {
			ly_found(report, line_at(text, p),
					"a character is not UTF-8; save the file as UTF-8 or "
					"UTF-16");
			return false;
		}
		p += len;
	}
	return true;
}

/* The names of elements, attributes, namespaces and instructions that were met. */
typedef struct names
{
	ly_slice_t *places; /* PLACES of them */
	unsigned count;
	const char *last;
} names_t;

static void note(names_t *names, ly_slice_t name)
{
	size_t i = ly_hash(LY_HASH_START, name) % PLACES;

	while(names->places[i].s && !ly_eq(names->places[i], name))
		i = (i + 1) % PLACES;
	if(names->places[i].s || names->count > MAX_NAMES || !name.len)
		return;
	names->places[i] = name;
	names->last = name.s;
	names->count++;
}

static void note_first(names_t *names, ly_slice_t tag)
{
	size_t len = 0;

	while(len < tag.len && !ly_blank(tag.s[len]) && !strchr("/>?", tag.s[len]))
		len++;
	note(names, ly_slice(tag.s, len));
}

/* The end of a start tag; *count gets its attributes, which are counted by their '='. */
static const char *skip_tag(
		const char *p, const char *end, names_t *names, unsigned *count)
{
	const char *word = p; /* begins here: a name, or a value's first quote */
	bool is_namespace = false;
	char quote = '\0';

	for(*count = 0; p < end; p++) {
		if(quote && *p == quote) {
			quote = '\0';
			if(is_namespace)
				note(names, ly_span(word, p));
		} else if(!quote && (*p == '"' || *p == '\'')) {
			quote = *p;
			word = p;
		} else if(!quote && *p == '=') {
			++*count;
			is_namespace = ly_istarts(ly_span(word, p), LY_LIT("xmlns"));
			note(names, ly_trim(ly_span(word, p)));
		} else if(!quote && *p == '>')
			break;
		else if(!quote && ly_blank(p[-1]))
			word = p;
	}
	return p;
}

/* One pass over the markup. In a well-formed text a '<' always begins one of these. */
static bool scan(ly_slice_t text, names_t *names, ly_report_t *report)
{
	static const struct
	{
		ly_slice_t start, end;
	} skipped[] = {
			{LY_LIT("<!--"), LY_LIT("-->")},
			{LY_LIT("<![CDATA["), LY_LIT("]]>")},
			{LY_LIT("<?"), LY_LIT("?>")},
	};
	const char *end = text.s + text.len, *p = text.s;
	unsigned count;

	while(names->count <= MAX_NAMES
			&& (p = memchr(p, '<', (size_t)(end - p)))) {
		ly_slice_t rest = ly_span(p, end);
		size_t kind = 0;
		while(kind < 3 && !ly_istarts(rest, skipped[kind].start))
			kind++;
		if(rest.len > 1 && rest.s[1] == '?')
			note_first(names, ly_from(rest, 2));
		if(kind < 3) {
			p = memmem(p, rest.len, skipped[kind].end.s, skipped[kind].end.len);
			if(!p)
				return true; /* unclosed: libxml2 says it better */
			continue;
		}
		if(ly_istarts(rest, LY_LIT("<!"))) {
			ly_found(report, line_at(text, p),
					"a DOCTYPE is refused; remove it, nothing here needs one");
			return false;
		}
		if(rest.len > 1)
			note_first(names, ly_from(rest, 1));
		rest.s = skip_tag(p + 1, end, names, &count);
		if(count > LY_XML_MAX_ATTRIBUTES) {
			ly_found(report, line_at(text, p),
					"an element has %u attributes, more than %d", count,
					LY_XML_MAX_ATTRIBUTES);
			return false;
		}
		p = rest.s;
	}
	if(names->count > MAX_NAMES)
		ly_found(report, line_at(text, names->last),
				"there are more than %d names of elements, attributes and "
				"namespaces",
				MAX_NAMES);
	return names->count <= MAX_NAMES;
}

bool ly_xml_text(ly_slice_t bytes, const char *root, ly_arena_t *arena,
		ly_report_t *report, ly_slice_t *text)
{
	names_t names = {0};
	const char *nul;
	ly_slice_t body;

	if(!decode(bytes, arena, report, text))
		return false;
	body = ly_trim(*text);
	if(body.len == 0) {
		ly_found(report, 1, "the file is empty; expected %s", root);
		return false;
	}
	nul = memchr(text->s, '\0', text->len);
	if(nul || body.s[0] != '<') {
		ly_found(report, line_at(*text, nul ? nul : body.s),
				"this is not XML in UTF-8 or UTF-16; expected %s", root);
		return false;
	}
	names.places = ly_arena_alloc(arena, PLACES * sizeof(*names.places));
	if(!names.places)
		ly_found_no_memory(report);
	return names.places && is_utf8(*text, report)
		   && scan(*text, &names, report);
}
