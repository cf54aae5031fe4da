/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who gets a new call: lync_select() and lync_next(). */
#include "core/dprint.h"
#include "core/rand/kam_rand.h"
#include "core/timer.h"
#include "liblync/choose.h"
#include "liblync/uri.h"
#include "lync.h"
#include "lync_call.h"
#include "lync_count.h"
#include "lync_crossing.h"
#include "lync_hunt.h"
#include "lync_peer.h"
#include "lync_plan.h"
#include "lync_redirect.h"
#include "lync_refuse.h"
#include "lync_script.h"
#include "lync_timer.h"

/* kam_rand() has 31 bits. */
static uint32_t random32(void)
{
	return (uint32_t)kam_rand() << 16 ^ (uint32_t)kam_rand();
}

/* The user part of an address, without its parameters; empty where it cannot be read. */
static ly_slice_t user_of(const ly_message_t *m, ly_header_id_t id)
{
	const ly_header_t *h = ly_header(m, id);
	ly_nameaddr_t na;

	return h && ly_nameaddr_parse(h->value, &na) ? na.uri.user : LY_EMPTY;
}

/* Not for us: no address is known, or the trunk is another node's. */
static bool out_of_reach(const ly_choice_t *choice)
{
	return !lync_peer_in_reach(choice->peer)
		   || (choice->trunk->node && choice->trunk->node != lync_node);
}

/* Drains. The trunk of a call from Lync was looked at before. */
static bool no_new_calls(const lync_call_t *call, const ly_choice_t *choice)
{
	return lync_drains(lync_slot_peer(choice->peer))
		   || (call->sender == LY_PSTN
				   && (lync_drains(lync_slot_trunk(choice->trunk))
						   || lync_drains(
								   lync_slot_pool(choice->trunk->pool))));
}

/* All ways on for the call. Whoever is out of reach, or drains, has had its turn. */
static unsigned find_choices(lync_current_t *c, ly_choice_t *choices)
{
	static ly_number_room_t rooms[2];
	lync_call_t *call = &c->call;
	const ly_crossing_t x = lync_crossing(c);
	ly_numbering_t way = ly_crossing_numbers(&x);
	ly_call_numbers_t numbers = {.matcher = way.matcher, .any_state = true};
	unsigned count;
	ly_uri_t uri;

	if(ly_uri_parse(c->message.uri, &uri))
		numbers.called =
				ly_number_arrives(&way, LY_CALLED, uri.user, &rooms[0]).number;
	numbers.calling = ly_number_arrives(
			&way, LY_CALLING, user_of(&c->message, LY_H_FROM), &rooms[1])
							  .number;
	count = call->sender == LY_LYNC
					? ly_routes_to_pstn(call->trunk,
							  way.matcher ? &numbers : NULL, choices)
					: ly_routes_to_lync(call->target,
							  way.matcher ? &numbers : NULL, choices);
	for(unsigned i = 0; i < count; i++) {
		if(out_of_reach(&choices[i]) || no_new_calls(call, &choices[i]))
			call->tried |= UINT64_C(1) << i;
	}
	return count;
}

/* Which branch of the transaction the next try will be. */
static int next_branch(void)
{
	struct cell *t = lync_tm.t_gett();

	return t && t != T_UNDEFINED ? t->nr_of_outgoings : 0;
}

/* The call goes to peer. */
static int give(struct sip_msg *msg, lync_current_t *c, const ly_trunk_t *trunk,
		const ly_peer_t *peer)
{
	lync_call_t *call = &c->call;
	const ly_addr_t anywhere = {0};

	call->branch = next_branch();
	call->judged = false;
	call->forks = (ly_forks_t){0};
	call->trunk = trunk;
	if(call->sender == LY_LYNC)
		call->target = peer;
	else
		call->server = peer;
	if(lync_peer_send_to(msg, peer, trunk, lync_call_id(c), &anywhere) < 0
			|| lync_call_keep(call) < 0)
		return -1;
	return 1;
}

/* Chooses one that had not its turn yet. */
static int choose(struct sip_msg *msg, lync_current_t *c)
{
	ly_choice_t choices[LY_MAX_CHOICES];
	lync_call_t *call = &c->call;
	unsigned count = find_choices(c, choices);
	int i = ly_choose_weighted(choices, count, call->tried, random32());

	if(i < 0)
		return -1;
	call->tried |= UINT64_C(1) << i;
	call->redirected.number[0] = '\0';
	call->timer_least = 0;
	return give(msg, c, choices[i].trunk, choices[i].peer);
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
 * another trunk. A target, server or pool that drains is not called any more, and may call: its own calls end at
 * their source. OPTIONS are answered all the same.
 */
static bool turned_away(lync_current_t *c)
{
	bool trunk = c->call.sender == LY_LYNC
				 && lync_drains(lync_slot_trunk(c->call.trunk));
	bool node = lync_drains(lync_slot_node(lync_node));

	if(!trunk && !node)
		return false;
	c->call.turned_away = true;
	lync_count_turned_away(&c->call);
	if(node)
		lync_slot_count(lync_slot_node(lync_node), LYNC_TURNED_AWAY);
	LM_NOTICE("call %.*s: not taken: %s drains\n", LY_FMT(lync_call_id(c)),
			node ? "this node" : "the trunk");
	return true;
}

int ki_lync_select(struct sip_msg *msg)
{
	lync_current_t *c = lync_current_get(msg);

	if(!c || !c->call.initial) {
		LM_BUG("lync_select() is for new calls, after lync_accept()\n");
		return -1;
	}
	if(turned_away(c))
		return -1;
	c->call.begun = get_ticks_raw();
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
	if(peer && give(msg, c, c->call.trunk, peer) > 0)
		return 1;
	return choose(msg, c);
}

int ki_lync_again(struct sip_msg *msg)
{
	lync_current_t *c = lync_current_get(msg);

	if(!c || !c->call.initial || c->call.ended
			|| !(c->call.timer_least = lync_timer_refused(c))
			|| !lync_hunt_may(c) || !another_try(c))
		return -1;
	return give(msg, c, c->call.trunk,
			lync_peer_on(&c->call, lync_other_side(c->call.sender)));
}
