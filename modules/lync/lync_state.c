/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_state.h"

#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm.h"
#include "liblync/index.h"
#include "lync.h"
#include "lync_health.h"

#define BUCKETS 1024
#define LINE 64 /* bytes of a line of the cache: ly_load_t */

typedef struct table
{
	gen_lock_t lock; /* of the buckets, and of the last failures */
	lync_slot_t *buckets[BUCKETS];
} table_t;

const lync_states_t *lync_states;
static table_t *table;

int lync_state_init(void)
{
	table = shm_malloc(sizeof(*table));
	if(!table) {
		SHM_MEM_ERROR;
		return -1;
	}
	memset(table, 0, sizeof(*table));
	return lock_init(&table->lock) ? 0 : -1;
}

void lync_state_destroy(void)
{
	if(!table)
		return;
	for(unsigned i = 0; i < BUCKETS; i++) {
		lync_slot_t *slot;
		while((slot = table->buckets[i])) {
			table->buckets[i] = slot->next;
			lync_health_forget(slot);
			shm_free(slot->memory);
		}
	}
	lock_destroy(&table->lock);
	shm_free(table);
	table = NULL;
}

/* The load of a slot has a line of the cache for itself; shm_malloc() aligns to less. */
static lync_slot_t *new_slot(size_t name_len)
{
	char *memory = shm_malloc(LINE + sizeof(lync_slot_t) + name_len);
	lync_slot_t *slot;

	if(!memory)
		return NULL;
	slot = (lync_slot_t *)(((uintptr_t)memory + LINE - 1)
						   & ~(uintptr_t)(LINE - 1));
	memset(slot, 0, sizeof(*slot));
	slot->memory = memory;
	atomic_init(&slot->load.share, LY_SHARE_ALL);
	atomic_init(&slot->load.penalty, LY_PENALTY_NONE);
	return slot;
}

static lync_slot_t *make(lync_slot_t **bucket, lync_kind_t kind,
		ly_slice_t name, ly_state_t planned)
{
	lync_slot_t *slot = new_slot(name.len);

	if(!slot)
		return NULL;
	slot->kind = kind;
	atomic_init(&slot->planned, planned);
	atomic_init(&slot->since, time(NULL));
	slot->name_len = (unsigned)name.len;
	memcpy(slot->name, name.s, name.len);
	slot->next = *bucket;
	return *bucket = slot;
}

/* Names are compared as the plan compares them: in any case. */
static lync_slot_t *find_or_make(
		lync_kind_t kind, ly_slice_t name, ly_state_t planned)
{
	lync_slot_t **bucket = &table->buckets[ly_name_hash(name) % BUCKETS], *slot;

	lock_get(&table->lock);
	for(slot = *bucket; slot; slot = slot->next) {
		if(slot->kind == kind
				&& ly_ieq(ly_slice(slot->name, slot->name_len), name))
			break;
	}
	if(!slot)
		slot = make(bucket, kind, name, planned);
	lock_release(&table->lock);
	return slot;
}

static lync_kind_t kind_of(const ly_peer_t *peer)
{
	return peer->pool ? LYNC_SERVER : LYNC_TARGET;
}

#define EACH(count, do_this)                \
	for(unsigned i = 0; i < (count); i++) { \
		do_this;                            \
	}

static bool fill(lync_states_t *s, const ly_plan_t *p)
{
	bool all = true;

	EACH(p->trunk_count, all &= (s->trunks[i] = find_or_make(LYNC_TRUNK,
										 p->trunks[i].name, p->trunks[i].state))
								!= NULL)
	EACH(p->peer_count,
			all &= (s->peers[i] = find_or_make(kind_of(&p->peers[i]),
							p->peers[i].name, p->peers[i].state))
				   != NULL)
	EACH(p->pool_count, all &= (s->pools[i] = find_or_make(LYNC_POOL,
										p->pools[i].name, p->pools[i].state))
							   != NULL)
	EACH(p->node_count, all &= (s->nodes[i] = find_or_make(LYNC_NODE,
										p->nodes[i].name, p->nodes[i].state))
							   != NULL)
	return all;
}

lync_states_t *lync_states_new(const ly_plan_t *p)
{
	size_t count =
			p->trunk_count + p->peer_count + p->pool_count + p->node_count;
	lync_states_t *s = shm_malloc(sizeof(*s) + count * sizeof(lync_slot_t *)
								  + p->peer_count * sizeof(ly_load_t *));

	if(!s)
		return NULL;
	s->trunks = (lync_slot_t **)(s + 1);
	s->peers = s->trunks + p->trunk_count;
	s->pools = s->peers + p->peer_count;
	s->nodes = s->pools + p->pool_count;
	s->loads = (ly_load_t **)(s->nodes + p->node_count);
	if(fill(s, p)) {
		for(unsigned i = 0; i < p->peer_count; i++)
			s->loads[i] = &s->peers[i]->load;
		return s;
	}
	shm_free(s);
	return NULL;
}

void lync_states_free(lync_states_t *states)
{
	if(states)
		shm_free(states);
}

static void publish(lync_slot_t *slot, ly_state_t planned, ly_limit_t limit)
{
	atomic_store(&slot->load.limit, limit.max_calls);
	atomic_store(&slot->max_cps, limit.max_cps);
	atomic_store(&slot->code, limit.code ? limit.code : 503);
	if(atomic_exchange(&slot->planned, (int)planned) != (int)planned
			&& !atomic_load(&slot->said))
		atomic_store(&slot->since, time(NULL));
}

void lync_states_publish(const lync_states_t *s, const ly_plan_t *p)
{
	const ly_limit_t none = {0};

	for(unsigned i = 0; i < p->trunk_count; i++)
		publish(s->trunks[i], p->trunks[i].state, p->trunks[i].limit);
	for(unsigned i = 0; i < p->peer_count; i++)
		publish(s->peers[i], p->peers[i].state, p->peers[i].limit);
	for(unsigned i = 0; i < p->pool_count; i++)
		publish(s->pools[i], p->pools[i].state, p->pools[i].limit);
	for(unsigned i = 0; i < p->node_count; i++)
		publish(s->nodes[i], p->nodes[i].state, none);
}

void lync_state_each(void (*visit)(lync_slot_t *slot, void *data), void *data)
{
	lock_get(&table->lock);
	for(unsigned i = 0; i < BUCKETS; i++) {
		for(lync_slot_t *slot = table->buckets[i]; slot; slot = slot->next)
			visit(slot, data);
	}
	lock_release(&table->lock);
}

lync_slot_t *lync_slot_node(const ly_node_t *node)
{
	return lync_states->nodes[node - lync_plan->nodes];
}

void lync_slot_say(lync_slot_t *slot, ly_state_t state)
{
	ly_state_t before = lync_slot_state(slot);
	bool as_planned = atomic_load(&slot->planned) == (int)state;

	atomic_store(&slot->said, as_planned ? 0 : 1 + (int)state);
	if(before != state)
		atomic_store(&slot->since, time(NULL));
}

void lync_slot_failed(lync_slot_t *slot, ly_slice_t why)
{
	size_t len = why.len < LYNC_FAILURE_MAX ? why.len : LYNC_FAILURE_MAX - 1;

	lock_get(&table->lock);
	memcpy(slot->failure, why.s, len);
	slot->failure[len] = '\0';
	slot->failed_at = time(NULL);
	lock_release(&table->lock);
}

time_t lync_slot_failure(const lync_slot_t *slot, char why[LYNC_FAILURE_MAX])
{
	time_t at;

	lock_get(&table->lock);
	memcpy(why, slot->failure, LYNC_FAILURE_MAX);
	at = slot->failed_at;
	lock_release(&table->lock);
	return at;
}
