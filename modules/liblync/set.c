/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/set.h"

#include "liblync/hash.h"

#define FIRST_CAP 64

static uint64_t hash_of(ly_slice_t key)
{
	uint64_t hash = LY_HASH_START;

	for(size_t i = 0; i < key.len; i++) {
		char c = key.s[i];
		hash = ly_hash_byte(hash, c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	/* The low bits choose the place; those of FNV alone are weak. */
	return hash ^ (hash >> 32);
}

/* The place of the key, or the free one where it belongs. There is always a free one. */
static ly_set_entry_t *place_of(
		const ly_set_t *set, ly_slice_t key, uint64_t hash)
{
	size_t i = hash & (set->cap - 1);

	while(set->entries[i].key.s
			&& !(set->entries[i].hash == hash
					&& ly_ieq(set->entries[i].key, key)))
		i = (i + 1) & (set->cap - 1);
	return &set->entries[i];
}

static bool grow(ly_set_t *set)
{
	ly_set_t wider = *set;

	wider.cap = set->cap ? set->cap * 2 : FIRST_CAP;
	wider.entries =
			ly_arena_alloc(set->arena, wider.cap * sizeof(*wider.entries));
	if(!wider.entries)
		return false;
	for(size_t i = 0; i < set->cap; i++) {
		const ly_set_entry_t *entry = &set->entries[i];
		if(entry->key.s)
			*place_of(&wider, entry->key, entry->hash) = *entry;
	}
	*set = wider;
	return true;
}

const ly_set_entry_t *ly_set_add(
		ly_set_t *set, ly_slice_t key, void *item, unsigned line)
{
	uint64_t hash = hash_of(key);
	ly_set_entry_t *entry;

	if(set->count >= set->cap / 2 && !grow(set))
		return NULL;
	entry = place_of(set, key, hash);
	if(entry->key.s)
		return entry;
	key = ly_arena_copy(set->arena, key);
	if(!key.s)
		return NULL;
	*entry = (ly_set_entry_t){key, hash, item, line};
	set->count++;
	return entry;
}

void *ly_set_find(const ly_set_t *set, ly_slice_t key)
{
	const ly_set_entry_t *entry =
			set->cap ? place_of(set, key, hash_of(key)) : NULL;

	return entry && entry->key.s ? entry->item : NULL;
}
