/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers and texts as bytes: what is sealed. Whoever reads one has checked the seal, and still trusts no length. */
#ifndef LIBLYNC_FORM_H
#define LIBLYNC_FORM_H

#include <stdint.h>

#include "liblync/slice.h"

#define LY_FORM_TEXT_MAX 2048 /* bytes of all texts of one form */

void ly_form_put_u16(ly_buf_t *b, uint16_t n);
void ly_form_put_u32(ly_buf_t *b, uint32_t n);
/* Appends count texts: their lengths, and the texts themselves one behind the other, packed. b->full where they do not fit. */
void ly_form_put_texts(ly_buf_t *b, const ly_slice_t *texts, unsigned count);

/* Take one off *in; 0, and *in empty, where the form is cut off: the texts behind it are then not there either. */
uint8_t ly_form_get_u8(ly_slice_t *in);
uint16_t ly_form_get_u16(ly_slice_t *in);
uint32_t ly_form_get_u32(ly_slice_t *in);
/*
 * The rest of a form: exactly count texts, which are unpacked into memory. False where there are others, or memory is
 * too small.
 */
bool ly_form_get_texts(
		ly_slice_t in, ly_buf_t *memory, ly_slice_t **texts, unsigned count);

#endif
