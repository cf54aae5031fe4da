/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/slice.h"

#include <stdarg.h>
#include <stdio.h>

/* Not tolower(): a locale must never change how SIP is read. */
static inline char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool ly_same_letters(const char *a, const char *b, size_t len)
{
	for(size_t i = 0; i < len; i++) {
		if(a[i] != b[i] && lower(a[i]) != lower(b[i]))
			return false;
	}
	return true;
}

ly_slice_t ly_word(ly_slice_t *text)
{
	ly_slice_t rest = ly_trim(*text);
	size_t len = 0;

	while(len < rest.len && !ly_blank(rest.s[len]))
		len++;
	*text = ly_from(rest, len);
	return ly_slice(rest.s, len);
}

bool ly_digits(ly_slice_t text)
{
	for(size_t i = 0; i < text.len; i++) {
		if(text.s[i] < '0' || text.s[i] > '9')
			return false;
	}
	return text.len > 0;
}

long ly_number(ly_slice_t text, long max)
{
	long n = 0;

	if(!ly_digits(text))
		return -1;
	for(size_t i = 0; i < text.len; i++) {
		n = n * 10 + (text.s[i] - '0');
		if(n > max)
			return -1;
	}
	return n;
}

void ly_put(ly_buf_t *b, ly_slice_t text)
{
	if(b->full || text.len > b->cap - b->len) {
		b->full = true;
		return;
	}
	if(text.len)
		memcpy(b->s + b->len, text.s, text.len);
	b->len += text.len;
}

void ly_putc(ly_buf_t *b, char c)
{
	ly_put(b, ly_slice(&c, 1));
}

void ly_put_number(ly_buf_t *b, unsigned n)
{
	char digits[10];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while(n);
	ly_put(b, ly_slice(digits + at, sizeof(digits) - at));
}

void ly_putf(ly_buf_t *b, const char *format, ...)
{
	va_list args;
	int n;

	if(b->full)
		return;
	va_start(args, format);
	n = vsnprintf(b->s + b->len, b->cap - b->len, format, args);
	va_end(args);
	/* vsnprintf wants a byte for the NUL; a text that fills the buffer to the brim counts as too long. */
	if(n < 0 || (size_t)n >= b->cap - b->len)
		b->full = true;
	else
		b->len += (size_t)n;
}
