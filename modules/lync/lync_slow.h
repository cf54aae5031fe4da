/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress-after of a trunk: Lync gives up a call after 10 s without a 18x, so a call that has none by then is told of
 * progress by us. Each new call from Lync leaves a note in a ring in shared memory; a process of our own looks at those
 * that are due four times a second. A note is of a transaction, and means nothing when that has ended or been answered.
 */
#ifndef LYNC_SLOW_H
#define LYNC_SLOW_H

#include "lync_call.h"

/* From mod_init() and child_init(). 0, or -1 after an error line. */
int lync_slow_init(void);
int lync_slow_child_init(int rank);

/* The first try of a new call begins, in its branch route. */
void lync_slow_note(const lync_call_t *call);

#endif
