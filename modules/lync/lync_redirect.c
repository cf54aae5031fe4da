/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_redirect.h"

#include "core/dprint.h"
#include "core/route.h"
#include "liblync/hash.h"
#include "liblync/match.h"
#include "liblync/redirect.h"
#include "lync.h"
#include "lync_names.h"
#include "lync_peer.h"
#include "lync_state.h"

/* The last try, where it was answered; else NULL. */
static const struct ua_client *last_try(const lync_call_t *call)
{
	const struct cell *t = lync_tm.t_gett();
	int branch = lync_tm.t_get_picked_branch();

	if(!is_route_type(FAILURE_ROUTE) || !t || t == T_UNDEFINED || branch < 0
			|| branch >= t->nr_of_outgoings || branch != call->branch
			|| !t->uac[branch].reply || t->uac[branch].reply == FAKED_REPLY)
		return NULL;
	return &t->uac[branch];
}

static uint32_t place_of(const ly_peer_t *target, ly_slice_t number)
{
	return (uint32_t)ly_hash(target->hash, number);
}

static void mark(lync_redirected_t *r, uint32_t place)
{
	if(r->place_count < LYNC_PLACES_MAX)
		r->places[r->place_count++] = place;
}

static bool is_marked(const lync_redirected_t *r, uint32_t place)
{
	for(unsigned i = 0; i < r->place_count; i++) {
		if(r->places[i] == place)
			return true;
	}
	return false;
}

static bool is_at(const ly_peer_t *target, ly_slice_t host)
{
	ly_addr_t address;

	if(!ly_host_addr(host, &address))
		return ly_ieq(target->fqdn, host);
	return target->address.family ? ly_addr_eq(&target->address, &address)
								  : lync_names_has(target, &address);
}

static bool takes_calls(const lync_call_t *call, const ly_peer_t *target)
{
	return lync_peer_in_reach(target) && lync_peer_socket(target, call->trunk)
		   && !lync_drains(lync_slot_peer(target));
}

/* The target of the plan that uri names; NULL where it is none that may be called. */
static const ly_peer_t *target_at(const lync_call_t *call, const ly_uri_t *uri)
{
	for(unsigned i = 0; i < lync_plan->peer_count; i++) {
		const ly_peer_t *peer = &lync_plan->peers[i];
		if(peer->side == LY_PSTN && is_at(peer, uri->host)
				&& ly_redirect_fits(uri, peer) && takes_calls(call, peer))
			return peer;
	}
	return NULL;
}

/* The number as Lync would call it: with the '+' that who redirects leaves out. False where it is too long, or none. */
static bool read_number(
		const ly_peer_t *by, ly_slice_t user, char number[LYNC_NUMBER_MAX])
{
	ly_buf_t out = ly_buf(number, LYNC_NUMBER_MAX - 1);

	if(by->e164_without_plus && ly_is_e164_without_plus(user))
		ly_putc(&out, '+');
	ly_put(&out, user);
	if(out.full)
		out.len = 0;
	number[out.len] = '\0';
	return out.len > 0;
}

/* Takes the first Contact that may be called and has not been. */
static const ly_peer_t *follow(lync_current_t *c, const ly_message_t *reply)
{
	lync_redirected_t *r = &c->call.redirected;
	ly_uri_t uris[LY_REDIRECT_CONTACTS];
	unsigned count = ly_redirect_contacts(reply, uris);

	for(unsigned i = 0; i < count; i++) {
		const ly_peer_t *target = target_at(&c->call, &uris[i]);
		uint32_t place = target ? place_of(target, uris[i].user) : 0;

		if(!target || is_marked(r, place)
				|| !read_number(c->call.target, uris[i].user, r->number))
			continue;
		mark(r, place);
		r->count++;
		/* a higher CSeq number (RFC 3261 8.1.3.5): it may come to who has had this call before */
		c->call.dialog.slot++;
		return target;
	}
	return NULL;
}

const ly_peer_t *lync_redirect_target(lync_current_t *c)
{
	static ly_message_t reply;
	lync_redirected_t *r = &c->call.redirected;
	const struct ua_client *last = last_try(&c->call);
	const ly_peer_t *by = c->call.target, *next = NULL;
	ly_uri_t sent;

	if(!last || last->reply->first_line.u.reply.statuscode / 100 != 3
			|| c->call.sender != LY_LYNC || !by->follow_redirect)
		return NULL;
	if(ly_uri_parse(lync_slice(&last->uri), &sent))
		mark(r, place_of(by, sent.user));
	if(r->count < LY_REDIRECTS_MAX
			&& !ly_message_parse(
					ly_slice(last->reply->buf, last->reply->len), &reply))
		next = follow(c, &reply);
	if(!next)
		LM_WARN("call %.*s: the redirection of %.*s is not followed: %s\n",
				LY_FMT(lync_call_id(c)), LY_FMT(by->name),
				r->count == LY_REDIRECTS_MAX
						? "it is the fourth"
						: "no Contact of it names a target of the plan that "
						  "takes calls and was not asked for that number");
	return next;
}
