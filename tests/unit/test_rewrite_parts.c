/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single URIs, names and lengths, where test_rewrite.c has whole messages. */
#include "rewrite_helpers.h"

#include "liblync/route_set.h"

/* One URI as the Request-URI, one set of rules, and the result. */
static const struct
{
	const char *uri, *rules[4], *is; /* "+": it is missing, "-": unwanted */
} uris[] = {
		/* names of hosts; what belonged to the old host goes with it */
		{"sip:+49301@a.example:5060;transport=udp;user=phone;x?h=i",
				{"ruri-host"}, "sip:+49301@peer.example:5067;user=phone"},
		{"sip:a.example;lr", {"ruri-host"}, "sip:peer.example:5067"},
		{"sips:+49301@a.example", {"ruri-host"},
				"sip:+49301@peer.example:5067"},
		/* RFC 3261 19.1.6 */
		{"tel:+49301;phone-context=x", {"ruri-host"},
				"sip:+49301@peer.example:5067;user=phone"},
		{"tel:+49-301", {"ruri-host", "ruri-user-phone"},
				"sip:+49-301@peer.example:5067;user=phone"},
		{"sip:+49301@[2001:db8::1]:5060", {"ruri-host"},
				"sip:+49301@peer.example:5067"},
		/* without a rule for the host it stays, with all its parameters */
		{"sip:49301234@a.example:5060;x=y?h=i", {"ruri-numbers", "+"},
				"sip:+49301234@a.example:5060;x=y?h=i"},
		{"tel:49301234;x=y", {"ruri-numbers", "+"}, "tel:+49301234;x=y"},
		{"sip:1;ext=2@[2001:db8::1]:5060;x=y", {"ruri-user-params"},
				"sip:1@[2001:db8::1]:5060;x=y"},
		{"sip:49301234:secret@a.example", {"ruri-numbers", "+"},
				"sip:+49301234@a.example"},
		/* an international number has 8 to 15 digits and begins with no 0 (E.164 6.2) */
		{"sip:1234567@a", {"ruri-numbers", "+"}, "sip:1234567@a"},
		{"sip:12345678@a", {"ruri-numbers", "+"}, "sip:+12345678@a"},
		{"sip:123456789012345@a", {"ruri-numbers", "+"},
				"sip:+123456789012345@a"},
		{"sip:1234567890123456@a", {"ruri-numbers", "+"},
				"sip:1234567890123456@a"},
		{"sip:02345678@a", {"ruri-numbers", "+"}, "sip:02345678@a"},
		{"sip:+12345678@a", {"ruri-numbers", "+"}, "sip:+12345678@a"},
		{"sip:1234567a@a", {"ruri-numbers", "+"}, "sip:1234567a@a"},
		{"sip:a", {"ruri-numbers", "+"}, "sip:a"},
		{"sip:+12345678@a", {"ruri-numbers", "-"}, "sip:12345678@a"},
		{"sip:+1@a", {"ruri-numbers", "-"}, "sip:1@a"},
		{"sip:+@a", {"ruri-numbers", "-"}, "sip:+@a"},
		{"sip:12345678@a", {"ruri-numbers", "-"}, "sip:12345678@a"},
		/* a rule that has nothing to do leaves the bytes alone */
		{"sips:1@a:5061;x", {"ruri-user-params"}, "sips:1@a:5061;x"},
		{"sips:1:pw@a", {"ruri-numbers"}, "sips:1:pw@a"},
		{"sips:1@a;user=phone", {"ruri-user-phone"}, "sips:1@a;user=phone"},
		/* ;user=phone, once, and only with a number */
		{"sip:+49301@a", {"ruri-user-phone"}, "sip:+49301@a;user=phone"},
		{"sip:911@a;user=phone", {"ruri-user-phone"}, "sip:911@a;user=phone"},
		{"sip:911@a;USER=Phone", {"ruri-user-phone"}, "sip:911@a;USER=Phone"},
		{"sip:911@a;user=ip;x", {"ruri-user-phone"}, "sip:911@a;x;user=phone"},
		{"sip:ada@a", {"ruri-user-phone"}, "sip:ada@a"},
		{"sip:+@a", {"ruri-user-phone"}, "sip:+@a"},
		{"sip:a", {"ruri-user-phone"}, "sip:a"},
		{"sip:ada@a;user=ip", {"ruri-user-phone", "ruri-host"},
				"sip:ada@peer.example:5067;user=ip"},
		{"sip:12345678;ext=1@a;x",
				{"ruri-user-phone", "ruri-numbers", "+", "ruri-user-params"},
				"sip:+12345678@a;x;user=phone"},
};

static void switch_on(ly_rewrite_t *r, const char *rule)
{
	if(strcmp(rule, "+") == 0)
		r->numbers.plus_missing = true;
	else if(strcmp(rule, "-") == 0)
		r->numbers.plus_unwanted = true;
	else
		assert_true(ly_rule_bit(ly_cstr(rule)) != 0);
	r->active |= ly_rule_bit(ly_cstr(rule));
}

static void request_uris(void **state)
{
	char raw[512];

	(void)state;
	for(size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		ly_rewrite_t r = receiver(0);

		for(int j = 0; j < 4 && uris[i].rules[j]; j++)
			switch_on(&r, uris[i].rules[j]);
		snprintf(raw, sizeof(raw), "INVITE %s SIP/2.0\r\n" HEADERS "\r\n",
				uris[i].uri);
		good(raw, &r);
		assert_slice(m.uri, uris[i].is);
	}
}

static void where_the_receiver_listens(void **state)
{
	ly_rewrite_t r = receiver(RULE("ruri-host"));

	(void)state;
	r.peer_host = text("2001:db8::7");
	r.peer_transport = text("tcp");
	good("INVITE sip:1@a SIP/2.0\r\n" HEADERS "\r\n", &r);
	assert_slice(m.uri, "sip:1@[2001:db8::7]:5067;transport=tcp");
	r.peer_port = 0;
	r.peer_transport = LY_EMPTY;
	good("INVITE sip:1@a SIP/2.0\r\n" HEADERS "\r\n", &r);
	assert_slice(m.uri, "sip:1@[2001:db8::7]");
	r.peer_port = 65535;
	good("INVITE sip:1@a SIP/2.0\r\n" HEADERS "\r\n", &r);
	assert_slice(m.uri, "sip:1@[2001:db8::7]:65535");
}

static void what_cannot_be_passed_on(void **state)
{
	static const struct
	{
		const char *raw, *why;
	} cases[] = {{"INVITE http://a SIP/2.0\r\n" HEADERS "\r\n", "Request-URI"},
			{"INVITE sip:a@b:x SIP/2.0\r\n" HEADERS "\r\n", "Request-URI"},
			{"INVITE sip:a SIP/2.0\r\nFrom:\r\n\r\n", "From or To"},
			{"INVITE sip:a SIP/2.0\r\nTo: \"open <sip:a>\r\n\r\n",
					"From or To"},
			{"INVITE sip:a SIP/2.0\r\nFrom: <sip:a@b SIP/2.0\r\n Evil: "
			 "x>;tag=1\r\n\r\n",
					"From or To"}};
	ly_rewrite_t r = receiver(RULE("ruri-host"));

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *wrong = run(text(cases[i].raw), &r);
		if(!wrong || !strstr(wrong, cases[i].why))
			fail_msg("case %zu: %s", i, wrong ? wrong : "taken");
	}
	/* also where it is given back as its owner wrote it: the tag must be found */
	r.from = text("<sip:ada@a.example>");
	assert_non_null(run(
			text("SIP/2.0 200 OK\r\nFrom: \"open <sip:a>;tag=1\r\n\r\n"), &r));
	r.from = text("\"open <sip:a>");
	assert_non_null(run(text("SIP/2.0 200 OK\r\n" HEADERS "\r\n"), &r));
}

/* However small the memory for what is composed: a whole result, or none. */
static void too_little_memory(void **state)
{
	ly_rewrite_t r =
			receiver(RULE("ruri-host") | RULE("from-host") | RULE("to-host"));
	unsigned good_ones = 0;

	(void)state;
	r.routes = text("<sip:r.example;lr>");
	parse(text("INVITE sip:1@a SIP/2.0\r\n" HEADERS "\r\n"), &m);
	for(size_t size = 0; size < 160; size++) {
		ly_edits_begin(&e, m.raw, block(size), size);
		if(ly_rewrite(&m, &r, &e))
			continue;
		good_ones++;
		assert_slice(apply(&e), "INVITE sip:1@peer.example:5067 "
								"SIP/2.0\r\nRoute: <sip:r.example;lr>\r\n"
								"f: <sip:+49301@ours.example>;tag=f\r\nt: "
								"<sip:+49302@peer.example>\r\n\r\n");
	}
	assert_in_range(good_ones, 10, 100);
}

static void restored_names(void **state)
{
	ly_rewrite_t r = receiver(0);

	(void)state;
	r.from = text("\"Ada\" <sip:ada@a.example>;epid=0A;tag=own");
	r.to = text("sip:bob@b.example");
	good("SIP/2.0 200 OK\r\nFrom: <sip:x>;tag=other\r\nTo: "
		 "<sip:y>;x;TAG=remote;y\r\n\r\n",
			&r);
	assert_slice(ly_header(&m, LY_H_FROM)->value,
			"\"Ada\" <sip:ada@a.example>;epid=0A;tag=own");
	assert_slice(ly_header(&m, LY_H_TO)->value, "sip:bob@b.example;tag=remote");
	/* No tag yet: a 100, or a request that opens a dialog. */
	good("SIP/2.0 100 Trying\r\nFrom: <sip:x>;tag=other\r\nTo: <sip:y>\r\n\r\n",
			&r);
	assert_slice(ly_header(&m, LY_H_TO)->value, "sip:bob@b.example");
}

static void identities(void **state)
{
	ly_rewrite_t r = receiver(RULE("pai-host") | RULE("pai-user-phone"));
	ly_slice_t out;

	(void)state;
	out = good("INVITE sip:a SIP/2.0\r\nP-Asserted-Identity: "
			   "nobody\r\nP-Asserted-Identity: \"A, b\" <tel:+491>, <sip:c>\r\n"
			   "P-Asserted-Identity:\r\nX: y\r\n\r\n",
			&r);
	assert_slice(out, "INVITE sip:a SIP/2.0\r\nP-Asserted-Identity: \"A, b\" "
					  "<sip:+491@ours.example;user=phone>\r\nX: y\r\n\r\n");
}

/* Who has answered: in one header, where the receiver looks at it. */
static void connected_identities(void **state)
{
	static const char ok[] =
			"SIP/2.0 200 OK\r\nP-Asserted-Identity: <sip:1@a>\r\n"
			"P-Asserted-Identity: <tel:1>\r\nRemote-Party-ID: "
			"<sip:1@a>\r\nDiversion: <sip:2@a>\r\nX: y\r\n\r\n";
	static const char none[] = "SIP/2.0 200 OK\r\nX: y\r\n\r\n";
	static const char one[] = "SIP/2.0 200 OK\r\nP-Asserted-Identity: "
							  "<sip:1@ours.example>\r\nX: y\r\n\r\n";
	ly_rewrite_t r =
			receiver(RULE("pai-host") | RULE("caller") | RULE("history"));

	(void)state;
	r.terms.believed = true;
	assert_slice(good(ok, &r), one);
	r.terms.identity = LY_IDENTITY_PAI;
	assert_slice(good(ok, &r), one);
	r.terms.identity = LY_IDENTITY_RPID;
	assert_slice(good(ok, &r), none);
	r.terms.identity = LY_IDENTITY_NONE;
	assert_slice(good(ok, &r), none);
	r.terms = (ly_caller_terms_t){.believed = false};
	assert_slice(good(ok, &r), none);
}

/* A Contact of our own, or none: the sender's never passes. */
static void contacts(void **state)
{
	ly_rewrite_t r = receiver(0);

	(void)state;
	assert_slice(good("SIP/2.0 302 Moved\r\nContact: <sip:a>\r\nm: sip:b\r\nX: "
					  "y\r\n\r\n",
						 &r),
			"SIP/2.0 302 Moved\r\nX: y\r\n\r\n");
	r.contact = text("sip:us");
	assert_slice(good("SIP/2.0 200 OK\r\nContact: *\r\nm:\r\nX: y\r\n\r\n", &r),
			"SIP/2.0 200 OK\r\nContact: <sip:us>\r\nm:<sip:us>\r\nX: "
			"y\r\n\r\n");
}

/* In a request as it stands, in a reply from its end (RFC 3261 12.1). */
static void route_sets(void **state)
{
	static const char headers[] = "Record-Route: <sip:a;lr>, <sip:b;lr>\r\nX: "
								  "y\r\nrecord-route:\r\nRecord-Route: "
								  "<sip:c;lr>\r\n\r\n";
	char room[100], raw[300];
	ly_buf_t out = ly_buf(room, sizeof(room));

	(void)state;
	snprintf(raw, sizeof(raw), "INVITE sip:a SIP/2.0\r\n%s", headers);
	parse(text(raw), &m);
	assert_slice(ly_route_set(&m, &out), "<sip:a;lr>, <sip:b;lr>, <sip:c;lr>");
	snprintf(raw, sizeof(raw), "SIP/2.0 200 OK\r\n%s", headers);
	parse(text(raw), &m);
	assert_slice(ly_route_set(&m, &out), "<sip:c;lr>, <sip:b;lr>, <sip:a;lr>");
	assert_false(out.full);
	parse(text("SIP/2.0 200 OK\r\n\r\n"), &m);
	assert_int_equal(ly_route_set(&m, &out).len, 0);
}

static void bodies_and_lengths(void **state)
{
	ly_rewrite_t r = receiver(0);

	(void)state;
	r.alone = true;
	r.body = text("0123456789");
	assert_slice(good("SIP/2.0 200 OK\r\nl: 3\r\n\r\nabc", &r),
			"SIP/2.0 200 OK\r\nl: 10\r\n\r\n0123456789");
	assert_slice(good("SIP/2.0 200 OK\r\nContent-Length:0\r\n\r\n", &r),
			"SIP/2.0 200 OK\r\nContent-Length:10\r\n\r\n0123456789");
	r.body = text("xyz"); /* as long as before */
	assert_slice(good("SIP/2.0 200 OK\r\nl: 3\r\n\r\nabc", &r),
			"SIP/2.0 200 OK\r\nl: 3\r\n\r\nxyz");
	r.body = text("");
	assert_slice(good("SIP/2.0 200 OK\r\nl: 3\r\n\r\nabc", &r),
			"SIP/2.0 200 OK\r\nl: 0\r\n\r\n");
	/* no body, no type of it */
	assert_slice(good("SIP/2.0 200 OK\r\nc: a/b\r\nl: 3\r\n\r\nabc", &r),
			"SIP/2.0 200 OK\r\nl: 0\r\n\r\n");
	r.body = LY_EMPTY;
	assert_slice(good("SIP/2.0 200 OK\r\nl: 3\r\n\r\nabc", &r),
			"SIP/2.0 200 OK\r\nl: 3\r\n\r\nabc");
	r.body = text("wxyz");
	r.alone = false; /* Kamailio writes it */
	assert_slice(good("SIP/2.0 200 OK\r\nl: 3\r\n\r\nabc", &r),
			"SIP/2.0 200 OK\r\nl: 3\r\n\r\nwxyz");
}

/*
 * A reply of which nothing else may pass: what RFC 3261 8.2.6.2 asks for. The
 * length is written by whoever applies the edits, where that is wanted.
 */
static void bare_replies(void **state)
{
	ly_rewrite_t r = receiver(0);

	(void)state;
	r.from = text("<sip:ada@a.example>;tag=own");
	r.to = text("<sip:bob@b.example>");
	parse(text("SIP/2.0 180 Ringing\r\nms-x: y\r\nv: via\r\nVia: via\r\n"
			   "From: <sip:x>;tag=f\r\nt: <sip:y>;tag=t\r\nCall-ID: c\r\n"
			   "Contact: <sip:x>\r\nRecord-Route: <sip:z>\r\nCSeq: 1 INVITE\r\n"
			   "c: application/sdp\r\nContent-Length: 3\r\nServer: "
			   "s\r\n\r\nabc"),
			&m);
	ly_edits_begin(&e, m.raw, block(256), 256);
	assert_true(ly_rewrite_bare(&m, &r, &e));
	assert_slice(apply(&e), "SIP/2.0 180 Ringing\r\nv: via\r\nVia: via\r\n"
							"From: <sip:ada@a.example>;tag=own\r\n"
							"t: <sip:bob@b.example>;tag=t\r\nCall-ID: c\r\n"
							"CSeq: 1 INVITE\r\nContent-Length: 3\r\n\r\n");
	r.alone = true;
	ly_edits_begin(&e, m.raw, block(256), 256);
	assert_true(ly_rewrite_bare(&m, &r, &e));
	parse(apply(&e), &m);
	assert_slice(ly_header(&m, LY_H_CONTENT_LENGTH)->value, "0");
	/* Also where From and To cannot be read. */
	parse(text("SIP/2.0 180 Ringing\r\nFrom: \"open\r\nTo: <sip:y\r\n\r\n"),
			&m);
	ly_edits_begin(&e, m.raw, block(256), 256);
	assert_true(ly_rewrite_bare(&m, &r, &e));
	assert_slice(apply(&e),
			"SIP/2.0 180 Ringing\r\nFrom: <sip:ada@a.example>;tag=own\r\n"
			"To: <sip:bob@b.example>\r\n\r\n");
}

/* The Route that comes stands before all headers, also where the first of them goes. */
static void a_route_before_what_goes(void **state)
{
	ly_rewrite_t r = receiver(RULE("route"));

	(void)state;
	r.request_uri = text("sip:target;ms-opaque=0F");
	r.routes = text("<sip:a;lr>, <sip:b;lr>");
	assert_slice(
			good("BYE sip:us SIP/2.0\r\nRoute: <sip:us;lr>\r\n" HEADERS "\r\n",
					&r),
			"BYE sip:target;ms-opaque=0F SIP/2.0\r\nRoute: <sip:a;lr>, "
			"<sip:b;lr>\r\n" HEADERS "\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(request_uris),
			TEST(where_the_receiver_listens), TEST(what_cannot_be_passed_on),
			TEST(too_little_memory), TEST(restored_names), TEST(identities),
			TEST(connected_identities), TEST(contacts), TEST(route_sets),
			TEST(bodies_and_lengths), TEST(bare_replies),
			TEST(a_route_before_what_goes)};

	return cmocka_run_group_tests_name(
			"rewrite, part by part", tests, NULL, NULL);
}
