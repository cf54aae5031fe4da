/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that have ended here a moment ago. A BYE may overtake what was sent before it, on its way or among our own
 * workers: nothing of such a call is to begin anew, neither its record, which nobody would end, nor its media.
 *
 * In shared memory, without a lock; of very many that end at the same moment a few are not remembered.
 */
#ifndef LYNC_ENDED_H
#define LYNC_ENDED_H

#include <stdbool.h>

#include "liblync/slice.h"

/* Before the fork; 0, or -1 after an error line. */
int lync_ended_init(void);

void lync_ended_note(ly_slice_t call_id);

/* A new call has the Call-ID. */
void lync_ended_forget(ly_slice_t call_id);

/* Within the last half minute: as long as a request may be on its way (RFC 3261 17.1.2.2). */
bool lync_ended_lately(ly_slice_t call_id);

#endif
