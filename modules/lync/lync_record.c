/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_record.h"

#include <stdatomic.h>

#include "core/dprint.h"
#include "core/mem/shm_mem.h"
#include "liblync/hash.h"
#include "lync.h"
#include "lync_calls.h"
#include "lync_ended.h"

#define BUCKETS 4096
#define LOCKS 256
#define TEXTS 13

typedef struct place
{
	struct place *next;
	lync_record_t record; /* texts lie behind it */
} place_t;

typedef struct table
{
	gen_lock_set_t *locks;
	atomic_uint count;
	place_t *buckets[BUCKETS];
} table_t;

static table_t *table; /* set before the fork */

int lync_record_init(void)
{
	if(lync_ended_init() < 0)
		return -1;
	table = shm_malloc(sizeof(*table));
	if(!table) {
		LM_ERR("no shared memory for records of calls\n");
		return -1;
	}
	memset(table, 0, sizeof(*table));
	table->locks = lock_set_alloc(LOCKS);
	if(table->locks && lock_set_init(table->locks))
		return 0;
	LM_ERR("no locks for records of calls\n");
	return -1;
}

unsigned lync_record_count(void)
{
	return atomic_load(&table->count);
}

/* Places: the lock of the bucket is held ------------------------------------------------------------------------------ */

static unsigned bucket_of(ly_slice_t call_id)
{
	return (unsigned)(ly_hash(LY_HASH_START, call_id) % BUCKETS);
}

static place_t **find(unsigned bucket, ly_slice_t call_id)
{
	place_t **at = &table->buckets[bucket];

	while(*at && !ly_eq((*at)->record.own.call_id, call_id))
		at = &(*at)->next;
	return at;
}

static void texts_of(lync_record_t *r, ly_slice_t *list[TEXTS])
{
	unsigned n = 0;

	list[n++] = &r->own.call_id;
	list[n++] = &r->own.from;
	list[n++] = &r->own.to;
	for(int side = 0; side < 2; side++) {
		list[n++] = &r->own.end[side].contact;
		list[n++] = &r->own.end[side].routes;
		list[n++] = &r->own.end[side].tag;
		list[n++] = &r->sdp[side];
		list[n++] = &r->before[side];
	}
}

/* Copies record, its texts into memory; how many bytes those take, or would take where memory is NULL. */
static size_t copy_record(
		const lync_record_t *record, lync_record_t *copy, char *memory)
{
	ly_slice_t *texts[TEXTS];
	size_t at = 0;

	*copy = *record;
	texts_of(copy, texts);
	for(unsigned i = 0; i < TEXTS; i++) {
		if(memory && texts[i]->len) {
			memcpy(memory + at, texts[i]->s, texts[i]->len);
			texts[i]->s = memory + at;
		}
		at += texts[i]->len;
	}
	return at;
}

static place_t *make_place(const lync_record_t *record)
{
	lync_record_t measured;
	size_t size = copy_record(record, &measured, NULL);
	place_t *made = size <= LYNC_RECORD_MEMORY
							? shm_malloc(sizeof(place_t) + size)
							: NULL;

	if(made) {
		copy_record(record, &made->record, (char *)(made + 1));
		made->next = NULL;
	}
	return made;
}

static bool same_texts(lync_record_t *a, lync_record_t *b)
{
	ly_slice_t *one[TEXTS], *other[TEXTS];

	texts_of(a, one);
	texts_of(b, other);
	for(unsigned i = 0; i < TEXTS; i++) {
		if(!ly_eq(*one[i], *other[i]))
			return false;
	}
	return true;
}

/* A call is counted once, however often its record is written. */
static void carry_holds(const lync_record_t *old, lync_record_t *record)
{
	if(!record->hold[LY_LYNC] && !record->hold[LY_PSTN])
		memcpy(record->hold, old->hold, sizeof(record->hold));
	else if(memcmp(record->hold, old->hold, sizeof(record->hold)) != 0)
		lync_calls_end(old->hold);
}

/* In place of what is at; where there is no memory for it the old one stays. */
static void put(place_t **at, lync_record_t *record)
{
	place_t *old = *at, *made;

	if(old)
		carry_holds(&old->record, record);
	if(old && same_texts(&old->record, record)) {
		/* its texts stay where they are */
		ly_slice_t *kept[TEXTS], *given[TEXTS];
		lync_record_t before = old->record;
		old->record = *record;
		texts_of(&before, kept);
		texts_of(&old->record, given);
		for(unsigned i = 0; i < TEXTS; i++)
			*given[i] = *kept[i];
		return;
	}
	made = make_place(record);
	if(!made) {
		LM_WARN("call %.*s: no memory for its record, or it is too long\n",
				LY_FMT(record->own.call_id));
		if(old)
			memcpy(old->record.hold, record->hold, sizeof(record->hold));
		else
			lync_calls_end(record->hold);
		return;
	}
	made->next = old ? old->next : NULL;
	*at = made;
	if(old)
		shm_free(old);
	else
		atomic_fetch_add(&table->count, 1);
}

static void drop(place_t **at)
{
	place_t *old = *at;

	*at = old->next;
	lync_calls_end(old->record.hold);
	shm_free(old);
	atomic_fetch_sub(&table->count, 1);
}

/* Records ------------------------------------------------------------------------------------------------------------ */

bool lync_record_change(ly_slice_t call_id,
		bool (*change)(lync_record_t *record, void *data), void *data,
		lync_record_t *copy, char *memory)
{
	unsigned bucket = bucket_of(call_id);
	lync_record_t draft;
	bool done = false;
	place_t **at;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	at = find(bucket, call_id);
	if(*at) {
		draft = (*at)->record;
		done = change(&draft, data);
		put(at, &draft);
		if(copy)
			copy_record(&(*at)->record, copy, memory);
	}
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return done;
}

void lync_record_put(lync_record_t *record)
{
	unsigned bucket = bucket_of(record->own.call_id);

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	put(find(bucket, record->own.call_id), record);
	lock_set_release(table->locks, (int)(bucket % LOCKS));
}

bool lync_record_take(ly_slice_t call_id, lync_record_t *copy, char *memory)
{
	unsigned bucket = bucket_of(call_id);
	place_t **at;
	bool found;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	at = find(bucket, call_id);
	found = *at != NULL;
	if(found) {
		copy_record(&(*at)->record, copy, memory);
		drop(at);
	}
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return found;
}

static bool visit_bucket(unsigned bucket,
		bool (*visit)(const lync_record_t *record, void *data), void *data)
{
	bool more = true;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	for(const place_t *p = table->buckets[bucket]; p && more; p = p->next)
		more = visit(&p->record, data);
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return more;
}

void lync_record_each(
		bool (*visit)(const lync_record_t *record, void *data), void *data)
{
	/* one that comes to be in an empty bucket meanwhile is there the next time, too */
	for(unsigned i = 0; i < BUCKETS; i++) {
		if(table->buckets[i] && !visit_bucket(i, visit, data))
			return;
	}
}

bool lync_record_drop(ly_slice_t call_id, bool if_early)
{
	unsigned bucket = bucket_of(call_id);
	place_t **at;
	bool found;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	at = find(bucket, call_id);
	found = *at && (!if_early || (*at)->record.early);
	if(found)
		drop(at);
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return found;
}

ly_slice_t lync_record_routes(
		ly_slice_t call_id, ly_side_t side, ly_buf_t *memory)
{
	unsigned bucket = bucket_of(call_id);
	size_t start = memory->len;
	const place_t *found;

	lock_set_get(table->locks, (int)(bucket % LOCKS));
	found = *find(bucket, call_id);
	if(found)
		ly_put(memory, found->record.own.end[side].routes);
	lock_set_release(table->locks, (int)(bucket % LOCKS));
	return found ? ly_slice(memory->s + start, memory->len - start) : LY_EMPTY;
}
