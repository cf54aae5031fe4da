/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The number rules of the plan, for the current message. */
#ifndef LYNC_NUMBERS_H
#define LYNC_NUMBERS_H

#include "liblync/numbering.h"
#include "lync_call.h"

/*
 * The way of the numbers of the current message; of a call whose other end is not chosen yet, its first part. Without
 * memory for the matcher (30 kB, once per process) no rule is applied, after a log line.
 */
ly_numbering_t lync_numbers(const lync_current_t *c);

/* Logs that a rule could not be applied, and why. */
void lync_numbers_complain(
		const lync_current_t *c, const ly_number_step_t *step);

#endif
