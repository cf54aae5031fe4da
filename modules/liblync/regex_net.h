/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What .NET's regular expressions have that PCRE2 has not, or reads as something else. Inside liblync only. */
#ifndef LIBLYNC_REGEX_NET_H
#define LIBLYNC_REGEX_NET_H

#include "liblync/slice.h"

/*
 * The first thing in the pattern that PCRE2 would understand in another way than .NET: in words that follow "it", and
 * *at is its offset. NULL where there is none; PCRE2 itself complains about most of what it does not know.
 */
const char *ly_regex_unlike_net(ly_slice_t pattern, size_t *at);

/* The letters and digits with which every match of the pattern begins, into out; nothing where that cannot be told. */
void ly_regex_prefix(ly_slice_t pattern, ly_buf_t *out);

#endif
