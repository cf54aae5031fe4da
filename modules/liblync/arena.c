/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/arena.h"

#include <stdalign.h>
#include <stdint.h>

#ifndef BLOCK_BYTES
#define BLOCK_BYTES (16u << 10)
#endif

typedef struct ly_arena_block
{
	struct ly_arena_block *before;
	size_t used; /* of bytes */
	size_t cap;
	alignas(max_align_t) char bytes[];
} block_t;

static size_t rounded(size_t size)
{
	return (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
}

static block_t *new_block(ly_arena_t *arena, size_t cap)
{
	block_t *block = arena->take(sizeof(block_t) + cap);

	if(!block)
		return NULL;
	block->used = 0;
	block->cap = cap;
	/* A large piece goes behind the block in use, whose rest stays usable. */
	if(arena->last && cap > BLOCK_BYTES) {
		block->before = arena->last->before;
		arena->last->before = block;
	} else {
		block->before = arena->last;
		arena->last = block;
	}
	return block;
}

void *ly_arena_alloc(ly_arena_t *arena, size_t size)
{
	block_t *block = arena->last;
	void *p;

	if(size > SIZE_MAX / 2)
		return NULL;
	size = rounded(size ? size : 1);
	if(!block || size > block->cap - block->used) {
		block = new_block(arena, size > BLOCK_BYTES ? size : BLOCK_BYTES);
		if(!block)
			return NULL;
	}
	p = block->bytes + block->used;
	block->used += size;
	return memset(p, 0, size);
}

ly_slice_t ly_arena_copy(ly_arena_t *arena, ly_slice_t text)
{
	char *copy =
			text.len < SIZE_MAX ? ly_arena_alloc(arena, text.len + 1) : NULL;

	if(!copy)
		return LY_EMPTY;
	if(text.len)
		memcpy(copy, text.s, text.len);
	return ly_slice(copy, text.len);
}

void ly_arena_free(ly_arena_t *arena)
{
	while(arena->last) {
		block_t *block = arena->last;
		arena->last = block->before;
		arena->give(block);
	}
}
