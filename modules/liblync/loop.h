/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that come round: Lync's inter-trunk routing, or the telephone network, sends a call back that was sent there, and
 * again, and again. Both are back-to-back user agents, so of the messages nothing is left that could be known again but
 * the two numbers. A loop is told from other calls by what must be true of it: it crosses from Lync to targets and back
 * in every round, and each round comes from where the one before it was sent to, while that is out there, and nobody
 * has answered it or rung.
 *
 * So for each pair of numbers, and each place that Lync's calls are sent to, the passes are kept that are out. Calls that
 * are alike and do not come from where Lync's go to - a hundred anonymous callers of one conference, twenty people of a
 * PBX behind one number - are never taken for a loop, however many there are; nor is a call that comes round once.
 *
 * One table in memory of the caller's. It is cut into sets; whoever uses it locks the set of the key.
 */
#ifndef LIBLYNC_LOOP_H
#define LIBLYNC_LOOP_H

#include <stdint.h>

#include "liblync/slice.h"

/* No more than so many are kept of a place, though they ring: a gateway may say so before anybody's telephone does. */
#define LY_LOOP_PASSES 16
/* ms after which one is out no more, whatever has become of it */
#define LY_LOOP_LIFE 30000

typedef struct ly_loops ly_loops_t;

/* A pass that is out. */
typedef struct ly_loop_pass
{
	uint64_t key;
	uint32_t at; /* 0: there is none */
} ly_loop_pass_t;

/* sets: a power of two. memory: of ly_loops_size() bytes, aligned to 8; seed: so that nobody can look for collisions. */
size_t ly_loops_size(uint32_t sets);
ly_loops_t *ly_loops_init(void *memory, uint32_t sets, uint64_t seed);

/*
 * For calls between two numbers that are sent to, or come from, a place. Of a number its last digits count, since
 * prefixes may change with each round; what is no number is none (withheld).
 */
uint64_t ly_loop_key(const ly_loops_t *loops, ly_slice_t calling,
		ly_slice_t called, uint32_t place);

/* The set of a key, to be locked for the functions below. */
uint32_t ly_loop_set(const ly_loops_t *loops, uint64_t key);

/* A call is sent there. */
ly_loop_pass_t ly_loop_sent(ly_loops_t *loops, uint64_t key, uint64_t now);

/* It rings; it has an answer, or has failed. */
void ly_loop_rings(ly_loops_t *loops, ly_loop_pass_t pass);
void ly_loop_over(ly_loops_t *loops, ly_loop_pass_t pass);

/* How many passes are out there. */
typedef struct ly_loop_out
{
	unsigned silent, all;
} ly_loop_out_t;

ly_loop_out_t ly_loop_out(ly_loops_t *loops, uint64_t key, uint64_t now);

#endif
