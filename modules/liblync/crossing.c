/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/crossing.h"

#include "liblync/face.h"
#include "liblync/media.h"

static ly_side_t sender(const ly_crossing_t *x)
{
	return x->to == LY_LYNC ? LY_PSTN : LY_LYNC;
}

static ly_transport_t transport(const ly_crossing_t *x)
{
	return x->to == LY_LYNC ? x->trunk->transport : x->target->transport;
}

/* The rules of both, on and off. */
static ly_rule_set_t all_rules(const ly_crossing_t *x)
{
	const ly_dialect_t *dialects[2];
	ly_rule_set_t rules;

	dialects[LY_LYNC] = x->trunk ? x->trunk->dialect : NULL;
	dialects[LY_PSTN] = x->target ? x->target->dialect : NULL;
	if(!dialects[LY_LYNC])
		dialects[LY_LYNC] = dialects[LY_PSTN];
	if(!dialects[LY_PSTN])
		dialects[LY_PSTN] = dialects[LY_LYNC];
	rules = ly_active_rules(dialects[sender(x)], dialects[x->to], 0)
			| (x->trunk ? x->trunk->rules_on : 0)
			| (x->target ? x->target->rules_on : 0);
	return x->emergency ? rules
								  | (dialects[sender(x)]->leaving
										  & ly_emergency_rules())
						: rules & ~ly_emergency_rules();
}

ly_rule_set_t ly_crossing_rules(const ly_crossing_t *x)
{
	ly_rule_set_t active = all_rules(x) & ~(x->trunk ? x->trunk->rules_off : 0)
						   & ~(x->target ? x->target->rules_off : 0);
	ly_rule_set_t of_body = ly_rules_at(LY_P_BODY);

	/* Of two rules for what stands beside the SDP one acts. */
	if(active & of_body & ly_emergency_rules() && !x->sdp_alone)
		return active & ~of_body;
	return active & ~(of_body & ly_emergency_rules());
}

ly_numbering_t ly_crossing_numbers(const ly_crossing_t *x)
{
	ly_direction_t direction = sender(x) == LY_LYNC ? LY_FROM_LYNC : LY_TO_LYNC;

	/* Whoever sends a REFER names somebody who is to be called. */
	if(x->m->request && ly_eq(x->m->method, LY_LIT("REFER")))
		return ly_numbering(direction, x->trunk, x->target, x->matcher);
	/* Replies, and requests of the called side, do not speak of the call's numbers. */
	if(!x->m->request || sender(x) != x->caller)
		return ly_numbering_back(sender(x), x->trunk, x->target);
	return ly_numbering(direction, x->trunk, x->target, x->matcher);
}

bool ly_crossing_keeps_location(const ly_crossing_t *x)
{
	return x->emergency && !(ly_crossing_rules(x) & ly_rules_at(LY_P_BODY));
}

/* The rules may make one of what Lync has sent (0112), and of one what no list has (the control room's number). */
static bool calls_number(const ly_crossing_t *x, ly_slice_t numbers)
{
	ly_numbering_t way = ly_crossing_numbers(x);
	ly_number_room_t room;
	ly_uri_t uri;

	return ly_uri_parse(x->m->uri, &uri)
		   && (ly_emergency_number(numbers, uri.user)
				   || ly_emergency_number(numbers,
						   ly_number_arrives(&way, LY_CALLED, uri.user, &room)
								   .number));
}

ly_emergency_t ly_crossing_emergency(const ly_crossing_t *x, ly_slice_t numbers)
{
	bool invite = x->m->request && ly_eq(x->m->method, LY_LIT("INVITE"));

	if(sender(x) != LY_LYNC
			|| (!invite
					&& (x->initial || !ly_eq(x->m->method, LY_LIT("UPDATE")))))
		return LY_NO_EMERGENCY;
	if(x->initial && calls_number(x, numbers))
		return LY_EMERGENCY_BY_NUMBER;
	return ly_emergency_of(x->m);
}

bool ly_crossing_strips_100rel(const ly_crossing_t *x)
{
	if(x->to == LY_PSTN)
		return x->target->strip_100rel
			   || (x->caller == LY_LYNC
					   && x->trunk->early_media == LY_EARLY_IMMEDIATE);
	return x->trunk->strip_100rel || x->target->one_early_dialog;
}

ly_early_t ly_crossing_early(const ly_crossing_t *x)
{
	if(!x->initial || x->m->request
			|| !ly_eq(ly_message_method(x->m), LY_LIT("INVITE")))
		return (ly_early_t){0};
	return ly_early(x->m,
			x->to == LY_LYNC ? x->trunk->early_media : x->target->early_media);
}

unsigned ly_crossing_session_timer(const ly_crossing_t *x)
{
	return x->to == LY_LYNC ? x->trunk->session_timer
							: x->target->session_timer;
}

bool ly_crossing_may_choose_srtp(const ly_crossing_t *x, bool answer)
{
	return x->to == LY_PSTN && x->trunk
		   && x->trunk->SRTPMode == LY_SRTP_OPTIONAL && x->trunk->media->srtp
		   && !answer;
}

/* Allow says what its receiver may send: REFER where refer="pass" says so. */
static ly_rule_set_t without_allowed(
		const ly_crossing_t *x, ly_rule_set_t rules)
{
	static ly_rule_set_t allow_refer;
	bool passes =
			x->to == LY_LYNC ? x->trunk->pass_refer : x->target->pass_refer;

	if(!allow_refer)
		allow_refer = ly_rule_bit(LY_LIT("allow-refer"));
	return passes ? rules & ~allow_refer : rules;
}

static void describe_early(const ly_crossing_t *x, ly_rewrite_t *r)
{
	ly_early_t early = ly_crossing_early(x);

	if(early.status)
		r->status = early.status;
	if(early.without_sdp)
		r->body = LY_LIT("");
}

static void describe_lync(const ly_crossing_t *x, ly_rewrite_t *r)
{
	/* A pool is called by its own name, whichever server gets the call. */
	r->peer_host = x->trunk->pool->fqdn;
	r->peer_port = x->trunk->mediation_port;
}

static void describe_target(const ly_crossing_t *x, ly_rewrite_t *r)
{
	ly_transport_t by = transport(x);

	r->peer_host =
			x->target->fqdn.len ? x->target->fqdn : x->target->address_text;
	r->peer_port = x->target->port;
	r->our_port = ly_face_port(x->node, LY_PSTN, by, x->trunk);
	if(by != LY_UDP)
		r->peer_transport = r->our_transport = ly_cstr(ly_transport_name(by));
}

void ly_crossing_describe(const ly_crossing_t *x, ly_rewrite_t *r)
{
	r->active = without_allowed(x, ly_crossing_rules(x));
	r->inactive = all_rules(x) & ~r->active;
	r->passing =
			x->to == LY_LYNC ? x->trunk->pass_headers : x->target->pass_headers;
	r->our_host = ly_face_host(x->node, x->to, x->trunk);
	if(x->to == LY_LYNC)
		describe_lync(x, r);
	else
		describe_target(x, r);
	r->numbers = ly_crossing_numbers(x);
	if(x->initial && x->called.s)
		r->called = x->called;
	r->strip_100rel = ly_crossing_strips_100rel(x);
	describe_early(x, r);
	r->terms = ly_caller_terms(x->to, !x->m->request, x->trunk, x->target);
}

void ly_crossing_passage(const ly_crossing_t *x, ly_passage_t *p)
{
	p->m = x->m;
	p->to = x->to;
	p->caller = x->caller;
	p->trunk = x->trunk;
	p->server = x->server;
	p->target = x->target;
	p->our_host = ly_face_host(x->node, x->to, x->trunk);
	p->transport = transport(x);
	p->our_port = ly_face_port(x->node, x->to, p->transport, x->trunk);
}
