/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIP texts in fewer bytes: common words, numbers and hexadecimal digits two to a byte, and what was said before by
 * where it was. A general compressor finds next to nothing in the 200 bytes that a token holds, and wants memory of
 * its own.
 *
 * The packed form, byte by byte:
 *   00-7f        that byte
 *   80-9f        a word of the table
 *   a0-bf        4 to 35 characters of 0123456789.:+-;@ follow, two in a byte, the first in the upper half
 *   c0-cf d0-df  6 to 36 hexadecimal digits, an even number, in small or capital letters, follow likewise
 *   e0-fe        4 to 34 bytes again, which began as many bytes before as the next byte says, plus one
 *   ff           the next byte as it is
 */
#ifndef LIBLYNC_PACK_H
#define LIBLYNC_PACK_H

#include "liblync/slice.h"

/* Appends text packed to out, which must have room for twice as much; out->full where it has not. */
void ly_pack(ly_slice_t text, ly_buf_t *out);

/* Appends what was packed to out. False where packed is no such form, or out has no room for it. */
bool ly_unpack(ly_slice_t packed, ly_buf_t *out);

#endif
