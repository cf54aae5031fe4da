/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/content.h"
#include "liblync/multipart.h"

#define MIXED "multipart/mixed;boundary=x"
#define ALTERNATIVE "multipart/alternative; boundary=x"
#define SDP_PART "Content-Type: application/sdp\r\n\r\n"
#define OLD_PART                                                \
	"Content-Type: application/sdp\r\nContent-Disposition: "    \
	"session; handling=optional; ms-proxy-2007fallback\r\n\r\n" \
	"v=old\r\n"
#define PIDF "Content-Type: application/pidf+xml\r\n\r\n<presence/>"
#define OPEN "--x\r\n"
#define NEXT "\r\n--x\r\n"
#define CLOSE "\r\n--x--\r\n"
#define INNER(subtype) \
	"Content-Type: multipart/" subtype "; boundary=\"y y\"\r\n\r\n--y y\r\n"

static ly_multipart_t parts;
static const ly_part_t *sdp;

static const char *read_body(const char *type, const char *body)
{
	const char *wrong = ly_multipart_parse(text(type), text(body), &parts);

	sdp = NULL;
	return wrong ? wrong : ly_multipart_sdp(&parts, &sdp);
}

/* sdp: of the body that is taken; NULL: none. wrong: a part of what is said; NULL: nothing is. */
static const struct
{
	const char *type, *body, *sdp, *wrong;
} cases[] = {
		/* the boundary, in any form */
		{MIXED, OPEN SDP_PART "v=0\r\n" CLOSE, "v=0\r\n", NULL},
		{"Multipart/MIXED ; Boundary = \"x\"", OPEN SDP_PART "v=0" CLOSE, "v=0",
				NULL},
		{"multipart/mixed;\r\n charset=\"a;boundary=z\";\r\n\tboundary=x",
				OPEN SDP_PART "v=0" CLOSE, "v=0", NULL},
		{"multipart/mixed;boundary=----=_Next_1.2",
				"------=_Next_1.2\r\n" SDP_PART "v=0\r\n------=_Next_1.2--",
				"v=0", NULL},
		{"multipart / mixed;boundary=\"a b\"",
				"--a b\r\n" SDP_PART "v=0\r\n--a b--", "v=0", NULL},
		{"multipart/mixed", OPEN SDP_PART "v=0" CLOSE, NULL, "no usable"},
		{"multipart/mixed;boundary=", OPEN SDP_PART "v=0" CLOSE, NULL,
				"no usable"},
		{"multipart/mixed;boundary=\"\"", "--\r\n" SDP_PART "v=0\r\n--", NULL,
				"no usable"},
		{"multipart/mixed;boundary=\"x \"", OPEN SDP_PART "v=0" CLOSE, NULL,
				"no usable"},
		{"multipart/mixed;boundary="
		 "0123456789012345678901234567890123456789012345678901234567890123456"
		 "7890",
				OPEN SDP_PART "v=0" CLOSE, NULL, "no usable"},
		{"multipart/mixed;boundary=y", OPEN SDP_PART "v=0" CLOSE, NULL,
				"not that of"},
		/* delimiters */
		{MIXED, "\r\n" OPEN SDP_PART "v=0" CLOSE, "v=0", NULL},
		{MIXED,
				"v=preamble" NEXT SDP_PART "v=0" CLOSE
				"v=epilogue" NEXT SDP_PART,
				"v=0", NULL},
		{MIXED, "--x \t\r\n" SDP_PART "v=0\r\n--x-- \r\n", "v=0", NULL},
		{MIXED, "--x\nContent-Type: application/sdp\n\nv=0\n\n--x--\n", "v=0\n",
				NULL},
		{MIXED, OPEN SDP_PART "v=0\r\n", "v=0\r\n", NULL},
		{MIXED, OPEN SDP_PART "v=0\r--x\r\n" CLOSE, "v=0\r--x\r\n", NULL},
		{MIXED, OPEN SDP_PART "v=0 --x\r\n" CLOSE, "v=0 --x\r\n", NULL},
		{MIXED, OPEN SDP_PART "v=0\r\n--x1" CLOSE, NULL, "goes on"},
		{MIXED, OPEN SDP_PART "v=0\r\n--x--1\r\n", NULL, "goes on"},
		{MIXED, "--x--\r\n", NULL, "no parts"},
		{MIXED, "", NULL, "not that of"},
		/* headers of parts */
		{MIXED, OPEN "\r\nv=text" CLOSE, NULL, NULL},
		{MIXED, OPEN CLOSE, NULL, NULL},
		{MIXED,
				OPEN PIDF NEXT
				"content-TYPE : Application/SDP;x=y\r\n\r\nv=0" CLOSE,
				"v=0", NULL},
		{MIXED, OPEN "Content-Type:\r\n application/sdp\r\n\r\nv=0" CLOSE,
				"v=0", NULL},
		{MIXED, OPEN "c: application / sdp\r\n\r\nv=0" CLOSE, "v=0", NULL},
		{MIXED, OPEN " Content-Type: application/sdp\r\n\r\nv=0" CLOSE, NULL,
				"that is none"},
		{MIXED, OPEN "v=0" CLOSE, NULL, "that is none"},
		{MIXED, OPEN ": a\r\n\r\nv=0" CLOSE, NULL, "that is none"},
		{MIXED,
				OPEN
				"Content-Type: text/plain\r\nc: application/sdp\r\n\r\n" CLOSE,
				NULL, "twice"},
		{MIXED, OPEN "Content-Type: (x) application/sdp\r\n\r\nv=0" CLOSE, NULL,
				"cannot be read"},
		{MIXED, OPEN "Content-Type: application/sdp" CLOSE, NULL, "is empty"},
		{MIXED, OPEN SDP_PART CLOSE, NULL, "is empty"},
		/* encodings */
		{MIXED, OPEN "Content-Transfer-Encoding: 8BIT\r\n" SDP_PART "v=0" CLOSE,
				"v=0", NULL},
		{MIXED,
				OPEN "Content-Transfer-Encoding: base64\r\n" SDP_PART
					 "dj0w" CLOSE,
				NULL, "encoded"},
		{MIXED,
				OPEN "Content-Transfer-Encoding: quoted-printable\r\n" SDP_PART
					 "v=3D0" CLOSE,
				NULL, "encoded"},
		{MIXED, OPEN "Content-Transfer-Encoding:\r\n" SDP_PART "v=0" CLOSE,
				NULL, "encoded"},
		{MIXED, OPEN "e: gzip\r\n" SDP_PART "v=0" CLOSE, NULL, "encoded"},
		/* mixed: the first that is for the session */
		{MIXED, OPEN SDP_PART "v=1" NEXT SDP_PART "v=2" CLOSE, "v=1", NULL},
		{MIXED,
				OPEN
				"Content-Disposition: early-session\r\n" SDP_PART "v=1" NEXT
				"Content-Disposition: Session;handling=required\r\n" SDP_PART
				"v=2" CLOSE,
				"v=2", NULL},
		{MIXED, OPEN "Content-Disposition: render\r\n" SDP_PART "v=1" CLOSE,
				NULL, NULL},
		{"multipart/related;boundary=x", OPEN SDP_PART "v=0" CLOSE, "v=0",
				NULL},
		/* alternative: the last, but for the one for OCS 2007 */
		{ALTERNATIVE, OPEN SDP_PART "v=1" NEXT SDP_PART "v=2" CLOSE, "v=2",
				NULL},
		{ALTERNATIVE, OPEN SDP_PART "v=1" NEXT "\r\ntext" CLOSE, "v=1", NULL},
		{ALTERNATIVE, OPEN OLD_PART NEXT SDP_PART "v=2" CLOSE, "v=2", NULL},
		{ALTERNATIVE, OPEN SDP_PART "v=1" NEXT OLD_PART CLOSE, "v=1", NULL},
		{ALTERNATIVE, OPEN OLD_PART CLOSE, "v=old\r\n", NULL},
		{ALTERNATIVE, OPEN OLD_PART NEXT OLD_PART "2" CLOSE, "v=old\r\n2",
				NULL},
		/* one in the other */
		{MIXED,
				OPEN INNER("alternative") OLD_PART
				"\r\n--y y\r\n" SDP_PART "v=2\r\n--y y--" NEXT PIDF CLOSE,
				"v=2", NULL},
		{MIXED, OPEN PIDF NEXT INNER("mixed") PIDF CLOSE, NULL, NULL},
		{ALTERNATIVE,
				OPEN SDP_PART "v=1" NEXT INNER("mixed") SDP_PART
				"v=2\r\n--y y\r\n" SDP_PART "v=3\r\n--y y--" CLOSE,
				"v=2", NULL},
		{MIXED,
				OPEN INNER("mixed") "Content-Type: multipart/mixed;boundary=z"
									"\r\n\r\n--z\r\n" SDP_PART
									"v=0\r\n--z--\r\n--y y--" CLOSE,
				NULL, NULL},
		{MIXED,
				OPEN SDP_PART "v=0" NEXT
							  "Content-Type: multipart/mixed\r\n\r\n" CLOSE,
				NULL, "no usable"},
};

static void the_session_description(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *wrong = read_body(cases[i].type, cases[i].body);

		if(!wrong != !cases[i].wrong
				|| (wrong && !strstr(wrong, cases[i].wrong)))
			fail_msg("\"%s\", not \"%s\":\n%s\n%s", wrong ? wrong : "",
					cases[i].wrong ? cases[i].wrong : "", cases[i].type,
					cases[i].body);
		if(wrong)
			continue;
		if(!sdp != !cases[i].sdp)
			fail_msg("%s SDP in:\n%s", sdp ? "an" : "no", cases[i].body);
		if(sdp)
			assert_slice(sdp->body, cases[i].sdp);
	}
}

static void headers_of_a_part(void **state)
{
	static const char body[] =
			OPEN "Content-ID: <a@b>\r\nX: y\r\nContent-Length:  3\r\n"
				 "Content-Disposition: session;\r\n "
				 "handling=required\r\n" SDP_PART "v=0" CLOSE;

	(void)state;
	assert_null(read_body(MIXED, body));
	assert_int_equal(parts.count, 1);
	assert_slice(sdp->id, "<a@b>");
	assert_slice(sdp->length, "3");
	assert_slice(sdp->disposition, "session;\r\n handling=required");
	assert_slice(sdp->type, "application/sdp");
	assert_null(sdp->transfer_encoding.s);
	assert_ptr_equal(sdp->headers.s + sdp->headers.len, sdp->body.s);
	assert_int_equal(sdp->whole.len, sdp->headers.len + sdp->body.len);
}

static void no_more_parts_than_there_is_room_for(void **state)
{
	char body[LY_MAX_PARTS * 8 + 16] = "";

	(void)state;
	for(int i = 0; i < LY_MAX_PARTS; i++)
		strcat(body, OPEN "\r\n");
	assert_null(read_body(MIXED, body));
	assert_int_equal(parts.count, LY_MAX_PARTS);
	strcat(body, OPEN);
	assert_non_null(strstr(read_body(MIXED, body), "more parts"));
}

/* What is left of a body when the SDP in it has become "v=new\r\n". */
static const struct
{
	const char *type, *body, *after; /* after: NULL, the SDP alone */
} kept[] = {
		{MIXED, "v=preamble" NEXT SDP_PART "v=0" NEXT PIDF CLOSE "v=epilogue",
				OPEN SDP_PART "v=new\r\n" NEXT PIDF CLOSE},
		{MIXED,
				OPEN "X: <a>\r\n\r\n\r\n a \r\n" NEXT
					 "Content-Length: 3\r\n" SDP_PART "v=0" CLOSE,
				OPEN "X: <a>\r\n\r\n\r\n a \r\n" NEXT
					 "Content-Length: 7\r\n" SDP_PART "v=new\r\n" CLOSE},
		/* nothing that may hold an SDP of the sender */
		{MIXED,
				OPEN SDP_PART "v=0" NEXT SDP_PART "v=1" NEXT PIDF NEXT
							  "Content-Disposition: render\r\n" SDP_PART
							  "v=2" CLOSE,
				OPEN SDP_PART "v=new\r\n" NEXT PIDF CLOSE},
		{MIXED,
				OPEN SDP_PART "v=0" NEXT INNER("mixed") PIDF NEXT
				"Content-Type: message/sip\r\n\r\n" NEXT PIDF CLOSE,
				OPEN SDP_PART "v=new\r\n" NEXT PIDF CLOSE},
		{MIXED,
				OPEN PIDF NEXT INNER("alternative") OLD_PART
				"\r\n--y y\r\n" SDP_PART "v=2\r\n--y y--" CLOSE,
				OPEN PIDF NEXT SDP_PART "v=new\r\n" CLOSE},
		{MIXED, OPEN SDP_PART "v=0" NEXT SDP_PART "v=1" CLOSE, NULL},
		{MIXED,
				OPEN INNER("mixed") SDP_PART "v=0\r\n--y y\r\n" PIDF
											 "\r\n--y y--" CLOSE,
				NULL},
		{ALTERNATIVE, OPEN SDP_PART "v=0" NEXT PIDF CLOSE, NULL},
};

static ly_message_t m;

static void message_with(const char *type, const char *body)
{
	char raw[4096];

	snprintf(raw, sizeof(raw),
			"INVITE sip:a@b SIP/2.0\r\nContent-Type: %s\r\n\r\n%s", type, body);
	parse(text(raw), &m);
}

static void what_passes_beside_it(void **state)
{
	const ly_slice_t new = text("v=new\r\n");

	(void)state;
	for(size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		ly_buf_t memory = ly_buf(block(512), 512);
		ly_slice_t body, type;

		message_with(kept[i].type, kept[i].body);
		assert_true(ly_content_put(&m, new, 0, &memory, &body, &type));
		assert_slice(body, kept[i].after ? kept[i].after : "v=new\r\n");
		assert_true(!type.s == !!kept[i].after);
		assert_true(
				ly_content_put(&m, new, ly_rule_bit(LY_LIT("multipart-others")),
						&memory, &body, &type));
		assert_same(body, new);
		assert_slice(type, "application/sdp");
	}
}

static void no_room(void **state)
{
	const size_t size = strlen(OPEN SDP_PART "v=new\r\n" NEXT PIDF CLOSE);
	ly_slice_t body, type;

	(void)state;
	message_with(MIXED, OPEN SDP_PART "v=0" NEXT PIDF CLOSE);
	for(size_t room = 0; room <= size; room++) {
		ly_buf_t memory = ly_buf(block(room), room);

		assert_int_equal(ly_content_put(&m, LY_LIT("v=new\r\n"), 0, &memory,
								 &body, &type),
				room == size);
	}
}

static void an_sdp_that_ends_the_part(void **state)
{
	ly_buf_t memory = ly_buf(block(512), 512);
	ly_slice_t body, type;

	(void)state;
	message_with(MIXED, OPEN SDP_PART "v=0" NEXT PIDF CLOSE);
	assert_false(ly_content_put(
			&m, LY_LIT("v=new\r\n--x\r\n"), 0, &memory, &body, &type));
}

static void a_body_of_one_piece(void **state)
{
	ly_buf_t none = ly_buf(NULL, 0);
	ly_slice_t body, type;

	(void)state;
	message_with("Application/SDP", "v=0\r\n");
	assert_null(ly_content_sdp(&m, &body));
	assert_same(body, m.body);
	assert_true(ly_content_put(&m, LY_LIT("v=1"), 0, &none, &body, &type));
	assert_slice(body, "v=1");
	assert_null(type.s);
	message_with("application/sdpx", "v=0\r\n");
	assert_null(ly_content_sdp(&m, &body));
	assert_int_equal(body.len, 0);
	message_with(MIXED, "");
	assert_null(ly_content_sdp(&m, &body));
	assert_int_equal(body.len, 0);
}

static void two_content_types(void **state)
{
	ly_slice_t body;

	(void)state;
	message_with(MIXED "\r\nc: multipart/mixed;boundary=y",
			OPEN SDP_PART "v=0" CLOSE);
	assert_non_null(strstr(ly_content_sdp(&m, &body), "two Content-Types"));
	assert_int_equal(body.len, 0);
}

static void without_sdp_for_us(void **state)
{
	static const struct
	{
		const char *type, *body;
		bool may_pass;
	} bodies[] = {
			{"application/dtmf-relay", "Signal=5", true},
			{MIXED, OPEN PIDF CLOSE, true},
			{MIXED, OPEN "Content-Disposition: render\r\n" SDP_PART "v=0" CLOSE,
					false},
			{MIXED, OPEN INNER("mixed") PIDF CLOSE, false},
			{"multipart/mixed;boundary=y", OPEN PIDF CLOSE, false},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		message_with(bodies[i].type, bodies[i].body);
		assert_int_equal(ly_content_may_pass(&m), bodies[i].may_pass);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(the_session_description),
			TEST(headers_of_a_part), TEST(no_more_parts_than_there_is_room_for),
			TEST(what_passes_beside_it), TEST(no_room),
			TEST(an_sdp_that_ends_the_part), TEST(a_body_of_one_piece),
			TEST(two_content_types), TEST(without_sdp_for_us)};

	return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
