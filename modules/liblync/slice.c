/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/slice.h"

#include <stdarg.h>
#include <stdio.h>

/* Not tolower(): a locale must never change how SIP is read. */
static inline char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool ly_ieq(ly_slice_t a, ly_slice_t b)
{
	return a.len == b.len && ly_istarts(a, b);
}

bool ly_istarts(ly_slice_t text, ly_slice_t prefix)
{
	if(text.len < prefix.len)
		return false;
	for(size_t i = 0; i < prefix.len; i++) {
		if(lower(text.s[i]) != lower(prefix.s[i]))
			return false;
	}
	return true;
}

size_t ly_find(ly_slice_t text, char c)
{
	const char *p = text.len ? memchr(text.s, c, text.len) : NULL;
	return p ? (size_t)(p - text.s) : text.len;
}

static inline bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

ly_slice_t ly_trim(ly_slice_t text)
{
	/* From the end first: of nothing but blanks remains the place where they began, not that behind a line end. */
	while(text.len && blank(text.s[text.len - 1]))
		text.len--;
	while(text.len && blank(text.s[0])) {
		text.s++;
		text.len--;
	}
	return text;
}

ly_slice_t ly_from(ly_slice_t text, size_t from)
{
	if(from >= text.len)
		return ly_slice(text.s ? text.s + text.len : NULL, 0);
	return ly_slice(text.s + from, text.len - from);
}

ly_slice_t ly_word(ly_slice_t *text)
{
	ly_slice_t rest = ly_trim(*text);
	size_t len = 0;

	while(len < rest.len && !blank(rest.s[len]))
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
