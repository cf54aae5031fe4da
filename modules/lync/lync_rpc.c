/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_rpc.h"

#include "liblync/dialect.h"
#include "liblync/media.h"
#include "lync.h"
#include "lync_redis.h"

/* ctl knows no array_add: a list is filled with named structures, as dispatcher.list does. */
static void add_trunk(rpc_t *rpc, void *list, const ly_trunk_t *trunk)
{
	str name = lync_str(trunk->name), pool = lync_str(trunk->pool->name), fqdn = lync_str(trunk->fqdn);
	str dialect = lync_str(trunk->dialect->name), media = lync_str(trunk->media->name);
	void *row;

	rpc->struct_add(list, "{", "trunk", &row);
	rpc->struct_add(row, "SSdSdsSSd", "name", &name, "pool", &pool, "mediation_port", (int)trunk->mediation_port,
			"fqdn", &fqdn, "port", (int)trunk->port, "transport", ly_transport_name(trunk->transport), "dialect",
			&dialect, "media", &media, "routes", (int)trunk->route_count);
}

static void add_peer(rpc_t *rpc, void *list, const ly_peer_t *peer)
{
	str name = lync_str(peer->name), address = lync_str(peer->address_text);
	void *row;

	rpc->struct_add(list, "{", "peer", &row);
	rpc->struct_add(row, "SsSds", "name", &name, "side", ly_side_name(peer->side), "address", &address, "port",
			(int)peer->port, "state", peer->state == LY_STATE_READY ? "ready" : "drain");
}

/* lync.plan: what is in force. */
static void rpc_plan(rpc_t *rpc, void *ctx)
{
	str file = lync_str(lync_plan->file), node = lync_str(lync_node->name);
	void *root, *list;

	if(rpc->add(ctx, "{", &root) < 0)
		return;
	/* One list at a time: ctl crashes when a second is opened before the first is filled. */
	rpc->struct_add(root, "SS[", "file", &file, "node", &node, "trunks", &list);
	for(unsigned i = 0; i < lync_plan->trunk_count; i++)
		add_trunk(rpc, list, &lync_plan->trunks[i]);
	rpc->struct_add(root, "[", "peers", &list);
	for(unsigned i = 0; i < lync_plan->peer_count; i++)
		add_peer(rpc, list, &lync_plan->peers[i]);
}

static const char *plan_doc[] = {"The plan in force: this node, trunks, Mediation Servers and targets.", 0};
static const char *cluster_doc[] = {"Whether Redis answers, and which nodes of the plan are alive.", 0};

rpc_export_t lync_rpc_commands[] = {
		{"lync.plan", rpc_plan, plan_doc, 0},
		{"lync.cluster", lync_redis_rpc, cluster_doc, 0},
		{0, 0, 0, 0},
};
