/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/clixml_text.h"

#include "liblync/utf8.h"

#define ESCAPE 7 /* bytes of "_x000A_" */

static int hex_digit(char c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The unit that the escape at the start of text stands for; -1 where none stands there. */
static long unit_at(ly_slice_t text)
{
	long unit = 0;

	if(text.len < ESCAPE || text.s[0] != '_' || text.s[1] != 'x'
			|| text.s[6] != '_')
		return -1;
	for(size_t i = 2; i < 6; i++) {
		int digit = hex_digit(text.s[i]);
		if(digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

/* XML 1.0 2.2 */
static bool in_xml(uint32_t c)
{
	if(c < 0x20)
		return c == '\t' || c == '\n' || c == '\r';
	return c < 0xd800 || (c >= 0xe000 && c < 0xfffe) || c >= 0x10000;
}

/* Returns how many bytes of text it used up. */
static size_t put_escape(ly_buf_t *b, ly_slice_t text, long unit)
{
	long low = unit >= 0xd800 && unit < 0xdc00 ? unit_at(ly_from(text, ESCAPE))
											   : -1;
	bool pair = low >= 0xdc00 && low < 0xe000;
	uint32_t c = pair ? ly_utf16_pair((uint32_t)unit, (uint32_t)low)
					  : (uint32_t)unit;

	ly_put_utf8(b, in_xml(c) ? c : 0xfffd);
	return pair ? 2 * ESCAPE : ESCAPE;
}

bool ly_clixml_unescape(ly_slice_t raw, ly_arena_t *arena, ly_slice_t *text)
{
	char *buffer;
	ly_buf_t b;

	*text = raw;
	if(ly_find(raw, '_') == raw.len)
		return true;
	/* An escape is longer than any character. */
	buffer = ly_arena_alloc(arena, raw.len);
	if(!buffer)
		return false;
	b = ly_buf(buffer, raw.len);
	for(size_t i = 0; i < raw.len;) {
		ly_slice_t rest = ly_from(raw, i);
		long unit = unit_at(rest);
		if(unit < 0)
			ly_putc(&b, raw.s[i++]);
		else
			i += put_escape(&b, rest, unit);
	}
	*text = ly_buf_slice(&b);
	return true;
}
