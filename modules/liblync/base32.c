/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/base32.h"

static const char letters[32] __attribute__((nonstring)) =
		"abcdefghijklmnopqrstuvwxyz234567";

void ly_base32_put(ly_buf_t *out, const uint8_t *bytes, size_t len)
{
	uint32_t bits = 0;
	unsigned held = 0;

	for(size_t i = 0; i < len; i++) {
		bits = bits << 8 | bytes[i];
		for(held += 8; held >= 5; held -= 5)
			ly_putc(out, letters[bits >> (held - 5) & 31]);
		bits &= 31;
	}
	if(held)
		ly_putc(out, letters[bits << (5 - held) & 31]);
}

static int value(char c)
{
	if(c >= '2' && c <= '7')
		return c - '2' + 26;
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'z' ? c - 'a' : -1;
}

long ly_base32_get(ly_slice_t text, uint8_t *bytes, size_t size)
{
	size_t done = 0;
	uint32_t bits = 0;
	unsigned held = 0;

	if(text.len * 5 / 8 > size)
		return -1;
	for(size_t i = 0; i < text.len; i++) {
		int v = value(text.s[i]);
		if(v < 0)
			return -1;
		bits = bits << 5 | (uint32_t)v;
		held += 5;
		if(held >= 8) {
			held -= 8;
			bytes[done++] = (uint8_t)(bits >> held);
			bits &= (1u << held) - 1;
		}
	}
	/* a whole letter that says nothing, or bits that are not zero: another text for the same bytes */
	return held < 5 && bits == 0 ? (long)done : -1;
}
