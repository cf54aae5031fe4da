/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of a header, a method or an option that nothing else is decided of: its name alone says it. */
#ifndef LIBLYNC_REWRITE_NAME_H
#define LIBLYNC_REWRITE_NAME_H

#include "liblync/rewrite.h"

/*
 * The rule that takes what is called name at that place out, or NULL where it passes. The first row of the table that
 * matches decides, and says
 *  - LY_A_FORBID: it goes;
 *  - LY_A_REMOVE: it goes, unless r->passing names it;
 *  - LY_A_PASS: it passes;
 * and the opposite where that row is switched off. A row "*" comes last, for all that no other row names.
 */
const ly_rule_t *ly_rule_against(
		const ly_rewrite_t *r, ly_place_t place, ly_slice_t name);

/* Takes h out where its name says so. */
void ly_rewrite_by_name(
		const ly_header_t *h, const ly_rewrite_t *r, ly_edits_t *e);

#endif
