/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/uri.h"

/* A part that is not there is "". */
static const struct
{
	const char *text, *scheme, *user, *user_params, *host, *port, *params,
			*headers;
} good[] = {
		{"sip:+4930123456@sbc1.example.net;user=phone", "sip", "+4930123456",
				"", "sbc1.example.net", "", ";user=phone", ""},
		{"sip:med01.contoso.example:5067;transport=Tls;ms-opaque="
		 "0123456789abcdef",
				"sip", "", "", "med01.contoso.example", "5067",
				";transport=Tls;ms-opaque=0123456789abcdef", ""},
		{"sip:fe01.contoso.example:5068;transport=Tcp;maddr=192.0.2.10;ms-"
		 "opaque=00ff11ee22dd33cc",
				"sip", "", "", "fe01.contoso.example", "5068",
				";transport=Tcp;maddr=192.0.2.10;ms-opaque=00ff11ee22dd33cc",
				""},
		{"sip:+14255550100;ext=4500@contoso.example;user=phone", "sip",
				"+14255550100", ";ext=4500", "contoso.example", "",
				";user=phone", ""},
		{"sip:911;phone-context=Redmond@192.0.2.1:5060", "sip", "911",
				";phone-context=Redmond", "192.0.2.1", "5060", "", ""},
		{"sip:3530;phone-context=DefaultProfile-0a1b@anonymous.invalid", "sip",
				"3530", ";phone-context=DefaultProfile-0a1b",
				"anonymous.invalid", "", "", ""},
		{"SIPS:ada@[2001:db8::1]:5061;lr", "SIPS", "ada", "", "[2001:db8::1]",
				"5061", ";lr", ""},
		{"sip:[2001:db8::1]", "sip", "", "", "[2001:db8::1]", "", "", ""},
		{"sip:[2001:db8::1];lr", "sip", "", "", "[2001:db8::1]", "", ";lr", ""},
		{"sip:ada:secret@example.net", "sip", "ada", "", "example.net", "", "",
				""},
		{"sip:ada;a=b:secret@example.net", "sip", "ada", ";a=b", "example.net",
				"", "", ""},
		{"sip:example.net?Subject=x%40y", "sip", "", "", "example.net", "", "",
				"?Subject=x%40y"},
		{"sip:ada@example.net:5060;a?b=c", "sip", "ada", "", "example.net",
				"5060", ";a", "?b=c"},
		/* '?' and ';' may stand in a user part (RFC 3261 25.1: user-unreserved) … */
		{"sip:a?b=c@example.net", "sip", "a?b=c", "", "example.net", "", "",
				""},
		{"sip:a;b?c=d@example.net;e?f=g", "sip", "a", ";b?c=d", "example.net",
				"", ";e", "?f=g"},
		/* … and '@' may not stand in a header, but everybody writes Replaces so. */
		{"sip:ada@example.net?Replaces=abc@192.0.2.1", "sip", "ada", "",
				"example.net", "", "", "?Replaces=abc@192.0.2.1"},
		{"sip:%61da@example.net", "sip", "%61da", "", "example.net", "", "",
				""},
		{"sip:ada@contoso.example@example.net", "sip", "ada@contoso.example",
				"", "example.net", "", "", ""},
		{"tel:+49-30-123456;phone-context=+49", "tel", "+49-30-123456", "", "",
				"", ";phone-context=+49", ""},
		{"tel:(030)*1#.AF", "tel", "(030)*1#.AF", "", "", "", "", ""},
		{"TEL:911", "TEL", "911", "", "", "", "", ""},
};

static void good_uris(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ly_slice_t whole = text(good[i].text);
		ly_uri_t uri;

		if(!ly_uri_parse(whole, &uri))
			fail_msg("not read: %s", good[i].text);
		assert_same(uri.text, whole);
		assert_slice(uri.scheme, good[i].scheme);
		assert_slice(uri.user, good[i].user);
		assert_slice(uri.user_params, good[i].user_params);
		assert_slice(uri.host, good[i].host);
		assert_slice(uri.port, good[i].port);
		assert_slice(uri.params, good[i].params);
		assert_slice(uri.headers, good[i].headers);
	}
}

static void bad_uris(void **state)
{
	static const char *bad[] = {"", "sip", "sip:", "sip:@", "sip:ada@",
			"sip:ada@:5060", "sip::5060",
			"sip:example.net:", "sip:example.net:5060x",
			"sip:example.net:65536", "sip:example.net:-1", "sip:[2001:db8::1",
			"sip:[2001:db8::1]x", "sip:[2001:db8::1]:", "sip:[2001:db8::1]:x",
			"sip:;lr", "sip:?a=b", "tel:", "tel:;ext=1", "http:example.net",
			"sipx:example.net", ":example.net", "urn:service:sos", "*",
			" sip:example.net", "sip:a b@c", "sip:a@b\tc", "sip:a@b\r\n c",
			"sip:a@b SIP/2.0\r\nEvil: x", "sip:a@b;c=\x01", "sip:a@b;c=\x7f",
			"sip:a@b>", "sip:<a@b", "sip:a@b?c=\"", "tel:1 2", "tel:1:2",
			"tel:1@a", "tel:anna", "tel:1/2", "tel:1;user=a@evil.example",
			"tel:1;a?b=c"};
	ly_uri_t uri;

	(void)state;
	for(size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if(ly_uri_parse(text(bad[i]), &uri))
			fail_msg("taken: %s", bad[i]);
	}
}

static const struct
{
	const char *text, *display, *uri, *params;
} addresses[] = {
		{"<sip:a@b>", "", "sip:a@b", ""},
		{"\"Ada Example\" <sip:a@b;user=phone>;epid=0A;tag=4c",
				"\"Ada Example\"", "sip:a@b;user=phone", ";epid=0A;tag=4c"},
		{"Ada Example <sip:a@b>", "Ada Example", "sip:a@b", ""},
		{"sip:a@b;tag=1", "", "sip:a@b",
				/* a parameter behind a bare URI is the header's (RFC 3261 20) */
				";tag=1"},
		{"  <sip:a@b> ; tag = 1 ", "", "sip:a@b", "; tag = 1"},
		{"\"A \\\"<sip:x@y>;tag=no\\\\\" <sip:a@b>;tag=q1",
				"\"A \\\"<sip:x@y>;tag=no\\\\\"", "sip:a@b", ";tag=q1"},
		{"\"\" <sip:a@b>", "\"\"", "sip:a@b", ""},
		{"\"Ada\r\n  Example\"\r\n\t<sip:a@b>\r\n ;tag=\r\n x",
				"\"Ada\r\n  Example\"", "sip:a@b", ";tag=\r\n x"},
		{"< sip:a@b >", "", "sip:a@b", ""},
		{"<tel:+49;ext=1>;tag=2", "", "tel:+49;ext=1", ";tag=2"},
};

static void other_schemes(void **state)
{
	static const char *const foreign[] = {"soap.beep://192.0.2.103:3002",
			"nobodyKnows:this", "http://x", "x-y+z:", "SIPX:a"};
	static const char *const not[] = {"", ":", "x", "sip:", "SIPS:@@",
			"Tel:+49", "<sip:a@b>", " sip:a", "1x:a", "a b:c"};

	(void)state;
	for(size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		assert_true(ly_uri_foreign(text(foreign[i])));
	for(size_t i = 0; i < sizeof(not) / sizeof(not[0]); i++)
		assert_false(ly_uri_foreign(text(not[i])));
}

static void good_addresses(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		ly_nameaddr_t na;

		if(!ly_nameaddr_parse(text(addresses[i].text), &na))
			fail_msg("not read: %s", addresses[i].text);
		assert_slice(na.display, addresses[i].display);
		assert_slice(na.uri.text, addresses[i].uri);
		assert_slice(na.params, addresses[i].params);
	}
}

static void bad_addresses(void **state)
{
	static const char *bad[] = {"", " ", "*", "<", ">", "<>", "<sip:a@b",
			"sip:a@b>", "\"Ada <sip:a@b>", "\"Ada\\\" <sip:a@b>", "\"Ada\"",
			"\"Ada\" sip:a@b", "<sip:a@b> tag=1", "<sip:a@b>x", "<http://a>",
			"\"", "\"\\", "<sip:a@b>,<sip:c@d>",
			"<sip:a@b SIP/2.0\r\n Evil: x>", "<sip:a\r\n @b>"};
	ly_nameaddr_t na;

	(void)state;
	for(size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if(ly_nameaddr_parse(text(bad[i]), &na))
			fail_msg("taken: %s", bad[i]);
	}
}

static void values_of_a_list(void **state)
{
	ly_slice_t rest = text(" \"Comma, \\\"here, \" <sip:a,b@c;d=\"e> , "
						   "sip:f@g\r\n\t,, <tel:1>;x=\"y,z\"");
	ly_slice_t open = text("\"no end, \\"), none = LY_EMPTY;

	(void)state;
	assert_slice(
			ly_value_next(&rest), "\"Comma, \\\"here, \" <sip:a,b@c;d=\"e>");
	assert_slice(ly_value_next(&rest), "sip:f@g");
	assert_slice(ly_value_next(&rest), "");
	assert_slice(ly_value_next(&rest), "<tel:1>;x=\"y,z\"");
	assert_int_equal(rest.len, 0);
	assert_slice(ly_value_next(&open), "\"no end, \\");
	assert_int_equal(open.len, 0);
	assert_int_equal(ly_value_next(&none).len, 0);
}

static void parameters(void **state)
{
	ly_slice_t params =
			text("; ;epid=0A;TAG = 4c ; lr;q=\"a;tag=no\\\";b\"; ext=; sips");
	ly_slice_t rest = params, broken = text(";a=\"b;c\\");

	(void)state;
	assert_slice(ly_param_next(&rest), "epid=0A");
	assert_slice(ly_param_next(&rest), "TAG = 4c");
	assert_slice(ly_param_next(&rest), "lr");
	assert_slice(ly_param_next(&rest), "q=\"a;tag=no\\\";b\"");
	assert_slice(ly_param_next(&rest), "ext=");
	assert_slice(ly_param_next(&rest), "sips");
	assert_slice(ly_param_next(&rest), "");
	assert_slice(ly_param(params, LY_LIT("tag")), "4c");
	assert_slice(ly_param(params, LY_LIT("Q")), "\"a;tag=no\\\";b\"");
	assert_null(ly_param(params, LY_LIT("b")).s);
	assert_null(ly_param(params, LY_LIT("ta")).s);
	assert_null(ly_param(LY_EMPTY, LY_LIT("tag")).s);
	/* There, and without a value. */
	assert_non_null(ly_param(params, LY_LIT("lr")).s);
	assert_int_equal(ly_param(params, LY_LIT("lr")).len, 0);
	assert_non_null(ly_param(params, LY_LIT("ext")).s);
	assert_int_equal(ly_param(params, LY_LIT("ext")).len, 0);
	assert_slice(ly_param_name(text(" a = b ")), "a");
	assert_slice(ly_param_next(&broken), "a=\"b;c\\");
	assert_int_equal(ly_param_next(&broken).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(good_uris), TEST(bad_uris),
			TEST(other_schemes), TEST(good_addresses), TEST(bad_addresses),
			TEST(values_of_a_list), TEST(parameters)};

	return cmocka_run_group_tests_name("uri", tests, NULL, NULL);
}
