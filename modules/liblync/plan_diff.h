/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between two plans, in a line for people.
 */
#ifndef LIBLYNC_PLAN_DIFF_H
#define LIBLYNC_PLAN_DIFF_H

#include "liblync/plan.h"

/*
 * Writes to out: "trunks: added sbc1-dr, removed sbc1-lab; servers and targets: added gw2", by name; "nothing added or
 * removed" where both have the same names. Reads only, any process. A text that does not fit is cut off (out->full).
 */
void ly_plan_diff(const ly_plan_t *old, const ly_plan_t *fresh, ly_buf_t *out);

#endif
