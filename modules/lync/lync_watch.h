/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches the records of calls, once a second: a call whose session nobody has refreshed in time is ended, and a record
 * that no message has touched for forget_after seconds is forgotten.
 */
#ifndef LYNC_WATCH_H
#define LYNC_WATCH_H

/* Before the fork, after lync_own_init(); 0, or -1 after an error line. */
int lync_watch_init(void);

#endif
