/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ringback of trunk and target: what a caller hears from the first provisional answer with SDP on, until audio of who is
 * called comes or the call is answered (liblync/ringback.h). A process of its own asks the media nodes whether audio
 * has come, five times a second for each such call: no worker waits for it.
 */
#ifndef LYNC_RINGBACK_H
#define LYNC_RINGBACK_H

#include "lync_call.h"

/* From mod_init() and child_init(). 0, or -1 after an error line. */
int lync_ringback_init(void);
int lync_ringback_child_init(int rank);

/* The caller of a new call was given SDP of a provisional answer. Nothing happens where its side has no file. */
void lync_ringback_begin(const lync_current_t *c);

/* A reply was written: ringback begins with SDP in a provisional one to a new call, and ends with a final one. */
void lync_ringback_reply(const lync_current_t *c);

/* No more, at once. Where the media of the call are gone as well, that is no harm. */
void lync_ringback_end(const lync_current_t *c);

#endif
