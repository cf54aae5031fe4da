/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests that come twice, by different ways (RFC 3261 8.2.2.2): somebody before us has forked, and both forks lead here. */
#ifndef LYNC_MERGED_H
#define LYNC_MERGED_H

#include "lync_call.h"

/*
 * The request of the current transaction, a new call, is under way already in another one that began before: it is to be
 * refused with 482 (and a line in the log). One that has failed does not count: who tries again as the DNS has it (RFC
 * 3263 4.3) changes the branch alone.
 */
bool lync_merged(const lync_current_t *c);

#endif
