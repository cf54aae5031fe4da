/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_status.h"

#include <stdio.h>

#include "lync.h"
#include "lync_health_rpc.h"
#include "lync_plan.h"
#include "lync_rpc_state.h"
#include "lync_state.h"

/* ctl has room for some 90 structures and 32 kB in an answer. */
#define ROWS_MAX 40

/* One line of the table. */
typedef struct row
{
	const char *kind;
	const lync_slot_t *slot;
	ly_slice_t pool;	   /* of a server, a trunk */
	const ly_peer_t *peer; /* NULL: none */
	bool pool_drains;
} row_t;

static bool is_drained(const ly_pool_t *pool)
{
	return pool && lync_drains(lync_slot_pool(pool));
}

/* The servers stand in the plan as their pools do. */
static bool find_in_pools(const ly_plan_t *plan, unsigned at, row_t *row)
{
	for(unsigned i = 0; i < plan->pool_count; i++) {
		const ly_pool_t *pool = &plan->pools[i];

		if(at == 0) {
			*row = (row_t){"pool", lync_slot_pool(pool), {0}, NULL, false};
			return true;
		}
		if(at <= pool->server_count) {
			const ly_peer_t *server = pool->servers[at - 1];
			*row = (row_t){"server", lync_slot_peer(server), pool->name, server,
					is_drained(pool)};
			return true;
		}
		at -= 1 + pool->server_count;
	}
	return false;
}

static unsigned server_count(const ly_plan_t *plan)
{
	unsigned count = 0;

	for(unsigned i = 0; i < plan->pool_count; i++)
		count += plan->pools[i].server_count;
	return count;
}

static bool find_row(const ly_plan_t *plan, unsigned at, row_t *row)
{
	unsigned servers = server_count(plan), in_pools;

	in_pools = plan->pool_count + servers;
	if(at == 0) {
		*row = (row_t){"node", lync_slot_node(lync_node), {0}, NULL, false};
		return true;
	}
	at--;
	if(at < plan->trunk_count) {
		const ly_trunk_t *trunk = &plan->trunks[at];
		*row = (row_t){"trunk", lync_slot_trunk(trunk), trunk->pool->name, NULL,
				is_drained(trunk->pool)};
		return true;
	}
	at -= plan->trunk_count;
	if(at < in_pools)
		return find_in_pools(plan, at, row);
	at += servers - in_pools; /* the targets stand behind all servers */
	if(at >= plan->peer_count)
		return false;
	*row = (row_t){"target", lync_slot_peer(&plan->peers[at]), {0},
			&plan->peers[at], false};
	return true;
}

/* In percent, and one digit behind the point; empty where nobody has called. */
static const char *ratio(uint64_t of, uint64_t all, char text[8])
{
	uint64_t permille = all ? of * 1000 / all : 0;

	text[0] = '\0';
	if(all)
		snprintf(text, 8, "%u.%u",
				(unsigned)(permille < 1000 ? permille : 1000) / 10,
				(unsigned)(permille < 1000 ? permille : 1000) % 10);
	return text;
}

static void add_quality(rpc_t *rpc, void *to, const lync_slot_t *slot)
{
	uint64_t hour[LY_HOUR_COUNTS];
	char asr[8], asr_total[8];

	ly_hourly_sum(&slot->hour, lync_now_ms() / 1000, hour);
	rpc->struct_add(to, "ss", "asr",
			ratio(hour[LY_HOUR_ANSWERED], hour[LY_HOUR_BEGUN], asr),
			"asr_total",
			ratio(atomic_load(&slot->counts[LYNC_ANSWERED]),
					atomic_load(&slot->counts[LYNC_BEGUN]), asr_total));
	if(hour[LY_HOUR_RANG])
		rpc->struct_add(to, "d", "pdd_ms",
				(int)(hour[LY_HOUR_RANG_MS] / hour[LY_HOUR_RANG]));
}

/* That of a peer is its health; of what it is a part of counts whether that takes calls. */
static void add_state(rpc_t *rpc, void *to, const row_t *row)
{
	bool own = lync_drains(row->slot);
	char text[LYNC_TIME_MAX];
	lync_view_t view;

	if(!row->peer || !lync_health_read(row->peer, &view)) {
		view = (lync_view_t){
				.state = own || row->pool_drains ? "draining" : "up",
				.share = 100};
		snprintf(view.reason, sizeof(view.reason), "%s",
				own				   ? lync_slot_by(row->slot)
				: row->pool_drains ? "its pool drains"
								   : "");
	}
	if(!view.since)
		view.since = atomic_load(&row->slot->since);
	rpc->struct_add(to, "sss", "status", view.state, "reason", view.reason,
			"changed", lync_rpc_when(view.since, text));
	if(row->peer)
		rpc->struct_add(to, "d", "share", view.share);
}

static void add_row(rpc_t *rpc, void *ctx, const row_t *row)
{
	str name = {(char *)row->slot->name, (int)row->slot->name_len};
	str pool = lync_str(row->pool);
	void *to;

	if(rpc->add(ctx, "{", &to) < 0)
		return;
	rpc->struct_add(to, "sS", "kind", row->kind, "name", &name);
	if(pool.len)
		rpc->struct_add(to, "S", "pool", &pool);
	add_state(rpc, to, row);
	lync_rpc_add_state(rpc, to, row->slot);
	add_quality(rpc, to, row->slot);
	lync_rpc_add_counts(rpc, to, row->slot);
}

void lync_rpc_status(rpc_t *rpc, void *ctx)
{
	const ly_plan_t *plan = lync_plan_use(LYNC_FOR_MESSAGE);
	str node = lync_str(lync_node->name);
	row_t row;
	void *head;
	int from = 0;

	if(rpc->scan(ctx, "*.d", &from) < 1 || from < 0)
		from = 0;
	if(rpc->add(ctx, "{", &head) == 0) {
		rpc->struct_add(head, "Sd", "node", &node, "edition",
				(int)(lync_plan_edition() & 0x7fffffff));
		if(find_row(plan, (unsigned)from + ROWS_MAX, &row))
			rpc->struct_add(head, "d", "next", from + ROWS_MAX);
		for(unsigned i = 0; i < ROWS_MAX; i++) {
			if(!find_row(plan, (unsigned)from + i, &row))
				break;
			add_row(rpc, ctx, &row);
		}
	}
	lync_plan_release(LYNC_FOR_MESSAGE);
}
