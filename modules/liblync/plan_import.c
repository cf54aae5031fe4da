/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan_importer.h"

#define NO_ROUTE "where calls of Lync go on this trunk"
#define NAME_MAX_BYTES 255
#define MAX_KNOWN 200 /* with more names than this a message suggests none */

/* Who we are, and which trunks are ours -------------------------------------------------------------------- */

static void no_such_gateway(ly_importer_t *importer, ly_slice_t self)
{
	const ly_topology_t *topology = importer->in->topology;
	unsigned count = topology->gateway_count;

	ly_found_unknown(importer->draft->report, 0, self, topology->gateways,
			count <= MAX_KNOWN ? count : 0,
			"no trunk of the topology leads to the gateway '%.*s'",
			LY_FMT(self));
}

/* The gateways that are ours: name: ly_self_t. */
static ly_set_t our_names(ly_importer_t *importer)
{
	const ly_topology_t *topology = importer->in->topology;
	ly_set_t gateways = {.arena = importer->draft->arena};
	ly_set_t ours = gateways;

	for(unsigned i = 0; i < topology->gateway_count; i++)
		ly_import_put(importer, &gateways, topology->gateways[i],
				&topology->gateways[i]);
	for(unsigned i = 0; i < importer->in->self_count; i++) {
		importer->selves[i].name = importer->in->selves[i];
		ly_import_put(
				importer, &ours, importer->in->selves[i], &importer->selves[i]);
		if(!ly_set_find(&gateways, importer->in->selves[i]))
			no_such_gateway(importer, importer->in->selves[i]);
	}
	return ours;
}

/* A gateway of Lync 2010 has no port of its own there: it is that of the pool. */
static unsigned mediation_port(const ly_topology_trunk_t *trunk)
{
	unsigned port = trunk->mediation_port;

	for(unsigned i = 0; i < trunk->pool->port_count && !port; i++) {
		if(trunk->pool->ports[i].transport == trunk->transport)
			port = trunk->pool->ports[i].port;
	}
	return port;
}

/* Whether the trunk says enough to be in a plan. */
static bool complete(ly_importer_t *importer, const ly_our_trunk_t *ours)
{
	const ly_topology_trunk_t *trunk = ours->lync;
	ly_report_t *report = importer->draft->report;

	if(!trunk->name.len || trunk->name.len > NAME_MAX_BYTES)
		ly_found(report, trunk->line,
				"a trunk to '%.*s' runs on no cluster that would tell its "
				"name",
				LY_FMT(trunk->gateway));
	else if(!trunk->port)
		ly_found(report, trunk->line,
				"trunk '%.*s' has no port of the gateway; expected a <Port "
				"Owner=\"urn:component:GatewayComp\"> over Tcp or Tls",
				LY_FMT(trunk->name));
	else if(!trunk->pool->fqdn.len || trunk->pool->fqdn.len > NAME_MAX_BYTES
			|| !trunk->pool->server_count)
		ly_found(report, trunk->pool->line,
				"the Mediation pool of trunk '%.*s' runs on no cluster with "
				"machines",
				LY_FMT(trunk->name));
	else if(!ours->mediation_port)
		ly_found(report, trunk->line,
				"trunk '%.*s' has no port of the Mediation pool, and the pool "
				"has none over %s",
				LY_FMT(trunk->name), ly_transport_name(trunk->transport));
	else
		return true;
	return false;
}

static void select_trunk(ly_importer_t *importer, const ly_set_t *ours,
		const ly_topology_trunk_t *lync)
{
	ly_our_trunk_t *trunk = &importer->trunks[importer->trunk_count];

	trunk->lync = lync;
	trunk->self = ly_set_find(ours, lync->gateway);
	if(!trunk->self)
		return;
	if(!lync->pool) {
		ly_import_note(importer,
				"trunk '%.*s' is left out: it leads to no Mediation pool",
				LY_FMT(lync->name));
		return;
	}
	trunk->mediation_port = mediation_port(lync);
	if(!complete(importer, trunk))
		return;
	if(!ly_topology_listens(lync->pool, lync->transport, trunk->mediation_port))
		ly_import_note(importer,
				"trunk '%.*s' uses port %u of the pool '%.*s', which does not "
				"listen there over %s",
				LY_FMT(lync->name), trunk->mediation_port,
				LY_FMT(lync->pool->fqdn), ly_transport_name(lync->transport));
	importer->trunk_count++;
}

static bool select_trunks(ly_importer_t *importer)
{
	const ly_topology_t *topology = importer->in->topology;
	ly_arena_t *arena = importer->draft->arena;
	ly_set_t ours;

	importer->selves = ly_arena_alloc(
			arena, importer->in->self_count * sizeof(*importer->selves));
	importer->trunks = ly_arena_alloc(
			arena, (topology->trunk_count + 1) * sizeof(*importer->trunks));
	if(!importer->selves || !importer->trunks) {
		ly_found_no_memory(importer->draft->report);
		return false;
	}
	ours = our_names(importer);
	for(unsigned i = 0; i < topology->trunk_count; i++)
		select_trunk(importer, &ours, &topology->trunks[i]);
	if(!ly_import_over(importer) && !importer->trunk_count)
		ly_found(importer->draft->report, 0,
				"no trunk that leads to a Mediation pool is ours");
	return !ly_import_over(importer);
}

/* Has Lync's topology been published again since it was imported? */
static void note_drift(ly_importer_t *importer)
{
	ly_item_t *root = importer->draft->root;
	ly_slice_t fresh = importer->in->topology->signature;
	ly_slice_t old = ly_item_get(root, "signature");

	if(old.s && fresh.len && ly_ieq(old, fresh))
		ly_import_note(importer,
				"the topology has not been published again since the plan was "
				"imported (signature %.*s)",
				LY_FMT(fresh));
	else if(old.s && fresh.len)
		ly_import_note(importer,
				"the topology has been published again since the plan was "
				"imported (signature %.*s then, %.*s now)",
				LY_FMT(old), LY_FMT(fresh));
	if(fresh.len)
		ly_import_set(importer, root, "signature", fresh);
}

/* The plan as a whole ----------------------------------------------------------------------------------------------- */

static void import_root(ly_importer_t *importer)
{
	ly_slice_t domain = importer->in->topology->domain;

	note_drift(importer);
	if(domain.len)
		ly_import_set(importer, importer->draft->root, "imported-from",
				ly_draft_text(
						importer->draft, "topology of %.*s", LY_FMT(domain)));
}

/* Pools that trunks have left and none leads to any more. */
static void remove_left_pools(ly_importer_t *importer)
{
	ly_set_t used = ly_import_index(importer, "trunk", "pool");
	ly_item_t *pool = ly_item_first(importer->draft->root, "pool");

	while(pool) {
		ly_item_t *next = ly_item_next(pool, "pool");
		ly_slice_t name = ly_trim(ly_item_get(pool, "name"));
		if(ly_set_find(&importer->left_pools, name)
				&& !ly_set_find(&used, name))
			ly_item_remove(pool);
		pool = next;
	}
}

/* Without a target there is no plan. It takes no calls until the administrator lets it. */
static void import_target(ly_importer_t *importer)
{
	ly_draft_t *draft = importer->draft;
	ly_item_t *target = ly_item_first(draft->root, "target");

	if(target)
		return;
	target = ly_draft_add(draft, draft->root, "target");
	ly_item_set(draft, target, "name", LY_LIT("fill-in"));
	ly_item_set(draft, target, "fqdn", LY_LIT(LY_BLANK_FQDN));
	ly_item_set(draft, target, "port", LY_LIT("5060"));
	ly_item_set(draft, target, "transport", LY_LIT("udp"));
	ly_item_set(draft, target, "state", LY_LIT("drain"));
	for(unsigned i = 0; i < importer->trunk_count; i++) {
		ly_item_t *route = ly_draft_add(draft, target, "route");
		ly_item_t *to = ly_draft_add(draft, importer->trunks[i].item, "route");
		ly_item_set(draft, route, "trunk",
				ly_item_get(importer->trunks[i].item, "name"));
		ly_item_set(draft, to, "target", LY_LIT("fill-in"));
	}
	ly_import_comment(importer, draft->root, target,
			LY_FILL_IN
			"the gateways, PBXs and providers behind the SBC, a <target> each "
			"with a name, an address or fqdn, a port and a transport, and "
			"without state=\"drain\"; change the routes that name the target "
			"'fill-in'");
}

/* A trunk without routes refuses all calls of Lync. */
static void remark_routes(ly_importer_t *importer)
{
	for(unsigned i = 0; i < importer->trunk_count; i++) {
		ly_item_t *item = importer->trunks[i].item;
		ly_import_forget(item, LY_FILL_IN NO_ROUTE);
		if(!ly_item_first(item, "route"))
			ly_import_comment(importer, item, NULL,
					LY_FILL_IN NO_ROUTE
					", a <route "
					"target=\"...\"/> for each target, and in these targets a "
					"<route trunk=\"%.*s\"/> for the calls to Lync",
					LY_FMT(ly_item_get(item, "name")));
	}
}

bool ly_plan_import(const ly_import_t *import, ly_draft_t *draft)
{
	static void (*const parts[])(ly_importer_t *) = {import_root,
			ly_import_pools, ly_import_nodes, ly_import_trunks,
			remove_left_pools, ly_import_settings, ly_import_rules,
			import_target, remark_routes};
	ly_importer_t importer = {.in = import,
			.draft = draft,
			.left_pools = {.arena = draft->arena}};

	if(!select_trunks(&importer))
		return false;
	for(size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if(!ly_import_over(&importer))
			parts[i](&importer);
	}
	return !ly_import_over(&importer);
}

/* Looking for blanks ------------------------------------------------------------------------------------------------ */

unsigned ly_plan_blanks(const ly_draft_t *draft,
		void (*tell)(void *to, unsigned line, ly_slice_t text), void *to)
{
	const ly_item_t *item = draft->document;
	unsigned count = 0;

	while(item) {
		ly_slice_t text = ly_trim(item->text);
		if(item->kind == LY_ITEM_COMMENT
				&& ly_istarts(text, LY_LIT(LY_FILL_IN))) {
			ly_slice_t what = ly_from(text, sizeof(LY_FILL_IN) - 1);
			tell(to, item->line, what);
			count++;
		}
		if(item->first) {
			item = item->first;
			continue;
		}
		while(item && !item->next)
			item = item->parent;
		item = item ? item->next : NULL;
	}
	return count;
}
