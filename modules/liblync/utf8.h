/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Characters by their number (RFC 3629, RFC 2781). */
#ifndef LIBLYNC_UTF8_H
#define LIBLYNC_UTF8_H

#include <stdint.h>

#include "liblync/slice.h"

/* The character whose halves are a high and a low surrogate of UTF-16. */
static inline uint32_t ly_utf16_pair(uint32_t high, uint32_t low)
{
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static inline void ly_put_utf8(ly_buf_t *b, uint32_t c)
{
	if(c < 0x80) {
		ly_putc(b, (char)c);
	} else if(c < 0x800) {
		ly_putc(b, (char)(0xc0 | c >> 6));
		ly_putc(b, (char)(0x80 | (c & 0x3f)));
	} else if(c < 0x10000) {
		ly_putc(b, (char)(0xe0 | c >> 12));
		ly_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		ly_putc(b, (char)(0x80 | (c & 0x3f)));
	} else {
		ly_putc(b, (char)(0xf0 | c >> 18));
		ly_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		ly_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
		ly_putc(b, (char)(0x80 | (c & 0x3f)));
	}
}

#endif
