/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Mediation Servers say of a failure in ms-diagnostics: one line in the log for each message that has it, and a
 * count of each code for lync.diagnostics. Only of the Lync side: a gateway may write what it likes, and is not heard.
 */
#ifndef LYNC_DIAGNOSTICS_H
#define LYNC_DIAGNOSTICS_H

#include "core/rpc.h"
#include "lync_call.h"

/* Makes the table of counts, in shared memory. Before the fork. Returns 0, or -1 after an error line. */
int lync_diagnostics_init(void);

/*
 * The current message is a reply, before tm has seen it: a refusal (from 300 on) of a Mediation Server is looked at,
 * to whatever request, also one of our own; not one that comes again. Any process; takes no lock of its own.
 */
void lync_diagnostics_reply(struct sip_msg *reply, const lync_current_t *c);

/* The current message is a request of a Mediation Server: of a BYE what it says is looked at. Likewise. */
void lync_diagnostics_request(const lync_current_t *c);

/* The same of a CANCEL, which no function of the script has met: it becomes the current message. */
void lync_diagnostics_cancel(struct sip_msg *cancel);

/* lync.diagnostics: the codes, those told most often first. In the RPC process. */
void lync_diagnostics_rpc(rpc_t *rpc, void *ctx);

#endif
