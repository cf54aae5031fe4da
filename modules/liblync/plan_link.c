/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names become pointers, and what the file leaves out gets its value from what it depends on. */
#include "liblync/plan_reader.h"

#include "liblync/media.h"
#include "liblync/set.h"
#include "liblync/token.h"

#define MAX_KNOWN 200 /* with more names than this a message suggests none */

/* Everything of one kind that has a name. */
typedef struct directory
{
	ly_set_t names;
	ly_slice_t known[MAX_KNOWN]; /* what a reference may name */
	size_t known_count;
} directory_t;

typedef struct directories
{
	directory_t nodes, pools, peers, trunks;
} directories_t;

static void add(ly_reader_t *reader, directory_t *directory, const char *what,
		ly_slice_t name, void *item, unsigned line)
{
	const ly_set_entry_t *entry =
			ly_set_add(&directory->names, name, item, line);

	if(!entry)
		ly_found_no_memory(reader->report);
	else if(entry->item != item)
		ly_found(reader->report, line,
				"%s '%.*s' is defined twice, first in line %u; expected a name "
				"of its own, whatever the case of the letters",
				what, LY_FMT(name), entry->line);
}

static void offer(directory_t *directory, ly_slice_t name)
{
	if(directory->known_count < MAX_KNOWN)
		directory->known[directory->known_count] = name;
	directory->known_count++;
}

static void fill(ly_reader_t *reader, directories_t *all)
{
	ly_plan_t *plan = reader->plan;

	for(unsigned i = 0; i < plan->node_count; i++)
		add(reader, &all->nodes, "node", plan->nodes[i].name, &plan->nodes[i],
				plan->nodes[i].line);
	for(unsigned i = 0; i < plan->pool_count; i++) {
		ly_pool_t *pool = &plan->pools[i];
		add(reader, &all->pools, "pool", pool->name, pool, pool->line);
		offer(&all->pools, pool->name);
	}
	for(unsigned i = 0; i < plan->peer_count; i++) {
		ly_peer_t *peer = &plan->peers[i];
		peer->hash = ly_name_hash(peer->name);
		add(reader, &all->peers, peer->pool ? "server" : "target", peer->name,
				peer, peer->line);
		if(!peer->pool)
			offer(&all->peers, peer->name);
	}
	for(unsigned i = 0; i < plan->trunk_count; i++) {
		ly_trunk_t *trunk = &plan->trunks[i];
		trunk->index = i;
		trunk->hash = ly_name_hash(trunk->name);
		add(reader, &all->trunks, "trunk", trunk->name, trunk, trunk->line);
		offer(&all->trunks, trunk->name);
	}
}

static void resolve(ly_reader_t *reader, directories_t *all,
		const ly_reference_t *reference)
{
	static const char *const what[] = {[LY_KIND_POOL] = "pool",
			[LY_KIND_TARGET] = "target",
			[LY_KIND_TRUNK] = "trunk"};
	directory_t *directory = reference->kind == LY_KIND_POOL	 ? &all->pools
							 : reference->kind == LY_KIND_TARGET ? &all->peers
																 : &all->trunks;
	void *item = ly_set_find(&directory->names, reference->name);
	bool suggest = directory->known_count <= MAX_KNOWN;

	if(item && reference->kind == LY_KIND_TARGET && ((ly_peer_t *)item)->pool)
		item = NULL; /* a Mediation Server, which a trunk's route cannot lead to */
	memcpy(reference->field, &item, sizeof(item));
	if(item)
		return;
	if(suggest)
		ly_found_unknown(reader->report, reference->line, reference->name,
				directory->known, directory->known_count,
				"element <%s>: attribute '%s' names the %s '%.*s', which is "
				"not in this plan",
				reference->element, reference->attribute, what[reference->kind],
				(int)(reference->name.len < 60 ? reference->name.len : 60),
				reference->name.s);
	else
		ly_found(reader->report, reference->line,
				"element <%s>: attribute '%s' names the %s '%.*s', which is "
				"none of the %zu in this plan",
				reference->element, reference->attribute, what[reference->kind],
				LY_FMT(reference->name), directory->known_count);
}

/* New-CsTrunkConfiguration -SRTPMode says what Lync will offer and take; the profile is our side of it. */
static const ly_media_profile_t *media_of(ly_srtp_mode_t mode)
{
	return mode == LY_SRTP_NOT_SUPPORTED
				   ? ly_media_profile(LY_LIT("lync-rtp"))
				   : ly_media_profile(LY_LIT("lync-srtp-required"));
}

void ly_plan_link(ly_reader_t *reader)
{
	ly_set_t empty = {.arena = reader->scratch};
	directories_t all = {.nodes = {.names = empty},
			.pools = {.names = empty},
			.peers = {.names = empty},
			.trunks = {.names = empty}};

	fill(reader, &all);
	for(const ly_reference_t *r = reader->references;
			r && !reader->report->no_memory; r = r->next)
		resolve(reader, &all, r);
	for(unsigned i = 0; i < reader->plan->trunk_count; i++) {
		ly_trunk_t *trunk = &reader->plan->trunks[i];
		if(!trunk->dialect && trunk->pool)
			trunk->dialect = trunk->pool->dialect;
		if(!trunk->media)
			trunk->media = media_of(trunk->SRTPMode);
	}
}
