/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys that tokens are sealed with, and how others take their place. Those in force lie in shared memory; each
 * process works with a copy, lync_keys, which it makes anew when it begins a message and finds that they have changed.
 */
#ifndef LYNC_KEY_H
#define LYNC_KEY_H

#include "core/rpc.h"

/*
 * Makes the keys from the secret file, or from random bytes where none is set. For mod_init(), before the fork.
 * Returns 0, or -1 after an error line that says what to do.
 */
int lync_key_init(void);
void lync_key_destroy(void);

/* Brings lync_keys up to date. Takes no lock. */
void lync_key_refresh(void);

/* lync.keys: reads the secret file anew. */
void lync_key_rpc(rpc_t *rpc, void *ctx);

#endif
