/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One small dialog, message by message: what each side sees of it, and what it brings back. */
#include "passage_helpers.h"

/* what each side holds of the other: our Contact; and the tag and Call-ID that Lync sees */
static ly_slice_t lync_holds, gateway_holds, lync_tag, lync_call_id;

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

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_call_from_the_gateway),
			TEST(numbers_of_our_own), TEST(what_our_via_holds),
			TEST(requests_without_an_origin), TEST(contacts_of_answers),
			TEST(calls_that_are_answered), TEST(what_cannot_be_passed_on)};

	return cmocka_run_group_tests_name("passage", tests, load_plan, free_plan);
}
