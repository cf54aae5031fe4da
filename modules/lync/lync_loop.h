/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that come round: liblync/loop.h has what is known of them. */
#ifndef LYNC_LOOP_H
#define LYNC_LOOP_H

#include "lync_call.h"

/* Before the fork. 0, or -1 after an error line. */
int lync_loop_init(void);

/*
 * A new call between these numbers, as they are between the two sides: true (and a line in the log) where a target has
 * sent it, and it has come round so often that it is to be refused with 482.
 */
bool lync_loop_comes_round(
		const lync_current_t *c, ly_slice_t calling, ly_slice_t called);

/* A call of Lync is sent to who was chosen, and no longer to who was before. Whoever keeps the call keeps this. */
void lync_loop_sent(lync_call_t *call, ly_slice_t calling, ly_slice_t called);

/* It rings; it has an answer, or has failed. */
void lync_loop_rings(const lync_call_t *call);
void lync_loop_over(const lync_call_t *call);

#endif
