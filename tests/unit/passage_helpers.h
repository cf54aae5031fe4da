/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two parties, and what the one sees of the other's messages. Included once per test program, not compiled apart. */
#ifndef TESTS_UNIT_PASSAGE_HELPERS_H
#define TESTS_UNIT_PASSAGE_HELPERS_H

#include "leg_helpers.h"

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

/* The settings of a side in the plan: all said, or none. */
static inline void begin_call(bool trunk_said, bool target_said)
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

static inline ly_slice_t say(const char *format, ...)
		__attribute__((format(printf, 1, 2)));
static inline ly_slice_t say(const char *format, ...)
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
static inline void look(ly_slice_t message)
{
	if(!message.s)
		fail_msg("refused: %s", sbc.wrong);
	parse(message, &seen);
}

static inline ly_slice_t value(ly_header_id_t id)
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

static inline ly_slice_t tag_in(ly_slice_t address)
{
	ly_nameaddr_t na;

	assert_true(ly_nameaddr_split(address, &na));
	return ly_param(na.params, LY_LIT("tag"));
}

static inline void check_our_tag(ly_slice_t tag)
{
	assert_int_equal(tag.len, LY_LEG_TAG_LEN);
}

/* The URI in the Contact that the receiver gets. */
static inline ly_slice_t contact(void)
{
	ly_nameaddr_t na;

	assert_true(ly_nameaddr_parse(value(LY_H_CONTACT), &na));
	return exact(na.uri.text);
}

/* A Contact of ours is where its holder reaches us. */
static inline void check_where(const ly_uri_t *uri, ly_side_t holder)
{
	ly_slice_t transport = ly_param(uri->params, LY_LIT("transport"));

	assert_slice(uri->host, holder == LY_LYNC ? LYNC_HOST : PSTN_HOST);
	assert_slice(uri->port, holder == LY_LYNC ? "5067" : "5060");
	assert_slice(transport, holder == LY_LYNC ? "tls" : "");
	assert_int_equal(transport.s != NULL, holder == LY_LYNC);
}

/* The token that a Contact holds. */
static inline ly_token_t token_in(
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
static inline const char *echo(void)
{
	static char headers[4096];

	snprintf(headers, sizeof(headers),
			"Via: %.*s\r\nFrom: %.*s\r\nCall-ID: %.*s\r\nCSeq: %.*s\r\n",
			LY_FMT(value(LY_H_VIA)), LY_FMT(value(LY_H_FROM)),
			LY_FMT(value(LY_H_CALL_ID)), LY_FMT(value(LY_H_CSEQ)));
	return headers;
}

static inline int load_plan(void **state)
{
	ly_finding_t finding;

	(void)state;
	assert_true(sodium_init() >= 0);
	plan = ly_plan_load(
			"tests/fixtures/plans/good/full.xml", malloc, free, &finding);
	return plan ? 0 : -1;
}

static inline int free_plan(void **state)
{
	(void)state;
	ly_plan_free(plan);
	return 0;
}

#endif
