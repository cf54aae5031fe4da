/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_ended.h"

#include <stdatomic.h>
#include <string.h>

#include "core/dprint.h"
#include "core/mem/shm_mem.h"
#include "liblync/hash.h"
#include "lync.h"

#define PLACES 8192
#define LATELY_MS 32000

/* One call; a later one takes the place of another whose hash falls on it. */
typedef struct ended
{
	_Atomic(uint64_t) hash;
	_Atomic(uint64_t) at; /* lync_now_ms() */
} ended_t;

static ended_t *places; /* set before the fork */

int lync_ended_init(void)
{
	places = shm_malloc(PLACES * sizeof(*places));
	if(!places) {
		LM_ERR("no shared memory for calls that have ended\n");
		return -1;
	}
	memset(places, 0, PLACES * sizeof(*places));
	return 0;
}

static ended_t *place_of(uint64_t hash)
{
	return &places[hash % PLACES];
}

void lync_ended_note(ly_slice_t call_id)
{
	uint64_t hash = ly_hash(LY_HASH_START, call_id);

	atomic_store(&place_of(hash)->at, lync_now_ms());
	atomic_store(&place_of(hash)->hash, hash);
}

void lync_ended_forget(ly_slice_t call_id)
{
	uint64_t hash = ly_hash(LY_HASH_START, call_id);

	atomic_compare_exchange_strong(&place_of(hash)->hash, &hash, 0);
}

bool lync_ended_lately(ly_slice_t call_id)
{
	uint64_t hash = ly_hash(LY_HASH_START, call_id);
	const ended_t *place = place_of(hash);

	return atomic_load(&place->hash) == hash
		   && lync_now_ms() - atomic_load(&place->at) < LATELY_MS;
}
