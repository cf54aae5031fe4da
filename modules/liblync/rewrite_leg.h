/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers that name the leg, its transactions and dialogs: Via, CSeq, RAck, Call-ID and what refers to them. */
#ifndef LIBLYNC_REWRITE_LEG_H
#define LIBLYNC_REWRITE_LEG_H

#include "liblync/rewrite.h"

/* One header; false where it is none of these. */
bool ly_rewrite_leg(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e);

/* A reply's Vias and Record-Routes as its receiver wants them, before all other headers. */
void ly_rewrite_vias(
		const ly_message_t *m, const ly_rewrite_t *r, ly_edits_t *e);

#endif
