/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The current message as liblync decides about it. */
#ifndef LYNC_CROSSING_H
#define LYNC_CROSSING_H

#include "liblync/crossing.h"
#include "lync_call.h"

/*
 * What is known of the way of the current message; where the other end is not chosen yet, trunk or target is NULL.
 * Without memory for the matcher (30 kB, once per process) no number rule is applied, after a log line.
 */
ly_crossing_t lync_crossing(const lync_current_t *c);

#endif
