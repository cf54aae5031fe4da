/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_health_group.h"

#include <stdlib.h>

#include "core/dprint.h"
#include "core/mem/shm.h"
#include "liblync/balance.h"
#include "lync.h"
#include "lync_health_ends.h"

/* How often the middle of a group is looked for: it moves slowly. */
#define USUAL_MS 1000

lync_watched_t *lync_watched;
unsigned lync_watched_count;

static lync_group_t *groups; /* one for each pool, and one of all targets */
static unsigned group_count;
static unsigned *delays; /* room for one of each peer */

/* Who there is -------------------------------------------------------------------------------------------------------- */

static lync_health_t *health_of(lync_slot_t *slot)
{
	lync_health_t *h = lync_health_of(slot);

	if(h || !(h = shm_malloc(sizeof(*h))))
		return h;
	memset(h, 0, sizeof(*h));
	h->health.since = lync_now_ms();
	h->told = LYNC_PEER_UP;
	atomic_store(&slot->health, h);
	return h;
}

static void watch(const ly_peer_t *peer)
{
	lync_watched_t *w = &lync_watched[lync_watched_count];

	w->peer = peer;
	w->slot = lync_slot_peer(peer);
	w->group = &groups[peer->pool ? peer->pool->index : lync_plan->pool_count];
	w->h = health_of(w->slot);
	if(!w->h) {
		SHM_MEM_ERROR;
		return;
	}
	w->h->wanted = true;
	w->h->index = lync_watched_count++;
}

bool lync_groups_build(void)
{
	lync_watched_t *before = lync_watched;
	unsigned count = lync_watched_count;

	free(groups);
	free(delays);
	group_count = lync_plan->pool_count + 1;
	groups = calloc(group_count, sizeof(*groups));
	lync_watched = calloc(lync_plan->peer_count + 1, sizeof(*lync_watched));
	delays = calloc(lync_plan->peer_count + 1, sizeof(*delays));
	lync_watched_count = 0;
	for(unsigned i = 0; i < count; i++)
		before[i].h->wanted = false;
	if(groups && lync_watched && delays) {
		for(unsigned i = 0; i < lync_plan->peer_count; i++)
			watch(&lync_plan->peers[i]);
	} else {
		LM_ERR("no memory for the health of %u peers\n", lync_plan->peer_count);
	}
	/* the others are not asked any more; what they were is remembered */
	for(unsigned i = 0; i < count; i++) {
		if(!before[i].h->wanted)
			lync_ends_drop(before[i].h);
	}
	free(before);
	return lync_watched_count == lync_plan->peer_count;
}

lync_watched_t *lync_watched_of(const lync_health_t *h)
{
	return h && h->wanted ? &lync_watched[h->index] : NULL;
}

/* What they are ------------------------------------------------------------------------------------------------------- */

lync_peer_state_t lync_peer_state(const lync_health_t *h, const ly_peer_t *peer)
{
	static const lync_peer_state_t states[] = {[LY_HEALTH_UP] = LYNC_PEER_UP,
			[LY_HEALTH_PROBING] = LYNC_PEER_PROBING,
			[LY_HEALTH_DOWN] = LYNC_PEER_DOWN,
			[LY_HEALTH_EJECTED] = LYNC_PEER_EJECTED};

	if(lync_drains(lync_slot_peer(peer))
			|| (peer->pool && lync_drains(lync_slot_pool(peer->pool))))
		return LYNC_PEER_DRAINING;
	if(!peer->health->interval && !peer->health->failures)
		return LYNC_PEER_OFF;
	return h ? states[h->health.state] : LYNC_PEER_UP;
}

const char *lync_peer_state_name(lync_peer_state_t state)
{
	static const char *const names[LYNC_PEER_STATES] = {
			"up", "probing", "down", "ejected", "draining", "off"};

	return names[state];
}

/* What calls they get ------------------------------------------------------------------------------------------------- */

bool lync_group_may_eject(const lync_watched_t *w)
{
	unsigned count = 0, ejected = 0;

	for(unsigned i = 0; i < lync_watched_count; i++) {
		const lync_watched_t *other = &lync_watched[i];
		if(other->group != w->group)
			continue;
		count++;
		ejected += other->h->health.state == LY_HEALTH_EJECTED;
	}
	return ly_health_may_eject(ejected, count);
}

static void count_groups(uint64_t now)
{
	for(unsigned i = 0; i < group_count; i++)
		groups[i].count = groups[i].usable = 0;
	for(unsigned i = 0; i < lync_watched_count; i++) {
		const lync_watched_t *w = &lync_watched[i];

		if(lync_peer_state(w->h, w->peer) == LYNC_PEER_DRAINING)
			continue;
		w->group->count++;
		w->group->usable +=
				ly_health_share(&w->h->health, w->peer->health, false, now) > 0;
	}
}

static int compare(const void *a, const void *b)
{
	const unsigned *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

/* How long one in the middle of a group takes to ring. */
static unsigned middle_of(const lync_group_t *group, uint64_t now)
{
	unsigned count = 0;

	for(unsigned i = 0; i < lync_watched_count; i++) {
		const lync_watched_t *w = &lync_watched[i];

		if(w->group == group
				&& (delays[count] = ly_penalty_delay(&w->h->penalty, now)))
			count++;
	}
	/* one alone is not slower than others */
	if(count < 2)
		return 0;
	qsort(delays, count, sizeof(*delays), compare);
	return delays[(count - 1) / 2];
}

static void find_usual(uint64_t now)
{
	static uint64_t at;

	if(now - at < USUAL_MS)
		return;
	at = now;
	for(unsigned i = 0; i < group_count; i++)
		groups[i].usual = middle_of(&groups[i], now);
}

static void set(_Atomic(uint32_t) *where, uint32_t value)
{
	/* whoever chooses reads this line of the cache all the time */
	if(atomic_load_explicit(where, memory_order_relaxed) != value)
		atomic_store_explicit(where, value, memory_order_relaxed);
}

bool lync_groups_apply(uint64_t now)
{
	bool normal = true;

	count_groups(now);
	find_usual(now);
	for(unsigned i = 0; i < lync_watched_count; i++) {
		const lync_watched_t *w = &lync_watched[i];
		uint32_t share, penalty;

		w->h->panic = ly_health_panics(w->group->usable, w->group->count);
		share = ly_health_share(
				&w->h->health, w->peer->health, w->h->panic, now);
		penalty = ly_penalty_value(&w->h->penalty, w->group->usual, now);
		set(&w->slot->load.share, share);
		set(&w->slot->load.penalty, penalty);
		normal &= share == LY_SHARE_ALL && penalty == LY_PENALTY_NONE;
	}
	return normal;
}
