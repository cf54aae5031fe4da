/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rtpengine's ng protocol: in each direction one datagram, which is a cookie, a blank and a bencoded dictionary. The
 * cookie tells an answer from the one before; rtpengine answers a command that comes again with the same one as it did
 * the first.
 *
 * Nothing here does I/O.
 */
#ifndef LIBLYNC_NG_H
#define LIBLYNC_NG_H

#include "liblync/slice.h"

#define LY_NG_COOKIE_MAX 32
#define LY_NG_DATAGRAM_MAX 65000

/* Begins a command: "COOKIE d7:command5:offer". Keys may be put in any order. */
void ly_ng_begin(ly_buf_t *out, ly_slice_t cookie, ly_slice_t command);
/* A member that is a text; one that is empty is left out. key: a literal. */
void ly_ng_text(ly_buf_t *out, ly_slice_t key, ly_slice_t value);
void ly_ng_number(ly_buf_t *out, ly_slice_t key, unsigned value);
/* Ends it. */
void ly_ng_end(ly_buf_t *out);

typedef enum ly_bencode_kind
{
	LY_BENCODE_TEXT,
	LY_BENCODE_NUMBER,
	LY_BENCODE_LIST,
	LY_BENCODE_DICTIONARY
} ly_bencode_kind_t;

typedef struct ly_bencode
{
	ly_bencode_kind_t kind;
	ly_slice_t
			text; /* a text; the items of a list, the keys and values of a dictionary, to be taken one by one */
	long long number;
} ly_bencode_t;

/* Takes one value off *rest. False at its end, and where it is not bencoded. At most LY_BENCODE_DEPTH deep. */
#define LY_BENCODE_DEPTH 16
bool ly_bencode_next(ly_slice_t *rest, ly_bencode_t *value);

/* The value of a key of a dictionary, whose inside is given; false where it has none. */
bool ly_bencode_find(
		ly_slice_t dictionary, ly_slice_t key, ly_bencode_t *value);
/* The same where it is a text; s is NULL where there is none. */
ly_slice_t ly_bencode_text(ly_slice_t dictionary, ly_slice_t key);
/* The same where it is a number, else otherwise. */
long long ly_bencode_number(
		ly_slice_t dictionary, ly_slice_t key, long long otherwise);

/* An answer, cut in two. False where it is none. dictionary: its inside. */
bool ly_ng_answer(
		ly_slice_t datagram, ly_slice_t *cookie, ly_slice_t *dictionary);

#endif
