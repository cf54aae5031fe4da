/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One message on its way between the two sides of the plan: what trunk, target and direction say about what is changed
 * in it. The module and lync-sbc explain decide with these functions; what a dialog fixes is the passage's (passage.h).
 */
#ifndef LIBLYNC_CROSSING_H
#define LIBLYNC_CROSSING_H

#include "liblync/early.h"
#include "liblync/emergency.h"
#include "liblync/passage.h"
#include "liblync/rewrite.h"

typedef struct ly_crossing
{
	const ly_message_t *m;
	ly_side_t to;	  /* who gets m */
	ly_side_t caller; /* the side that made the call */
	bool initial;	  /* m makes the dialog, or answers what makes it */
	bool emergency;	  /* m belongs to an emergency call */
	bool sdp_alone;	  /* its receiver has refused what stood beside the SDP */
	const ly_node_t *node;
	const ly_trunk_t *trunk;
	const ly_peer_t *server;
	const ly_peer_t *target;
	/* is called in place of who m calls, after a redirection; s is NULL: nobody */
	ly_slice_t called;
	/* of this process; NULL: no number rules are applied */
	ly_matcher_t *matcher;
} ly_crossing_t;

/*
 * The rules of both dialects that act on m, but for those that the plan has switched off. Trunk or target may be NULL
 * while it is not chosen: then the sender's own are known, enough for its SDP.
 */
ly_rule_set_t ly_crossing_rules(const ly_crossing_t *x);

/*
 * What makes m, an INVITE or UPDATE of Lync, an emergency call; its number where it begins one, as Lync has sent it or as
 * the trunk's rules for numbers have made it. numbers: see emergency.h. Whoever has set x->emergency has asked.
 */
ly_emergency_t ly_crossing_emergency(
		const ly_crossing_t *x, ly_slice_t numbers);

/* What stands beside an SDP, or without one, in the body of an emergency call goes on. */
bool ly_crossing_keeps_location(const ly_crossing_t *x);

/* The way of the numbers in m; where the other end is not chosen yet, its first part. */
ly_numbering_t ly_crossing_numbers(const ly_crossing_t *x);

/*
 * prack="strip" of who gets m, or early-dialogs="one" of the target whose call it is. And early-media="183-immediate" of
 * Lync's: its 183 and what the gateway says are one dialog, and an answer to the offer already is not in a reliable one.
 */
bool ly_crossing_strips_100rel(const ly_crossing_t *x);

/* What becomes of m as a provisional answer to who gets it. ly_crossing_describe() has said so in r. */
ly_early_t ly_crossing_early(const ly_crossing_t *x);

/* The seconds of the session timer that who gets m is asked for where m asks for none, as the plan has them; 0: none. */
unsigned ly_crossing_session_timer(const ly_crossing_t *x);

/* SRTPMode Optional: an offer in m leaves the choice to us. answer: the SDP of m is none. */
bool ly_crossing_may_choose_srtp(const ly_crossing_t *x, bool answer);

/*
 * Sets the members of r that tell who gets m, and which rules act. Trunk and target must be chosen. Texts are of the
 * plan, or static.
 */
void ly_crossing_describe(const ly_crossing_t *x, ly_rewrite_t *r);

/*
 * Sets in p what it has in common with x, and how the receiver knows us. The members of the dialog (keys, call_id,
 * dialog, token, origin, routes, own_slot) and the edition are left as they are. Trunk and target must be chosen.
 */
void ly_crossing_passage(const ly_crossing_t *x, ly_passage_t *p);

#endif
