/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include <sodium.h>

#include "liblync/leg.h"
#include "liblync/refer.h"
#include "liblync/rewrite.h"

#define TOKEN "0L0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static ly_message_t m;

static const struct
{
	const char *headers;
	ly_refer_t is;
} refers[] = {
		{"Refer-To: <sip:+49301@a>\r\n", LY_REFER_CALL},
		{"r: \"A, b\" <sip:ada@a:5061;transport=tls;method=INVITE>;x\r\n",
				LY_REFER_CALL},
		{"REFER-TO : sip:+49301@a\r\n", LY_REFER_CALL},
		{"Refer-To: <tel:+49301>\r\n", LY_REFER_CALL},
		{"Refer-To: <sip:+49301@a?Subject=Replaces%3d&X-Replaces=b&c>\r\n",
				LY_REFER_CALL},
		/* none, or not one */
		{"X: y\r\n", LY_REFER_UNREADABLE},
		{"Refer-To:\r\n", LY_REFER_UNREADABLE},
		{"Refer-To: <sip:a>\r\nr: <sip:a>\r\n", LY_REFER_UNREADABLE},
		{"Refer-To: <sip:a>, <sip:b>\r\n", LY_REFER_UNREADABLE},
		{"Refer-To: <http://a/?Replaces=b>\r\n", LY_REFER_UNREADABLE},
		{"Refer-To: \"open <sip:a>\r\n", LY_REFER_UNREADABLE},
		{"Refer-To: <sip:a?%52eplaces=b>\r\n", LY_REFER_UNREADABLE},
		/* another dialog */
		{"Refer-To: <sip:a?Replaces=b%3Bto-tag%3Dc>\r\n", LY_REFER_DIALOG},
		{"Refer-To: <sip:a?Subject=x&REPLACES=b>\r\n", LY_REFER_DIALOG},
		{"Refer-To: <sip:a?Replaces>\r\n", LY_REFER_DIALOG},
		{"Refer-To: <sip:a?Join=b>\r\n", LY_REFER_DIALOG},
		{"Refer-To: <sip:a?target-dialog=b>\r\n", LY_REFER_DIALOG},
		{"Refer-To: <sip:" TOKEN "@a>\r\n", LY_REFER_DIALOG},
		{"Refer-To: <sip:a;lt=" TOKEN ">\r\n", LY_REFER_DIALOG},
		/* another method */
		{"Refer-To: <sip:a;method=BYE>\r\n", LY_REFER_OTHER},
		{"Refer-To: <sip:a;METHOD=invite>\r\n", LY_REFER_OTHER},
		{"Refer-To: <sip:a;method>\r\n", LY_REFER_OTHER},
};

static void what_a_refer_asks_for(void **state)
{
	char raw[512];

	(void)state;
	for(size_t i = 0; i < sizeof(refers) / sizeof(refers[0]); i++) {
		snprintf(raw, sizeof(raw), "REFER sip:a SIP/2.0\r\n%s\r\n",
				refers[i].headers);
		parse(text(raw), &m);
		if(ly_refer_read(&m) != refers[i].is)
			fail_msg("%d: %s", ly_refer_read(&m), refers[i].headers);
	}
}

static void calls_in_place_of_others(void **state)
{
	(void)state;
	parse(text("INVITE sip:a SIP/2.0\r\nSupported: replaces\r\n\r\n"), &m);
	assert_false(ly_names_dialog(&m));
	parse(text("INVITE sip:a SIP/2.0\r\nX: y\r\nreplaces: b\r\n\r\n"), &m);
	assert_true(ly_names_dialog(&m));
	parse(text("INVITE sip:a SIP/2.0\r\nJOIN : b\r\n\r\n"), &m);
	assert_true(ly_names_dialog(&m));
}

static const struct
{
	const char *type, *body, *passes;
} bodies[] = {
		{"message/sipfrag", "SIP/2.0 200 OK\r\nFrom: x\r\n",
				"SIP/2.0 200 OK\r\n"},
		{"message/sipfrag;version=2.0", "SIP/2.0 100 Trying\r\n",
				"SIP/2.0 100 Trying\r\n"},
		{"Message/SipFrag ; version=2.0", "SIP/2.0 603 Declined",
				"SIP/2.0 603 Declined"},
		{"message/sipfrag", "INVITE sip:a SIP/2.0\r\n", ""},
		{"message/sipfrag", "", ""},
		{"message/sip", "SIP/2.0 200 OK\r\n", ""},
		{"multipart/mixed", "SIP/2.0 200 OK\r\n", ""},
};

static void how_it_goes(void **state)
{
	char raw[512];

	(void)state;
	for(size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		snprintf(raw, sizeof(raw),
				"NOTIFY sip:a SIP/2.0\r\nContent-Type: %s\r\n\r\n%s",
				bodies[i].type, bodies[i].body);
		parse(text(raw), &m);
		assert_slice(ly_refer_progress(&m), bodies[i].passes);
	}
	parse(text("NOTIFY sip:a SIP/2.0\r\n\r\nSIP/2.0 200 OK\r\n"), &m);
	assert_null(ly_refer_progress(&m).s);
}

static ly_slice_t event_of(const char *method, const char *event)
{
	static ly_keys_t keys = {.count = 1};
	static ly_edits_t e;
	ly_rewrite_t r = {.leg = {.keys = &keys, .slot = 3}};
	char raw[256];

	assert_true(ly_key_init(&keys.key[0], '0', text("0123456789abcdef")));
	r.leg.call_id = text("c");
	snprintf(raw, sizeof(raw), "%s sip:a SIP/2.0\r\n%s\r\n\r\n", method, event);
	parse(text(raw), &m);
	ly_edits_begin(&e, m.raw, block(256), 256);
	assert_null(ly_rewrite(&m, &r, &e));
	parse(apply(&e), &m);
	return ly_header(&m, LY_H_EVENT)->value;
}

/* The number of the REFER, as each leg knows it (RFC 3515 2.4.6). */
static void which_refer_is_meant(void **state)
{
	char shown[64];

	(void)state;
	snprintf(shown, sizeof(shown), "refer;id=%u", ly_leg_cseq(412007, 3));
	assert_slice(event_of("SUBSCRIBE", "Event: refer;id=412007"), shown);
	snprintf(shown, sizeof(shown), "o: Refer ;x=1;ID=%u;y",
			ly_leg_cseq(412007, 3));
	assert_slice(event_of("NOTIFY", shown), "Refer ;x=1;ID=412007;y");
	/* no number, or not of a REFER */
	assert_slice(event_of("NOTIFY", "Event: refer"), "refer");
	assert_slice(event_of("NOTIFY", "Event: refer;id=x"), "refer;id=x");
	assert_slice(event_of("NOTIFY", "Event: talk;id=9"), "talk;id=9");
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(what_a_refer_asks_for),
			TEST(calls_in_place_of_others), TEST(how_it_goes),
			TEST(which_refer_is_meant)};

	if(sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("refer", tests, NULL, NULL);
}
