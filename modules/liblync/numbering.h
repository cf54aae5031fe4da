/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way of a call's numbers from one side to the other. Each step sees what the one before it left:
 *   1. visual separators of a telephone number go (RFC 3966 3: they mean nothing), and a '+' comes before the numbers
 *      of a sender that leaves it out: a target with e164="without-plus", a trunk with RemovePlusFromUri
 *   2. the number rules of where the call comes from (the trunk's or the target's)
 *   3. routes are chosen: match and from-match look at these numbers (choose.h)
 *   4. the number rules of where it goes to
 *   5. the '+' goes again for a target with e164="without-plus"
 * Every place of a message that holds such a number goes this way by itself, so they agree, also later in the dialog,
 * and nothing has to be remembered.
 */
#ifndef LIBLYNC_NUMBERING_H
#define LIBLYNC_NUMBERING_H

#include "liblync/numbers.h"

/* What lies on the way. Points into the plan. */
typedef struct ly_numbering
{
	ly_direction_t direction; /* of the call */
	bool plus_missing;		  /* the sender writes +4930… as 4930… */
	bool plus_unwanted;		  /* so does the receiver */
	const ly_numbers_t *sender;
	const ly_numbers_t *receiver;
	/* of this process; NULL: no rules are applied */
	ly_matcher_t *matcher;
} ly_numbering_t;

/* Room for a number on its way. */
typedef struct ly_number_room
{
	char text[2][LY_NUMBER_MAX + 2];
} ly_number_room_t;

/* What a step has made of a number. */
typedef struct ly_number_step
{
	ly_slice_t number;			  /* the given one, or a text in the room */
	const ly_number_rule_t *rule; /* NULL: none matched */
	/* NULL, or why the rule was not applied */
	const char *trouble;
	bool plus; /* a '+' came, or went */
} ly_number_step_t;

/*
 * The way of the numbers in a call, from Lync over trunk to target or the other way. The one that the call goes to may
 * be NULL while it is not chosen.
 */
ly_numbering_t ly_numbering(ly_direction_t direction, const ly_trunk_t *trunk,
		const ly_peer_t *target, ly_matcher_t *matcher);

/*
 * The way in a reply, and in a request of the called side: it names other parties than the request that made the call
 * did, so no rules for those apply. from is who sends it; trunk and target as above.
 */
ly_numbering_t ly_numbering_back(
		ly_side_t from, const ly_trunk_t *trunk, const ly_peer_t *target);

/*
 * Steps 1 and 2, and steps 4 and 5, for a user part without its parameters. The result lives in room (another one for
 * each of the two) or is number. Any process; nothing but room and the matcher is written.
 */
ly_number_step_t ly_number_arrives(const ly_numbering_t *way,
		ly_number_kind_t kind, ly_slice_t number, ly_number_room_t *room);
ly_number_step_t ly_number_leaves(const ly_numbering_t *way,
		ly_number_kind_t kind, ly_slice_t number, ly_number_room_t *room);

#endif
