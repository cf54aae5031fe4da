/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_calls.h"

#include "core/dprint.h"
#include "core/mem/shm.h"
#include "core/rand/kam_rand.h"
#include "lync.h"
#include "lync_count.h"
#include "lync_health.h"
#include "lync_peer.h"
#include "lync_plan.h"
#include "lync_recount.h"

#define LINE 64		/* bytes of a line of the cache, for ly_holds_init() */
#define LEG_SLOTS 3 /* peer, trunk and pool */
#define RACES \
	4 /* so often another process may take the last free call before us */
#define RETRY_CALLS \
	5				 /* seconds, of Retry-After: till a call may have ended … */
#define RETRY_RATE 1 /* … or a second is over */

/* In shared memory, in front of the holds. */
typedef struct shared
{
	_Atomic(uint64_t) uncounted;
} shared_t;

static ly_holds_t *holds;
static shared_t *shared;

int lync_calls_init(void)
{
	size_t size;
	char *memory;

	if(lync_cfg.max_calls < 1 || lync_cfg.max_calls > 1000000) {
		LM_ERR("max_calls is %d; expected 1 to 1000000\n", lync_cfg.max_calls);
		return -1;
	}
	size = ly_holds_size((uint32_t)lync_cfg.max_calls * 2);
	memory = shm_malloc(sizeof(*shared) + LINE + size);
	if(!memory) {
		LM_ERR("no shared memory for %d calls at a time (max_calls)\n",
				lync_cfg.max_calls);
		return -1;
	}
	shared = (shared_t *)memory;
	atomic_init(&shared->uncounted, 0);
	memory += sizeof(*shared) + LINE - 1;
	memory -= (uintptr_t)memory % LINE;
	holds = ly_holds_init(memory, (uint32_t)lync_cfg.max_calls * 2);
	return lync_recount_init(holds);
}

/* Legs --------------------------------------------------------------------------------------------------------------- */

/* At whom a leg is counted: the peer first. */
static unsigned slots_of(
		const lync_call_t *call, ly_side_t side, lync_slot_t *slots[LEG_SLOTS])
{
	const ly_peer_t *peer = lync_peer_on(call, side);
	unsigned count = 0;

	if(peer)
		slots[count++] = lync_slot_peer(peer);
	if(side == LY_LYNC && call->trunk) {
		slots[count++] = lync_slot_trunk(call->trunk);
		slots[count++] = lync_slot_pool(call->trunk->pool);
	}
	return count;
}

/* What does not let a call pass. */
typedef struct obstacle
{
	const lync_slot_t *slot; /* NULL: there is no record left */
	bool rate;
} obstacle_t;

static uint32_t max_cps(const lync_slot_t *slot)
{
	return atomic_load_explicit(&slot->max_cps, memory_order_relaxed);
}

static bool take_slot(
		lync_slot_t *slot, ly_hold_id_t id, bool counted, bool unlimited)
{
	if(!counted && !ly_load_take(&slot->load, unlimited))
		return false;
	ly_hold_add(holds, id, &slot->load);
	return true;
}

/* counted: at the first of its slots it is already. False: it is counted nowhere. */
static bool take_leg(lync_call_t *call, ly_side_t side, bool counted,
		bool unlimited, obstacle_t *why)
{
	lync_slot_t *slots[LEG_SLOTS];
	unsigned count = slots_of(call, side, slots);
	ly_hold_id_t id = ly_hold_begin(holds);

	*why = (obstacle_t){NULL, false};
	if(!id && counted)
		ly_load_release(&slots[0]->load);
	for(unsigned i = 0; id && i < count; i++) {
		*why = (obstacle_t){slots[i], false};
		if(!take_slot(slots[i], id, counted && i == 0, unlimited))
			break;
		why->rate = !unlimited
					&& !ly_rate_take(
							&slots[i]->rate, max_cps(slots[i]), lync_now_ms());
		if(why->rate)
			break;
		why->slot = NULL;
	}
	if(id && (why->slot || !count)) {
		ly_hold_end(holds, id);
		id = 0;
	}
	call->hold[side] = id;
	return id != 0;
}

/* When its transaction ends, or has told its caller a refusal, whatever has become of the call. */
static void on_transaction(struct cell *t, int type, struct tmcb_params *p)
{
	ly_hold_id_t hold[2];

	if(type == TMCB_RESPONSE_OUT && p->code < 300)
		return;
	if(!lync_call_recall_hold(hold))
		return;
	for(int side = 0; side < 2; side++)
		ly_hold_leave(holds, hold[side]);
}

/* How the call is refused, for lync_refuse(). */
static void turn_away(lync_current_t *c, const obstacle_t *why)
{
	static const char *const kinds[] = {"trunk", "target", "server", "pool"};
	const lync_slot_t *s = why->slot;

	c->call.turned_away = s ? atomic_load(&s->code) : 503;
	c->call.retry_after = why->rate ? RETRY_RATE : RETRY_CALLS;
	lync_count_turned_away(&c->call);
	if(!s)
		LM_ERR("call %.*s: not taken: there are %d calls already; raise "
			   "max_calls\n",
				LY_FMT(lync_call_id(c)), lync_cfg.max_calls);
	else
		LM_NOTICE("call %.*s: not taken: the limit of %s %.*s is %u calls%s\n",
				LY_FMT(lync_call_id(c)), kinds[s->kind], (int)s->name_len,
				s->name, why->rate ? max_cps(s) : atomic_load(&s->load.limit),
				why->rate ? " in a second" : "");
}

bool lync_calls_come_in(struct sip_msg *msg, lync_current_t *c)
{
	lync_call_t *call = &c->call;
	obstacle_t why;

	if(!take_leg(call, call->sender, false, call->emergency, &why)) {
		if(!call->emergency) {
			turn_away(c, &why);
			return false;
		}
		atomic_fetch_add(&shared->uncounted, 1);
	}
	if(lync_tm.register_tmcb(msg, NULL, TMCB_DESTROY | TMCB_RESPONSE_OUT,
			   on_transaction, NULL, NULL)
			> 0)
		return true;
	ly_hold_end(holds, call->hold[call->sender]);
	LM_ERR("call %.*s: not taken: tm has no memory for it\n",
			LY_FMT(lync_call_id(c)));
	call->turned_away = 503;
	return false;
}

/* Choosing ----------------------------------------------------------------------------------------------------------- */

/* Who looks for somebody. */
typedef struct looking
{
	const lync_call_t *call;
	bool desperate; /* drains do not count, nor what has just failed */
} looking_t;

/* Not for us: no address is known, or the trunk is another node's. */
static bool out_of_reach(const ly_choice_t *choice)
{
	return !lync_peer_in_reach(choice->peer)
		   || (choice->trunk->node && choice->trunk->node != lync_node);
}

static bool rate_may(const lync_slot_t *slot)
{
	uint32_t limit = max_cps(slot);

	return !limit || ly_rate_may(&slot->rate, limit, lync_now_ms());
}

static bool takes_more(const lync_slot_t *slot)
{
	uint32_t limit =
			atomic_load_explicit(&slot->load.limit, memory_order_relaxed);

	return (!limit
				   || atomic_load_explicit(
							  &slot->load.calls, memory_order_relaxed)
							  < limit)
		   && rate_may(slot);
}

/* What is not said by the load of the peer. The trunk of a call from Lync was looked at when it came in. */
static bool may(const void *data, const ly_choice_t *choice)
{
	const looking_t *l = data;
	const lync_slot_t *peer = lync_slot_peer(choice->peer), *trunk, *pool;

	if(out_of_reach(choice))
		return false;
	if(l->desperate)
		return true;
	if(lync_drains(peer) || lync_health_no_port(choice->peer, choice->trunk))
		return false;
	if(l->call->sender == LY_LYNC)
		return l->call->emergency || rate_may(peer);
	trunk = lync_slot_trunk(choice->trunk);
	pool = lync_slot_pool(choice->trunk->pool);
	return !lync_drains(trunk) && !lync_drains(pool)
		   && (l->call->emergency || (takes_more(trunk) && takes_more(pool)));
}

/* kam_rand() has 31 bits. */
static uint64_t random64(void)
{
	return (uint64_t)kam_rand() << 33 ^ (uint64_t)kam_rand() << 11
		   ^ (uint64_t)kam_rand();
}

static void set_called(
		lync_call_t *call, const ly_trunk_t *trunk, const ly_peer_t *peer)
{
	call->trunk = trunk;
	if(call->sender == LY_LYNC)
		call->target = peer;
	else
		call->server = peer;
}

static ly_side_t called_side(const lync_call_t *call)
{
	return lync_other_side(call->sender);
}

static const ly_choice_t *choose(lync_current_t *c, const ly_ways_t *ways,
		const ly_call_numbers_t *numbers, ly_seeker_t *seeker)
{
	lync_call_t *call = &c->call;
	const looking_t looking = {call, seeker->desperate};
	lync_slot_t *owner = call->sender == LY_LYNC ? lync_slot_trunk(call->trunk)
												 : lync_slot_peer(call->target);
	const ly_chooser_t how = {.numbers = numbers,
			.loads = lync_states->loads,
			.seeker = seeker,
			.turn = &owner->turn,
			.may = may,
			.data = &looking};
	const ly_trunk_t *trunk = call->trunk;
	const ly_peer_t *before = lync_peer_on(call, called_side(call));
	const ly_choice_t *found;
	obstacle_t why;

	for(int i = 0; i < RACES && (found = ly_choose(ways, &how)); i++) {
		set_called(call, found->trunk, found->peer);
		if(take_leg(call, called_side(call), true, call->emergency, &why))
			return found;
		if(call->emergency) {
			atomic_fetch_add(&shared->uncounted, 1);
			return found;
		}
		/* its trunk or pool is full, not it */
		seeker->tried_count--;
		set_called(call, trunk, before);
	}
	return NULL;
}

const ly_choice_t *lync_calls_choose(lync_current_t *c, const ly_ways_t *ways,
		const ly_call_numbers_t *numbers)
{
	lync_call_t *call = &c->call;
	ly_seeker_t seeker = {.random = random64(),
			.tried_count = call->tried_count,
			.unlimited = call->emergency};
	const ly_choice_t *found;

	lync_calls_give_back(call);
	for(unsigned i = 0; i < call->tried_count; i++)
		seeker.tried[i] = call->tried[i];
	found = choose(c, ways, numbers, &seeker);
	if(!found && call->emergency) {
		seeker.desperate = true;
		found = choose(c, ways, numbers, &seeker);
	}
	call->tried_count = (uint8_t)seeker.tried_count;
	for(unsigned i = 0; i < seeker.tried_count; i++)
		call->tried[i] = (uint16_t)seeker.tried[i];
	return found;
}

bool lync_calls_go_to(
		lync_current_t *c, const ly_trunk_t *trunk, const ly_peer_t *peer)
{
	lync_call_t *call = &c->call;
	const ly_trunk_t *over = call->trunk;
	const ly_peer_t *before = lync_peer_on(call, called_side(call));
	obstacle_t why;

	lync_calls_give_back(call);
	set_called(call, trunk, peer);
	if(take_leg(call, called_side(call), false, call->emergency, &why)
			|| call->emergency)
		return true;
	set_called(call, over, before);
	return false;
}

/* Ends --------------------------------------------------------------------------------------------------------------- */

static void leave(lync_call_t *call, ly_side_t side)
{
	ly_hold_leave(holds, call->hold[side]);
	call->hold[side] = 0;
}

void lync_calls_give_back(lync_call_t *call)
{
	leave(call, called_side(call));
}

void lync_calls_over(lync_call_t *call)
{
	leave(call, LY_LYNC);
	leave(call, LY_PSTN);
}

/* Of a call that is up, however full everything is. */
static ly_hold_id_t anew(const lync_call_t *call, ly_side_t side)
{
	lync_call_t counted = *call;
	obstacle_t why;

	if(!take_leg(&counted, side, false, true, &why))
		atomic_fetch_add(&shared->uncounted, 1);
	return counted.hold[side];
}

void lync_calls_answered(const lync_call_t *call, ly_hold_id_t hold[2])
{
	for(int side = 0; side < 2; side++)
		hold[side] = ly_hold_keep(holds, call->hold[side])
							 ? call->hold[side]
							 : anew(call, (ly_side_t)side);
}

void lync_calls_taken_over(const lync_call_t *call, ly_hold_id_t hold[2])
{
	for(int side = 0; side < 2; side++)
		hold[side] = anew(call, (ly_side_t)side);
}

void lync_calls_end(const ly_hold_id_t hold[2])
{
	ly_hold_end(holds, hold[0]);
	ly_hold_end(holds, hold[1]);
}

void lync_calls_sum(lync_calls_sum_t *sum)
{
	sum->legs = ly_holds_used(holds);
	sum->legs_max = (uint32_t)lync_cfg.max_calls * 2;
	sum->uncounted = atomic_load(&shared->uncounted);
}
