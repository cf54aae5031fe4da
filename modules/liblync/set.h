/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of names, each with the thing that it names. Names are equal whatever the case of their ASCII letters, as
 * host names and Lync's own names are.
 */
#ifndef LIBLYNC_SET_H
#define LIBLYNC_SET_H

#include <stdint.h>

#include "liblync/arena.h"
#include "liblync/slice.h"

typedef struct ly_set_entry
{
	ly_slice_t key; /* s is NULL in a free place */
	uint64_t hash;
	void *item;
	unsigned line; /* where it was named, for messages */
} ly_set_entry_t;

typedef struct ly_set
{
	ly_arena_t *arena; /* the only field to set; the others begin as 0 */
	ly_set_entry_t *entries;
	size_t cap; /* a power of two */
	size_t count;
} ly_set_t;

/*
 * The entry that has the key: an older one, or a new one with item and line (the key is copied).
 * NULL when the arena has no memory. Valid until the next call.
 */
const ly_set_entry_t *ly_set_add(
		ly_set_t *set, ly_slice_t key, void *item, unsigned line);

/* What the key names; NULL where nothing does. */
void *ly_set_find(const ly_set_t *set, ly_slice_t key);

#endif
