/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who gets a new call: lync_select() and lync_next(). */
#include "core/dprint.h"
#include "core/timer.h"
#include "liblync/choose.h"
#include "liblync/uri.h"
#include "lync.h"
#include "lync_calls.h"
#include "lync_count.h"
#include "lync_crossing.h"
#include "lync_hunt.h"
#include "lync_loop.h"
#include "lync_merged.h"
#include "lync_peer.h"
#include "lync_plan.h"
#include "lync_redirect.h"
#include "lync_refuse.h"
#include "lync_script.h"
#include "lync_timer.h"

/* The user part of an address, without its parameters; empty where it cannot be read. */
static ly_slice_t user_of(const ly_message_t *m, ly_header_id_t id)
{
	const ly_header_t *h = ly_header(m, id);
	ly_nameaddr_t na;

	return h && ly_nameaddr_parse(h->value, &na) ? na.uri.user : LY_EMPTY;
}

/* The numbers of the call as they came, by the rules of where it comes from. They live until the next call. */
static ly_call_numbers_t find_numbers(const lync_current_t *c)
{
	static ly_number_room_t rooms[2];
	const ly_crossing_t x = lync_crossing(c);
	ly_numbering_t way = ly_crossing_numbers(&x);
	ly_call_numbers_t numbers = {.matcher = way.matcher};
	ly_uri_t uri;

	if(ly_uri_parse(c->message.uri, &uri))
		numbers.called =
				ly_number_arrives(&way, LY_CALLED, uri.user, &rooms[0]).number;
	numbers.calling = ly_number_arrives(
			&way, LY_CALLING, user_of(&c->message, LY_H_FROM), &rooms[1])
							  .number;
	return numbers;
}

/* Which branch of the transaction the next try will be. */
static int next_branch(void)
{
	struct cell *t = lync_tm.t_gett();

	return t && t != T_UNDEFINED ? t->nr_of_outgoings : 0;
}

/* The call goes to who was chosen, and counted there. */
static int give(struct sip_msg *msg, lync_current_t *c)
{
	lync_call_t *call = &c->call;
	const ly_peer_t *peer = lync_peer_on(call, lync_other_side(call->sender));
	const ly_addr_t anywhere = {0};

	call->branch = next_branch();
	call->judged = call->given = call->heard = false;
	call->given_at = lync_now_ms();
	call->forks = (ly_forks_t){0};
	if(lync_peer_send_to(msg, peer, call->trunk, lync_call_id(c), &anywhere) < 0
			|| lync_call_keep(call) < 0) {
		lync_calls_give_back(call);
		return -1;
	}
	return 1;
}

/* Chooses one that had not its turn yet. */
static int choose(struct sip_msg *msg, lync_current_t *c)
{
	lync_call_t *call = &c->call;
	const ly_call_numbers_t numbers = find_numbers(c);

	if(!lync_calls_choose(c,
			   call->sender == LY_LYNC ? &call->trunk->ways
									   : &call->target->ways,
			   numbers.matcher ? &numbers : NULL))
		return -1;
	lync_loop_sent(call, numbers.calling, numbers.called);
	call->redirected.number[0] = '\0';
	call->timer_least = 0;
	call->sdp_alone = false;
	return give(msg, c);
}

/* Of the CSeq numbers between two of the peer's: the rest is for requests in the call. */
#define SLOTS_FOR_TRIES 8

/* For who has refused it, or is asked a second time, it has to be another request (RFC 3261 8.1.3.5). */
static bool another_try(lync_current_t *c)
{
	if(c->call.dialog.slot == SLOTS_FOR_TRIES)
		return false;
	c->call.dialog.slot++;
	return true;
}

/*
 * A new call that must not come in: this node drains, or the trunk that it came over. It gets 503, on which Lync tries
 * another trunk. (What is above a limit: lync_calls_come_in().) A target, server or pool that drains is not called any more, and may call: its own calls end at
 * their source. OPTIONS are answered all the same.
 */
static bool turned_away(lync_current_t *c)
{
	bool trunk = c->call.sender == LY_LYNC
				 && lync_drains(lync_slot_trunk(c->call.trunk));
	bool node = lync_drains(lync_slot_node(lync_node));

	if(!trunk && !node)
		return false;
	c->call.turned_away = 503;
	lync_count_turned_away(&c->call);
	if(node)
		lync_slot_count(lync_slot_node(lync_node), LYNC_TURNED_AWAY);
	LM_NOTICE("call %.*s: not taken: %s drains\n", LY_FMT(lync_call_id(c)),
			node ? "this node" : "the trunk");
	return true;
}

/* One that is here already, or has been too often. */
static bool comes_again(lync_current_t *c)
{
	const ly_call_numbers_t numbers = find_numbers(c);

	if(!lync_merged(c)
			&& !lync_loop_comes_round(c, numbers.calling, numbers.called))
		return false;
	c->call.turned_away = 482;
	lync_count_turned_away(&c->call);
	return true;
}

static void log_emergency(const lync_current_t *c)
{
	ly_uri_t uri;

	if(!c->call.emergency)
		return;
	LM_NOTICE("emergency call %.*s: from %.*s to %.*s, by its %s, over the "
			  "trunk %.*s\n",
			LY_FMT(lync_call_id(c)), LY_FMT(user_of(&c->message, LY_H_FROM)),
			LY_FMT(ly_uri_parse(c->message.uri, &uri) ? uri.user : LY_EMPTY),
			ly_emergency_name(c->call.emergency), LY_FMT(c->call.trunk->name));
}

int ki_lync_select(struct sip_msg *msg)
{
	lync_current_t *c = lync_current_get(msg);

	if(!c || !c->call.initial) {
		LM_BUG("lync_select() is for new calls, after lync_accept()\n");
		return -1;
	}
	log_emergency(c);
	if((!c->call.emergency && turned_away(c)) || comes_again(c)
			|| !lync_calls_come_in(msg, c))
		return -1;
	c->call.begun = lync_now_ms();
	if(choose(msg, c) > 0)
		return 1;
	LM_WARN("call %.*s: nobody to send it to: the %s %.*s has no route to a "
			"peer that takes calls\n",
			LY_FMT(lync_call_id(c)),
			c->call.sender == LY_LYNC ? "trunk" : "target",
			LY_FMT(c->call.sender == LY_LYNC ? c->call.trunk->name
											 : c->call.target->name));
	return -1;
}

int ki_lync_next(struct sip_msg *msg)
{
	lync_current_t *c = lync_current_get(msg);
	const ly_peer_t *peer;

	if(!c || !c->call.initial)
		return -1;
	/* a call that was answered has reached somebody: it goes nowhere else */
	if(!lync_refuse_judge(msg, c) || c->call.ended || !lync_hunt_may(c))
		return -1;
	/*
	 * For the caller who has heard it ring, the next one is another dialog, with another SDP; and the routes may lead to
	 * one where the call was before by a redirection.
	 */
	if(c->call.shown_tag[0] || c->call.redirected.number[0])
		another_try(c);
	peer = lync_redirect_target(c);
	if(peer && lync_calls_go_to(c, c->call.trunk, peer) && give(msg, c) > 0)
		return 1;
	return choose(msg, c);
}

/* Of what we have added or let pass: with less it might take the call. */
static bool has_asked_for_less(const struct sip_msg *msg, lync_current_t *c)
{
	lync_call_t *call = &c->call;
	const ly_crossing_t x = lync_crossing(c);

	if(lync_refused_with(msg, call) == 415 && c->message.body.len
			&& ly_crossing_keeps_location(&x)) {
		call->sdp_alone = true;
		LM_NOTICE("emergency call %.*s: %.*s refuses its location (415): it is "
				  "asked once more, without\n",
				LY_FMT(lync_call_id(c)), LY_FMT(call->target->name));
		return true;
	}
	return (call->timer_least = lync_timer_refused(c)) != 0;
}

int ki_lync_again(struct sip_msg *msg)
{
	lync_current_t *c = lync_current_get(msg);

	if(!c || !c->call.initial || c->call.ended || !has_asked_for_less(msg, c)
			|| !lync_hunt_may(c) || !another_try(c))
		return -1;
	return give(msg, c);
}
