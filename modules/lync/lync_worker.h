/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Media workers: processes that work on messages about which rtpengine is asked, a group of them for each media node.
 * So a node that hangs delays its own calls, and no other call, no OPTIONS and no BYE.
 *
 * A message is handed over as it was received, before anything was done for it, and goes through the routes there.
 * Those of one call are handed to one worker, in the order in which they came.
 */
#ifndef LYNC_WORKER_H
#define LYNC_WORKER_H

#include "core/parser/msg_parser.h"

/* After lync_ng_init(), before the fork; 0, or -1 after an error line. And in each child_init(). */
int lync_worker_init(void);
int lync_worker_child_init(int rank);

/*
 * lync_media_worker(): hands the current message over where it carries SDP, or ends what one with SDP began: CANCEL, a
 * final answer to an INVITE. In event_route[core:pre-routing]. 1: it was, and must be dropped here; -1: it is to be
 * worked on here.
 */
int ki_lync_media_worker(struct sip_msg *msg);

/*
 * lync_seen(): was this message seen when it came, before it was handed to this media worker? For whoever counts or
 * traces what is received, in event_route[siptrace:msg]. 1: it was (told once, as its work begins); -1.
 */
int ki_lync_seen(struct sip_msg *msg);

#endif
