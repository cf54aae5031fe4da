/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/caller.h"

/* Lync looks at a caller's identity where it would send it too, and at that of the called by a switch of its own. */
static bool lync_takes_identity(const ly_trunk_t *trunk, bool reply)
{
	return trunk
		   && (trunk->ForwardPAI
				   || (reply && trunk->AcceptGatewayPAIForOutboundCalls));
}

ly_caller_terms_t ly_caller_terms(ly_side_t to, bool reply,
		const ly_trunk_t *trunk, const ly_peer_t *target)
{
	ly_caller_terms_t terms = {.believed = true};

	if(to == LY_LYNC) {
		terms.identity = lync_takes_identity(trunk, reply) ? LY_IDENTITY_AS_SENT
														   : LY_IDENTITY_NONE;
		terms.history = trunk && trunk->ForwardCallHistory ? LY_HISTORY_INFO
														   : LY_HISTORY_NONE;
		terms.believed = target && target->trust_identity;
		return terms;
	}
	terms.from_counts = true;
	if(target) {
		terms.identity = target->identity;
		terms.history = target->history;
		terms.fallback = target->fallback_number;
		if(target->own_numbers.text.len)
			terms.own_numbers = &target->own_numbers;
	}
	return terms;
}

/* Values of Privacy that speak of who the caller is (RFC 3323 4.2, RFC 3325 9.3). */
static bool asks_for_privacy(ly_slice_t value)
{
	static const ly_slice_t kinds[] = {
			LY_LIT("id"), LY_LIT("user"), LY_LIT("header")};

	while(value.len) {
		size_t end = ly_find(value, ';');
		ly_slice_t one = ly_trim(ly_slice(value.s, end));
		for(unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			if(ly_ieq(one, kinds[i]))
				return true;
		}
		value = ly_from(value, end + 1);
	}
	return false;
}

/* A From that names nobody. */
static bool is_anonymous(const ly_uri_t *uri)
{
	static const ly_slice_t nobody[] = {LY_LIT("anonymous"),
			LY_LIT("restricted"), LY_LIT("unavailable"), LY_LIT("unknown")};

	for(unsigned i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++) {
		if(ly_ieq(uri->user, nobody[i]))
			return true;
	}
	return ly_ieq(uri->host, LY_LIT("anonymous.invalid"));
}

/* Remote-Party-ID: …;privacy=full (draft-ietf-sip-privacy-04 5.2), of the caller. */
static bool rpid_withholds(ly_slice_t params)
{
	ly_slice_t privacy = ly_param(params, LY_LIT("privacy"));

	return privacy.len && !ly_ieq(privacy, LY_LIT("off"));
}

/* Some number with or without '+', and what Lync writes for one that is no E.164 number: "311;phone-context=…". */
static bool is_number(const ly_uri_t *uri)
{
	return ly_is_dialled(uri->user) || ly_ieq(uri->scheme, LY_LIT("tel"))
		   || (uri->user.len && strchr("+0123456789", uri->user.s[0]));
}

/*
 * Takes the values of one header that can be read; a number is better than a name. A wish not to be shown is heard
 * also from a sender who is not believed.
 */
static void read_identities(
		const ly_header_t *h, bool believed, ly_caller_t *caller)
{
	ly_slice_t rest = h->value, value;
	ly_nameaddr_t na;

	while((value = ly_value_next(&rest)).len) {
		if(!ly_nameaddr_parse(value, &na))
			continue;
		if(h->id == LY_H_REMOTE_PARTY_ID && rpid_withholds(na.params))
			caller->withheld = true;
		if(!believed)
			continue;
		if(!caller->by_header
				|| (is_number(&na.uri) && !is_number(&caller->asserted.uri)))
			caller->asserted = na;
		caller->by_header = true;
	}
}

/* Lync 2010 writes the alias of a user who withholds the number: sip:ada@contoso.example. */
static bool names_nobody(const ly_uri_t *uri, const ly_caller_terms_t *terms)
{
	return is_anonymous(uri) || (terms->from_counts && !is_number(uri));
}

void ly_caller_read(const ly_message_t *m, const ly_caller_terms_t *terms,
		ly_caller_t *caller)
{
	static const ly_header_id_t asserting[] = {LY_H_P_ASSERTED_IDENTITY,
			LY_H_P_PREFERRED_IDENTITY, LY_H_REMOTE_PARTY_ID};
	const ly_header_t *from = ly_header(m, LY_H_FROM);
	ly_nameaddr_t na;

	*caller = (ly_caller_t){0};
	for(unsigned kind = 0; kind < 3; kind++) {
		for(unsigned i = 0;
				ly_has_header(m, asserting[kind]) && i < m->header_count; i++) {
			if(m->headers[i].id == asserting[kind])
				read_identities(&m->headers[i], terms->believed, caller);
		}
	}
	for(unsigned i = 0; ly_has_header(m, LY_H_PRIVACY) && i < m->header_count;
			i++) {
		if(m->headers[i].id == LY_H_PRIVACY
				&& asks_for_privacy(m->headers[i].value))
			caller->withheld = true;
	}
	if(!from || !ly_nameaddr_parse(from->value, &na))
		return;
	if(names_nobody(&na.uri, terms))
		caller->withheld = true;
	else if(!caller->by_header && terms->from_counts)
		caller->asserted = na;
}

bool ly_caller_is_unknown(const ly_caller_terms_t *terms, ly_slice_t number,
		ly_matcher_t *matcher)
{
	return terms->fallback.len && terms->own_numbers && matcher
		   && ly_regex_match(terms->own_numbers, number, matcher) != LY_MATCHES;
}
