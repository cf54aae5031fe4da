/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses of peers that the plan has by name, as all processes see them: the directory in shared memory.
 *
 * One process (lync_dns.c) puts a new directory in the place of the old one; workers read without a lock. It is kept
 * by name, not by peer, so it outlives a reload of the plan.
 */
#ifndef LYNC_NAMES_H
#define LYNC_NAMES_H

#include "core/rpc.h"
#include "liblync/directory.h"
#include "lync.h"

/* Shared memory for it. From mod_init(). Returns 0, or -1 after an error line. */
int lync_names_init(void);

/* Puts what count names know in force. Only the DNS process calls it. Returns 0, or -1 without shared memory: what was in force stays. */
int lync_names_publish(ly_name_t *const *names, unsigned count);

/*
 * The peers of plan, of those without an address there, that are at address by what the DNS says: fills found (max
 * of them) and returns how many; the first has the best right to it. Any process, never waits.
 */
unsigned lync_names_peers_at(const ly_plan_t *plan, const ly_addr_t *address,
		const ly_peer_t **found, unsigned max);

/* Whether address is one of the peer's: current, or one that drains. Any process, never waits. */
bool lync_names_has(const ly_peer_t *peer, const ly_addr_t *address);

/*
 * The address that a call goes to, of those of a family (4 or 6) that the peer's name has now; where some of them answer
 * OPTIONS, one of these. The same seed gives the same address as long as the name has it and it answers. False: none is known. Any process, never waits.
 */
bool lync_names_pick(const ly_peer_t *peer, unsigned family, uint64_t seed,
		ly_addr_t *address);

/* The addresses of that family that the peer's name has now: fills addresses (max of them) and returns how many. */
unsigned lync_names_current(const ly_peer_t *peer, unsigned family,
		ly_addr_t *addresses, unsigned max);

/* Another number whenever an address may have come or gone. */
unsigned lync_names_edition(void);

/* RPC lync.names: every name, its addresses, when it is asked next, what went wrong. */
void lync_names_rpc(rpc_t *rpc, void *ctx);

/* Milliseconds of a clock that never goes back, the same in all processes. */
int64_t lync_names_now(void);

/* What an error of ly_name_t means, in words. */
const char *lync_names_error(int error);

#endif
