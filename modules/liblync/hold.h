/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who has which calls. A call that is given to a target, or comes from a peer, is held: a record says at which loads it
 * was counted, and whoever ends it first gives all of them back, once, whatever else thinks that it ends it. All records
 * are made at the start, so a call can be ended without memory; any process may begin and end one at any time, without a
 * lock.
 */
#ifndef LIBLYNC_HOLD_H
#define LIBLYNC_HOLD_H

#include <stddef.h>

#include "liblync/balance.h"

#define LY_HOLD_LOADS 4 /* of one leg: peer, trunk and pool, and one to spare */

/* 0: none. Of a record that another call has by now it is not the id any more. */
typedef uint64_t ly_hold_id_t;

typedef struct ly_holds ly_holds_t;

/* Bytes for so many calls at a time, and the records in them: aligned to 64, all of them free. count: below 2^31. */
size_t ly_holds_size(uint32_t count);
ly_holds_t *ly_holds_init(void *memory, uint32_t count);

/* A new call, counted nowhere yet. 0: as many as there may be are there already. */
ly_hold_id_t ly_hold_begin(ly_holds_t *holds);

/*
 * The call is counted at load (by ly_balance_…(), or by ly_load_take()), and is given back with the others. By the one
 * that began it, before anybody else knows the id. False where it has LY_HOLD_LOADS.
 */
bool ly_hold_add(ly_holds_t *holds, ly_hold_id_t id, ly_load_t *load);

/*
 * The call has come to be: from now on ly_hold_leave() does not end it. False where it has ended meanwhile, or was kept
 * before.
 */
bool ly_hold_keep(ly_holds_t *holds, ly_hold_id_t id);

/* The call is over. True for who was the first to say so. 0 is no call. */
bool ly_hold_end(ly_holds_t *holds, ly_hold_id_t id);

/* The same, unless somebody keeps it: for who only tried to set it up. */
bool ly_hold_leave(ly_holds_t *holds, ly_hold_id_t id);

/* How many there are. */
uint32_t ly_holds_used(const ly_holds_t *holds);

/*
 * Calls visit(load, data) for each load of each call, as they are while it looks: for who counts them anew, to be
 * compared with what the loads say.
 */
void ly_holds_each(const ly_holds_t *holds,
		void (*visit)(ly_load_t *load, void *data), void *data);

#endif
