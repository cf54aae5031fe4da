/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/redirect.h"

static ly_message_t m;
static ly_uri_t uris[LY_REDIRECT_CONTACTS];

/* Contacts of a 3xx, and the users of those that can be called, in the order in which they are. */
static const struct
{
	const char *headers, *users;
} redirections[] = {
		{"Contact: <sip:a@h>\r\n", "a"},
		{"m: <sip:a@h>;q=0.1, <sip:b@h>;q=0.7\r\nContact: sip:c@h;q=0.7\r\n",
				"bca"},
		{"Contact: <sip:a@h>;q=0.9,<sip:b@h>,<sip:c@h>;q=1.000,<sip:d@h>;q=0."
		 "05\r\n",
				"bcad"},
		{"Contact: <sip:a@h>;q=0.333,<sip:b@h>;q=0.334\r\n", "ba"},
		/* a q that is none is the last */
		{"Contact: <sip:a@h>;q=x,<sip:b@h>;q=2,<sip:c@h>;q=0.001,<sip:d@h>;q="
		 "1.5,<sip:e@h>;q=\r\n",
				"cabde"},
		/* what cannot be called */
		{"X: y\r\n", ""},
		{"Contact: *\r\nContact:\r\nContact: ,,<sip:a@h>,\r\n", "a"},
		{"Contact: <tel:+49301>, <mailto:a@h>, <http://h>, \"x, <sip:b@h>\r\n",
				""},
		/* of nine the first eight */
		{"Contact: <sip:a@h>,<sip:b@h>,<sip:c@h>,<sip:d@h>,<sip:e@h>,<sip:f@h>,"
		 "<sip:g@h>,<sip:h@h>,<sip:i@h>\r\n",
				"abcdefgh"},
};

static void where_it_leads(void **state)
{
	char raw[512], users[16];

	(void)state;
	for(size_t i = 0; i < sizeof(redirections) / sizeof(redirections[0]); i++) {
		unsigned count;

		snprintf(raw, sizeof(raw), "SIP/2.0 302 Moved\r\n%s\r\n",
				redirections[i].headers);
		parse(text(raw), &m);
		count = ly_redirect_contacts(&m, uris);
		for(unsigned j = 0; j < count; j++) {
			assert_int_equal(uris[j].user.len, 1);
			users[j] = uris[j].user.s[0];
		}
		users[count] = '\0';
		assert_string_equal(users, redirections[i].users);
	}
}

static const struct
{
	const char *uri;
	uint16_t port;
	ly_transport_t transport;
	bool fits;
} places[] = {
		{"sip:1@10.0.0.1:5080", 5080, LY_UDP, true},
		{"sip:1@10.0.0.1:5080", 5060, LY_UDP, false},
		{"sip:1@10.0.0.1:5080;transport=udp", 5080, LY_UDP, true},
		{"sip:1@10.0.0.1:5080;TRANSPORT=TCP", 5080, LY_TCP, true},
		{"sip:1@10.0.0.1:5080;transport=tcp", 5080, LY_UDP, false},
		{"sip:1@10.0.0.1:5080;transport=sctp", 5080, LY_UDP, false},
		/* the usual port of an address; a name may have any */
		{"sip:1@10.0.0.1", 5060, LY_UDP, true},
		{"sip:1@[2001:db8::1]", 5060, LY_TCP, true},
		{"sip:1@10.0.0.1", 5080, LY_UDP, false},
		{"sip:1@10.0.0.1", 5061, LY_TLS, true},
		{"sip:1@10.0.0.1", 5060, LY_TLS, false},
		{"sip:1@gw.example", 5080, LY_UDP, true},
		{"sip:1@gw.example:5060", 5080, LY_UDP, false},
		/* which asks for TLS */
		{"sips:1@gw.example", 5061, LY_TLS, true},
		{"sips:1@gw.example", 5060, LY_TCP, false},
};

static void whether_it_is_the_target(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const ly_peer_t target = {
				.port = places[i].port, .transport = places[i].transport};
		ly_uri_t uri;

		assert_true(ly_uri_parse(text(places[i].uri), &uri));
		if(ly_redirect_fits(&uri, &target) != places[i].fits)
			fail_msg("%s and port %u", places[i].uri, places[i].port);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(where_it_leads), TEST(whether_it_is_the_target)};

	return cmocka_run_group_tests_name("redirect", tests, NULL, NULL);
}
