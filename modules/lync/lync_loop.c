/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_loop.h"

#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm.h"
#include "core/rand/kam_rand.h"
#include "lync.h"

#define SETS 1024 /* of the table: some thousand calls that are being set up */
#define LOCKS 64

/* Where calls of Lync go to. The telephone network is one place, whichever gateway leads there; each PBX is one. */
#define NETWORK 0

static ly_loops_t *loops;
static gen_lock_set_t *locks;

int lync_loop_init(void)
{
	void *memory = shm_malloc(ly_loops_size(SETS));

	if(lync_cfg.loop_rounds < 0 || lync_cfg.loop_rounds > LY_LOOP_PASSES) {
		LM_ERR("loop_rounds is %d; expected 0 to %d\n", lync_cfg.loop_rounds,
				LY_LOOP_PASSES);
		return -1;
	}
	locks = lock_set_alloc(LOCKS);
	if(!memory || !locks || !lock_set_init(locks)) {
		SHM_MEM_ERROR;
		return -1;
	}
	loops = ly_loops_init(
			memory, SETS, (uint64_t)kam_rand() << 32 ^ (uint64_t)kam_rand());
	return 0;
}

static uint32_t place_of(const ly_peer_t *target)
{
	return target->kind == LY_TARGET_PBX ? target->hash : NETWORK;
}

static int lock_key(uint64_t key)
{
	int i = (int)(ly_loop_set(loops, key) % LOCKS);

	lock_set_get(locks, i);
	return i;
}

bool lync_loop_comes_round(
		const lync_current_t *c, ly_slice_t calling, ly_slice_t called)
{
	const lync_call_t *call = &c->call;
	ly_loop_out_t out;
	uint64_t key;
	int locked;

	if(call->sender == LY_LYNC || !lync_cfg.loop_rounds)
		return false;
	key = ly_loop_key(loops, calling, called, place_of(call->target));
	locked = lock_key(key);
	out = ly_loop_out(loops, key, lync_now_ms());
	lock_set_release(locks, locked);
	if(out.silent < (unsigned)lync_cfg.loop_rounds && out.all < LY_LOOP_PASSES)
		return false;
	LM_WARN("call %.*s: refused with 482: it comes round: %.*s sends another "
			"call from %.*s to %.*s while %u of Lync's are out there, %u of "
			"them silent; look where it, its carrier, and Lync (PSTN usages of "
			"the trunk) route this number\n",
			LY_FMT(lync_call_id(c)), LY_FMT(call->target->name),
			LY_FMT(calling), LY_FMT(called), out.all, out.silent);
	return true;
}

void lync_loop_sent(lync_call_t *call, ly_slice_t calling, ly_slice_t called)
{
	uint64_t key;
	int locked;

	if(call->sender != LY_LYNC)
		return;
	lync_loop_over(call);
	key = ly_loop_key(loops, calling, called, place_of(call->target));
	locked = lock_key(key);
	call->pass = ly_loop_sent(loops, key, lync_now_ms());
	lock_set_release(locks, locked);
}

void lync_loop_rings(const lync_call_t *call)
{
	int locked;

	if(!call->pass.at)
		return;
	locked = lock_key(call->pass.key);
	ly_loop_rings(loops, call->pass);
	lock_set_release(locks, locked);
}

void lync_loop_over(const lync_call_t *call)
{
	int locked;

	if(!call->pass.at)
		return;
	locked = lock_key(call->pass.key);
	ly_loop_over(loops, call->pass);
	lock_set_release(locks, locked);
}
