/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The OPTIONS on the wire, and the connection below it. In the prober alone. */
#ifndef LYNC_HEALTH_SEND_H
#define LYNC_HEALTH_SEND_H

#include "lync_health.h"

/* Sends one, as end->place and end->secret say. False: nothing can leave. Waits for nobody. */
bool lync_options_send(
		const ly_peer_t *peer, const lync_end_t *end, unsigned try);

/* What is known of why there was no answer: "tls: handshake has no answer". NULL: nothing. */
const char *lync_options_lost(const lync_end_t *end);

/*
 * The connection is to be opened anew for the next one: that there is no answer may be its fault. A peer that was restarted
 * without a word, or a firewall that has forgotten it, leaves one that looks well and leads nowhere.
 */
void lync_options_reconnect(const ly_peer_t *peer, const lync_end_t *end);

/* 64 random bits, and a random number from 0 on; 0 where end is 0. */
uint64_t lync_options_random(void);
uint64_t lync_options_random_below(uint64_t end);

#endif
