/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_rpc.h"

#include "liblync/dialect.h"
#include "liblync/media.h"
#include "core/dprint.h"
#include "lync.h"
#include "lync_certificates.h"
#include "lync_diagnostics.h"
#include "lync_dns.h"
#include "lync_explain.h"
#include "lync_health_rpc.h"
#include "lync_key.h"
#include "lync_names.h"
#include "lync_media_watch.h"
#include "lync_ng.h"
#include "lync_plan.h"
#include "lync_redis.h"
#include "lync_rpc_call.h"
#include "lync_rpc_state.h"
#include "lync_status.h"

/* ctl knows no array_add: a list is filled with named structures, as dispatcher.list does. */
static void add_trunk(rpc_t *rpc, void *list, const ly_trunk_t *trunk)
{
	str name = lync_str(trunk->name), pool = lync_str(trunk->pool->name),
		fqdn = lync_str(trunk->fqdn);
	str dialect = lync_str(trunk->dialect->name),
		media = lync_str(trunk->media->name);
	void *row;

	rpc->struct_add(list, "{", "trunk", &row);
	rpc->struct_add(row, "SSdSdsSSd", "name", &name, "pool", &pool,
			"mediation_port", (int)trunk->mediation_port, "fqdn", &fqdn, "port",
			(int)trunk->port, "transport", ly_transport_name(trunk->transport),
			"dialect", &dialect, "media", &media, "routes",
			(int)trunk->route_count);
	lync_rpc_add_state(rpc, row, lync_slot_trunk(trunk));
}

static void add_pool(rpc_t *rpc, void *list, const ly_pool_t *pool)
{
	str name = lync_str(pool->name);
	void *row;

	rpc->struct_add(list, "{", "pool", &row);
	rpc->struct_add(row, "S", "name", &name);
	lync_rpc_add_state(rpc, row, lync_slot_pool(pool));
}

static void add_peer(rpc_t *rpc, void *list, const ly_peer_t *peer)
{
	str name = lync_str(peer->name);
	str address =
			lync_str(peer->address.family ? peer->address_text : peer->fqdn);
	void *row;

	rpc->struct_add(list, "{", "peer", &row);
	rpc->struct_add(row, "SsSd", "name", &name, "side",
			ly_side_name(peer->side), "address", &address, "port",
			(int)peer->port);
	lync_rpc_add_state(rpc, row, lync_slot_peer(peer));
}

/* lync.plan: what is in force. */
static void rpc_plan(rpc_t *rpc, void *ctx)
{
	const ly_plan_t *plan = lync_plan_use(LYNC_FOR_MESSAGE);
	str file = lync_str(plan->file), node = lync_str(lync_node->name);
	void *root, *list;

	if(rpc->add(ctx, "{", &root) < 0)
		return;
	/* One list at a time: ctl crashes when a second is opened before the first is filled. */
	rpc->struct_add(root, "SS", "file", &file, "node", &node);
	lync_rpc_add_state(rpc, root, lync_slot_node(lync_node));
	rpc->struct_add(root, "[", "trunks", &list);
	for(unsigned i = 0; i < plan->trunk_count; i++)
		add_trunk(rpc, list, &plan->trunks[i]);
	rpc->struct_add(root, "[", "pools", &list);
	for(unsigned i = 0; i < plan->pool_count; i++)
		add_pool(rpc, list, &plan->pools[i]);
	rpc->struct_add(root, "[", "peers", &list);
	for(unsigned i = 0; i < plan->peer_count; i++)
		add_peer(rpc, list, &plan->peers[i]);
	lync_plan_release(LYNC_FOR_MESSAGE);
}

/* ctl sends nothing at all where a fault, its NUL included, has 256 bytes or more. */
void lync_rpc_fault(rpc_t *rpc, void *ctx, ly_slice_t why)
{
	static const char more[] = " ... (the log says all of it)";
	size_t len = 255 - sizeof(more);

	if(why.len < 255) {
		rpc->fault(ctx, 500, "%.*s", LY_FMT(why));
		return;
	}
	while(len && ((unsigned char)why.s[len] & 0xc0) == 0x80)
		len--; /* not inside a character of UTF-8 */
	rpc->fault(ctx, 500, "%.*s%s", (int)len, why.s, more);
}

/* lync.reload: the plan file anew. */
static void rpc_reload(rpc_t *rpc, void *ctx)
{
	static char why_text[LYNC_WHY_MAX], diff_text[4000];
	ly_buf_t why = ly_buf(why_text, sizeof(why_text));
	ly_buf_t diff = ly_buf(diff_text, sizeof(diff_text) - 1);

	if(lync_plan_reload(&why, &diff) < 0) {
		LM_ERR("lync.reload: %.*s\n", LY_FMT(ly_buf_slice(&why)));
		lync_rpc_fault(rpc, ctx, ly_buf_slice(&why));
		return;
	}
	lync_dns_wake();
	diff.s[diff.len] = '\0';
	LM_NOTICE("lync.reload: edition %u of %.*s is in force; %s\n",
			lync_plan_edition(), LY_FMT(lync_plan->file), diff.s);
	rpc->rpl_printf(ctx,
			"edition %u is in force, %u kept for running calls; %s",
			lync_plan_edition(), lync_plan_kept(), diff.s);
	lync_plan_release(LYNC_FOR_MESSAGE);
}

/* lync.media */
static void rpc_media(rpc_t *rpc, void *ctx)
{
	void *root;

	if(rpc->add(ctx, "{", &root) < 0)
		return;
	lync_media_watch_rpc(rpc, root);
	lync_ng_rpc(rpc, root);
}

static const char *reload_doc[] = {
		"Loads the plan file anew. A plan with a fault, or one that needs a "
		"restart, changes nothing.",
		0};
static const char *plan_doc[] = {
		"The plan in force: this node, trunks, Mediation Servers and targets.",
		0};
static const char *names_doc[] = {
		"What the DNS says of the peers that the plan has by name alone.", 0};
static const char *health_doc[] = {
		"How the peers are, or the one of that name: state and why, what "
		"share of the calls it gets, each of its addresses.",
		0};
static const char *trunk_doc[] = {"A trunk: every setting, whether it takes "
								  "calls, how they ended, its servers.",
		0};
static const char *peer_doc[] = {"A target or Mediation Server: whether it "
								 "gets calls, and how they ended.",
		0};
static const char *drain_doc[] = {
		"No new calls for: trunk NAME, target NAME, server NAME, pool NAME, "
		"media NUMBER, node. Running calls go on.",
		0};
static const char *ready_doc[] = {"New calls again: as lync.drain.", 0};
static const char *cluster_doc[] = {
		"Whether Redis answers, and which nodes of the plan are alive.", 0};
static const char *certificates_doc[] = {
		"The certificate in force, per TLS profile, and the authorities.", 0};
static const char *renew_doc[] = {
		"Takes over a renewed certificate, key and authorities for new "
		"connections. Wrong files change nothing.",
		0};

static const char *hangup_doc[] = {
		"Ends the call with that Call-ID (the caller's): BYE to both sides, "
		"with a SIP code as Reason where one is given.",
		0};
static const char *reinvite_doc[] = {
		"Negotiates the media of a call anew: Call-ID (the caller's), and "
		"which side is asked first, lync or pstn.",
		0};
static const char *diagnostics_doc[] = {
		"What Mediation Servers said of failures in ms-diagnostics: a count of "
		"each "
		"code, what it means, what to do.",
		0};
static const char *explain_doc[] = {
		"Logs what is changed in the messages of a call, and why: Call-ID (the "
		"caller's) or next, and for how many seconds (600).",
		0};
static const char *media_doc[] = {
		"The media nodes (rtpengine): which are up, how many commands they got "
		"and how long their answers took.",
		0};
static const char *status_doc[] = {
		"This node, trunks, pools with their servers, targets: state, reason, "
		"calls, limit, how calls end. From which row on, where not all fit.",
		0};
static const char *calls_doc[] = {
		"How many calls are up on this node, how many legs are counted, and "
		"whether the counters were ever wrong.",
		0};
static const char *recount_doc[] = {
		"Counts the calls anew now, as is done once a minute.", 0};
static const char *keys_doc[] = {
		"Reads the file of token_secret anew. A file with a fault changes "
		"nothing.",
		0};

rpc_export_t lync_rpc_commands[] = {
		{"lync.plan", rpc_plan, plan_doc, 0},
		{"lync.reload", rpc_reload, reload_doc, 0},
		{"lync.names", lync_names_rpc, names_doc, 0},
		{"lync.status", lync_rpc_status, status_doc, RET_ARRAY},
		{"lync.health", lync_health_rpc, health_doc, 0},
		{"lync.calls", lync_rpc_calls, calls_doc, 0},
		{"lync.recount", lync_rpc_recount, recount_doc, 0},
		{"lync.hangup", lync_rpc_hangup, hangup_doc, 0},
		{"lync.reinvite", lync_rpc_reinvite, reinvite_doc, 0},
		{"lync.trunk", lync_rpc_trunk, trunk_doc, 0},
		{"lync.peer", lync_rpc_peer, peer_doc, 0},
		{"lync.drain", lync_rpc_drain, drain_doc, 0},
		{"lync.ready", lync_rpc_ready, ready_doc, 0},
		{"lync.cluster", lync_redis_rpc, cluster_doc, 0},
		{"lync.certificates", lync_certificates_rpc_show, certificates_doc, 0},
		{"lync.renew", lync_certificates_rpc_renew, renew_doc, 0},
		{"lync.media", rpc_media, media_doc, 0},
		{"lync.explain", lync_explain_rpc, explain_doc, 0},
		{"lync.diagnostics", lync_diagnostics_rpc, diagnostics_doc, 0},
		{"lync.keys", lync_key_rpc, keys_doc, 0},
		{0, 0, 0, 0},
};
