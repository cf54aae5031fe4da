/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/hold.h"

/* Of the state of a record; the rest of it is a serial number, and an id is good for one. */
#define HELD 1u
#define KEPT 2u
#define SERIAL 4u

typedef struct record
{
	_Atomic(uint32_t) state;
	_Atomic(uint32_t) next; /* free ones: the one behind, + 1; 0: the last */
	_Atomic(uint32_t) count;
	_Atomic(ly_load_t *) load[LY_HOLD_LOADS];
} record_t;

struct ly_holds
{
	/* of the free ones: how often it was changed << 32, the first + 1. So a list that looks the same is the same (ABA). */
	_Atomic(uint64_t) free;
	_Atomic(uint32_t) used;
	uint32_t count;
	record_t record[];
};

#define INDEX(head) ((uint32_t)(head))
#define CHANGED(head, index) ((((head) >> 32) + 1) << 32 | (index))

size_t ly_holds_size(uint32_t count)
{
	return sizeof(ly_holds_t) + count * sizeof(record_t);
}

ly_holds_t *ly_holds_init(void *memory, uint32_t count)
{
	ly_holds_t *holds = memory;

	atomic_init(&holds->free, count ? 1 : 0);
	atomic_init(&holds->used, 0);
	holds->count = count;
	for(uint32_t i = 0; i < count; i++) {
		atomic_init(&holds->record[i].state, 0);
		atomic_init(&holds->record[i].next, i + 1 < count ? i + 2 : 0);
		atomic_init(&holds->record[i].count, 0);
	}
	return holds;
}

/* The record of an id, and the state it has as long as that is the id. NULL: there is none such. */
static record_t *find(ly_holds_t *holds, ly_hold_id_t id, uint32_t *state)
{
	uint32_t index = (uint32_t)id;

	*state = (uint32_t)(id >> 32);
	return index && index <= holds->count ? &holds->record[index - 1] : NULL;
}

ly_hold_id_t ly_hold_begin(ly_holds_t *holds)
{
	uint64_t head = atomic_load(&holds->free);
	record_t *r;
	uint32_t state;

	do {
		if(!INDEX(head))
			return 0;
		r = &holds->record[INDEX(head) - 1];
	} while(!atomic_compare_exchange_weak(
			&holds->free, &head, CHANGED(head, atomic_load(&r->next))));
	atomic_store(&r->count, 0);
	state = (atomic_load(&r->state) & ~(HELD | KEPT)) + SERIAL + HELD;
	atomic_store(&r->state, state);
	atomic_fetch_add(&holds->used, 1);
	return (uint64_t)state << 32 | INDEX(head);
}

bool ly_hold_add(ly_holds_t *holds, ly_hold_id_t id, ly_load_t *load)
{
	uint32_t state, count;
	record_t *r = find(holds, id, &state);

	if(!r || atomic_load(&r->state) != state
			|| (count = atomic_load(&r->count)) == LY_HOLD_LOADS)
		return false;
	atomic_store(&r->load[count], load);
	atomic_store(&r->count, count + 1);
	return true;
}

static void put_back(ly_holds_t *holds, record_t *r)
{
	uint32_t index = (uint32_t)(r - holds->record) + 1;
	uint64_t head = atomic_load(&holds->free);

	do
		atomic_store(&r->next, INDEX(head));
	while(!atomic_compare_exchange_weak(
			&holds->free, &head, CHANGED(head, index)));
}

bool ly_hold_keep(ly_holds_t *holds, ly_hold_id_t id)
{
	uint32_t state;
	record_t *r = find(holds, id, &state);

	return r && (state & HELD)
		   && atomic_compare_exchange_strong(&r->state, &state, state | KEPT);
}

static bool end(ly_holds_t *holds, ly_hold_id_t id, uint32_t kept)
{
	uint32_t state, count;
	record_t *r = find(holds, id, &state);

	state |= kept;
	if(!r || !(state & HELD)
			|| !atomic_compare_exchange_strong(
					&r->state, &state, state & ~(HELD | KEPT)))
		return false;
	count = atomic_load(&r->count);
	for(uint32_t i = 0; i < count; i++)
		ly_load_release(atomic_load(&r->load[i]));
	atomic_fetch_sub(&holds->used, 1);
	put_back(holds, r);
	return true;
}

bool ly_hold_leave(ly_holds_t *holds, ly_hold_id_t id)
{
	return end(holds, id, 0);
}

bool ly_hold_end(ly_holds_t *holds, ly_hold_id_t id)
{
	/* it may come to be kept between the two, never the other way */
	return end(holds, id, 0) || end(holds, id, KEPT);
}

uint32_t ly_holds_used(const ly_holds_t *holds)
{
	return atomic_load(&holds->used);
}

void ly_holds_each(const ly_holds_t *holds,
		void (*visit)(ly_load_t *load, void *data), void *data)
{
	for(uint32_t i = 0; i < holds->count; i++) {
		const record_t *r = &holds->record[i];
		uint32_t count = atomic_load(&r->count);

		if(!(atomic_load(&r->state) & HELD))
			continue;
		for(uint32_t n = 0; n < count; n++)
			visit(atomic_load(&r->load[n]), data);
	}
}
