/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/directory.h"

#include "liblync/hash.h"
#include "liblync/match.h"

typedef struct ly_listing
{
	const ly_known_address_t *known;
	uint32_t entry;
} listing_t;

static bool copy_known(
		ly_directory_t *d, ly_entry_t *entry, const ly_name_t *name)
{
	for(unsigned f = 0; f < LY_FAMILIES; f++) {
		const ly_known_t *known = &name->family[f];
		size_t size = known->count * sizeof(known->at[0]);
		void *copy = ly_arena_alloc(&d->arena, size);

		if(!copy)
			return false;
		entry->known[f] = memcpy(copy, known->at, size);
		entry->count[f] = known->count;
		entry->current[f] = known->current;
	}
	return true;
}

static bool copy_names(
		ly_directory_t *d, ly_name_t *const *names, unsigned count)
{
	d->entries = ly_arena_alloc(&d->arena, count * sizeof(*d->entries));
	if(!d->entries)
		return false;
	d->entry_count = count;
	for(unsigned i = 0; i < count; i++) {
		ly_entry_t *entry = &d->entries[i];

		entry->fqdn = ly_arena_copy(&d->arena, names[i]->fqdn);
		entry->ask_at = names[i]->ask_at;
		entry->forget_at = names[i]->forget_at;
		entry->error = names[i]->error;
		if(!entry->fqdn.s || !copy_known(d, entry, names[i]))
			return false;
	}
	return true;
}

static unsigned count_places(const ly_directory_t *d)
{
	unsigned count = 0;

	for(unsigned i = 0; i < d->entry_count; i++)
		count += d->entries[i].count[0] + d->entries[i].count[1];
	return count;
}

/* Fills places and pairs; returns how many. */
static unsigned list_places(ly_directory_t *d, ly_index_pair_t *pairs)
{
	unsigned count = 0;

	for(unsigned i = 0; i < d->entry_count; i++) {
		const ly_entry_t *entry = &d->entries[i];

		for(unsigned f = 0; f < LY_FAMILIES; f++) {
			for(unsigned k = 0; k < entry->count[f]; k++) {
				const ly_known_address_t *known = &entry->known[f][k];

				d->places[count] = (listing_t){known, i};
				pairs[count] = (ly_index_pair_t){
						ly_address_key(&known->address), count};
				count++;
			}
		}
	}
	return count;
}

static bool build_indexes(ly_directory_t *d, ly_arena_t *scratch)
{
	unsigned places = count_places(d);
	ly_index_pair_t *names =
			ly_arena_alloc(scratch, d->entry_count * sizeof(*names));
	ly_index_pair_t *addresses =
			ly_arena_alloc(scratch, places * sizeof(*addresses));

	d->places = ly_arena_alloc(&d->arena, places * sizeof(*d->places));
	if(!names || !addresses || !d->places)
		return false;
	for(unsigned i = 0; i < d->entry_count; i++)
		names[i] = (ly_index_pair_t){ly_fqdn_key(d->entries[i].fqdn), i};
	return ly_index_build(&d->by_name, &d->arena, names, d->entry_count)
		   && ly_index_build(&d->by_address, &d->arena, addresses,
				   list_places(d, addresses));
}

ly_directory_t *ly_directory_build(ly_name_t *const *names, unsigned count,
		void *(*take)(size_t), void (*give)(void *))
{
	ly_arena_t scratch = {.take = take, .give = give};
	ly_directory_t *d = take(sizeof(*d));
	bool built;

	if(!d)
		return NULL;
	memset(d, 0, sizeof(*d));
	d->arena = scratch;
	built = copy_names(d, names, count) && build_indexes(d, &scratch);
	ly_arena_free(&scratch);
	if(built)
		return d;
	ly_directory_free(d);
	return NULL;
}

void ly_directory_free(ly_directory_t *d)
{
	if(!d)
		return;
	ly_arena_free(&d->arena);
	d->arena.give(d);
}

const ly_entry_t *ly_directory_find(const ly_directory_t *d, ly_slice_t fqdn)
{
	ly_items_t found = ly_index_find(&d->by_name, ly_fqdn_key(fqdn));

	for(unsigned i = 0; i < found.count; i++) {
		const ly_entry_t *entry = &d->entries[found.item[i]];
		if(ly_ieq(entry->fqdn, fqdn))
			return entry;
	}
	return NULL;
}

unsigned ly_directory_peers_at(const ly_directory_t *d, const ly_plan_t *plan,
		const ly_addr_t *address, const ly_peer_t **found, unsigned max)
{
	ly_items_t at = ly_index_find(&d->by_address, ly_address_key(address));
	unsigned count = 0;

	/* An address that has gone from one name to another is the other's. */
	for(int draining = 0; draining < 2; draining++) {
		for(unsigned i = 0; i < at.count; i++) {
			const listing_t *place = &d->places[at.item[i]];

			if((place->known->drains_until != 0) == draining
					&& ly_addr_eq(&place->known->address, address))
				count += ly_peers_named(plan, d->entries[place->entry].fqdn,
						found + count, max - count);
		}
	}
	return count;
}

bool ly_entry_has(const ly_entry_t *entry, const ly_addr_t *address)
{
	unsigned f = ly_family(address);

	for(unsigned i = 0; i < entry->count[f]; i++) {
		if(ly_addr_eq(&entry->known[f][i].address, address))
			return true;
	}
	return false;
}

/* Every bit of the sum has its say in every bit of the result (the finalizer of MurmurHash3). */
static uint64_t mixed(uint64_t h)
{
	h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 33;
}

static bool is_never(const ly_addr_t *address, const void *data)
{
	(void)address;
	(void)data;
	return false;
}

const ly_addr_t *ly_entry_pick(
		const ly_entry_t *entry, unsigned family, uint64_t seed)
{
	return ly_entry_pick_but(entry, family, seed, is_never, NULL);
}

const ly_addr_t *ly_entry_pick_but(const ly_entry_t *entry, unsigned family,
		uint64_t seed,
		bool (*avoided)(const ly_addr_t *address, const void *data),
		const void *data)
{
	unsigned f = family == 6;
	const ly_addr_t *best = NULL;
	uint64_t most = 0;
	bool good = false; /* the best is not avoided */

	for(unsigned i = 0; i < entry->current[f]; i++) {
		const ly_addr_t *address = &entry->known[f][i].address;
		uint64_t points = mixed(ly_address_key(address) ^ mixed(seed));
		bool better = !avoided(address, data);

		if(!best || better > good || (better == good && points > most)) {
			best = address;
			most = points;
			good = better;
		}
	}
	return best;
}
