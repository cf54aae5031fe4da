/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directory: which name is at which addresses, and the other way round, at one moment. Built by the one that
 * asks the DNS, then never changed: it can lie in shared memory and be read by anybody.
 */
#ifndef LIBLYNC_DIRECTORY_H
#define LIBLYNC_DIRECTORY_H

#include "liblync/names.h"

typedef struct ly_entry
{
	ly_slice_t fqdn;
	const ly_known_address_t *known[LY_FAMILIES]; /* as ly_known_t has them */
	unsigned count[LY_FAMILIES];
	unsigned current[LY_FAMILIES];
	int64_t ask_at;
	int64_t forget_at;
	int error;
} ly_entry_t;

typedef struct ly_directory
{
	ly_arena_t arena;
	ly_entry_t *entries;
	unsigned entry_count;
	struct ly_listing *places; /* one for each address of each name */
	ly_index_t by_name;
	ly_index_t by_address;		/* of places */
	struct ly_directory *older; /* for whoever keeps several */
} ly_directory_t;

/*
 * A copy of what count names know. take and give as in ly_plan_load(). NULL without memory; give it back with
 * ly_directory_free(), which takes NULL too.
 */
ly_directory_t *ly_directory_build(ly_name_t *const *names, unsigned count,
		void *(*take)(size_t), void (*give)(void *));
void ly_directory_free(ly_directory_t *directory);

/* The entry of a name, in any case; NULL where there is none. */
const ly_entry_t *ly_directory_find(
		const ly_directory_t *directory, ly_slice_t fqdn);

/*
 * The peers of plan without an address of their own that are at address: those whose name has it now before those
 * whose name had it. Fills found (max of them) and returns how many.
 */
unsigned ly_directory_peers_at(const ly_directory_t *directory,
		const ly_plan_t *plan, const ly_addr_t *address,
		const ly_peer_t **found, unsigned max);

/* Whether address is one of the entry's, current or draining. */
bool ly_entry_has(const ly_entry_t *entry, const ly_addr_t *address);

/*
 * One of the current addresses of a family (4 or 6) for a call: which one depends on seed alone, so that all requests
 * of a call go to the same, and calls are spread evenly. When an address comes or goes, only the calls that it gets
 * or had go elsewhere (rendezvous hashing). NULL where there is none.
 */
const ly_addr_t *ly_entry_pick(
		const ly_entry_t *entry, unsigned family, uint64_t seed);

/* The same, but of those that avoided() says true of only where all are. */
const ly_addr_t *ly_entry_pick_but(const ly_entry_t *entry, unsigned family,
		uint64_t seed,
		bool (*avoided)(const ly_addr_t *address, const void *data),
		const void *data);

#endif
