/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_key.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>

#include <sodium.h>

#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm_mem.h"
#include "lync.h"
#include "lync_rpc.h"

#define FILE_MAX 4096 /* bytes; eight secrets of 256 bits as text have 600 */

/* The keys of a version lie in copy[version % 2]; the next one is written beside them. */
typedef struct shared
{
	_Atomic(unsigned) version;
	gen_lock_t lock; /* of those who write */
	ly_keys_t copy[2];
} shared_t;

ly_keys_t lync_keys;
static unsigned version; /* of lync_keys */
static shared_t *shared;

/* Returns NULL, or what is wrong with the file. */
static const char *read_file(ly_keys_t *keys)
{
	char secret[FILE_MAX];
	FILE *file = fopen(lync_cfg.token_secret.s, "r");
	const char *wrong;
	size_t len;

	if(!file)
		return strerror(errno);
	len = fread(secret, 1, sizeof(secret), file);
	wrong = ferror(file) ? strerror(errno) : NULL;
	fclose(file);
	if(!wrong && len == sizeof(secret))
		wrong = "it is longer than any file of secrets";
	if(!wrong)
		wrong = ly_keys_read(keys, ly_slice(secret, len));
	sodium_memzero(secret, sizeof(secret));
	return wrong;
}

static void make_random_key(void)
{
	char secret[32];

	LM_NOTICE("token_secret is not set: running calls will not survive a "
			  "restart of this node\n");
	randombytes_buf(secret, sizeof(secret));
	ly_key_init(&lync_keys.key[0], '0', ly_slice(secret, sizeof(secret)));
	lync_keys.count = 1;
	sodium_memzero(secret, sizeof(secret));
}

static int share(void)
{
	shared = shm_mallocxz(sizeof(*shared));
	if(!shared || !lock_init(&shared->lock)) {
		LM_ERR("no shared memory for keys\n");
		return -1;
	}
	shared->copy[0] = lync_keys;
	return 0;
}

int lync_key_init(void)
{
	const char *wrong = NULL;

	if(sodium_init() < 0) {
		LM_ERR("libsodium does not start\n");
		return -1;
	}
	if(lync_cfg.token_secret.len == 0)
		make_random_key();
	else if((wrong = read_file(&lync_keys))) {
		LM_ERR("token_secret %.*s: %s; make one with: openssl rand -hex 32\n",
				STR_FMT(&lync_cfg.token_secret), wrong);
		return -1;
	}
	return share();
}

void lync_key_destroy(void)
{
	if(!shared)
		return;
	sodium_memzero(shared->copy, sizeof(shared->copy));
	lock_destroy(&shared->lock);
	shm_free(shared);
	shared = NULL;
}

void lync_key_refresh(void)
{
	unsigned now = atomic_load_explicit(&shared->version, memory_order_acquire);

	/* a copy that somebody wrote to meanwhile is of the version after the next: then once more */
	while(now != version) {
		unsigned copied = now;

		lync_keys = shared->copy[now % 2];
		atomic_thread_fence(memory_order_acquire);
		now = atomic_load_explicit(&shared->version, memory_order_relaxed);
		if(now == copied)
			version = now;
	}
}

/* Calls that began under the one would be told that their tokens are forged. */
static bool gives_id_to_another(
		const ly_keys_t *keys, const ly_keys_t *in_force)
{
	for(unsigned i = 0; i < keys->count; i++) {
		const ly_key_t *old = ly_keys_find(in_force, keys->key[i].id);
		if(old && memcmp(old->seal, keys->key[i].seal, sizeof(old->seal)) != 0)
			return true;
	}
	return false;
}

static void put_ids(ly_buf_t *out, const ly_keys_t *keys)
{
	for(unsigned i = 0; i < keys->count; i++)
		ly_putf(out, "%s%c", i ? ", " : "", keys->key[i].id);
}

/* Under the lock. Returns NULL, or why nothing has changed. */
static const char *take_over(const ly_keys_t *keys)
{
	unsigned now = atomic_load(&shared->version);

	if(gives_id_to_another(keys, &shared->copy[now % 2]))
		return "an id that is in force has another secret in the file; a new "
			   "secret needs a new id";
	shared->copy[(now + 1) % 2] = *keys;
	atomic_store_explicit(&shared->version, now + 1, memory_order_release);
	return NULL;
}

void lync_key_rpc(rpc_t *rpc, void *ctx)
{
	char text[128 + FILE_MAX];
	ly_buf_t out = ly_buf(text, sizeof(text) - 1);
	ly_keys_t keys;
	const char *wrong = lync_cfg.token_secret.len
								? read_file(&keys)
								: "it is not set, so there is no file to read";

	if(!wrong) {
		lock_get(&shared->lock);
		wrong = take_over(&keys);
		lock_release(&shared->lock);
	}
	if(wrong) {
		ly_putf(&out, "token_secret %.*s: %s", STR_FMT(&lync_cfg.token_secret),
				wrong);
		LM_ERR("lync.keys: %.*s; the keys in force stay\n",
				LY_FMT(ly_buf_slice(&out)));
		lync_rpc_fault(rpc, ctx, ly_buf_slice(&out));
		return;
	}
	put_ids(&out, &keys);
	text[out.len] = '\0';
	LM_NOTICE("lync.keys: in force are %s; the first seals\n", text);
	rpc->rpl_printf(ctx, "in force: %s; the first seals", text);
}
