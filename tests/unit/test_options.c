/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our OPTIONS, to the byte, and how its answer is known again. */
#include "lync_helpers.h"

#include "liblync/options.h"
#include "liblync/sip.h"

static char memory[1024];

#define assert_slice_equal(slice, text) assert_true(ly_eq(slice, ly_cstr(text)))

static ly_slice_t text_of(const ly_options_t *o)
{
	ly_buf_t out = ly_buf(memory, sizeof(memory));

	ly_options_put(o, &out);
	assert_false(out.full);
	return ly_buf_slice(&out);
}

static void lync_is_asked_by_its_names(void **state)
{
	const ly_options_t o = {.transport = LY_TLS,
			.via = {LY_LIT("sbc1.example.net"), 5067},
			.us = {LY_LIT("sbc1.example.net"), 5067},
			.peer = {LY_LIT("med01.contoso.example"), 5068},
			.id = 7,
			.secret = 0x0123456789abcdefull};

	(void)state;
	assert_slice_equal(text_of(&o),
			"OPTIONS sip:med01.contoso.example:5068;transport=tls SIP/2.0\r\n"
			"Via: SIP/2.0/TLS "
			"sbc1.example.net:5067;branch=z9hG4bKlyop000000070123456789abcdef"
			"\r\n"
			"Max-Forwards: 70\r\n"
			"From: <sip:sbc1.example.net:5067;transport=tls>;tag=00000007\r\n"
			"To: <sip:med01.contoso.example:5068;transport=tls>\r\n"
			"Call-ID: b2c058e4ebb5112c00000007\r\n"
			"CSeq: 1 OPTIONS\r\n"
			"Contact: <sip:sbc1.example.net:5067;transport=tls>\r\n"
			"Accept: application/sdp\r\n"
			"Content-Length: 0\r\n\r\n");
}

static void an_address_of_ipv6_is_bracketed(void **state)
{
	const ly_options_t o = {.transport = LY_UDP,
			.via = {LY_LIT("2001:db8::1"), 5060},
			.us = {LY_LIT("2001:db8::1"), 5060},
			.peer = {LY_LIT("2001:db8::10"), 5060}};
	ly_message_t m;

	(void)state;
	assert_null(ly_message_parse(text_of(&o), &m));
	assert_slice_equal(m.uri, "sip:[2001:db8::10]:5060");
	assert_slice_equal(
			ly_header(&m, LY_H_CONTACT)->value, "<sip:[2001:db8::1]:5060>");
}

static void its_answer_is_known_again(void **state)
{
	ly_options_t o = {.id = 0xdeadbeef, .secret = 0xfedcba9876543210ull};
	ly_slice_t text = text_of(&o);
	const char *at = strstr(memory, "z9hG4bK");
	uint32_t id = 0;
	uint64_t secret = 0;

	(void)state;
	(void)text;
	assert_true(
			ly_options_branch(ly_slice(at, strcspn(at, "\r;")), &id, &secret));
	assert_int_equal(id, o.id);
	assert_true(secret == o.secret);
}

static void no_other_branch_is_ours(void **state)
{
	static const char *const others[] = {"", "z9hG4bK", "z9hG4bKlyop",
			"z9hG4bKlyop000000070123456789abcde",
			"z9hG4bKlyop000000070123456789abcdef0",
			"z9hG4bKlyop00000007g123456789abcdef",
			"z9hG4bKlyop0000000G0123456789abcdef",
			"z9hG4bKcydzigwkX000000070123456789a"};
	uint32_t id;
	uint64_t secret;

	(void)state;
	for(unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(ly_options_branch(ly_cstr(others[i]), &id, &secret));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(lync_is_asked_by_its_names),
			cmocka_unit_test(an_address_of_ipv6_is_bracketed),
			cmocka_unit_test(its_answer_is_known_again),
			cmocka_unit_test(no_other_branch_is_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
