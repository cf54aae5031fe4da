/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A slice is a run of bytes that somebody else owns: text of a message or of the plan, not terminated by NUL.
 * Nothing here allocates, and nothing reads outside the slice.
 */
#ifndef LIBLYNC_SLICE_H
#define LIBLYNC_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct ly_slice
{
	const char *s;
	size_t len;
} ly_slice_t;

/* For printf's "%.*s". */
#define LY_FMT(slice) (int)(slice).len, (slice).s
#define LY_LIT(text) ((ly_slice_t){(text), sizeof(text) - 1})
#define LY_EMPTY ((ly_slice_t){NULL, 0})

static inline ly_slice_t ly_slice(const char *s, size_t len)
{
	return (ly_slice_t){s, len};
}

static inline ly_slice_t ly_cstr(const char *s)
{
	return (ly_slice_t){s, s ? strlen(s) : 0};
}

/* What lies in [from, to). Both must point into the same text. */
static inline ly_slice_t ly_span(const char *from, const char *to)
{
	return (ly_slice_t){from, (size_t)(to - from)};
}

static inline bool ly_eq(ly_slice_t a, ly_slice_t b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

/* The first len bytes of both are equal but for the case of ASCII letters. */
bool ly_same_letters(const char *a, const char *b, size_t len);

/* text begins with prefix, in any case. The first letter nearly always tells. */
static inline bool ly_istarts(ly_slice_t text, ly_slice_t prefix)
{
	return text.len >= prefix.len
		   && (prefix.len == 0
				   || (((text.s[0] ^ prefix.s[0]) & ~0x20) == 0
						   && ly_same_letters(text.s, prefix.s, prefix.len)));
}

/* Equal but for the case of ASCII letters: header names, hosts, URI schemes (RFC 3261 7.3.1, 19.1.4). */
static inline bool ly_ieq(ly_slice_t a, ly_slice_t b)
{
	return a.len == b.len && ly_istarts(a, b);
}

/* Offset of the first c, or text.len where there is none. */
static inline size_t ly_find(ly_slice_t text, char c)
{
	const char *p = text.len ? memchr(text.s, c, text.len) : NULL;
	return p ? (size_t)(p - text.s) : text.len;
}

static inline bool ly_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Without blanks, tabs and line ends at both ends. A blank text keeps the place where it began. */
static inline ly_slice_t ly_trim(ly_slice_t text)
{
	const char *s = text.s;

	while(text.len && ly_blank(text.s[text.len - 1]))
		text.len--;
	if(text.len == 0)
		return ly_slice(s, 0);
	while(ly_blank(text.s[0])) {
		text.s++;
		text.len--;
	}
	return text;
}

/* text from offset from on; empty, behind its end, where from lies behind it. */
static inline ly_slice_t ly_from(ly_slice_t text, size_t from)
{
	if(from >= text.len)
		return ly_slice(text.s ? text.s + text.len : NULL, 0);
	return ly_slice(text.s + from, text.len - from);
}

/* Takes the first blank-separated word off *text; empty where none is left. */
ly_slice_t ly_word(ly_slice_t *text);
/* A decimal number that fills the whole slice, at most max; -1 where it is none. */
long ly_number(ly_slice_t text, long max);
/* Every byte is a digit, and there is at least one. */
bool ly_digits(ly_slice_t text);

/*
 * Text being built in a buffer of the caller. Writing past the end sets full and writes nothing more, so one look
 * at the end is enough.
 */
typedef struct ly_buf
{
	char *s;
	size_t len;
	size_t cap;
	bool full;
} ly_buf_t;

static inline ly_buf_t ly_buf(char *s, size_t cap)
{
	return (ly_buf_t){s, 0, cap, false};
}

void ly_put(ly_buf_t *b, ly_slice_t text);
void ly_putc(ly_buf_t *b, char c);
/* In decimal. */
void ly_put_number(ly_buf_t *b, unsigned n);
/* As printf() does; for texts that are not written with every message. */
void ly_putf(ly_buf_t *b, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

static inline ly_slice_t ly_buf_slice(const ly_buf_t *b)
{
	return (ly_slice_t){b->s, b->len};
}

#endif
