/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The OPTIONS that asks a peer whether it is there, and which of them an answer is to: its branch says so. */
#ifndef LIBLYNC_OPTIONS_H
#define LIBLYNC_OPTIONS_H

#include "liblync/plan.h"

/* Who writes, or who is written to: host is a name or an address without brackets. */
typedef struct ly_options_end
{
	ly_slice_t host;
	uint16_t port;
} ly_options_end_t;

typedef struct ly_options
{
	ly_transport_t transport;
	ly_options_end_t via; /* where the answer goes to */
	ly_options_end_t us;  /* as the peer knows us */
	ly_options_end_t peer;
	uint32_t id;	 /* whatever the sender knows it by … */
	uint64_t secret; /* … and what nobody else knows: 64 random bits */
} ly_options_t;

/*
 * Writes it: out is full where it has no room. Not to a user, as Lync's own are; From, To and Contact name both sides as
 * the topology does (facts: lync.md 2.4).
 */
void ly_options_put(const ly_options_t *options, ly_buf_t *out);

/* Whether that is a branch of ours, and whose. */
bool ly_options_branch(ly_slice_t branch, uint32_t *id, uint64_t *secret);

#endif
