/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls brought to where a test begins. */
#ifndef TESTS_CORE_CALLS_H
#define TESTS_CORE_CALLS_H

#include "core.h"

/* INVITE of med01 over hq-tcp, chosen for gw1. */
sip_msg_t *core_call_to_gateway(void);

/* INVITE of gw1, chosen for med01 over hq-tcp. */
sip_msg_t *core_call_to_lync(void);

/* INVITE of gw2, chosen for med01 over hq-tls. */
sip_msg_t *core_call_to_lync_over_tls(void);

/* The same with a transaction, as kamailio.cfg makes one. */
sip_msg_t *core_call_with_transaction(
		const char *name, const core_arrival_t *from);

/* The same, gone out with the SDP of that name. */
void core_call_sent(
		const char *name, const core_arrival_t *from, const char *sdp);

/* The SDP of msg goes to rtpengine, which makes tests/core/messages/NAME of it. */
void core_rtpengine_says(sip_msg_t *msg, const char *name);

/* Writes msg; leaves its secrets to messages that come, see core_sent(). */
void core_write(sip_msg_t *msg);

/* A reply that has come for the call in hand. Its result of lync_reply() is 1. */
sip_msg_t *core_reply(const char *name, const core_arrival_t *from);

#endif
