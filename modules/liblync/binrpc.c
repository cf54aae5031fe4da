/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/binrpc.h"

#define MAGIC_AND_VERSION 0xA1
#define SIZES 4 /* bytes of length and cookie in what is written here */

enum
{
	REQUEST,
	REPLY,
	FAULT = 3
};

enum
{
	T_NUMBER,
	T_TEXT,
	T_DECIMAL,
	T_STRUCT,
	T_LIST,
	T_NAME,
	T_BYTES
};

static void put_bytes(ly_buf_t *out, uint32_t number, unsigned size)
{
	while(size--)
		ly_putc(out, (char)(number >> 8 * size));
}

/* Its length is that of the NUL behind it, too. */
static void put_text(ly_buf_t *out, ly_slice_t text)
{
	ly_putc(out, (char)(0x80 | SIZES << 4 | T_TEXT));
	put_bytes(out, (uint32_t)text.len + 1, SIZES);
	ly_put(out, text);
	ly_putc(out, '\0');
}

void ly_binrpc_put(
		ly_buf_t *out, uint32_t cookie, const ly_slice_t *words, unsigned count)
{
	uint32_t length = 0;

	for(unsigned i = 0; i < count; i++)
		length += (uint32_t)words[i].len + 1 + 1 + SIZES;
	ly_putc(out, (char)MAGIC_AND_VERSION);
	ly_putc(out, REQUEST << 4 | (SIZES - 1) << 2 | (SIZES - 1));
	put_bytes(out, length, SIZES);
	put_bytes(out, cookie, SIZES);
	for(unsigned i = 0; i < count; i++)
		put_text(out, words[i]);
}

static uint32_t take_bytes(ly_slice_t *from, unsigned size)
{
	uint32_t number = 0;

	for(unsigned i = 0; i < size; i++)
		number = number << 8 | (unsigned char)from->s[i];
	*from = ly_from(*from, size);
	return number;
}

static unsigned length_size(ly_slice_t m)
{
	return ((unsigned char)m.s[1] >> 2 & 3) + 1;
}

static unsigned cookie_size(ly_slice_t m)
{
	return ((unsigned char)m.s[1] & 3) + 1;
}

long ly_binrpc_length(ly_slice_t begun)
{
	ly_slice_t rest = ly_from(begun, 2);

	if(begun.len && (unsigned char)begun.s[0] != MAGIC_AND_VERSION)
		return -1;
	if(begun.len < 2 || rest.len < length_size(begun))
		return 0;
	return 2 + (long)length_size(begun) + (long)cookie_size(begun)
		   + (long)take_bytes(&rest, length_size(begun));
}

bool ly_binrpc_open(ly_slice_t message, ly_binrpc_t *answer)
{
	long length = ly_binrpc_length(message);
	unsigned type;

	if(length <= 0 || (size_t)length != message.len)
		return false;
	type = (unsigned char)message.s[1] >> 4;
	answer->fault = type == FAULT;
	answer->rest = ly_from(message, 2 + length_size(message));
	answer->cookie = take_bytes(&answer->rest, cookie_size(message));
	return type == REPLY || type == FAULT;
}

static ly_binrpc_value_t broken(ly_binrpc_t *answer)
{
	/* one byte that never can be read: so it is said again */
	answer->rest = LY_LIT("\x7f");
	return (ly_binrpc_value_t){.kind = LY_BINRPC_BROKEN};
}

/* The bytes of a value whose size is known; the NUL behind a text is none of it. */
static ly_binrpc_value_t take_value(
		ly_binrpc_t *answer, unsigned type, uint32_t size)
{
	ly_slice_t bytes = ly_slice(answer->rest.s, size);
	ly_binrpc_value_t value = {.kind = LY_BINRPC_TEXT};

	if(size > answer->rest.len)
		return broken(answer);
	answer->rest = ly_from(answer->rest, size);
	switch(type) {
		case T_NUMBER:
			if(size > 4)
				return broken(answer);
			value.kind = LY_BINRPC_NUMBER;
			value.number = (long)(int32_t)take_bytes(&bytes, size);
			return value;
		case T_NAME:
			value.kind = LY_BINRPC_NAME;
			/* fall through */
		case T_TEXT:
			if(size == 0 || bytes.s[size - 1] != '\0')
				return broken(answer);
			value.text = ly_slice(bytes.s, size - 1);
			return value;
		case T_BYTES:
			value.text = bytes;
			return value;
		case T_DECIMAL:
			return value;
		default:
			return broken(answer);
	}
}

ly_binrpc_value_t ly_binrpc_next(ly_binrpc_t *answer)
{
	unsigned first, type, size;

	if(!answer->rest.len)
		return (ly_binrpc_value_t){.kind = LY_BINRPC_END};
	first = (unsigned char)answer->rest.s[0];
	type = first & 0xf;
	size = first >> 4 & 7;
	if(first == 0x7f)
		return broken(answer);
	answer->rest = ly_from(answer->rest, 1);
	if(type == T_STRUCT || type == T_LIST) {
		if(size)
			return broken(answer);
		return (ly_binrpc_value_t){
				.kind = first & 0x80 ? LY_BINRPC_CLOSES : LY_BINRPC_OPENS};
	}
	if(first & 0x80) {
		if(size == 0 || size > 4 || size > answer->rest.len)
			return broken(answer);
		size = take_bytes(&answer->rest, size);
	}
	return take_value(answer, type, size);
}
