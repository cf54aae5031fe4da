/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Legs: what one side sees of the other. Each has our tag, our CSeq numbers and our Call-ID, all of which follow from
 * those of the other side and the cluster's key: nothing is stored.
 */
#ifndef LIBLYNC_LEG_H
#define LIBLYNC_LEG_H

#include <stdint.h>

#include "liblync/seal.h"

/*
 * Numbers between two of a peer's that are ours: for requests of our own, and for another try of the request that made
 * the dialog. Each number of a peer becomes the first of its sixteen on the other leg.
 */
#define LY_LEG_SLOTS 16u
#define LY_LEG_CYCLE 0x7ffffffu

/*
 * The CSeq number that one leg sees for number on the other one. slot: of the dialog, plus how many of our own went out
 * since; below LY_LEG_SLOTS. It grows as number does, as long as the dialog does not cross a multiple of LY_LEG_CYCLE: of
 * the 2^31 possible numbers there are only so many sixteens. Numbers below LY_LEG_SLOTS - 1 come before any of the
 * peer's, and all are below 2^31 (RFC 3261 8.1.1.5).
 */
static inline uint32_t ly_leg_cseq(uint32_t number, unsigned slot)
{
	return number % LY_LEG_CYCLE * LY_LEG_SLOTS + LY_LEG_SLOTS - 1 + slot;
}

/* The same back: shown is what a peer got; cycle: number / LY_LEG_CYCLE of what it was. */
static inline uint32_t ly_leg_cseq_back(
		uint32_t shown, unsigned slot, uint32_t cycle)
{
	return cycle * LY_LEG_CYCLE
		   + (shown - slot - (LY_LEG_SLOTS - 1)) / LY_LEG_SLOTS;
}

#define LY_LEG_TAG_LEN 11

/*
 * Appends the tag that the callee sees in place of the caller's, or the caller in place of the callee's. caller_tag:
 * the caller's own. fork: the callee's own tag where each answer of a call that forks is to have another, else empty.
 * slot: of the dialog: another target that is tried after one has rung is another dialog for the caller.
 */
void ly_leg_callee_sees(const ly_key_t *key, ly_slice_t call_id,
		ly_slice_t caller_tag, ly_buf_t *out);
void ly_leg_caller_sees(const ly_key_t *key, ly_slice_t call_id,
		ly_slice_t caller_tag, ly_slice_t fork, unsigned slot, ly_buf_t *out);

/* Whether a Call-ID may hold a host name or an address: '@', '.', ':' or a bracket stands in it. */
bool ly_call_id_tells(ly_slice_t call_id);

/* Appends the sealed Call-ID to out; false where it is too long to be sealed. */
bool ly_call_id_seal(const ly_key_t *key, ly_slice_t call_id, ly_buf_t *out);

/* Appends the Call-ID that was sealed to out; false where shown is no seal of ours. */
bool ly_call_id_open(const ly_keys_t *keys, ly_slice_t shown, ly_buf_t *out);

#endif
