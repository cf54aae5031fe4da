/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An ordered list whose entries can each fit only texts that begin in one way: which of them can fit a text is found
 * without a look at the others. Rules and routes for numbers are such lists, "+4930" such a beginning.
 */
#ifndef LIBLYNC_PREFIXES_H
#define LIBLYNC_PREFIXES_H

#include "liblync/index.h"

#define LY_PREFIX_MAX 16 /* longer ones count as their first bytes */

typedef struct ly_prefixes
{
	ly_index_t index;
	uint32_t lengths; /* bit n: some entry has a prefix of n bytes */
} ly_prefixes_t;

/* The entries that can fit one text, one after the other. */
typedef struct ly_prefix_walk
{
	ly_items_t rest[LY_PREFIX_MAX + 1];
	unsigned count;
} ly_prefix_walk_t;

/*
 * Entry number items[i] needs prefix[i]; items rise. scratch is needed only during the call. False without memory.
 * What is built lies in arena and is never changed.
 */
bool ly_prefixes_build(ly_prefixes_t *prefixes, ly_arena_t *arena,
		ly_arena_t *scratch, const ly_slice_t *prefix, const uint32_t *items,
		size_t count);

/* Begins to walk over the entries whose prefix text has. */
void ly_prefixes_begin(
		const ly_prefixes_t *prefixes, ly_slice_t text, ly_prefix_walk_t *walk);

/* The next one, in the order of the list; false when there is none left. */
bool ly_prefixes_next(ly_prefix_walk_t *walk, uint32_t *item);

#endif
