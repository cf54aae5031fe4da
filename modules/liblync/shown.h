/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes of a message as they may be shown. */
#ifndef LIBLYNC_SHOWN_H
#define LIBLYNC_SHOWN_H

#include "liblync/slice.h"

/* Puts '*' in place of each SRTP key (RFC 4568: inline:KEY) of a text, which stays as long as it is. */
void ly_hide_keys(char *text, size_t len);

/*
 * Appends text as UTF-8: each byte that is no part of a character becomes U+FFFD (RFC 3629 3); with plain, a tab
 * becomes a blank, and any other control character '?', for a terminal would obey it. Three bytes for each of text hold it all.
 */
void ly_put_clean(ly_buf_t *out, ly_slice_t text, bool plain);

/* Appends text with what we have sealed into it cut short: of 64 letters of base64 and more, the first 16. */
void ly_put_short(ly_buf_t *out, ly_slice_t text);

/* How many columns a clean text takes. */
unsigned ly_columns(ly_slice_t text);

#endif
