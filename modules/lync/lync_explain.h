/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is changed in the messages of one call, into the log: each line before and after, with the rule and its reason.
 * Off, it costs one look at a number. SRTP keys are masked.
 */
#ifndef LYNC_EXPLAIN_H
#define LYNC_EXPLAIN_H

#include "core/rpc.h"
#include "liblync/edit.h"
#include "lync_call.h"

int lync_explain_init(void);

/* Logs edits of the current message where its call is explained; their texts must not have been freed. */
void lync_explain(const lync_current_t *c, const ly_edits_t *edits);

/*
 * "lync.explain CALL-ID [SECONDS]": from now on, for so long (600; 0 ends it). CALL-ID is the caller's; "next" is the
 * next call that begins on this node. Eight calls at once; faults: 400 a Call-ID that is too long, 503 no place left.
 */
void lync_explain_rpc(rpc_t *rpc, void *ctx);

#endif
