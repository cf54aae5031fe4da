/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is taken piece by piece and given back all at once. The plan lives in one: in shared memory inside
 * Kamailio, in ordinary memory inside the tool.
 */
#ifndef LIBLYNC_ARENA_H
#define LIBLYNC_ARENA_H

#include "liblync/slice.h"

typedef struct ly_arena
{
	void *(*take)(size_t size); /* like malloc() */
	void (*give)(void *p);		/* like free() */
	struct ly_arena_block *last;
} ly_arena_t;

/* Zeroed, aligned for any type; NULL when take() fails. */
void *ly_arena_alloc(ly_arena_t *arena, size_t size);
/* A copy of text that lives as long as the arena, with a NUL behind it; s is NULL when take() fails. */
ly_slice_t ly_arena_copy(ly_arena_t *arena, ly_slice_t text);
/* Gives everything back. The arena is empty afterwards and can be used again. */
void ly_arena_free(ly_arena_t *arena);

#endif
