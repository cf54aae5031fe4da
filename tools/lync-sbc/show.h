/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of lync-sbc show. */
#ifndef LYNC_SBC_SHOW_H
#define LYNC_SBC_SHOW_H

#include "liblync/plan.h"

/* The plan as one JSON object on standard output: elements and attributes as in the file, lists as arrays. */
void show_json(const ly_plan_t *plan);

#endif
