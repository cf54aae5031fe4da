/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The final answer to a call that nobody took: which code the caller gets, and the Reason header beside it.
 */
#ifndef LYNC_REFUSE_H
#define LYNC_REFUSE_H

#include "lync_call.h"

/*
 * lync_refuse(): ends a new call, when no further try is made. Failure route, or request route after lync_select();
 * the transaction exists. Sends a reply of our own, with no header of the peer's: what the peer of the last try
 * answered, as the plan's codes and the table of Q.850 decide, 503 where it said nothing, or 487 where the caller has
 * cancelled meanwhile. Its To has the tag that the caller knows. Answers that SIP itself works with
 * (ly_code_is_sips_own()) and redirections are left to tm, which passes them on as they were written by lync_write().
 * 1, or -1 when nothing could be sent (logged).
 */
int ki_lync_refuse(struct sip_msg *msg);

/*
 * What the last try of a new call came to is counted, once: when lync_next() looks for another. Nothing where there
 * was no try. Failure route, or request route after t_relay() failed. Returns whether somebody else may do better: not
 * where it has rung for as long as it may, and nobody came.
 */
bool lync_refuse_judge(struct sip_msg *msg, lync_current_t *c);

/* What the peer of the last try has answered; 503 where it has said nothing. The same routes. */
unsigned lync_refused_with(const struct sip_msg *msg, const lync_call_t *call);

#endif
