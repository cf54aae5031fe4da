/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/shown.h"

void ly_hide_keys(char *text, size_t len)
{
	const ly_slice_t inline_ = LY_LIT("inline:");

	for(size_t i = 0; i + inline_.len < len; i++) {
		if(!ly_istarts(ly_slice(text + i, len - i), inline_))
			continue;
		for(i += inline_.len;
				i < len && text[i] > ' ' && !strchr("|;", text[i]); i++)
			text[i] = '*';
	}
}

/* Bytes of the character that text begins with (RFC 3629 4); 0 where it is none. */
static size_t character(ly_slice_t text)
{
	unsigned char c = (unsigned char)text.s[0];
	size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	if(c > 0xf4 || len > text.len)
		return 0;
	for(size_t i = 1; i < len; i++) {
		if(((unsigned char)text.s[i] & 0xc0) != 0x80)
			return 0;
	}
	if(len > 2) {
		unsigned char next = (unsigned char)text.s[1];
		if((c == 0xe0 && next < 0xa0) || (c == 0xed && next > 0x9f)
				|| (c == 0xf0 && next < 0x90) || (c == 0xf4 && next > 0x8f))
			return 0;
	}
	return len;
}

/* C0, DEL, and C1 as UTF-8 writes it. */
static bool is_control(ly_slice_t one)
{
	unsigned char c = (unsigned char)one.s[0];

	return one.len == 1 ? (c < 0x20 || c == 0x7f)
						: one.len == 2 && c == 0xc2
								  && (unsigned char)one.s[1] < 0xa0;
}

void ly_put_clean(ly_buf_t *out, ly_slice_t text, bool plain)
{
	while(text.len) {
		size_t len = character(text);

		if(len == 0)
			ly_put(out, LY_LIT("\xef\xbf\xbd"));
		else if(plain && is_control(ly_slice(text.s, len)))
			ly_putc(out, text.s[0] == '\t' ? ' ' : '?');
		else
			ly_put(out, ly_slice(text.s, len));
		text = ly_from(text, len ? len : 1);
	}
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
		   || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

void ly_put_short(ly_buf_t *out, ly_slice_t text)
{
	while(text.len) {
		size_t len = 0;

		while(len < text.len && is_letter(text.s[len]))
			len++;
		ly_put(out, ly_slice(text.s, len < 64 ? len : 16));
		if(len >= 64)
			ly_put(out, LY_LIT("\xe2\x80\xa6"));
		if(len < text.len)
			ly_putc(out, text.s[len++]);
		text = ly_from(text, len);
	}
}

unsigned ly_columns(ly_slice_t text)
{
	unsigned columns = 0;

	for(size_t i = 0; i < text.len; i++)
		columns += ((unsigned char)text.s[i] & 0xc0) != 0x80;
	return columns;
}
