/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Headers that are lists of names: Allow (methods), Supported and Require (option tags). */
#ifndef LIBLYNC_REWRITE_LIST_H
#define LIBLYNC_REWRITE_LIST_H

#include "liblync/rewrite.h"

/* Writes the edit for h, which is one of these. The first of several gets the members of all. */
void ly_rewrite_list(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e);

#endif
