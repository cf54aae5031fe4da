/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_recount.h"

#include <stdlib.h>

#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm.h"
#include "core/timer.h"
#include "lync_state.h"

/*
 * Calls begin and end while they are counted, so one count may differ. A counter that is wrong differs in each of so many,
 * in the same direction, by its error at least.
 */
#define PASSES 10

typedef struct shared
{
	gen_lock_t lock; /* of who counts: the fields for it in the slots */
	_Atomic(uint64_t) recounts, drift;
} shared_t;

static ly_holds_t *holds;
static shared_t *shared;

static void on_timer(unsigned int ticks, void *param)
{
	lync_recount();
}

int lync_recount_init(ly_holds_t *of)
{
	holds = of;
	shared = shm_malloc(sizeof(*shared));
	if(!shared || !lock_init(&shared->lock)) {
		SHM_MEM_ERROR;
		return -1;
	}
	atomic_init(&shared->recounts, 0);
	atomic_init(&shared->drift, 0);
	return register_timer(on_timer, NULL, LYNC_RECOUNT_INTERVAL);
}

static void begin(lync_slot_t *slot, void *data)
{
	slot->recount = 0;
}

/* The load is the first member of its slot. */
static void count(ly_load_t *load, void *data)
{
	((lync_slot_t *)load)->recount++;
}

/* What one pass says. */
typedef struct pass
{
	unsigned number;
	bool differs; /* some counter, in all passes so far */
} pass_t;

static void compare(lync_slot_t *slot, void *data)
{
	pass_t *pass = data;
	int64_t differs =
			(int64_t)atomic_load(&slot->load.calls) - (int64_t)slot->recount;

	if(pass->number == 0)
		slot->drift = differs;
	else if((differs > 0) != (slot->drift > 0) || !differs)
		slot->drift = 0;
	else if(llabs(differs) < llabs(slot->drift))
		slot->drift = differs;
	pass->differs |= slot->drift != 0;
}

static void set_right(lync_slot_t *slot, void *data)
{
	uint64_t *sum = data;

	if(!slot->drift)
		return;
	atomic_fetch_sub(&slot->load.calls, (uint32_t)slot->drift);
	*sum += (uint64_t)llabs(slot->drift);
	LM_CRIT("%.*s was counted with %lld calls that are not there: set right. "
			"This is a fault of lync.so\n",
			(int)slot->name_len, slot->name, (long long)slot->drift);
}

uint64_t lync_recount(void)
{
	pass_t pass = {0, true};
	uint64_t sum = 0;

	lock_get(&shared->lock);
	for(; pass.number < PASSES && pass.differs; pass.number++) {
		pass.differs = false;
		lync_state_each(begin, NULL);
		ly_holds_each(holds, count, NULL);
		lync_state_each(compare, &pass);
	}
	if(pass.differs)
		lync_state_each(set_right, &sum);
	lock_release(&shared->lock);
	atomic_fetch_add(&shared->recounts, 1);
	atomic_fetch_add(&shared->drift, sum);
	return sum;
}

lync_recounted_t lync_recount_sum(void)
{
	return (lync_recounted_t){
			atomic_load(&shared->recounts), atomic_load(&shared->drift)};
}
