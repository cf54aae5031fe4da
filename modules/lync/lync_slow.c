/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_slow.h"

#include <stdatomic.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/dprint.h"
#include "core/mem/shm.h"
#include "core/sr_module.h"
#include "core/timer.h"
#include "lync.h"
#include "lync_process.h"
#include "lync_progress.h"

#define ROUND_MS 250
/* A power of two: with 6 s, of some 5000 calls a second. Where there are more, the oldest get no 183. */
#define NOTES 32768u

/* seq: which note stands here, counted from 1: it is whole, and to be looked at. */
typedef struct note
{
	_Atomic(uint32_t) seq;
	uint64_t due; /* lync_now_ms() */
	uint32_t hash_index, label;
} note_t;

static struct
{
	_Atomic(uint32_t) last; /* that was begun */
	note_t notes[NOTES];
} *ring;

int lync_slow_init(void)
{
	ring = shm_mallocxz(sizeof(*ring));
	if(!ring) {
		SHM_MEM_ERROR;
		return -1;
	}
	lync_process_register(1);
	return 0;
}

void lync_slow_note(const lync_call_t *call)
{
	const struct cell *t = lync_tm.t_gett();
	uint32_t seq;
	note_t *note;

	if(call->sender != LY_LYNC || !call->trunk->progress_after || !t
			|| t == T_UNDEFINED)
		return;
	seq = atomic_fetch_add_explicit(&ring->last, 1, memory_order_relaxed) + 1;
	note = &ring->notes[seq % NOTES];
	note->due = call->begun + call->trunk->progress_after;
	note->hash_index = t->hash_index;
	note->label = t->label;
	atomic_store_explicit(&note->seq, seq, memory_order_release);
}

/* Sends it where the call has still had no more than 100. */
static void look_at(const note_t *note)
{
	struct cell *t = NULL;

	if(lync_tm.t_lookup_ident(&t, note->hash_index, note->label) < 0)
		return;
	lync_progress_of(t);
	lync_tm.unref_cell(t);
	lync_tm.t_sett(NULL, T_BR_UNDEFINED);
}

/* done: of the process, a bit for each place. Returns the first note that is still to come. */
static uint32_t look(uint32_t first, uint8_t *done)
{
	uint32_t last = atomic_load_explicit(&ring->last, memory_order_relaxed);
	uint64_t now = lync_now_ms();

	if(last + 1 - first > NOTES) {
		memset(done, 0, NOTES / 8);
		first = last + 1 - NOTES;
	}
	for(uint32_t seq = first; seq != last + 1; seq++) {
		note_t *note = &ring->notes[seq % NOTES];
		uint8_t bit = (uint8_t)(1u << seq % 8);

		if(atomic_load_explicit(&note->seq, memory_order_acquire) != seq)
			continue;
		if(!(done[seq % NOTES / 8] & bit) && note->due <= now) {
			done[seq % NOTES / 8] |= bit;
			look_at(note);
		}
		if(seq == first && (done[seq % NOTES / 8] & bit)) {
			done[seq % NOTES / 8] &= (uint8_t)~bit;
			first++;
		}
	}
	return first;
}

static void run(void *data)
{
	static uint8_t done[NOTES / 8];
	uint32_t first = 1;

	for(;;) {
		cfg_update();
		first = look(first, done);
		usleep(ROUND_MS * 1000);
	}
}

int lync_slow_child_init(int rank)
{
	return rank != PROC_MAIN
				   ? 0
				   : lync_process_start("lync progress", true, run, NULL);
}
