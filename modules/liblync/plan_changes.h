/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between two plans as they are written, for people: comments, order and layout do not count.
 *   ~ <lync-trunks>: signature "5b1d…" -> "77aa…"
 *     <pool name="hq">
 *   +   <server fqdn="med03.contoso.example"/>
 *   ~ <trunk name="sbc1-hq">: mediation-port "5067" -> "5068", ForwardPAI none -> "true"
 */
#ifndef LIBLYNC_PLAN_CHANGES_H
#define LIBLYNC_PLAN_CHANGES_H

#include "liblync/plan_draft.h"

/*
 * Tells each line of the difference, without a line end. Texts of the plan are shown on one line, long ones cut off.
 * scratch is needed only during the call. Returns how many elements differ; without memory fresh->report says so.
 */
unsigned ly_plan_changes(const ly_draft_t *old, const ly_draft_t *fresh,
		ly_arena_t *scratch, void (*tell)(void *to, const char *line),
		void *to);

#endif
