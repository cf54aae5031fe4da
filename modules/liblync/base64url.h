/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * base64url without padding (RFC 4648 5): letters that may stand in the user part of a URI. libsodium's takes five
 * times as long, since it hides what it writes from a timing attacker; ours is sealed and sent anyway.
 */
#ifndef LIBLYNC_BASE64URL_H
#define LIBLYNC_BASE64URL_H

#include <stdint.h>

#include "liblync/slice.h"

/* Appends the text of len bytes to out. */
void ly_base64url_put(ly_buf_t *out, const uint8_t *bytes, size_t len);

/*
 * Writes the bytes of text to bytes (room for size) and returns how many; -1 where text is none, or ends in bits that
 * an encoder does not write (two texts for the same bytes), or is too long.
 */
long ly_base64url_get(ly_slice_t text, uint8_t *bytes, size_t size);

#endif
