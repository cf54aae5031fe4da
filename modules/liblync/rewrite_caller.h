/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The headers that say who calls and who has forwarded the call. Each side has its own; the receiver gets those that
 * it takes, and no other. Inside liblync: rewrite.c.
 */
#ifndef LIBLYNC_REWRITE_CALLER_H
#define LIBLYNC_REWRITE_CALLER_H

#include "liblync/rewrite.h"

/*
 * Edits for all of these headers of m; caller as ly_caller_read() has read it, or NULL where the message makes no call
 * (replies, requests in a dialog): then nothing is added, and only a P-Asserted-Identity may pass.
 */
void ly_rewrite_caller(const ly_message_t *m, const ly_rewrite_t *r,
		const ly_caller_t *caller, ly_edits_t *e);

#endif
