/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One call whose turn it is: its media node is asked about its media, and what liblync/media_watch.h finds is done. Of
 * the media watch's process alone (lync_media_watch.h).
 */
#ifndef LYNC_MEDIA_CURE_H
#define LYNC_MEDIA_CURE_H

#include <stdatomic.h>

#include "liblync/media_watch.h"

/* What was done since the start, for RPC. */
typedef struct lync_media_done
{
	_Atomic(uint64_t) looks;
	_Atomic(uint64_t) players;	/* switched on so that RTCP flows … */
	_Atomic(uint64_t) released; /* … and off again, since RTP does */
	_Atomic(uint64_t) aided; /* first aid to calls of a node that came back */
	_Atomic(uint64_t) anew;	 /* media that began anew, at the same node … */
	_Atomic(uint64_t) moved; /* … or at another one */
	_Atomic(uint64_t) ended; /* for want of media */
} lync_media_done_t;

/* Before the fork; 0, or -1 after an error line. */
int lync_media_cure_init(void);

/* Does a step of ly_media_next(). node: of the call's media node. May wait for that node. */
void lync_media_cure(
		ly_slice_t call_id, ly_media_step_t step, const ly_media_node_t *node);

/* From the modparams. */
const ly_media_rules_t *lync_media_rules(void);

const lync_media_done_t *lync_media_done(void);

#endif
