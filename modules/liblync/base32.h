/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * base32 in small letters, without padding (RFC 4648 6). All of a URI but its user part may change its case on the way
 * (RFC 3261 19.1.4): what stands there needs letters that do not.
 */
#ifndef LIBLYNC_BASE32_H
#define LIBLYNC_BASE32_H

#include <stdint.h>

#include "liblync/slice.h"

/* Appends the text of len bytes to out. */
void ly_base32_put(ly_buf_t *out, const uint8_t *bytes, size_t len);

/*
 * Writes the bytes of text, in whatever case, to bytes (room for size) and returns how many; -1 where text is none, or
 * ends in bits that an encoder does not write, or is too long.
 */
long ly_base32_get(ly_slice_t text, uint8_t *bytes, size_t size);

#endif
