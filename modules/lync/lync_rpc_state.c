/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_rpc_state.h"

#include <stdio.h>

#include "core/dprint.h"
#include "liblync/plan_walk.h"
#include "lync.h"
#include "lync_health_rpc.h"
#include "lync_ng.h"
#include "lync_plan.h"

const char *lync_rpc_when(time_t at, char text[LYNC_TIME_MAX])
{
	struct tm utc;

	gmtime_r(&at, &utc);
	strftime(text, LYNC_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &utc);
	return text;
}

void lync_rpc_add_state(rpc_t *rpc, void *row, const lync_slot_t *slot)
{
	char text[LYNC_TIME_MAX];

	rpc->struct_add(row, "sss", "state", ly_state_name(lync_slot_state(slot)),
			"said_by", lync_slot_by(slot), "since",
			lync_rpc_when(atomic_load(&slot->since), text));
	rpc->struct_add(row, "dd", "calls", (int)atomic_load(&slot->load.calls),
			"max_calls", (int)atomic_load(&slot->load.limit));
}

void lync_rpc_add_counts(rpc_t *rpc, void *row, const lync_slot_t *slot)
{
	static const char *const names[LYNC_COUNTS] = {[LYNC_BEGUN] = "begun",
			[LYNC_ANSWERED] = "answered",
			[LYNC_FAILED] = "failed",
			[LYNC_REFUSED] = "refused",
			[LYNC_CANCELLED] = "cancelled",
			[LYNC_TURNED_AWAY] = "turned_away",
			[LYNC_EMERGENCY] = "emergency"};
	char why[LYNC_FAILURE_MAX], text[LYNC_TIME_MAX];
	time_t at = lync_slot_failure(slot, why);

	/* In texts: an integer of RPC has 31 bits. */
	for(unsigned i = 0; i < LYNC_COUNTS; i++) {
		char number[24];
		snprintf(number, sizeof(number), "%llu",
				(unsigned long long)atomic_load(&slot->counts[i]));
		rpc->struct_add(row, "s", names[i], number);
	}
	if(at)
		rpc->struct_add(row, "ss", "last_failure", why, "last_failure_at",
				lync_rpc_when(at, text));
}

/* Parts by name ------------------------------------------------------------------------------------------------------- */

/* "trunk hq": the slot of that part of the plan in force. NULL with why. */
static lync_slot_t *find(ly_slice_t kind, ly_slice_t name, ly_buf_t *why)
{
	const ly_plan_t *plan = lync_plan;
	bool trunk = ly_ieq(kind, LY_LIT("trunk")),
		 pool = ly_ieq(kind, LY_LIT("pool"));
	bool server = ly_ieq(kind, LY_LIT("server"));

	if(ly_ieq(kind, LY_LIT("node"))) {
		if(!name.len || ly_ieq(name, lync_node->name))
			return lync_slot_node(lync_node);
		ly_putf(why, "this is node %.*s: say it at node %.*s itself",
				LY_FMT(lync_node->name), LY_FMT(name));
		return NULL;
	}
	for(unsigned i = 0; trunk && i < plan->trunk_count; i++) {
		if(ly_ieq(plan->trunks[i].name, name))
			return lync_slot_trunk(&plan->trunks[i]);
	}
	for(unsigned i = 0; pool && i < plan->pool_count; i++) {
		if(ly_ieq(plan->pools[i].name, name))
			return lync_slot_pool(&plan->pools[i]);
	}
	if(trunk || pool || server || ly_ieq(kind, LY_LIT("target"))) {
		for(unsigned i = 0; !trunk && !pool && i < plan->peer_count; i++) {
			if((plan->peers[i].pool != NULL) == server
					&& ly_ieq(plan->peers[i].name, name))
				return lync_slot_peer(&plan->peers[i]);
		}
		ly_putf(why, "the plan has no %.*s '%.*s'", LY_FMT(kind), LY_FMT(name));
		return NULL;
	}
	ly_putf(why,
			"'%.*s' is no kind: there are trunk, target, server, pool, "
			"media, node",
			LY_FMT(kind));
	return NULL;
}

/* "media 2" */
static void say_media(
		rpc_t *rpc, void *ctx, ly_slice_t number, ly_state_t state)
{
	long n = ly_number(number, LY_MEDIA_NODES_MAX);

	if(n > 0 && lync_ng_say((unsigned)n, state != LY_STATE_READY))
		rpc->rpl_printf(ctx, "media %ld: %s", n, ly_state_name(state));
	else
		rpc->fault(ctx, 404, "no media node has the number '%.*s'",
				LY_FMT(number));
}

static void say(rpc_t *rpc, void *ctx, ly_state_t state)
{
	char text[240];
	ly_buf_t why = ly_buf(text, sizeof(text) - 1);
	str kind = {0}, name = {0};
	lync_slot_t *slot;
	ly_state_t before;

	if(rpc->scan(ctx, "S", &kind) < 1) {
		rpc->fault(ctx, 400,
				"of what? trunk NAME, target NAME, server NAME, "
				"pool NAME, media NUMBER, or node");
		return;
	}
	if(rpc->scan(ctx, "*.S", &name) < 1)
		name = (str){0};
	if(ly_ieq(lync_slice(&kind), LY_LIT("media"))) {
		say_media(rpc, ctx, lync_slice(&name), state);
		return;
	}
	kind.len = kind.len < 32 ? kind.len : 32;
	name.len = name.len < 128 ? name.len : 128;
	lync_plan_use(LYNC_FOR_MESSAGE);
	slot = find(lync_slice(&kind), lync_slice(&name), &why);
	if(slot) {
		before = lync_slot_state(slot);
		lync_slot_say(slot, state);
		LM_NOTICE("%.*s %.*s: %s by RPC, was %s\n", STR_FMT(&kind),
				(int)slot->name_len, slot->name, ly_state_name(state),
				ly_state_name(before));
		rpc->rpl_printf(ctx, "%.*s %.*s: %s, was %s; the plan says %s",
				STR_FMT(&kind), (int)slot->name_len, slot->name,
				ly_state_name(state), ly_state_name(before),
				ly_state_name((ly_state_t)atomic_load(&slot->planned)));
	} else {
		why.s[why.len] = '\0';
		rpc->fault(ctx, 404, "%s", why.s);
	}
	lync_plan_release(LYNC_FOR_MESSAGE);
}

void lync_rpc_drain(rpc_t *rpc, void *ctx)
{
	say(rpc, ctx, LY_STATE_DRAIN);
}

void lync_rpc_ready(rpc_t *rpc, void *ctx)
{
	say(rpc, ctx, LY_STATE_READY);
}

/* lync.trunk ---------------------------------------------------------------------------------------------------------- */

/* Where the walk over a trunk has come to. */
typedef struct teller
{
	rpc_t *rpc;
	void *row; /* gets the attributes */
	void *root;
	void *list; /* of elements of one name; NULL: they stand alone */
	unsigned depth;
} teller_t;

static void tell_list(void *to, const char *name, bool begins)
{
	teller_t *t = to;

	if(!begins)
		t->list = NULL;
	else if(t->depth)
		t->rpc->struct_add(t->root, "[", name, &t->list);
}

static void tell_element(void *to, const char *name, bool begins)
{
	teller_t *t = to;

	t->depth += begins ? 1u : -1u;
	if(!begins || t->depth == 1)
		t->row = t->root;
	else
		t->rpc->struct_add(t->list ? t->list : t->root, "{", name, &t->row);
}

static void tell_attribute(void *to, const ly_told_attribute_t *attribute)
{
	teller_t *t = to;
	str value = lync_str(attribute->value);

	/* said beside it, as it is right now */
	if(t->depth == 1 && strcmp(attribute->name, "state") == 0)
		return;
	t->rpc->struct_add(t->row, "S", attribute->name, &value);
}

static void add_peer(rpc_t *rpc, void *row, const ly_peer_t *peer)
{
	str name = lync_str(peer->name);

	rpc->struct_add(row, "Ss", "name", &name, "side", ly_side_name(peer->side));
	lync_rpc_add_state(rpc, row, lync_slot_peer(peer));
	lync_health_rpc_briefly(rpc, row, peer);
	lync_rpc_add_counts(rpc, row, lync_slot_peer(peer));
}

static void add_server(rpc_t *rpc, void *list, const ly_peer_t *server)
{
	void *row;

	rpc->struct_add(list, "{", "server", &row);
	add_peer(rpc, row, server);
}

void lync_rpc_peer(rpc_t *rpc, void *ctx)
{
	const ly_plan_t *plan;
	str name = {0};
	unsigned i = 0;
	void *row;

	if(rpc->scan(ctx, "S", &name) < 1) {
		rpc->fault(ctx, 400, "which? the name of a target or a server");
		return;
	}
	plan = lync_plan_use(LYNC_FOR_MESSAGE);
	while(i < plan->peer_count
			&& !ly_ieq(plan->peers[i].name, lync_slice(&name)))
		i++;
	if(i == plan->peer_count)
		rpc->fault(ctx, 404, "the plan has no target or server '%.*s'",
				name.len < 128 ? name.len : 128, name.s);
	else if(rpc->add(ctx, "{", &row) == 0)
		add_peer(rpc, row, &plan->peers[i]);
	lync_plan_release(LYNC_FOR_MESSAGE);
}

void lync_rpc_trunk(rpc_t *rpc, void *ctx)
{
	const ly_trunk_t *trunk;
	teller_t teller = {.rpc = rpc};
	const ly_listener_t listener = {
			&teller, tell_list, tell_element, tell_attribute};
	str name = {0};
	void *list;

	if(rpc->scan(ctx, "S", &name) < 1) {
		rpc->fault(ctx, 400, "which? the name of a trunk");
		return;
	}
	trunk = ly_plan_trunk(lync_plan_use(LYNC_FOR_MESSAGE), lync_slice(&name));
	if(!trunk) {
		rpc->fault(ctx, 404, "the plan has no trunk '%.*s'",
				name.len < 128 ? name.len : 128, name.s);
	} else if(rpc->add(ctx, "{", &teller.root) == 0) {
		teller.row = teller.root;
		lync_rpc_add_state(rpc, teller.root, lync_slot_trunk(trunk));
		lync_rpc_add_counts(rpc, teller.root, lync_slot_trunk(trunk));
		ly_plan_walk_trunk(trunk, &listener);
		/* One list at a time: ctl crashes when a second is opened before the first is filled. */
		rpc->struct_add(teller.root, "[", "servers", &list);
		for(unsigned i = 0; i < trunk->pool->server_count; i++)
			add_server(rpc, list, trunk->pool->servers[i]);
	}
	lync_plan_release(LYNC_FOR_MESSAGE);
}
