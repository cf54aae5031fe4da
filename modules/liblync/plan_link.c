/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names become pointers, and what the file leaves out gets its value from what it depends on. */
#include "liblync/plan_reader.h"

#include "liblync/emergency.h"
#include "liblync/media.h"
#include "liblync/set.h"
#include "liblync/token.h"

#define MAX_KNOWN 200 /* with more names than this a message suggests none */

/* What a reference of some kind names, in words. */
static const char *const what[] = {[LY_KIND_POOL] = "pool",
		[LY_KIND_TARGET] = "target",
		[LY_KIND_TRUNK] = "trunk",
		[LY_KIND_NUMBERS] = "numbers",
		[LY_KIND_MEDIA] = "media profile",
		[LY_KIND_CODES] = "codes"};

/* Everything of one kind that has a name. */
typedef struct directory
{
	ly_set_t names;
	ly_slice_t known[MAX_KNOWN]; /* what a reference may name */
	size_t known_count;
} directory_t;

/* What references may name, by their kind; nodes, which none names. */
typedef struct directories
{
	directory_t by_kind[LY_KIND_CODES + 1];
	directory_t nodes;
} directories_t;

static void add(ly_reader_t *reader, directory_t *directory, const char *kind,
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
				kind, LY_FMT(name), entry->line);
}

static void offer(directory_t *directory, ly_slice_t name)
{
	if(directory->known_count < MAX_KNOWN)
		directory->known[directory->known_count] = name;
	directory->known_count++;
}

/* What a reference may name by its name alone. */
static void add_known(ly_reader_t *reader, directories_t *all, ly_kind_t kind,
		ly_slice_t name, void *item, unsigned line)
{
	add(reader, &all->by_kind[kind], what[kind], name, item, line);
	offer(&all->by_kind[kind], name);
}

/* Those that came with the SBC, then the plan's own, which bear other names. */
static void fill_profiles(ly_reader_t *reader, directories_t *all)
{
	ly_plan_t *plan = reader->plan;
	const ly_media_profile_t *shipped;

	for(unsigned i = 0; (shipped = ly_media_shipped(i)); i++)
		add_known(reader, all, LY_KIND_MEDIA, shipped->name, (void *)shipped,
				shipped->line);
	for(unsigned i = 0; i < plan->profile_count; i++) {
		ly_media_profile_t *own = &plan->profiles[i];
		shipped = ly_set_find(&all->by_kind[LY_KIND_MEDIA].names, own->name);
		if(shipped && !shipped->line)
			ly_found(reader->report, own->line,
					"element <profile>: the name '%.*s' is that of a profile "
					"that came with the SBC; expected a name of its own",
					LY_FMT(own->name));
		else
			add_known(reader, all, LY_KIND_MEDIA, own->name, own, own->line);
	}
}

static void fill(ly_reader_t *reader, directories_t *all)
{
	ly_plan_t *plan = reader->plan;
	directory_t *peers = &all->by_kind[LY_KIND_TARGET];

	for(unsigned i = 0; i < plan->node_count; i++)
		add(reader, &all->nodes, "node", plan->nodes[i].name, &plan->nodes[i],
				plan->nodes[i].line);
	for(unsigned i = 0; i < plan->pool_count; i++) {
		plan->pools[i].index = i;
		add_known(reader, all, LY_KIND_POOL, plan->pools[i].name,
				&plan->pools[i], plan->pools[i].line);
	}
	for(unsigned i = 0; i < plan->peer_count; i++) {
		ly_peer_t *peer = &plan->peers[i];
		peer->hash = ly_name_hash(peer->name);
		add(reader, peers, peer->pool ? "server" : "target", peer->name, peer,
				peer->line);
		if(!peer->pool)
			offer(peers, peer->name);
	}
	for(unsigned i = 0; i < plan->trunk_count; i++) {
		ly_trunk_t *trunk = &plan->trunks[i];
		trunk->index = i;
		trunk->hash = ly_name_hash(trunk->name);
		add_known(reader, all, LY_KIND_TRUNK, trunk->name, trunk, trunk->line);
	}
	for(unsigned i = 0; i < plan->numbers_count; i++)
		add_known(reader, all, LY_KIND_NUMBERS, plan->numbers[i].name,
				&plan->numbers[i], plan->numbers[i].line);
	for(unsigned i = 0; i < plan->codes_count; i++)
		add_known(reader, all, LY_KIND_CODES, plan->codes[i].name,
				&plan->codes[i], plan->codes[i].line);
	fill_profiles(reader, all);
}

static void resolve(ly_reader_t *reader, const directories_t *all,
		const ly_reference_t *reference)
{
	const directory_t *directory = &all->by_kind[reference->kind];
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
	static const ly_slice_t names[] = {
			[LY_SRTP_REQUIRED] = {"lync-srtp-required", 18},
			[LY_SRTP_OPTIONAL] = {"lync-srtp-optional", 18},
			[LY_SRTP_NOT_SUPPORTED] = {"lync-rtp", 8}};

	return ly_media_profile(names[mode]);
}

/* Plain RTP of a side that may carry either. */
static void complete_profile(ly_reader_t *reader, ly_media_profile_t *profile)
{
	ly_media_profile_t *room =
			ly_arena_alloc(&reader->plan->arena, sizeof(*room));

	if(room)
		profile->plain = ly_media_plain(profile, room);
	else
		ly_found_no_memory(reader->report);
}

/* What a trunk does not say, its pool or its mode says. */
static void complete(ly_trunk_t *trunk)
{
	if(!trunk->dialect && trunk->pool)
		trunk->dialect = trunk->pool->dialect;
	if(!trunk->media)
		trunk->media = media_of(trunk->SRTPMode);
}

/* <health>, of a server that of its pool; what we know by ourselves where the plan has none. */
static void complete_watching(ly_plan_t *plan)
{
	for(unsigned i = 0; i < plan->pool_count; i++) {
		if(!plan->pools[i].watching.line)
			plan->pools[i].watching.rules = ly_health_rules;
	}
	for(unsigned i = 0; i < plan->peer_count; i++) {
		ly_peer_t *peer = &plan->peers[i];
		if(!peer->pool && !peer->watching.line)
			peer->watching.rules = ly_health_rules;
		peer->health = peer->pool ? &peer->pool->watching.rules
								  : &peer->watching.rules;
	}
}

void ly_plan_link(ly_reader_t *reader)
{
	directories_t *all = ly_arena_alloc(reader->scratch, sizeof(*all));

	if(!all) {
		ly_found_no_memory(reader->report);
		return;
	}
	all->nodes.names.arena = reader->scratch;
	for(unsigned i = 0; i <= LY_KIND_CODES; i++)
		all->by_kind[i].names.arena = reader->scratch;
	fill(reader, all);
	for(const ly_reference_t *r = reader->references;
			r && !reader->report->no_memory; r = r->next)
		resolve(reader, all, r);
	for(unsigned i = 0; i < reader->plan->profile_count; i++)
		complete_profile(reader, &reader->plan->profiles[i]);
	for(unsigned i = 0; i < reader->plan->trunk_count; i++)
		complete(&reader->plan->trunks[i]);
	complete_watching(reader->plan);
	if(!reader->plan->emergency.line)
		reader->plan->emergency.numbers = LY_LIT(LY_EMERGENCY_NUMBERS);
}
