/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages of Kamailio's ctl module (binrpc): a command and its words, and what comes back. Pure; nothing is copied.
 * (Its format is told in Kamailio's modules/ctl/binrpc.h.)
 */
#ifndef LIBLYNC_BINRPC_H
#define LIBLYNC_BINRPC_H

#include <stdint.h>

#include "liblync/slice.h"

/* A command of words, the first of which is its name; cookie comes back with its answer. full where out is too small. */
void ly_binrpc_put(ly_buf_t *out, uint32_t cookie, const ly_slice_t *words,
		unsigned count);

/* Of how many bytes a message consists that begins with these; 0: more are needed to know; -1: it is none. */
long ly_binrpc_length(ly_slice_t begun);

/* An answer that is whole. Reading goes on at rest. */
typedef struct ly_binrpc
{
	uint32_t cookie;
	bool fault; /* then a code and a text follow */
	ly_slice_t rest;
} ly_binrpc_t;

/* False where it is no answer. */
bool ly_binrpc_open(ly_slice_t message, ly_binrpc_t *answer);

typedef enum ly_binrpc_kind
{
	LY_BINRPC_END,	  /* of the message */
	LY_BINRPC_BROKEN, /* what follows cannot be read */
	LY_BINRPC_NUMBER, /* a whole number */
	LY_BINRPC_TEXT, /* or bytes, or a number with decimals, which has no text here */
	LY_BINRPC_NAME,	 /* of the value that follows, in a structure */
	LY_BINRPC_OPENS, /* a structure or list */
	LY_BINRPC_CLOSES /* … and its end */
} ly_binrpc_kind_t;

typedef struct ly_binrpc_value
{
	ly_binrpc_kind_t kind;
	long number;
	ly_slice_t text; /* of a text or name */
} ly_binrpc_value_t;

/* The next value. Behind the end, and behind what is broken, always the same. */
ly_binrpc_value_t ly_binrpc_next(ly_binrpc_t *answer);

#endif
