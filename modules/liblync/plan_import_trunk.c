/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trunks: known by their name, or by the pair of ports between us and the pool, which no two trunks share: so one
 * that the administrator calls otherwise is found again.
 */
#include "liblync/plan_importer.h"

typedef struct known
{
	ly_set_t names; /* trunks of the plan, by name */
	ly_set_t pairs; /* … by pair_key() */
	ly_set_t pools; /* the plan's, by name */
	ly_set_t taken; /* names of trunks that are found */
} known_t;

static ly_slice_t get(const ly_item_t *item, const char *name)
{
	return ly_trim(ly_item_get(item, name));
}

static ly_slice_t pair_key(ly_importer_t *importer, ly_slice_t pool_fqdn,
		long mediation_port, ly_slice_t fqdn, long port)
{
	return ly_draft_text(importer->draft, "%.*s %ld %.*s %ld",
			LY_FMT(pool_fqdn), mediation_port, LY_FMT(fqdn), port);
}

static ly_slice_t key_of(ly_importer_t *importer, const ly_our_trunk_t *trunk)
{
	return pair_key(importer, trunk->lync->pool->fqdn, trunk->mediation_port,
			trunk->self->fqdn, trunk->lync->port);
}

/* Lync itself refuses a second trunk with the same ports. */
static void drop_twins(ly_importer_t *importer)
{
	ly_set_t pairs = {.arena = importer->draft->arena};
	unsigned count = 0;

	for(unsigned i = 0; i < importer->trunk_count; i++) {
		ly_our_trunk_t *trunk = &importer->trunks[i];
		const ly_our_trunk_t *first =
				ly_import_put(importer, &pairs, key_of(importer, trunk), trunk);
		if(!first)
			return;
		if(first == trunk)
			importer->trunks[count++] = *trunk;
		else
			ly_import_note(importer,
					"trunk '%.*s' is left out: it has the pool and the ports "
					"of another one",
					LY_FMT(trunk->lync->name));
	}
	importer->trunk_count = count;
}

static void index_trunks(ly_importer_t *importer, known_t *known)
{
	known->names = ly_import_index(importer, "trunk", "name");
	known->pools = ly_import_index(importer, "pool", "name");
	known->pairs.arena = known->taken.arena = importer->draft->arena;
	for(ly_item_t *t = ly_item_first(importer->draft->root, "trunk"); t;
			t = ly_item_next(t, "trunk")) {
		const ly_item_t *pool = ly_set_find(&known->pools, get(t, "pool"));
		if(pool)
			ly_import_put(importer, &known->pairs,
					pair_key(importer, get(pool, "fqdn"),
							ly_number(get(t, "mediation-port"), 65535),
							get(t, "fqdn"), ly_number(get(t, "port"), 65535)),
					t);
	}
}

/* Lync lets several gateways run on one cluster, whose name is then that of all their trunks. */
static void name_trunks(ly_importer_t *importer)
{
	ly_set_t names = {.arena = importer->draft->arena};

	for(unsigned i = 0; i < importer->trunk_count; i++) {
		ly_our_trunk_t *trunk = &importer->trunks[i], *first;
		trunk->name = ly_import_safe(importer, trunk->lync->name);
		first = ly_import_put(importer, &names, trunk->name, trunk);
		if(first && first != trunk)
			first->namesakes = trunk->namesakes = true;
	}
}

/* Each trunk of the plan is found once. */
static void found(ly_importer_t *importer, known_t *known,
		ly_our_trunk_t *trunk, ly_item_t *item)
{
	if(!item || ly_set_find(&known->taken, get(item, "name")))
		return;
	trunk->item = item;
	ly_import_put(importer, &known->taken, get(item, "name"), item);
}

/*
 * Names first: where Lync has changed ports about, a pair may be another trunk's by now. A name that one trunk alone
 * has is never given to another.
 */
static void find_trunks(ly_importer_t *importer, known_t *known)
{
	for(unsigned i = 0; i < importer->trunk_count; i++) {
		ly_our_trunk_t *trunk = &importer->trunks[i];
		if(trunk->namesakes)
			continue;
		found(importer, known, trunk, ly_set_find(&known->names, trunk->name));
		ly_import_put(importer, &known->names, trunk->name, importer);
	}
	for(unsigned i = 0; i < importer->trunk_count; i++) {
		ly_our_trunk_t *trunk = &importer->trunks[i];
		if(!trunk->item)
			found(importer, known, trunk,
					ly_set_find(&known->pairs, key_of(importer, trunk)));
	}
}

static void add_trunk(
		ly_importer_t *importer, known_t *known, ly_our_trunk_t *trunk)
{
	ly_slice_t name;

	trunk->item = ly_draft_add(importer->draft, importer->draft->root, "trunk");
	trunk->fresh = true;
	if(!trunk->item)
		return;
	name = trunk->namesakes ? ly_import_name(importer, &known->names,
									  trunk->lync->name, trunk->item)
							: trunk->name;
	ly_item_set(importer->draft, trunk->item, "name", name);
	ly_import_put(importer, &known->taken, name, trunk->item);
	if(!ly_eq(name, trunk->lync->name))
		ly_import_note(importer, "trunk '%.*s' is called '%.*s' in the plan",
				LY_FMT(trunk->lync->name), LY_FMT(name));
}

/* A trunk changes its pool for another. */
static void leave_pool(ly_importer_t *importer, const ly_item_t *trunk)
{
	ly_slice_t pool = get(trunk, "pool");

	if(pool.len)
		ly_import_put(importer, &importer->left_pools, pool, importer);
}

static void fill_trunk(ly_importer_t *importer, const ly_our_trunk_t *trunk)
{
	ly_slice_t pool = get(trunk->pool, "name");

	if(!ly_ieq(get(trunk->item, "pool"), pool))
		leave_pool(importer, trunk->item);
	ly_import_set(importer, trunk->item, "pool", pool);
	ly_import_set_number(
			importer, trunk->item, "mediation-port", trunk->mediation_port);
	ly_import_set(importer, trunk->item, "fqdn", trunk->self->fqdn);
	ly_import_set_number(importer, trunk->item, "port", trunk->lync->port);
	ly_import_set(
			importer, trunk->item, "transport", ly_import_transport(trunk));
}

/* Trunks that are gone --------------------------------------------------------------------------------------------- */

static void remove_routes(const ly_importer_t *importer, const ly_set_t *gone)
{
	ly_item_t *next;

	for(ly_item_t *target = ly_item_first(importer->draft->root, "target");
			target; target = ly_item_next(target, "target")) {
		for(ly_item_t *r = ly_item_first(target, "route"); r; r = next) {
			next = ly_item_next(r, "route");
			if(ly_set_find(gone, get(r, "trunk")))
				ly_item_remove(r);
		}
	}
}

/* Those of ours that Lync has not any more. Trunks of others, whom nobody asked about, stay. */
static void remove_gone(ly_importer_t *importer, const known_t *known)
{
	ly_set_t ours = {.arena = importer->draft->arena}, gone = ours;
	ly_item_t *next;

	for(unsigned i = 0; i < importer->in->self_count; i++)
		ly_import_put(importer, &ours, importer->selves[i].fqdn, importer);
	for(ly_item_t *t = ly_item_first(importer->draft->root, "trunk"); t;
			t = next) {
		next = ly_item_next(t, "trunk");
		if(!ly_set_find(&ours, get(t, "fqdn"))
				|| ly_set_find(&known->taken, get(t, "name")))
			continue;
		leave_pool(importer, t);
		ly_import_put(importer, &gone, get(t, "name"), t);
		ly_item_remove(t);
	}
	if(gone.count)
		remove_routes(importer, &gone);
}

/* What the two exports say of the same trunks should agree. */
static void compare_exports(ly_importer_t *importer)
{
	const ly_settings_t *settings = importer->in->settings;
	ly_set_t listed = {.arena = importer->draft->arena};

	for(ly_listed_trunk_t *t = settings ? settings->trunks : NULL; t;
			t = t->next)
		ly_import_put(importer, &listed, t->name, t);
	for(unsigned i = 0; listed.count && i < importer->trunk_count; i++) {
		const ly_topology_trunk_t *lync = importer->trunks[i].lync;
		const ly_listed_trunk_t *t = ly_set_find(&listed, lync->name);
		if(!t)
			ly_import_note(importer,
					"trunk '%.*s' is in the topology, but not in the export of "
					"Get-CsTrunk: are they of the same day?",
					LY_FMT(lync->name));
		else if(t->pool.len && !ly_ieq(t->pool, lync->pool->fqdn))
			ly_import_note(importer,
					"trunk '%.*s' leads to the pool '%.*s' in the topology, "
					"but to '%.*s' in the export of Get-CsTrunk: are they of "
					"the same day?",
					LY_FMT(lync->name), LY_FMT(lync->pool->fqdn),
					LY_FMT(t->pool));
	}
}

void ly_import_trunks(ly_importer_t *importer)
{
	known_t known = {0};

	drop_twins(importer);
	name_trunks(importer);
	index_trunks(importer, &known);
	find_trunks(importer, &known);
	for(unsigned i = 0; i < importer->trunk_count; i++) {
		ly_our_trunk_t *trunk = &importer->trunks[i];
		if(!trunk->item)
			add_trunk(importer, &known, trunk);
		if(ly_import_over(importer))
			return;
		fill_trunk(importer, trunk);
	}
	remove_gone(importer, &known);
	compare_exports(importer);
}
