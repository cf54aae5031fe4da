/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things are by a key of 64 bits, usually a hash. Built once, read by anybody: it lies in an arena and is never
 * changed, so it can be in shared memory and needs no lock.
 */
#ifndef LIBLYNC_INDEX_H
#define LIBLYNC_INDEX_H

#include <stdint.h>

#include "liblync/arena.h"

/* One thing: number item has the key. */
typedef struct ly_index_pair
{
	uint64_t key;
	uint32_t item;
} ly_index_pair_t;

/* Those that have one key, in rising order. Theirs is the index's memory. */
typedef struct ly_items
{
	const uint32_t *item;
	unsigned count;
} ly_items_t;

typedef struct ly_index
{
	struct ly_index_slot *slots; /* NULL: empty */
	uint32_t *items;
	uint32_t mask; /* of the number of slots, a power of two */
} ly_index_t;

/*
 * Makes an index of count pairs, which it sorts; several may have the same key. False without memory. What two keys
 * have in common is for the caller to find out: equal hashes are not equal things.
 */
bool ly_index_build(ly_index_t *index, ly_arena_t *arena,
		ly_index_pair_t *pairs, size_t count);

/* The items that have the key; count 0 where none has. */
ly_items_t ly_index_find(const ly_index_t *index, uint64_t key);

#endif
