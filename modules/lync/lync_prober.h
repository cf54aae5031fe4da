/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that looks after the media nodes: asks each with a ping whether it is there, and says so to all
 * (lync_ng_found()). It alone finds that a node is back.
 */
#ifndef LYNC_PROBER_H
#define LYNC_PROBER_H

#define LYNC_PROBER_INTERVAL_MS 500
/* A ping that has no answer by then: the node is down. */
#define LYNC_PROBER_PATIENCE_MS 1200

/* After lync_ng_init(), before the fork; 0, or -1 after an error line. And in each child_init(). */
int lync_prober_init(void);
int lync_prober_child_init(int rank);

#endif
