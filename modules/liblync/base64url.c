/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/base64url.h"

static const char letters[64] __attribute__((nonstring)) =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#define BAD 64
/* clang-format off */
#define X BAD
/* The value of each ASCII letter; BAD for all others. */
static const uint8_t values[128] = {
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X,
	X, X, X, X, X, X, X, X, X, X, X, X, X, 62, X, X, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, X, X, X, X, X, X,
	X, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, X, X, X, X, 63,
	X, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, X, X, X, X, X,
};
#undef X
/* clang-format on */

/* Two letters at once. */
static char pairs[4096][2];

__attribute__((constructor)) static void pair_letters(void)
{
	for(unsigned i = 0; i < 4096; i++) {
		pairs[i][0] = letters[i >> 6];
		pairs[i][1] = letters[i & 63];
	}
}

void ly_base64url_put(ly_buf_t *out, const uint8_t *bytes, size_t len)
{
	size_t length = (len * 4 + 2) / 3;
	char *to = out->s + out->len;
	size_t i;

	if(out->full || length > out->cap - out->len) {
		out->full = true;
		return;
	}
	out->len += length;
	for(i = 0; i + 2 < len; i += 3) {
		uint32_t n = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8
					 | bytes[i + 2];
		memcpy(to, pairs[n >> 12], 2);
		memcpy(to + 2, pairs[n & 4095], 2);
		to += 4;
	}
	if(len - i == 1) {
		*to++ = letters[bytes[i] >> 2];
		*to++ = letters[bytes[i] << 4 & 63];
	} else if(len - i == 2) {
		*to++ = letters[bytes[i] >> 2];
		*to++ = letters[(bytes[i] << 4 | bytes[i + 1] >> 4) & 63];
		*to++ = letters[bytes[i + 1] << 2 & 63];
	}
}

/* BAD's bit is set where c is no letter; sextets have none there. */
static unsigned value(char c)
{
	return (unsigned char)c < 128 ? values[(unsigned char)c] : BAD;
}

/* The one to three letters behind the last four. Bits that are left over must not be set: one text for the same bytes. */
static long get_rest(ly_slice_t text, uint8_t *bytes, size_t done)
{
	uint32_t bits = 0;
	unsigned held = (unsigned)text.len * 6, bad = 0;

	for(size_t i = 0; i < text.len; i++) {
		bad |= value(text.s[i]);
		bits = bits << 6 | (value(text.s[i]) & 63);
	}
	while(held >= 8) {
		held -= 8;
		bytes[done++] = (uint8_t)(bits >> held);
	}
	return (bad & BAD) || (bits & ((1u << held) - 1)) ? -1 : (long)done;
}

long ly_base64url_get(ly_slice_t text, uint8_t *bytes, size_t size)
{
	size_t done = 0, i;
	unsigned bad = 0;

	if(text.len % 4 == 1 || text.len * 3 / 4 > size)
		return -1;
	for(i = 0; i + 4 <= text.len; i += 4) {
		unsigned a = value(text.s[i]), b = value(text.s[i + 1]),
				 c = value(text.s[i + 2]), d = value(text.s[i + 3]);
		uint32_t bits = a << 18 | b << 12 | c << 6 | d;

		bad |= a | b | c | d;
		bytes[done++] = (uint8_t)(bits >> 16);
		bytes[done++] = (uint8_t)(bits >> 8);
		bytes[done++] = (uint8_t)bits;
	}
	return bad & BAD ? -1 : get_rest(ly_from(text, i), bytes, done);
}
