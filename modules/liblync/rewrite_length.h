/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Content-Length, where Kamailio's core does not write it. Inside liblync. */
#ifndef LIBLYNC_REWRITE_LENGTH_H
#define LIBLYNC_REWRITE_LENGTH_H

#include "liblync/rewrite.h"

/* Of a message that nobody else has a part in: its Content-Length gets the length of the new body. */
void ly_rewrite_length(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e);

/* A reply that has none needs one. */
bool ly_rewrite_lacks_length(const ly_message_t *m, const ly_rewrite_t *r);

#endif
