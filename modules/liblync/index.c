/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/index.h"

#include <stdlib.h>

typedef struct ly_index_slot
{
	uint64_t key;
	uint32_t first; /* in items */
	uint32_t count; /* 0: a free slot */
} slot_t;

/* Keys may be numbers that follow each other: Fibonacci hashing spreads them. */
static uint32_t home_of(const ly_index_t *index, uint64_t key)
{
	return (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & index->mask;
}

/* The slot of the key, or the free one where it belongs. There is always a free one. */
static slot_t *slot_of(const ly_index_t *index, uint64_t key)
{
	uint32_t i = home_of(index, key);

	while(index->slots[i].count && index->slots[i].key != key)
		i = (i + 1) & index->mask;
	return &index->slots[i];
}

static int compare(const void *left, const void *right)
{
	const ly_index_pair_t *a = left, *b = right;

	if(a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->item < b->item ? -1 : a->item > b->item;
}

static size_t different_keys(const ly_index_pair_t *pairs, size_t count)
{
	size_t keys = count > 0;

	for(size_t i = 1; i < count; i++)
		keys += pairs[i].key != pairs[i - 1].key;
	return keys;
}

bool ly_index_build(ly_index_t *index, ly_arena_t *arena,
		ly_index_pair_t *pairs, size_t count)
{
	size_t slots = 2;

	*index = (ly_index_t){0};
	if(count == 0)
		return true;
	qsort(pairs, count, sizeof(*pairs), compare);
	while(slots < 2 * different_keys(pairs, count))
		slots *= 2;
	index->mask = (uint32_t)(slots - 1);
	index->slots = ly_arena_alloc(arena, slots * sizeof(slot_t));
	index->items = ly_arena_alloc(arena, count * sizeof(*index->items));
	if(!index->slots || !index->items) {
		*index = (ly_index_t){0};
		return false;
	}
	for(size_t i = 0; i < count; i++) {
		slot_t *slot = slot_of(index, pairs[i].key);
		index->items[i] = pairs[i].item;
		if(slot->count++ == 0) {
			slot->key = pairs[i].key;
			slot->first = (uint32_t)i;
		}
	}
	return true;
}

ly_items_t ly_index_find(const ly_index_t *index, uint64_t key)
{
	const slot_t *slot;

	if(!index->slots)
		return (ly_items_t){NULL, 0};
	slot = slot_of(index, key);
	return (ly_items_t){index->items + slot->first, slot->count};
}
