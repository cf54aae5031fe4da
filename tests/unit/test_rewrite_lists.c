/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is taken out of lists, and what stands in place of a number or a status. */
#include "rewrite_helpers.h"

#include "liblync/option.h"

/* Option tags of an INVITE: what it says, what is left of it without 100rel, and whether that offers it all the same. */
static const struct
{
	const char *is, *left;
	bool offers, offers_stripped;
} options[] = {
		{"Supported: 100rel\r\n", "", true, false},
		{"SUPPORTED : timer , 100REL,replaces\r\n",
				"SUPPORTED : timer, replaces\r\n", true, false},
		{"k: ,100rel,,norefersub,\r\nk: 100rel\r\nSupported: 100rel\r\n",
				"k: norefersub\r\n", true, false},
		{"Supported:\r\nk: x,\r\n 100rel\r\n", "Supported:\r\nk: x\r\n", true,
				false},
		/* nothing to take out: to the byte */
		{"Supported: ,timer,,100rel2 , x100rel\r\n",
				"Supported: ,timer,,100rel2 , x100rel\r\n", false, false},
		{"X-Supported: 100rel\r\n", "X-Supported: 100rel\r\n", false, false},
		/* who requires it cannot do without */
		{"Require: timer, 100rel\r\nk: 100rel\r\n",
				"Require: timer, 100rel\r\n", true, true},
		{"Proxy-Require: 100rel\r\n", "Proxy-Require: 100rel\r\n", false,
				false},
};

static void expect_options(const ly_rewrite_t *r, const char *start,
		const char *is, const char *left)
{
	char raw[512], wanted[512];

	snprintf(raw, sizeof(raw), "%s\r\n" HEADERS "%s\r\n", start, is);
	snprintf(wanted, sizeof(wanted), "%s\r\n" HEADERS "%s\r\n", start, left);
	assert_slice(good(raw, r), wanted);
}

static void reliable_provisional_answers(void **state)
{
	const ly_rewrite_t as_it_is = receiver(0);
	ly_rewrite_t stripping = receiver(0);

	(void)state;
	stripping.strip_100rel = true;
	for(size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		expect_options(&as_it_is, "INVITE sip:a SIP/2.0", options[i].is,
				options[i].is);
		assert_int_equal(ly_offers_100rel(&m, false), options[i].offers);
		assert_int_equal(
				ly_offers_100rel(&m, true), options[i].offers_stripped);
		expect_options(&stripping, "INVITE sip:a SIP/2.0", options[i].is,
				options[i].left);
		assert_int_equal(
				ly_offers_100rel(&m, false), options[i].offers_stripped);
		/* it means nothing in others */
		expect_options(&stripping, "UPDATE sip:a SIP/2.0", options[i].is,
				options[i].is);
		expect_options(
				&stripping, "SIP/2.0 200 OK", options[i].is, options[i].is);
	}
}

/* Members of Allow that are nothing (RFC 3261 25.1 lets them be) hide none behind them. */
static void methods(void **state)
{
	const ly_rewrite_t r = receiver(RULE("allow-refer"));

	(void)state;
	expect_options(&r, "INVITE sip:a SIP/2.0",
			"Allow: INVITE,, REFER,ACK\r\nAllow: ,refer\r\n",
			"Allow: INVITE, ACK\r\n");
}

/* The number that is called in place of the INVITE's passes the same rules; who is called by To stays. */
static void another_called_number(void **state)
{
	ly_rewrite_t r = receiver(RULE("ruri-host") | RULE("ruri-numbers"));

	(void)state;
	r.numbers.plus_unwanted = true;
	r.called = text("+4930777777");
	good("INVITE sip:+49301;ext=1@a;user=phone SIP/2.0\r\n" HEADERS "\r\n", &r);
	assert_slice(m.uri, "sip:4930777777@peer.example:5067;user=phone");
	assert_slice(ly_header(&m, LY_H_TO)->value, "<sip:+49302@b.example>");
	r.active = 0;
	good("INVITE sip:+49301;ext=1@a;user=phone SIP/2.0\r\n" HEADERS "\r\n", &r);
	assert_slice(m.uri, "sip:+4930777777@a;user=phone");
}

/* A reply that must not go on as what it is. */
static void another_status(void **state)
{
	ly_rewrite_t r = receiver(0);

	(void)state;
	r.status = 480;
	assert_slice(good("SIP/2.0 302 Moved, to <sip:a>\r\nContact: "
					  "<sip:a>\r\nTo: <sip:y>;tag=t\r\n\r\n",
						 &r),
			"SIP/2.0 480 Temporarily Unavailable\r\nTo: "
			"<sip:y>;tag=t\r\n\r\n");
	parse(text("SIP/2.0 302 Moved\r\nTo: <sip:y\r\nX: y\r\n\r\n"), &m);
	ly_edits_begin(&e, m.raw, block(256), 256);
	assert_true(ly_rewrite_bare(&m, &r, &e));
	assert_slice(apply(&e),
			"SIP/2.0 480 Temporarily Unavailable\r\nTo: <sip:y\r\n\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(reliable_provisional_answers),
			TEST(methods), TEST(another_called_number), TEST(another_status)};

	return cmocka_run_group_tests_name("rewrite, lists", tests, NULL, NULL);
}
