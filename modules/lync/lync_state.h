/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is true of the parts of a plan right now: whether they take new calls, and how the calls over them have ended.
 *
 * Each trunk, target, server, pool and node has a slot in shared memory, found once, by its kind and name, when a plan
 * is loaded; after that by its index. A slot stays until Kamailio ends, also while no plan has the name: so what an
 * operator said and what was counted outlive a reload. Workers read and count without a lock.
 */
#ifndef LYNC_STATE_H
#define LYNC_STATE_H

#include <stdatomic.h>
#include <time.h>

#include "liblync/balance.h"
#include "liblync/hourly.h"
#include "liblync/rate.h"
#include "liblync/plan.h"

typedef enum lync_kind
{
	LYNC_TRUNK,
	LYNC_TARGET,
	LYNC_SERVER,
	LYNC_POOL,
	LYNC_NODE,
	LYNC_KINDS
} lync_kind_t;

/* How a call over a trunk, to a peer or from one went. A call that hunts is one call at its caller, a call each at those called. */
typedef enum lync_count
{
	LYNC_BEGUN,
	LYNC_ANSWERED,
	LYNC_FAILED, /* no answer, not reached, a 3xx or 5xx: somebody else may do better */
	LYNC_REFUSED, /* by the user: another 4xx or 6xx, or nobody came to the telephone */
	LYNC_CANCELLED,	  /* by the caller */
	LYNC_TURNED_AWAY, /* by us, because of a drain */
	LYNC_EMERGENCY,	  /* emergency calls among those begun */
	LYNC_COUNTS
} lync_count_t;

#define LYNC_FAILURE_MAX 120

struct lync_health;

typedef struct lync_slot
{
	ly_load_t load; /* calls over it, and how much of its weight counts */
	struct lync_slot *next;
	void *memory; /* that it lies in */
	/* of a peer: lync_health.h */
	_Atomic(struct lync_health *) health;
	lync_kind_t kind;
	_Atomic(int) planned; /* ly_state_t, of the plan in force */
	_Atomic(int) said;	  /* by RPC: 0 nothing, else 1 + ly_state_t */
	_Atomic(time_t) since;
	_Atomic(uint32_t) max_cps; /* <limit>; its max-calls is the load's */
	_Atomic(uint32_t) code;	   /* likewise: with which a call is refused */
	_Atomic(uint32_t) turn;	   /* of round robin over its routes */
	ly_rate_t rate;			   /* of calls that begin */
	uint32_t recount;		   /* these two of lync_recount.c alone */
	int64_t drift;
	_Atomic(uint64_t) counts[LYNC_COUNTS];
	ly_hourly_t hour;
	time_t failed_at; /* these two under the lock: lync_slot_failure() */
	char failure[LYNC_FAILURE_MAX];
	unsigned name_len;
	char name[];
} lync_slot_t;

/* The slots of one edition of the plan, by the indexes of its parts. */
typedef struct lync_states
{
	lync_slot_t **trunks;
	lync_slot_t **peers;
	ly_load_t **loads; /* of the peers, for balance.h */
	lync_slot_t **pools;
	lync_slot_t **nodes;
} lync_states_t;

/* Those of lync_plan; lync_plan.c sets it. */
extern const lync_states_t *lync_states;

/* Before the first plan is loaded. Returns 0, or -1 after an error line. And behind the last. */
int lync_state_init(void);
void lync_state_destroy(void);

/* The slots of a plan, made where there are none yet. NULL: no shared memory. To be given back with _free(). */
lync_states_t *lync_states_new(const ly_plan_t *plan);
void lync_states_free(lync_states_t *states);

/* The plan comes into force: its states are those that hold where nobody has said another. */
void lync_states_publish(const lync_states_t *states, const ly_plan_t *plan);

/* Of parts of lync_plan. */
static inline lync_slot_t *lync_slot_trunk(const ly_trunk_t *trunk)
{
	return lync_states->trunks[trunk->index];
}

static inline lync_slot_t *lync_slot_peer(const ly_peer_t *peer)
{
	return lync_states->peers[peer->index];
}

static inline lync_slot_t *lync_slot_pool(const ly_pool_t *pool)
{
	return lync_states->pools[pool->index];
}

lync_slot_t *lync_slot_node(const ly_node_t *node);

/* Calls visit(slot, data) for each slot there is, also those of no plan in force. Takes the lock of the table. */
void lync_state_each(void (*visit)(lync_slot_t *slot, void *data), void *data);

/* What holds: the word of an operator, else the plan's. */
static inline ly_state_t lync_slot_state(const lync_slot_t *slot)
{
	int said = atomic_load_explicit(&slot->said, memory_order_relaxed);
	return said ? (ly_state_t)(said - 1)
				: (ly_state_t)atomic_load_explicit(
						  &slot->planned, memory_order_relaxed);
}

/* Who said so: "rpc" or "plan". */
static inline const char *lync_slot_by(const lync_slot_t *slot)
{
	return atomic_load(&slot->said) ? "rpc" : "plan";
}

/* An operator's word. One that says what the plan says lifts the one before it. */
void lync_slot_say(lync_slot_t *slot, ly_state_t state);

static inline void lync_slot_count(lync_slot_t *slot, lync_count_t what)
{
	atomic_fetch_add_explicit(&slot->counts[what], 1, memory_order_relaxed);
}

/* Keeps the last failure in words; cut at LYNC_FAILURE_MAX. Takes a lock for a moment. */
void lync_slot_failed(lync_slot_t *slot, ly_slice_t why);

/* Copies it; returns when it was, 0: never. */
time_t lync_slot_failure(const lync_slot_t *slot, char why[LYNC_FAILURE_MAX]);

/* Part of lync_plan takes no new calls. */
static inline bool lync_drains(const lync_slot_t *slot)
{
	return lync_slot_state(slot) != LY_STATE_READY;
}

#endif
