/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that watches the media of running calls: it notices that a media node was started anew or stays away, and
 * each call has its turn (lync_media_cure.h), paced. Beside the prober (lync_prober.h), which must not wait for anybody.
 */
#ifndef LYNC_MEDIA_WATCH_H
#define LYNC_MEDIA_WATCH_H

#include "core/rpc.h"

/* After lync_ng_init(), before the fork; 0, or -1 after an error line. And in each child_init(). */
int lync_media_watch_init(void);
int lync_media_watch_child_init(int rank);

/* RPC lync.media: what was done. root: a struct. */
void lync_media_watch_rpc(rpc_t *rpc, void *root);

#endif
