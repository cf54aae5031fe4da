/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Media nodes: the rtpengines of modparam "rtpengine", and what is said to them over ng (liblync/ng.h).
 *
 * A node has a number from 1 up, its place in the list; it travels in the tokens of a call, so all nodes of a cluster
 * have the same list. Whether a node is up is shared by all processes: whoever gets no answer says that it is down, and
 * then nobody waits for it any more; only the prober (lync_prober.h) finds that it is back.
 *
 * Each process has sockets of its own, one a node. No lock is taken.
 */
#ifndef LYNC_NG_H
#define LYNC_NG_H

#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>

#include "core/rpc.h"
#include "liblync/ng.h"
#include "liblync/token.h"

#define LYNC_NG_TRIES 3
#define LYNC_NG_TRY_MS \
	200 /* so a node that hangs costs whoever finds it 0.6 s, once */
#define LYNC_NG_WAITS 24 /* buckets of a histogram: below 2^i microseconds */

typedef struct lync_ng_node
{
	struct sockaddr_storage address;
	socklen_t address_len;
	char name[80]; /* "127.0.0.1:2223", for people */
	unsigned weight;
	_Atomic(bool) up;
	_Atomic(bool) off;	   /* an operator's word: no new calls */
	_Atomic(time_t) since; /* that it is up, or down */
	_Atomic(uint64_t)
			came; /* lync_now_ms() before it was last found to be back; 0: it was never away */
	_Atomic(uint64_t) asked, refused, unanswered;
	_Atomic(uint64_t) waits[LYNC_NG_WAITS];
} lync_ng_node_t;

/* Reads modparam "rtpengine". Before the fork; 0, or -1 after an error line. */
int lync_ng_init(void);

unsigned lync_ng_count(void);
/* number: from 1; NULL where there is none. */
lync_ng_node_t *lync_ng_node(unsigned number);

/*
 * Which node a new call is for: by weight among those that are up and take calls, always the same for one Call-ID while
 * these are the same (rendezvous hashing). without: bits of those that are out of the question; any: also those that are
 * off by an operator's word. 0 where none is.
 */
unsigned lync_ng_choose(ly_slice_t call_id, unsigned without, bool any);

/*
 * Begins a command, in the memory of this process: put its members, then give it to lync_ng_ask() or lync_ng_tell().
 */
ly_buf_t *lync_ng_begin(ly_slice_t command);

/*
 * Sends it and waits for the answer, at most LYNC_NG_TRIES times LYNC_NG_TRY_MS. True where the result is not "error";
 * *answer is the inside of its dictionary and lives until the next command. False where there is none (the node is
 * down from now on, one line is logged) or it is an error: then *why says it (a text of rtpengine's, or a static one).
 */
bool lync_ng_ask(unsigned number, ly_slice_t *answer, ly_slice_t *why);

/* Sends it, and waits for nothing. */
void lync_ng_tell(unsigned number);

/* What the prober has found: logged where it is news. why: for a node that is down, static. */
void lync_ng_found(unsigned number, bool up, const char *why);

/* An operator's word: no new calls for a node, or new calls again. False where there is no such node. */
bool lync_ng_say(unsigned number, bool off);

/* RPC lync.media: state of each, what was asked, how long its answers took. root: a struct. */
void lync_ng_rpc(rpc_t *rpc, void *root);

#endif
