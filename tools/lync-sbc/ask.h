/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the running SBC, over the socket of Kamailio's ctl module. */
#ifndef LYNC_SBC_ASK_H
#define LYNC_SBC_ASK_H

#include "liblync/arena.h"

#define ASK_PAIRS 32 /* members of a structure; more are not kept */

typedef struct ask_pair
{
	ly_slice_t name;
	ly_slice_t text; /* UTF-8, without what a terminal would obey */
	bool number;
} ask_pair_t;

/* A structure of an answer. */
typedef struct ask_row
{
	struct ask_row *next;
	ask_pair_t pairs[ASK_PAIRS];
	unsigned count;
} ask_row_t;

/*
 * The structures that the answer to a command of words consists of (those inside of others are passed over), in arena.
 * False with why: where nobody listens, nothing comes within some seconds, or the SBC refuses.
 */
bool ask(const char *socket, const ly_slice_t *words, unsigned count,
		ly_arena_t *arena, ask_row_t **rows, ly_buf_t *why);

/* A member; s is NULL where there is none of that name. */
ly_slice_t ask_member(const ask_row_t *row, const char *name);

#endif
