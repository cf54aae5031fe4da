/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/form.h"

#include "liblync/pack.h"

#define TEXTS_MAX 8

void ly_form_put_u16(ly_buf_t *b, uint16_t n)
{
	ly_putc(b, (char)(n >> 8));
	ly_putc(b, (char)n);
}

void ly_form_put_u32(ly_buf_t *b, uint32_t n)
{
	const char bytes[4] = {
			(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
	ly_put(b, ly_slice(bytes, 4));
}

/* A length below 128 is one byte, another two, the first with its upper bit set. */
static void put_length(ly_buf_t *b, size_t len)
{
	if(len >= 128)
		ly_putc(b, (char)(0x80 | len >> 8));
	ly_putc(b, (char)len);
}

void ly_form_put_texts(ly_buf_t *b, const ly_slice_t *texts, unsigned count)
{
	char memory[LY_FORM_TEXT_MAX];
	ly_buf_t all = ly_buf(memory, sizeof(memory));

	for(unsigned i = 0; i < count; i++) {
		ly_put(&all, texts[i]);
		put_length(b, texts[i].len);
	}
	ly_pack(ly_buf_slice(&all), b);
	if(all.full)
		b->full = true;
}

uint8_t ly_form_get_u8(ly_slice_t *in)
{
	uint8_t n = in->len ? (uint8_t)in->s[0] : 0;

	*in = ly_from(*in, 1);
	return n;
}

uint16_t ly_form_get_u16(ly_slice_t *in)
{
	uint16_t high = ly_form_get_u8(in);

	return (uint16_t)(high << 8 | ly_form_get_u8(in));
}

uint32_t ly_form_get_u32(ly_slice_t *in)
{
	uint32_t high = ly_form_get_u16(in);

	return high << 16 | ly_form_get_u16(in);
}

/* False where the form is cut off. */
static bool get_length(ly_slice_t *in, size_t *len)
{
	if(in->len == 0)
		return false;
	*len = ly_form_get_u8(in);
	if(*len < 128)
		return true;
	if(in->len == 0)
		return false;
	*len = (*len & 0x7f) << 8 | ly_form_get_u8(in);
	return true;
}

bool ly_form_get_texts(
		ly_slice_t in, ly_buf_t *memory, ly_slice_t **texts, unsigned count)
{
	size_t length[TEXTS_MAX], at = memory->len;

	if(count > TEXTS_MAX)
		return false;
	for(unsigned i = 0; i < count; i++) {
		if(!get_length(&in, &length[i]))
			return false;
	}
	if(!ly_unpack(in, memory))
		return false;
	for(unsigned i = 0; i < count; i++) {
		if(length[i] > memory->len - at)
			return false;
		*texts[i] = ly_slice(memory->s + at, length[i]);
		at += length[i];
	}
	return at == memory->len;
}
