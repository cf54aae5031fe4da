/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_health_rpc.h"

#include "liblync/balance.h"
#include "lync.h"
#include "lync_health.h"
#include "lync_health_group.h"
#include "lync_plan.h"
#include "lync_rpc_state.h"

/* Percent of what it gets when all is well. */
static int share_of(const lync_slot_t *slot)
{
	uint32_t share = atomic_load(&slot->load.share);

	return share && share * 100 < LY_SHARE_ALL
				   ? 1
				   : (int)(share * 100 / LY_SHARE_ALL);
}

static const char *reason_of(const ly_peer_t *peer, lync_peer_state_t state)
{
	const lync_health_t *h = lync_health_of(lync_slot_peer(peer));

	if(state == LYNC_PEER_DRAINING)
		return lync_drains(lync_slot_peer(peer))
					   ? lync_slot_by(lync_slot_peer(peer))
					   : "its pool drains";
	return h ? h->health.reason : "";
}

/* Wall time of a moment of our clock. */
static time_t wall_time(uint64_t at)
{
	return time(NULL) - (time_t)((lync_now_ms() - at) / 1000);
}

static const char *when(uint64_t at, char text[LYNC_TIME_MAX])
{
	return lync_rpc_when(wall_time(at), text);
}

bool lync_health_read(const ly_peer_t *peer, lync_view_t *view)
{
	const lync_slot_t *slot = lync_slot_peer(peer);
	const lync_health_t *h = lync_health_of(slot);
	lync_peer_state_t state;

	if(!lync_health_is_on())
		return false;
	lync_health_lock();
	state = lync_peer_state(h, peer);
	view->state = lync_peer_state_name(state);
	snprintf(view->reason, sizeof(view->reason), "%s", reason_of(peer, state));
	view->share = share_of(slot);
	view->since = h && state != LYNC_PEER_DRAINING && state != LYNC_PEER_OFF
						  ? wall_time(h->health.since)
						  : 0;
	lync_health_unlock();
	return true;
}

void lync_health_rpc_briefly(rpc_t *rpc, void *row, const ly_peer_t *peer)
{
	lync_view_t view;

	if(lync_health_read(peer, &view))
		rpc->struct_add(row, "ssd", "health", view.state, "why", view.reason,
				"share", view.share);
}

static void add_end(rpc_t *rpc, void *list, const lync_end_t *end)
{
	char memory[80], text[LYNC_TIME_MAX];
	ly_buf_t out = ly_buf(memory, sizeof(memory));
	const ly_asking_t *a = &end->asking;
	str place;
	void *row;

	if(end->address.family == 6)
		ly_putc(&out, '[');
	ly_addr_put(&out, &end->address);
	ly_putf(&out, "%s:%u", end->address.family == 6 ? "]" : "", end->port);
	place = lync_str(ly_buf_slice(&out));
	if(rpc->struct_add(list, "{", "address", &row) < 0)
		return;
	rpc->struct_add(row, "Sssss", "at", &place, "transport",
			ly_transport_name(end->transport), "state",
			ly_health_state_name(a->state), "reason", a->reason, "since",
			when(a->since, text));
	if(end->code)
		rpc->struct_add(row, "dds", "last_code", (int)end->code, "took_ms",
				(int)end->took, "answered", when(end->answered_at, text));
}

static void add_health(
		rpc_t *rpc, void *row, const lync_health_t *h, const lync_slot_t *slot)
{
	char text[LYNC_TIME_MAX], penalty[16];
	uint64_t now = lync_now_ms();
	const ly_health_t *health = &h->health;
	void *list;

	snprintf(penalty, sizeof(penalty), "%.2f",
			(double)atomic_load(&slot->load.penalty) / LY_PENALTY_NONE);
	rpc->struct_add(row, "sdsddddd", "since", when(health->since, text),
			"share", share_of(slot), "penalty", penalty, "rings_after_ms",
			(int)ly_penalty_delay(&h->penalty, now), "failures",
			(int)health->failures, "ejections", (int)health->ejections, "downs",
			(int)health->downs, "panic", (int)h->panic);
	if(health->state == LY_HEALTH_EJECTED && health->ejected_until > now)
		rpc->struct_add(row, "d", "seconds_left",
				(int)((health->ejected_until - now + 999) / 1000));
	rpc->struct_add(row, "[", "addresses", &list);
	for(unsigned i = 0; i < h->end_count; i++)
		add_end(rpc, list, &h->ends[i]);
}

static void add_peer(rpc_t *rpc, void *list, const ly_peer_t *peer)
{
	const lync_slot_t *slot = lync_slot_peer(peer);
	const lync_health_t *h = lync_health_of(slot);
	lync_peer_state_t state = lync_peer_state(h, peer);
	str name = lync_str(peer->name);
	void *row;

	if(rpc->struct_add(list, "{", "peer", &row) < 0)
		return;
	rpc->struct_add(row, "Ssss", "name", &name, "side",
			ly_side_name(peer->side), "state", lync_peer_state_name(state),
			"reason", reason_of(peer, state));
	if(h)
		add_health(rpc, row, h, slot);
}

void lync_health_rpc(rpc_t *rpc, void *ctx)
{
	const ly_plan_t *plan;
	str name = {0};
	unsigned found = 0;
	void *root, *list;

	if(!lync_health_is_on()) {
		rpc->fault(ctx, 500, "the parameter health is 0: nobody is asked");
		return;
	}
	if(rpc->scan(ctx, "*S", &name) < 1)
		name = (str){0};
	plan = lync_plan_use(LYNC_FOR_MESSAGE);
	lync_health_lock();
	for(unsigned i = 0; i < plan->peer_count; i++)
		found += !name.len || ly_ieq(plan->peers[i].name, lync_slice(&name));
	if(!found) {
		rpc->fault(ctx, 404, "the plan has no target or server '%.*s'",
				name.len < 128 ? name.len : 128, name.s);
	} else if(rpc->add(ctx, "{", &root) >= 0
			  && rpc->struct_add(
						 root, "d[", "count", (int)found, "peers", &list)
						 >= 0) {
		for(unsigned i = 0; i < plan->peer_count; i++) {
			if(!name.len || ly_ieq(plan->peers[i].name, lync_slice(&name)))
				add_peer(rpc, list, &plan->peers[i]);
		}
	}
	lync_health_unlock();
	lync_plan_release(LYNC_FOR_MESSAGE);
}
