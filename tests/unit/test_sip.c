/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/multipart.h"

static ly_message_t m;

static ly_slice_t value(ly_header_id_t id)
{
	const ly_header_t *h = ly_header(&m, id);

	return h ? h->value : LY_EMPTY;
}

static void an_invite(void **state)
{
	ly_slice_t raw = fixture("lync2013-invite.sip");

	(void)state;
	parse(raw, &m);
	assert_true(m.request);
	assert_slice(m.method, "INVITE");
	assert_slice(m.uri, "sip:+4930123456@sbc1.example.net;user=phone");
	assert_int_equal(m.header_count, 13);
	assert_slice(value(LY_H_CALL_ID), "7d3c0f52-1111-4222-8333-944455566677");
	assert_slice(value(LY_H_CONTACT),
			"<sip:med01.contoso.example:5067;transport="
			"Tls;ms-opaque=0123456789abcdef>");
	assert_slice(value(LY_H_MAX_FORWARDS), "70");
	assert_slice(value(LY_H_CSEQ), "412007 INVITE");
	assert_slice(m.headers[12].name, "Allow");
	assert_slice(
			m.headers[12].line, "Allow: CANCEL,BYE,INVITE,PRACK,UPDATE\r\n");
	assert_int_equal(m.headers[12].id, LY_H_ALLOW);
	assert_null(ly_header(&m, LY_H_ROUTE));
	assert_int_equal(m.body.len, ly_number(value(LY_H_CONTENT_LENGTH), 9999));
	assert_same(m.body, fixture("lync-required.sdp"));
	assert_slice(ly_message_method(&m), "INVITE");
}

static void a_reply(void **state)
{
	(void)state;
	parse(fixture("lync2013-404.sip"), &m);
	assert_false(m.request);
	assert_int_equal(m.status, 404);
	assert_int_equal(m.method.len, 0);
	assert_int_equal(m.uri.len, 0);
	assert_int_equal(m.body.len, 0);
	assert_slice(ly_message_method(&m), "INVITE");
}

/* Every message of the corpus; and the same with its end cut off is refused, and never read beyond its end. */
static void every_fixture_and_every_beginning_of_it(void **state)
{
	static const char *names[] = {"lync2010-invite.sip", "sfb2015-invite.sip",
			"sfb2019-invite.sip", "lync2013-200.sip", "gateway-invite.sip",
			"gateway-bye.sip", "odd-folding.sip", "odd-compact.sip",
			"odd-case.sip", "odd-quotes.sip", "odd-instances.sip",
			"odd-bare-lf.sip", "odd-blanks.sip", "odd-user.sip"};

	(void)state;
	for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ly_slice_t raw = fixture(names[i]);
		parse(raw, &m);
		for(size_t len = 0; len < raw.len; len++) {
			char *p = malloc(len);
			if(len)
				memcpy(p, raw.s, len);
			assert_non_null(ly_message_parse(ly_slice(p, len), &m));
			free(p);
		}
	}
}

/* RFC 3261 18.3: the body is as long as Content-Length says, in a datagram too. */
static void length_of_the_body(void **state)
{
	(void)state;
#define REPLY(headers) text("SIP/2.0 200 OK\r\n" headers "\r\nabcdef")
	parse(REPLY("Content-Length: 4\r\n"), &m);
	assert_slice(m.body, "abcd");
	assert_slice(m.raw, "SIP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nabcd");
	parse(REPLY("l: 0\r\n"), &m);
	assert_slice(m.body, "");
	parse(REPLY("l:6\r\nContent-Length: 006\r\n"), &m);
	assert_slice(m.body, "abcdef");
	parse(REPLY("X: 1\r\n"), &m);
	assert_slice(m.body, "abcdef");
	assert_non_null(ly_message_parse(REPLY("Content-Length: 7\r\n"), &m));
	assert_non_null(ly_message_parse(REPLY("Content-Length: -1\r\n"), &m));
	assert_non_null(ly_message_parse(REPLY("Content-Length:\r\n"), &m));
	assert_non_null(ly_message_parse(REPLY("Content-Length: six\r\n"), &m));
	assert_non_null(ly_message_parse(
			REPLY("Content-Length: 18446744073709551620\r\n"), &m));
	assert_non_null(ly_message_parse(REPLY("l: 4\r\nl: 5\r\n"), &m));
}

static void folding(void **state)
{
	(void)state;
	parse(fixture("odd-folding.sip"), &m);
	assert_int_equal(m.header_count, 8);
	assert_slice(value(LY_H_FROM),
			"\"Ada\r\n  Example\"\r\n\t<sip:+4930123456@198.51.100.10>\r\n "
			";tag=\r\n fold1");
	assert_slice(value(LY_H_TO), "<sip:+498912300@198.51.100.1>");
	assert_slice(value(LY_H_MAX_FORWARDS), "69");
	assert_slice(m.headers[7].line, "Subject: one\r\n two\r\n  three\r\n");
	m.request = false; /* as a reply's: the method stands in the folded CSeq */
	assert_slice(ly_message_method(&m), "INVITE");
}

static void compact_names(void **state)
{
	static const ly_header_id_t ids[] = {LY_H_VIA, LY_H_FROM, LY_H_TO,
			LY_H_CALL_ID, LY_H_CSEQ, LY_H_CONTACT, LY_H_OTHER, LY_H_SUPPORTED,
			LY_H_REFERRED_BY, LY_H_CONTENT_TYPE, LY_H_CONTENT_LENGTH};

	(void)state;
	parse(fixture("odd-compact.sip"), &m);
	assert_int_equal(m.header_count, sizeof(ids) / sizeof(ids[0]));
	for(unsigned i = 0; i < m.header_count; i++)
		assert_int_equal(m.headers[i].id, ids[i]);
	assert_slice(
			ly_header_name(ly_header(&m, LY_H_REFERRED_BY)), "Referred-By");
	assert_slice(ly_header(&m, LY_H_REFERRED_BY)->name, "b");
	assert_slice(ly_header_name(&m.headers[6]), "s");
}

static void any_case(void **state)
{
	(void)state;
	parse(fixture("odd-case.sip"), &m);
	assert_slice(value(LY_H_CALL_ID), "case@198.51.100.10");
	assert_slice(value(LY_H_RECORD_ROUTE), "<sip:198.51.100.9;LR>");
	assert_slice(value(LY_H_CONTENT_LENGTH), "0");
	assert_slice(value(LY_H_CSEQ), "1 INVITE");
}

static void blanks(void **state)
{
	(void)state;
	parse(fixture("odd-blanks.sip"), &m);
	assert_slice(m.method, "INVITE");
	assert_slice(m.uri, "sip:+498912300@198.51.100.1");
	assert_slice(value(LY_H_VIA),
			"SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bKblank");
	assert_slice(value(LY_H_FROM),
			"<sip:+4930123456@198.51.100.10> ; tag = b1 ; epid");
	assert_slice(value(LY_H_CALL_ID), "blank@198.51.100.10");
	assert_slice(value(LY_H_CONTACT), "<sip:gw@198.51.100.10>");
	assert_slice(ly_header(&m, LY_H_CONTACT)->name, "Contact");
}

static void bare_line_feeds(void **state)
{
	(void)state;
	parse(fixture("odd-bare-lf.sip"), &m);
	assert_int_equal(m.header_count, 7);
	assert_slice(value(LY_H_CALL_ID), "lf@198.51.100.10");
	assert_slice(m.body, "v=0\n\n");
}

/* An empty value stands where a value would: behind its colon, on its own line. */
static void empty_values(void **state)
{
	const ly_header_t *h;

	(void)state;
	parse(fixture("odd-instances.sip"), &m);
	h = &m.headers[13];
	assert_int_equal(h->id, LY_H_CONTACT);
	assert_int_equal(h->value.len, 0);
	assert_ptr_equal(h->value.s, h->line.s + 8);
}

static void method_of_a_reply(void **state)
{
	static const struct
	{
		const char *cseq, *method;
	} cases[] = {{"1 BYE", "BYE"}, {"1\tBYE", "BYE"}, {"1 \t BYE ", "BYE"},
			{"1\r\n BYE", "BYE"}, {"1", ""}, {"", ""}};
	char raw[128];

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(raw, sizeof(raw), "SIP/2.0 200 OK\r\nCSeq: %s\r\n\r\n",
				cases[i].cseq);
		parse(text(raw), &m);
		assert_slice(ly_message_method(&m), cases[i].method);
	}
	parse(text("SIP/2.0 200 OK\r\n\r\n"), &m);
	assert_int_equal(ly_message_method(&m).len, 0);
}

static void media_type_of_the_body(void **state)
{
	static const struct
	{
		const char *header;
		bool sdp;
	} cases[] = {{"Content-Type: application/sdp\r\n", true},
			{"c:application/sdp\r\n", true},
			{"Content-Type: Application/SDP\r\n", true},
			{"Content-Type: application / sdp\r\n", true},
			{"Content-Type:\r\n application\r\n /\r\n\tsdp ;x=y\r\n", true},
			{"Content-Type: application/sdp;charset=utf-8\r\n", true},
			{"Content-Type: application/sdpx\r\n", false},
			{"Content-Type: application/sdp x\r\n", false},
			{"Content-Type: xapplication/sdp\r\n", false},
			{"Content-Type: application\r\n", false},
			{"Content-Type: application;a=/sdp\r\n", false},
			{"Content-Type: /sdp\r\n", false}, {"Content-Type: /\r\n", false},
			{"Content-Type:\r\n", false}, {"", false}};
	char raw[128];

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(raw, sizeof(raw), "SIP/2.0 200 OK\r\n%s\r\n", cases[i].header);
		parse(text(raw), &m);
		const ly_header_t *type = ly_header(&m, LY_H_CONTENT_TYPE);
		if(ly_type_is(type ? type->value : LY_EMPTY, LY_LIT("application"),
				   LY_LIT("sdp"))
				!= cases[i].sdp)
			fail_msg("case %zu", i);
	}
}

static void what_is_refused(void **state)
{
	static const struct
	{
		const char *raw, *why;
	} cases[] = {{"", "start line"}, {"INVITE sip:a SIP/2.0", "start line"},
			{"\r\n\r\n", "request line"}, {"INVITE\r\n\r\n", "request line"},
			{"INVITE sip:a\r\n\r\n", "request line"},
			{"INVITE sip:a SIP/3.0\r\n\r\n", "request line"},
			{"INVITE sip:a b SIP/2.0\r\n\r\n", "request line"},
			{"SIP/2.0\r\n\r\n", "request line"},
			{"SIP/2.0 \r\n\r\n", "request line"},
			{"SIP/2.0 20 OK\r\n\r\n", "status"},
			{"SIP/2.0 099 OK\r\n\r\n", "status"},
			{"SIP/2.0 2x0 OK\r\n\r\n", "status"},
			{"SIP/2.0 700 OK\r\n\r\n", "status"},
			{"SIP/2.0 2000 OK\r\n\r\n", "status"},
			{"SIP/2.0 200OK\r\n\r\n", "status"},
			{"OPTIONS sip:a SIP/2.0\r\n", "empty line"},
			{"OPTIONS sip:a SIP/2.0\r\nA: b\r\n", "empty line"},
			{"OPTIONS sip:a SIP/2.0\r\nA: b", "empty line"},
			{"OPTIONS sip:a SIP/2.0\r\nA: b\r\n c", "empty line"},
			{"OPTIONS sip:a SIP/2.0\r\nnothing\r\n\r\n", "colon"},
			{"OPTIONS sip:a SIP/2.0\r\n\r : b\r\n\r\n", "name"},
			{"OPTIONS sip:a SIP/2.0\r\n A: b\r\n\r\n", "folded"},
			{"OPTIONS sip:a SIP/2.0\r\n\tA: b\r\n\r\n", "folded"},
			{"OPTIONS sip:a SIP/2.0\r\n \r\n\r\n", "folded"},
			{"OPTIONS sip:a SIP/2.0\r\n: b\r\n\r\n", "name"}};

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *wrong = ly_message_parse(text(cases[i].raw), &m);
		if(!wrong || !strstr(wrong, cases[i].why))
			fail_msg("case %zu: %s", i, wrong ? wrong : "taken");
	}
}

/* As many headers as there is room for, and one more. */
static void too_many_headers(void **state)
{
	static char memory[8192];
	ly_buf_t b = ly_buf(memory, sizeof(memory));

	(void)state;
	ly_put(&b, LY_LIT("OPTIONS sip:a SIP/2.0\r\n"));
	for(int i = 0; i < LY_MAX_HEADERS; i++)
		ly_put(&b, LY_LIT("X: y\r\n"));
	ly_put(&b, LY_LIT("\r\n"));
	parse(exact(ly_buf_slice(&b)), &m);
	assert_int_equal(m.header_count, LY_MAX_HEADERS);
	b.len -= 2;
	ly_put(&b, LY_LIT("X: y\r\n\r\n"));
	assert_non_null(ly_message_parse(exact(ly_buf_slice(&b)), &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(an_invite), TEST(a_reply),
			TEST(every_fixture_and_every_beginning_of_it),
			TEST(length_of_the_body), TEST(folding), TEST(compact_names),
			TEST(any_case), TEST(blanks), TEST(bare_line_feeds),
			TEST(empty_values), TEST(method_of_a_reply),
			TEST(media_type_of_the_body), TEST(what_is_refused),
			TEST(too_many_headers)};

	return cmocka_run_group_tests_name("sip", tests, NULL, NULL);
}
