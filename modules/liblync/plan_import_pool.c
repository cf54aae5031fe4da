/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pools and Mediation Servers: known by their FQDNs, since their names are the administrator's. */
#include "liblync/plan_importer.h"

/* What Lync's ServiceVersion speaks. */
static const struct
{
	unsigned version;
	const char *dialect;
	const char *tls_min; /* NULL: the plan's usual one */
} versions[] = {
		{5, "lync2010", "1.0"}, /* knows nothing newer */
		{6, "lync2013", NULL},
		{7, "sfb2015", NULL},
		{8, "sfb2019", NULL},
};

#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

/* Its row; that of the nearest one where it is not known. */
static size_t row_of(const ly_topology_pool_t *pool)
{
	size_t row = 0;

	while(row + 1 < VERSIONS && versions[row].version < pool->version)
		row++;
	return row;
}

const char *ly_import_tls_min(const ly_topology_pool_t *pool)
{
	return versions[row_of(pool)].tls_min;
}

static void remark_version(
		ly_importer_t *importer, const ly_topology_pool_t *pool)
{
	size_t row = row_of(pool);

	if(versions[row].version != pool->version)
		ly_import_note(importer,
				"pool '%.*s' has the unknown ServiceVersion %u; taken for %s: "
				"see that its dialect is right",
				LY_FMT(pool->fqdn), pool->version, versions[row].dialect);
	if(versions[row].tls_min)
		ly_import_note(importer,
				"pool '%.*s' is %s, which needs TLS %s: tls-min is set so, "
				"here and where the nodes listen for it",
				LY_FMT(pool->fqdn), versions[row].dialect,
				versions[row].tls_min);
	else if(pool->version == 6)
		ly_import_note(importer,
				"pool '%.*s' is lync2013: where its Windows speaks TLS 1.0 "
				"only, set tls-min=\"1.0\" in <pool> and <listen>",
				LY_FMT(pool->fqdn));
}

/* Servers that the topology has not any more go, new ones come, the others stay as they are. */
static void import_servers(ly_importer_t *importer,
		const ly_topology_pool_t *pool, ly_item_t *item)
{
	ly_set_t wanted = {.arena = importer->draft->arena}, present = wanted;
	ly_item_t *next;

	for(unsigned i = 0; i < pool->server_count; i++)
		ly_import_put(
				importer, &wanted, pool->servers[i].fqdn, &pool->servers[i]);
	for(ly_item_t *s = ly_item_first(item, "server"); s; s = next) {
		ly_slice_t fqdn = ly_trim(ly_item_get(s, "fqdn"));
		next = ly_item_next(s, "server");
		if(ly_set_find(&wanted, fqdn))
			ly_import_put(importer, &present, fqdn, s);
		else
			ly_item_remove(s);
	}
	for(unsigned i = 0; i < pool->server_count; i++) {
		const ly_topology_server_t *server = &pool->servers[i];
		ly_item_t *s = ly_set_find(&present, server->fqdn);
		if(!s) {
			s = ly_draft_add(importer->draft, item, "server");
			ly_item_set(importer->draft, s, "fqdn", server->fqdn);
			ly_import_put(importer, &present, server->fqdn, s);
		}
		if(s && server->address.len)
			ly_import_set(importer, s, "address", server->address);
	}
}

static ly_item_t *new_pool(ly_importer_t *importer,
		const ly_topology_pool_t *pool, ly_set_t *names)
{
	ly_draft_t *draft = importer->draft;
	ly_item_t *item = ly_draft_add(draft, draft->root, "pool");
	const char *tls_min = ly_import_tls_min(pool);

	if(!item)
		return NULL;
	ly_item_set(draft, item, "name",
			ly_import_name(importer, names, ly_import_label(pool->fqdn), item));
	ly_item_set(draft, item, "fqdn", pool->fqdn);
	ly_item_set(
			draft, item, "dialect", ly_cstr(versions[row_of(pool)].dialect));
	if(tls_min)
		ly_item_set(draft, item, "tls-min", ly_cstr(tls_min));
	remark_version(importer, pool);
	return item;
}

void ly_import_pools(ly_importer_t *importer)
{
	ly_set_t fqdns = ly_import_index(importer, "pool", "fqdn");
	ly_set_t names = ly_import_index(importer, "pool", "name");
	ly_set_t done = {.arena = importer->draft->arena};

	for(unsigned i = 0; i < importer->trunk_count; i++) {
		const ly_topology_pool_t *pool = importer->trunks[i].lync->pool;
		ly_item_t *item = ly_set_find(&fqdns, pool->fqdn);
		if(!item) {
			item = new_pool(importer, pool, &names);
			ly_import_put(importer, &fqdns, pool->fqdn, item);
		}
		if(!item || ly_import_over(importer))
			return;
		importer->trunks[i].pool = item;
		if(ly_set_find(&done, pool->fqdn))
			continue;
		ly_import_put(importer, &done, pool->fqdn, item);
		ly_import_set(importer, item, "dialect",
				ly_cstr(versions[row_of(pool)].dialect));
		if(pool->site.len)
			ly_import_set(importer, item, "site", pool->site);
		import_servers(importer, pool, item);
	}
}
