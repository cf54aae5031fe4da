/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests of our own: what each end of a call gets, beside what the other end sends itself. */
#include "passage_helpers.h"

#include "liblync/own.h"
#include "liblync/sdp.h"

#define CALL_ID "7d3c0f52-1111-4222-8333-944455566677"
#define ADA "<sip:+498912345678@contoso.example;user=phone>;epid=0A1B"
#define ADA_TO "<sip:+4930123456@" LYNC_HOST ";user=phone>"

/* A call from Lync, in which only its INVITE was sent. */
static ly_own_t call_from_lync(void)
{
	ly_own_t call = {.call_id = text(CALL_ID),
			.caller = LY_LYNC,
			.dialog = {.tag_key = 'a'},
			.from = text(ADA),
			.to = text(ADA_TO)};

	call.end[LY_LYNC] = (ly_end_t){.contact = text(MED_TARGET),
			.routes = text(MED_ROUTES),
			.tag = text("4c0ffee01a"),
			.cseq = 412007,
			.spoke = true};
	call.end[LY_PSTN] = (ly_end_t){.contact = text(GW_TARGET),
			.routes = text(GW_ROUTES),
			.tag = text("g1")};
	return call;
}

/* As the side gets it, into seen. */
static void send_to(const ly_own_t *call, ly_side_t side, const char *method,
		const char *body, unsigned slot)
{
	static ly_message_t m;
	char memory[4096];
	ly_buf_t out = ly_buf(memory, sizeof(memory));
	ly_token_t token = ly_own_token(call, side);
	ly_passage_t p = {.m = &m,
			.keys = &sbc.keys,
			.call_id = call->call_id,
			.to = side,
			.caller = call->caller,
			.dialog = call->dialog,
			.own_slot = slot,
			.token = &token};

	ly_own_request(call, side, ly_cstr(method), LY_LIT("Reason: SIP\r\n"),
			ly_cstr(body), &out);
	assert_false(out.full);
	parse(exact(ly_buf_slice(&out)), &m);
	look(sbc_write(&sbc, &p));
}

static void bye_to_who_was_called(void **state)
{
	ly_own_t call = call_from_lync();
	unsigned slot;

	(void)state;
	begin_call(false, false);
	assert_true(ly_own_slot(&call, LY_PSTN, &slot));
	send_to(&call, LY_PSTN, "BYE", "", slot);
	assert_slice(seen.uri, GW_TARGET);
	assert_slice(value(LY_H_ROUTE), GW_ROUTES);
	assert_slice(value(LY_H_CALL_ID), CALL_ID);
	assert_slice(tag_in(value(LY_H_TO)), "g1");
	check_our_tag(tag_in(value(LY_H_FROM)));
	assert_false(contains(value(LY_H_FROM), "contoso"));
	/* right behind the INVITE, long before Lync's next request */
	assert_int_equal(ly_leg_cseq(412007, 0) + 1,
			strtoul(exact(say("%.*s", LY_FMT(value(LY_H_CSEQ)))).s, NULL, 10));
	assert_null(ly_header(&seen, LY_H_CONTACT));
}

static void bye_to_the_caller(void **state)
{
	ly_own_t call = call_from_lync();
	unsigned slot;

	(void)state;
	begin_call(false, false);
	assert_true(ly_own_slot(&call, LY_LYNC, &slot));
	send_to(&call, LY_LYNC, "BYE", "", slot);
	assert_slice(seen.uri, MED_TARGET);
	assert_slice(value(LY_H_ROUTE), MED_ROUTES);
	assert_slice(value(LY_H_TO), ADA ";tag=4c0ffee01a");
	assert_true(ly_istarts(value(LY_H_FROM), LY_LIT(ADA_TO ";tag=")));
	check_our_tag(tag_in(value(LY_H_FROM)));
	/* the gateway has sent nothing yet, and may begin with 0 */
	assert_slice(value(LY_H_CSEQ), "1 BYE");
}

/* Its Contact is what the other end's own re-INVITE would have. */
static void invite_brings_a_contact(void **state)
{
	ly_own_t call = call_from_lync();
	ly_token_t token;
	unsigned slot;

	(void)state;
	begin_call(false, false);
	assert_true(ly_own_slot(&call, LY_PSTN, &slot));
	send_to(&call, LY_PSTN, "INVITE", "v=0\r\n", slot);
	token = token_in(contact(), LY_TOKEN_USER, LY_LIT(CALL_ID));
	assert_slice(token.contact, MED_TARGET);
	assert_slice(token.routes, MED_ROUTES);
	assert_slice(token.tag, "4c0ffee01a");
	assert_slice(token.from, ADA);
	assert_slice(token.to, ADA_TO);
	assert_slice(seen.body, "v=0\r\n");
	assert_slice(value(LY_H_CONTENT_TYPE), "application/sdp");
}

/* Fourteen in a row rise, below the next number of the one they speak for; then it has to speak. */
static void numbers_between_two_of_a_peer(void **state)
{
	(void)state;
	for(int spoke = 0; spoke < 2; spoke++) {
		ly_own_t call = call_from_lync();
		ly_end_t *gateway = &call.end[LY_PSTN];
		uint32_t before = spoke ? ly_leg_cseq(7, 0) : 0;
		unsigned slot;

		*gateway = (ly_end_t){.cseq = spoke ? 7 : 0, .spoke = spoke};
		for(int i = 0; i < 14; i++) {
			uint32_t number;

			assert_true(ly_own_slot(&call, LY_LYNC, &slot));
			number = ly_leg_cseq(gateway->cseq, slot);
			assert_true(number > before);
			before = number;
		}
		assert_true(before < ly_leg_cseq(spoke ? 8 : 0, 0));
		assert_false(ly_own_slot(&call, LY_LYNC, &slot));
		gateway->own = 0;
		assert_true(ly_own_slot(&call, LY_LYNC, &slot));
	}
}

static void the_last_number_of_all(void **state)
{
	ly_own_t call = call_from_lync();
	static const uint32_t numbers[] = {0, 1, 412007, 0x7ffffff, 0x7fffffff};

	(void)state;
	for(size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		for(uint8_t slot = 0; slot < 3; slot++) {
			call.end[LY_LYNC].cseq = numbers[i];
			call.dialog.slot = slot;
			assert_int_equal(ly_leg_cseq(numbers[i],
									 slot + ly_own_last_slot(&call, LY_PSTN)),
					LY_OWN_LAST_CSEQ);
		}
	}
}

static uint64_t place(const char *sdp)
{
	return ly_sdp_place(text(sdp));
}

/* What has to be told to the other side: address, port, protocol and key, and nothing else. */
static void where_media_goes(void **state)
{
	static const char *same[] = {
			"v=0\r\no=- 1 2 IN IP4 192.0.2.7\r\nc=IN IP4 192.0.2.1\r\nm=audio "
			"30000 RTP/SAVP 8 101\r\na=crypto:1 X inline:AAAA|2^31\r\n",
			"v=0\r\no=- 1 3 IN IP4 192.0.2.7\r\nc=IN IP4 192.0.2.1\r\nm=audio "
			"30000 RTP/SAVP 0\r\na=inactive\r\na=crypto:2 X "
			"inline:AAAA|2^31\r\n"};
	static const char *other[] = {
			"v=0\r\nc=IN IP4 192.0.2.2\r\nm=audio 30000 RTP/SAVP 8 101\r\n"
			"a=crypto:1 X inline:AAAA|2^31\r\n",
			"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 30002 RTP/SAVP 8 101\r\n"
			"a=crypto:1 X inline:AAAA|2^31\r\n",
			"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 30000 RTP/AVP 8 101\r\n"
			"a=crypto:1 X inline:AAAA|2^31\r\n",
			"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 30000 RTP/SAVP 8 101\r\n"
			"a=crypto:1 X inline:AAAB|2^31\r\n"};

	(void)state;
	assert_true(place(same[0]) == place(same[1]));
	assert_true(place("") != 0);
	for(size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		assert_true(place(same[0]) != place(other[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(bye_to_who_was_called),
			TEST(bye_to_the_caller), TEST(invite_brings_a_contact),
			TEST(numbers_between_two_of_a_peer), TEST(the_last_number_of_all),
			TEST(where_media_goes)};

	return cmocka_run_group_tests_name("own", tests, load_plan, free_plan);
}
