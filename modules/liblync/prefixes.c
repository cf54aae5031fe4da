/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/prefixes.h"

#include "liblync/hash.h"

bool ly_prefixes_build(ly_prefixes_t *prefixes, ly_arena_t *arena,
		ly_arena_t *scratch, const ly_slice_t *prefix, const uint32_t *items,
		size_t count)
{
	ly_index_pair_t *pairs = ly_arena_alloc(scratch, count * sizeof(*pairs));

	prefixes->lengths = 0;
	if(!pairs)
		return false;
	for(size_t i = 0; i < count; i++) {
		size_t len =
				prefix[i].len < LY_PREFIX_MAX ? prefix[i].len : LY_PREFIX_MAX;
		prefixes->lengths |= UINT32_C(1) << len;
		pairs[i] = (ly_index_pair_t){
				ly_hash(LY_HASH_START, ly_slice(prefix[i].s, len)), items[i]};
	}
	return ly_index_build(&prefixes->index, arena, pairs, count);
}

void ly_prefixes_begin(
		const ly_prefixes_t *prefixes, ly_slice_t text, ly_prefix_walk_t *walk)
{
	uint64_t hash = LY_HASH_START;

	walk->count = 0;
	for(size_t len = 0; prefixes->lengths >> len; len++) {
		if(prefixes->lengths >> len & 1) {
			ly_items_t items = ly_index_find(&prefixes->index, hash);
			if(items.count)
				walk->rest[walk->count++] = items;
		}
		if(len == text.len)
			break;
		hash = ly_hash_byte(hash, (unsigned char)text.s[len]);
	}
}

bool ly_prefixes_next(ly_prefix_walk_t *walk, uint32_t *item)
{
	ly_items_t *next = NULL;

	for(unsigned i = 0; i < walk->count; i++) {
		ly_items_t *rest = &walk->rest[i];
		if(rest->count && (!next || *rest->item < *next->item))
			next = rest;
	}
	if(!next)
		return false;
	*item = *next->item++;
	next->count--;
	return true;
}
