/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One small dialog, message by message: what each side sees of it, and what it brings back. */
#include "leg_helpers.h"

#include <stdarg.h>

#include "liblync/leg.h"

/* Where the parties are. */
#define GW_TARGET "sip:+4930123456@198.51.100.10:5062;line=3"
#define GW_MOVED "sip:+4930123456@198.51.100.11:5064;Line=4"
#define GW_FROM "\"Bob\" <sip:+4930123456@198.51.100.10>;tag=g1"
#define GW_TO "<sip:+498912345678@" PSTN_HOST ">"
#define GW_ROUTES "<sip:198.51.100.21;lr>, <sip:198.51.100.20;lr;ftag=g1>"
#define GW_CALL_ID "3848276298220188511@198.51.100.10"
#define GW_VIA "SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bK77aa12"
#define MED_TARGET \
	"sip:med01.contoso.example:5067;transport=Tls;ms-opaque=0123456789abcdef"
#define MED_ROUTES "<sip:fe01.contoso.example;lr>"
#define MED_VIA "SIP/2.0/TLS 192.0.2.11:60001;branch=z9hG4bKmed1"

static ly_plan_t *plan;
static sbc_t sbc;
static ly_message_t seen;
/* what each side holds of the other: our Contact; and the tag and Call-ID that Lync sees */
static ly_slice_t lync_holds, gateway_holds, lync_tag, lync_call_id;

/* The settings of a side in the plan: all said, or none. */
static void begin_call(bool trunk_said, bool target_said)
{
	assert_null(ly_keys_read(&sbc.keys, LY_LIT("a a secret of the cluster")));
	sbc.trunk = ly_plan_trunk(
			plan, trunk_said ? LY_LIT("sbc1-hq") : LY_LIT("sbc1-hq-old"));
	sbc.target =
			ly_plan_target(plan, target_said ? LY_LIT("gw1") : LY_LIT("gw2"));
	sbc.server = &plan->peers[0];
	sbc.dialog = (ly_dialog_t){0};
	sbc.own_slot = 0;
	assert_true(sbc.trunk && sbc.target);
	assert_int_equal(sbc.trunk->call_id_kept, trunk_said);
	assert_int_equal(sbc.target->token_place,
			target_said ? LY_TOKEN_PARAMETER : LY_TOKEN_USER);
}

static ly_slice_t say(const char *format, ...)
		__attribute__((format(printf, 1, 2)));
static ly_slice_t say(const char *format, ...)
{
	char message[8192];
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	assert_in_range(len, 1, sizeof(message) - 1);
	/* a NUL stands behind it */
	return ly_slice(exact(ly_slice(message, (size_t)len + 1)).s, (size_t)len);
}

/* What the receiver sees goes to seen. */
static void look(ly_slice_t message)
{
	if(!message.s)
		fail_msg("refused: %s", sbc.wrong);
	parse(message, &seen);
}

static ly_slice_t value(ly_header_id_t id)
{
	const ly_header_t *found = NULL;

	for(unsigned i = 0; i < seen.header_count; i++) {
		if(seen.headers[i].id != id)
			continue;
		if(found)
			fail_msg("twice:\n%.*s", LY_FMT(seen.raw));
		found = &seen.headers[i];
	}
	return found ? found->value : LY_EMPTY;
}

static ly_slice_t tag_in(ly_slice_t address)
{
	ly_nameaddr_t na;

	assert_true(ly_nameaddr_split(address, &na));
	return ly_param(na.params, LY_LIT("tag"));
}

static void check_our_tag(ly_slice_t tag)
{
	assert_int_equal(tag.len, LY_LEG_TAG_LEN);
}

/* The URI in the Contact that the receiver gets. */
static ly_slice_t contact(void)
{
	ly_nameaddr_t na;

	assert_true(ly_nameaddr_parse(value(LY_H_CONTACT), &na));
	return exact(na.uri.text);
}

/* A Contact of ours is where its holder reaches us. */
static void check_where(const ly_uri_t *uri, ly_side_t holder)
{
	ly_slice_t transport = ly_param(uri->params, LY_LIT("transport"));

	assert_slice(uri->host, holder == LY_LYNC ? LYNC_HOST : PSTN_HOST);
	assert_slice(uri->port, holder == LY_LYNC ? "5067" : "5060");
	assert_slice(transport, holder == LY_LYNC ? "tls" : "");
	assert_int_equal(transport.s != NULL, holder == LY_LYNC);
}

/* The token that a Contact holds. */
static ly_token_t token_in(
		ly_slice_t held, ly_token_place_t place, ly_slice_t call_id)
{
	static char memory[LY_TOKEN_TEXT_MAX];
	ly_seal_letters_t letters;
	ly_slice_t text_in_it;
	ly_token_t token;
	ly_uri_t uri;

	assert_true(ly_uri_parse(held, &uri));
	assert_int_equal(uri.user.len > 0, place == LY_TOKEN_USER);
	text_in_it = ly_token_in(&uri, &letters);
	assert_null(ly_token_open(&sbc.keys, text_in_it, letters, call_id, memory,
			sizeof(memory), &token));
	assert_int_equal(
			letters, place == LY_TOKEN_USER ? LY_BASE64URL : LY_BASE32);
	check_where(&uri, token.given_to);
	return token;
}

/* The headers of seen that a reply to it repeats. */
static const char *echo(void)
{
	static char headers[4096];

	snprintf(headers, sizeof(headers),
			"Via: %.*s\r\nFrom: %.*s\r\nCall-ID: %.*s\r\nCSeq: %.*s\r\n",
			LY_FMT(value(LY_H_VIA)), LY_FMT(value(LY_H_FROM)),
			LY_FMT(value(LY_H_CALL_ID)), LY_FMT(value(LY_H_CSEQ)));
	return headers;
}

/* Calls from the gateway --------------------------------------------------------------------------------------------- */

static ly_slice_t invite_of_gateway(void)
{
	return say("INVITE sip:+498912345678@" PSTN_HOST " SIP/2.0\r\nVia: " GW_VIA
			   ";rport\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKpbx\r\n"
			   "Record-Route: " GW_ROUTES "\r\nFrom: " GW_FROM "\r\nTo: " GW_TO
			   "\r\nCall-ID: " GW_CALL_ID
			   "\r\nCSeq: 102 INVITE\r\nContact: <" GW_TARGET ">\r\n\r\n");
}

static void check_token_of_lync(const char *target)
{
	ly_token_t token =
			token_in(lync_holds, sbc.trunk->token_place, LY_LIT(GW_CALL_ID));

	assert_int_equal(token.given_to, LY_LYNC);
	assert_true(token.callee);
	assert_slice(token.contact, target);
	assert_slice(token.routes, GW_ROUTES);
	assert_slice(token.from, "<sip:+4930123456@198.51.100.10>");
	assert_slice(token.to, GW_TO);
	assert_slice(token.tag, "g1");
	assert_int_equal(token.trunk, sbc.trunk->hash);
	assert_int_equal(token.server, sbc.server->hash);
	assert_int_equal(token.target, sbc.target->hash);
}

static void lync_gets_the_invite(void)
{
	look(sbc_request(&sbc, LY_PSTN, invite_of_gateway()));
	lync_call_id = exact(value(LY_H_CALL_ID));
	lync_tag = exact(tag_in(value(LY_H_FROM)));
	lync_holds = contact();
	check_our_tag(lync_tag);
	assert_null(tag_in(value(LY_H_TO)).s);
	assert_slice(value(LY_H_CSEQ), "1647 INVITE");
	assert_int_equal(
			ly_eq(lync_call_id, LY_LIT(GW_CALL_ID)), sbc.trunk->call_id_kept);
	assert_int_equal(ly_call_id_tells(lync_call_id), sbc.trunk->call_id_kept);
	assert_true(contains(value(LY_H_VIA), LYNC_HOST ";branch=" OUR_BRANCH));
	assert_null(value(LY_H_RECORD_ROUTE).s);
	assert_null(value(LY_H_ROUTE).s);
	check_token_of_lync(GW_TARGET);
}

/* An answer of Lync to what was seen last; tag and Contact are its own. */
static ly_slice_t answer_of_lync(
		const char *status, const char *tag, const char *target)
{
	return say("SIP/2.0 %s\r\n%sTo: %.*s%s%s\r\nRecord-Route: " MED_ROUTES
			   "\r\nContact: <%s>\r\nRSeq: 7\r\n\r\n",
			status, echo(), LY_FMT(value(LY_H_TO)), tag[0] ? ";tag=" : "", tag,
			target);
}

/* What the gateway wrote itself, as it must come back to it. */
static void check_echo(const char *to, const char *via, const char *cseq)
{
	assert_slice(seen.headers[0].value, via);
	assert_slice(value(LY_H_FROM), GW_FROM);
	assert_true(ly_istarts(value(LY_H_TO), ly_cstr(to)));
	assert_slice(value(LY_H_CALL_ID), GW_CALL_ID);
	assert_slice(value(LY_H_CSEQ), cseq);
	assert_null(value(LY_H_RECORD_ROUTE).s);
}

/* An answer to the INVITE; leaves the tag that the gateway sees of the callee. */
static ly_slice_t gateway_gets_an_answer(ly_slice_t answer, const char *target)
{
	ly_token_t token;
	ly_slice_t tag;

	look(sbc_reply(&sbc, answer));
	check_echo(GW_TO, GW_VIA ";rport=5080;received=" PSTN_SOURCE, "102 INVITE");
	assert_int_equal(seen.headers[1].id, LY_H_VIA);
	assert_slice(
			seen.headers[1].value, "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKpbx");
	assert_int_not_equal(seen.headers[2].id, LY_H_VIA);
	tag = exact(tag_in(value(LY_H_TO)));
	check_our_tag(tag);
	gateway_holds = contact();
	token = token_in(
			gateway_holds, sbc.target->token_place, LY_LIT(GW_CALL_ID));
	assert_int_equal(token.given_to, LY_PSTN);
	assert_false(token.callee);
	assert_slice(token.contact, target);
	assert_slice(token.routes, MED_ROUTES);
	return tag;
}

/* A request of the gateway in the dialog; more: lines that end in CRLF. */
static ly_slice_t request_of_gateway(
		const char *method, unsigned cseq, ly_slice_t to_tag, const char *more)
{
	return say("%s %.*s SIP/2.0\r\nVia: " GW_VIA "\r\nFrom: " GW_FROM
			   "\r\nTo: " GW_TO ";tag=%.*s\r\nCall-ID: " GW_CALL_ID
			   "\r\nCSeq: %u %s\r\n%s\r\n",
			method, LY_FMT(gateway_holds), LY_FMT(to_tag), cseq, method, more);
}

static void lync_gets(ly_slice_t request, const char *cseq)
{
	look(sbc_request(&sbc, LY_PSTN, request));
	assert_slice(seen.uri, MED_TARGET);
	assert_slice(value(LY_H_ROUTE), MED_ROUTES);
	assert_slice(value(LY_H_CSEQ), cseq);
	assert_same(value(LY_H_CALL_ID), lync_call_id);
	assert_same(tag_in(value(LY_H_FROM)), lync_tag);
	assert_slice(tag_in(value(LY_H_TO)), "77cc");
	assert_true(contains(value(LY_H_VIA), LYNC_HOST ";branch=" OUR_BRANCH));
}

static ly_slice_t request_of_lync(
		const char *method, unsigned cseq, const char *more)
{
	return say("%s %.*s SIP/2.0\r\nVia: " MED_VIA
			   "\r\nFrom: <sip:+498912345678@medpool.contoso.example;user=phone"
			   ">;epid=0D1E;tag=77cc\r\nTo: \"Bob\" <sip:+4930123456@" LYNC_HOST
			   ";user=phone>;tag=%.*s\r\nCall-ID: %.*s\r\nCSeq: %u %s\r\n%s"
			   "\r\n",
			method, LY_FMT(lync_holds), LY_FMT(lync_tag), LY_FMT(lync_call_id),
			cseq, method, more);
}

static void gateway_gets(ly_slice_t request, ly_slice_t tag, const char *target,
		const char *cseq)
{
	look(sbc_request(&sbc, LY_LYNC, request));
	assert_slice(seen.uri, target);
	assert_slice(value(LY_H_ROUTE), GW_ROUTES);
	assert_slice(value(LY_H_CSEQ), cseq);
	assert_slice(value(LY_H_CALL_ID), GW_CALL_ID);
	assert_true(ly_istarts(value(LY_H_FROM), LY_LIT(GW_TO ";tag=")));
	assert_same(tag_in(value(LY_H_FROM)), tag);
	assert_slice(value(LY_H_TO), "<sip:+4930123456@198.51.100.10>;tag=g1");
	assert_true(contains(value(LY_H_VIA), PSTN_HOST ";branch=" OUR_BRANCH));
}

/* The gateway moves: from then on Lync's requests go where it is. */
static void gateway_moves(ly_slice_t tag)
{
	lync_gets(request_of_gateway("INVITE", 104, tag,
					  "Record-Route: " GW_ROUTES "\r\nContact: <" GW_MOVED
					  ">\r\n"),
			"1679 INVITE");
	lync_holds = contact();
	check_token_of_lync(GW_MOVED);
	look(sbc_reply(&sbc, answer_of_lync("200 OK", "", MED_TARGET)));
	check_echo(GW_TO, GW_VIA, "104 INVITE");
	assert_same(tag_in(value(LY_H_TO)), tag);
	gateway_holds = contact();
	lync_gets(request_of_gateway("ACK", 104, tag, ""), "1679 ACK");
}

/* Lync's own INVITE in the call that it has not made. */
static void lync_holds_the_call(ly_slice_t tag)
{
	gateway_gets(request_of_lync("INVITE", 9000,
						 "Record-Route: " MED_ROUTES "\r\nContact: <" MED_TARGET
						 ">\r\n"),
			tag, GW_MOVED, "144015 INVITE");
	gateway_holds = contact();
	look(sbc_reply(&sbc, say("SIP/2.0 200 OK\r\n%sTo: %.*s\r\nRecord-Route: %s"
							 "\r\nContact: <" GW_MOVED ">\r\n\r\n",
								 echo(), LY_FMT(value(LY_H_TO)),
								 "<sip:198.51.100.20;lr;ftag=g1>, "
								 "<sip:198.51.100.21;lr>")));
	assert_slice(seen.headers[0].value, MED_VIA);
	assert_slice(value(LY_H_CSEQ), "9000 INVITE");
	assert_same(value(LY_H_CALL_ID), lync_call_id);
	assert_slice(tag_in(value(LY_H_FROM)), "77cc");
	assert_same(tag_in(value(LY_H_TO)), lync_tag);
	lync_holds = contact();
	check_token_of_lync(GW_MOVED);
	gateway_gets(request_of_lync("ACK", 9000, ""), tag, GW_MOVED, "144015 ACK");
}

static void a_call_from_the_gateway(void **state)
{
	(void)state;
	for(int said = 0; said < 4; said++) {
		ly_slice_t tag, answer;

		begin_call(said & 1, said & 2);
		lync_gets_the_invite();
		answer = answer_of_lync("180 Ringing", "77cc", MED_TARGET);
		tag = gateway_gets_an_answer(answer, MED_TARGET);
		lync_gets(
				request_of_gateway("PRACK", 103, tag, "RAck: 7 102 INVITE\r\n"),
				"1663 PRACK");
		assert_slice(value(LY_H_RACK), "7 1647 INVITE");
		look(sbc_reply(&sbc, answer_of_lync("200 OK", "", MED_TARGET)));
		check_echo(GW_TO, GW_VIA, "103 PRACK");
		look(sbc_request(&sbc, LY_PSTN, invite_of_gateway()));
		answer = answer_of_lync("200 OK", "77cc", MED_TARGET);
		assert_same(gateway_gets_an_answer(answer, MED_TARGET), tag);
		lync_gets(request_of_gateway("ACK", 102, tag, ""), "1647 ACK");
		gateway_moves(tag);
		lync_holds_the_call(tag);
		lync_gets(request_of_gateway("BYE", 105, tag, ""), "1695 BYE");
		gateway_gets(
				request_of_lync("BYE", 9001, ""), tag, GW_MOVED, "144031 BYE");
	}
}

/* Requests of our own between the gateway's, and an INVITE that is our second one: their numbers lie between. */
static void numbers_of_our_own(void **state)
{
	ly_slice_t tag;

	(void)state;
	begin_call(false, false);
	sbc.dialog.slot = 2;
	look(sbc_request(&sbc, LY_PSTN, invite_of_gateway()));
	assert_slice(value(LY_H_CSEQ), "1649 INVITE");
	tag = gateway_gets_an_answer(
			answer_of_lync("200 OK", "77cc", MED_TARGET), MED_TARGET);
	lync_call_id = exact(LY_EMPTY);
	look(sbc_request(&sbc, LY_PSTN, request_of_gateway("INFO", 103, tag, "")));
	assert_slice(value(LY_H_CSEQ), "1665 INFO");
	sbc.own_slot = 3;
	look(sbc_request(&sbc, LY_PSTN, request_of_gateway("INFO", 103, tag, "")));
	assert_slice(value(LY_H_CSEQ), "1668 INFO");
	look(sbc_reply(&sbc, answer_of_lync("200 OK", "", MED_TARGET)));
	assert_slice(value(LY_H_CSEQ), "103 INFO");
}

/* What the answer will need, in the Via that Lync got. */
static ly_origin_t origin_in_via(uint32_t shown)
{
	static char memory[LY_ORIGIN_MEMORY];
	ly_slice_t via = value(LY_H_VIA);
	ly_origin_t origin;

	assert_null(ly_origin_open(&sbc.keys,
			ly_param(ly_from(via, ly_find(via, ';')), LY_ORIGIN_PARAM),
			LY_LIT(GW_CALL_ID), shown, memory, sizeof(memory), &origin));
	return origin;
}

static void what_our_via_holds(void **state)
{
	ly_origin_t origin;
	ly_slice_t tag;

	(void)state;
	begin_call(false, false);
	lync_gets_the_invite();
	origin = origin_in_via(1647);
	assert_int_equal(origin.side, LY_PSTN);
	assert_true(origin.caller && origin.initial);
	assert_int_equal(origin.cseq, 102);
	assert_int_equal(origin.trunk, sbc.trunk->hash);
	assert_slice(origin.from, GW_FROM);
	assert_slice(origin.to, GW_TO);
	tag = gateway_gets_an_answer(
			answer_of_lync("200 OK", "77cc", MED_TARGET), MED_TARGET);
	lync_gets(request_of_gateway("INFO", 103, tag, ""), "1663 INFO");
	origin = origin_in_via(1663);
	assert_true(origin.caller && !origin.initial);
	/* an ACK has no answer */
	lync_gets(request_of_gateway("ACK", 102, tag, ""), "1647 ACK");
	assert_false(contains(value(LY_H_VIA), ";lt="));
}

/* Nothing can be kept of a request that does not say whose it is. */
static void requests_without_an_origin(void **state)
{
	static const char *const headers[] = {"From: <sip:a@b>;tag=1\r\n",
			"To: <sip:c@d>\r\n", "CSeq: 1 INVITE\r\n"};

	(void)state;
	begin_call(false, false);
	for(int missing = 0; missing < 5; missing++) {
		ly_passage_t p = {.m = &seen,
				.keys = &sbc.keys,
				.call_id = LY_LIT("x"),
				.trunk = sbc.trunk};
		ly_origin_t origin = {0};
		char room[LY_SEAL_TEXT_MAX];
		ly_buf_t out = ly_buf(room, sizeof(room));

		look(say("INFO sip:a SIP/2.0\r\n%s%s%sX: y\r\n\r\n",
				missing == 0 ? "" : headers[0], missing == 1 ? "" : headers[1],
				missing == 2   ? ""
				: missing == 3 ? "CSeq: none\r\n"
							   : headers[2]));
		assert_int_equal(ly_passage_origin(&p, &origin, &out), missing == 4);
	}
}

/* Where a redirection leads is not for the other side. */
static void contacts_of_answers(void **state)
{
	static const struct
	{
		const char *status;
		bool contact;
	} rows[] = {{"183 Progress", true}, {"200 OK", true},
			{"300 Multiple Choices", false}, {"302 Moved", false},
			{"486 Busy Here", false}};

	(void)state;
	begin_call(false, false);
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		look(sbc_request(&sbc, LY_PSTN, invite_of_gateway()));
		look(sbc_reply(
				&sbc, answer_of_lync(rows[i].status, "77cc", MED_TARGET)));
		assert_int_equal(value(LY_H_CONTACT).s != NULL, rows[i].contact);
	}
}

/* Call-IDs of other calls: sealed where they tell, unless the plan keeps them; opened where we have sealed them. */
static void calls_that_are_answered(void **state)
{
	char room[512];
	ly_slice_t tag, sealed;

	(void)state;
	for(int said = 0; said < 2; said++) {
		ly_buf_t out = ly_buf(room, sizeof(room));

		begin_call(said, false);
		lync_gets_the_invite();
		tag = gateway_gets_an_answer(
				answer_of_lync("200 OK", "77cc", MED_TARGET), MED_TARGET);
		assert_true(ly_call_id_seal(sbc.keys.key, LY_LIT("a@b"), &out));
		sealed = exact(ly_buf_slice(&out));
		lync_gets(
				request_of_gateway("INFO", 103, tag,
						say("In-Reply-To: a@b, c,%.*s\r\n", LY_FMT(sealed)).s),
				"1663 INFO");
		if(said)
			assert_slice(value(LY_H_IN_REPLY_TO), "a@b, c, a@b");
		else
			assert_same(value(LY_H_IN_REPLY_TO),
					say("%.*s, c, a@b", LY_FMT(sealed)));
	}
}

/* Calls from Lync ---------------------------------------------------------------------------------------------------- */

static ly_slice_t invite_of_lync(void)
{
	return say("INVITE sip:+4930123456@" LYNC_HOST ";user=phone SIP/2.0\r\n"
			   "FROM: \"Ada\" <sip:+498912345678@contoso.example;user=phone>;"
			   "epid=0A1B;tag=4c0ffee01a\r\nTO: <sip:+4930123456@" LYNC_HOST
			   ";user=phone>\r\nCSEQ: 412007 INVITE\r\nCALL-ID: "
			   "7d3c0f52-1111-4222-8333-944455566677\r\nVIA: " MED_VIA
			   "\r\nCONTACT: <" MED_TARGET ">\r\n\r\n");
}

static ly_slice_t answer_of_fork(const char *tag, const char *target)
{
	return say("SIP/2.0 180 Ringing\r\n%sTo: %.*s;tag=%s\r\nContact: <%s>\r\n"
			   "RSeq: 1\r\n\r\n",
			echo(), LY_FMT(value(LY_H_TO)), tag, target);
}

/* Lync's PRACK, for what it holds of a fork. */
static ly_slice_t prack_of_lync(ly_slice_t held, ly_slice_t tag)
{
	return say("PRACK %.*s SIP/2.0\r\nFROM: \"Ada\" <sip:+498912345678@contoso."
			   "example;user=phone>;epid=0A1B;tag=4c0ffee01a\r\nTO: "
			   "<sip:+4930123456@" LYNC_HOST ";user=phone>;tag=%.*s\r\nCSEQ: "
			   "412008 PRACK\r\nCALL-ID: 7d3c0f52-1111-4222-8333-944455566677"
			   "\r\nVIA: " MED_VIA "\r\nRACK: 1 412007 INVITE\r\n\r\n",
			LY_FMT(held), LY_FMT(tag));
}

#define FORKS 2
static const char *const fork_tags[] = {"fork-1", "fork-2"};
static const char *const fork_targets[] = {
		"sip:one@198.51.100.31", "sip:two@198.51.100.32;x=y"};

/* What Lync gets of two answers to one INVITE. */
static void ring_twice(
		bool apart, ly_slice_t tags[FORKS], ly_slice_t held[FORKS])
{
	ly_slice_t invite;

	begin_call(false, false);
	sbc.dialog.forks_apart = apart;
	invite = sbc_request(&sbc, LY_LYNC, invite_of_lync());
	for(int i = 0; i < FORKS; i++) {
		look(invite);
		/* nothing in it tells, and it is the same on both legs */
		assert_slice(
				value(LY_H_CALL_ID), "7d3c0f52-1111-4222-8333-944455566677");
		look(sbc_reply(&sbc, answer_of_fork(fork_tags[i], fork_targets[i])));
		tags[i] = exact(tag_in(value(LY_H_TO)));
		held[i] = contact();
		check_our_tag(tags[i]);
		assert_slice(value(LY_H_VIA), MED_VIA);
	}
}

static void two_forks(void **state)
{
	(void)state;
	for(int apart = 0; apart < 2; apart++) {
		ly_slice_t tags[FORKS], held[FORKS];

		ring_twice(apart, tags, held);
		assert_int_equal(ly_eq(tags[0], tags[1]), !apart);
		for(int i = 0; i < FORKS; i++) {
			look(sbc_request(&sbc, LY_LYNC, prack_of_lync(held[i], tags[i])));
			assert_slice(seen.uri, fork_targets[i]);
			assert_slice(tag_in(value(LY_H_TO)), fork_tags[i]);
			assert_slice(value(LY_H_RACK), "1 6592127 INVITE");
			assert_slice(value(LY_H_CSEQ), "6592143 PRACK");
		}
		/* where each fork is a dialog of its own, one's tag does not go with the other's Contact */
		assert_int_equal(
				sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], tags[1])).s
						!= NULL,
				!apart);
	}
}

/* Tags that are not those of the call, of whichever party. */
static void tags_of_another_call(void **state)
{
	ly_slice_t tags[FORKS], held[FORKS];
	char *tag;

	(void)state;
	ring_twice(false, tags, held);
	assert_non_null(
			sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], tags[0])).s);
	tag = (char *)exact(tags[0]).s;
	tag[0] ^= 1;
	assert_null(sbc_request(
			&sbc, LY_LYNC, prack_of_lync(held[0], ly_slice(tag, tags[0].len)))
					.s);
	assert_null(
			sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], LY_LIT("fork-1")))
					.s);
	/* with the other party's token */
	assert_null(sbc_request(&sbc, LY_PSTN, prack_of_lync(held[0], tags[0])).s);
}

/* The key that the call began under makes its tags as long as it is there, whatever seals by now. */
static void keys_change_in_a_call(void **state)
{
	ly_slice_t tags[FORKS], held[FORKS], sent;

	(void)state;
	ring_twice(true, tags, held);
	assert_null(ly_keys_read(&sbc.keys,
			LY_LIT("b another secret of it\na a secret of the cluster")));
	sent = sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], tags[0]));
	look(sent);
	look(sbc_reply(&sbc, answer_of_fork("ignored", fork_targets[0])));
	assert_same(tag_in(value(LY_H_TO)), tags[0]);
	assert_slice(ly_slice(contact().s, 6), "sip:Lb");
	assert_null(ly_keys_read(&sbc.keys, LY_LIT("b another secret of it")));
	assert_null(sbc_request(&sbc, LY_LYNC, prack_of_lync(held[0], tags[0])).s);
}

static void what_cannot_be_passed_on(void **state)
{
	char *long_name = block(1801);
	uint64_t random = 5;

	(void)state;
	begin_call(false, false);
	for(int i = 0; i < 1800; i++)
		long_name[i] = (char)('g' + next_random(&random) % 18);
	long_name[1800] = '\0';
	assert_null(sbc_request(&sbc, LY_PSTN,
			say("INVITE sip:+4989@" PSTN_HOST " SIP/2.0\r\nVia: " GW_VIA
				"\r\nFrom: <sip:a@b>;tag=1\r\nTo: "
				"<sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContact: "
				"<sip:%s@198.51.100.10>\r\n\r\n",
					long_name))
					.s);
	assert_non_null(sbc.wrong);
	assert_null(sbc_request(&sbc, LY_PSTN,
			say("INVITE sip:+4989@" PSTN_HOST " SIP/2.0\r\nVia: " GW_VIA
				"\r\nFrom: <sip:a@b>;tag=1\r\nTo: "
				"<sip:c@d>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContact: "
				"nonsense\r\n\r\n"))
					.s);
	assert_non_null(sbc.wrong);
}

static int load_plan(void **state)
{
	ly_finding_t finding;

	(void)state;
	assert_true(sodium_init() >= 0);
	plan = ly_plan_load(
			"tests/fixtures/plans/good/full.xml", malloc, free, &finding);
	return plan ? 0 : -1;
}

static int free_plan(void **state)
{
	(void)state;
	ly_plan_free(plan);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_call_from_the_gateway),
			TEST(numbers_of_our_own), TEST(what_our_via_holds),
			TEST(requests_without_an_origin), TEST(contacts_of_answers),
			TEST(calls_that_are_answered), TEST(two_forks),
			TEST(tags_of_another_call), TEST(keys_change_in_a_call),
			TEST(what_cannot_be_passed_on)};

	return cmocka_run_group_tests_name("passage", tests, load_plan, free_plan);
}
