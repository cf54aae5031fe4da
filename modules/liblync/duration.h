/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Durations as people write them: "500ms", "30s", "10min", "1h". */
#ifndef LIBLYNC_DURATION_H
#define LIBLYNC_DURATION_H

#include "liblync/slice.h"

#define LY_DURATION_MAX 24 /* bytes of one as it is written here */

/* In ms; a number and its unit, nothing between them. -1 where it is none, or more than max. */
long ly_duration(ly_slice_t text, long max);

/* In the largest unit that says it exactly: 1500 is "1500ms", 60000 is "1min", 0 is "0s". */
void ly_put_duration(ly_buf_t *out, unsigned long ms);

#endif
