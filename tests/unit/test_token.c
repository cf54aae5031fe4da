/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include <sodium.h>

#include "liblync/sip.h"
#include "liblync/token.h"
#include "liblync/uri.h"

static ly_keys_t keys;
static const ly_key_t *key = &keys.key[0];
static ly_slice_t call_id;
static char memory[LY_TOKEN_TEXT_MAX];

static int begin(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	assert_null(ly_keys_read(
			&keys, LY_LIT("a a secret of the cluster, long enough")));
	call_id = text("7d3c0f52-1111-4222-8333-944455566677");
	return 0;
}

static ly_token_t full(void)
{
	return (ly_token_t){
			.given_to = LY_PSTN,
			.callee = true,
			.dialog = {.tag_key = 'a', .slot = 15, .media = 1},
			.edition = 0x0102,
			.trunk = ly_name_hash(LY_LIT("sbc1-hq")),
			.server = 0xffffffff,
			.target = 1,
			.contact = text("sip:med01.contoso.example:5067;transport=Tls;"
							"maddr=192.0.2.10;ms-opaque=0123456789abcdef"),
			.routes = text("<sip:fe01.contoso.example;lr>"),
			.from = text("<sip:+498912345678@contoso.example;user=phone>;epid="
						 "0A1B2C3D4E"),
			.to = text("<sip:+4930123456@sbc1.example.net;user=phone>"),
			.tag = text("4c0ffee01a"),
	};
}

static ly_slice_t sealed_in(ly_seal_letters_t letters, const ly_token_t *token)
{
	char out[LY_TOKEN_TEXT_MAX];
	ly_buf_t b = ly_buf(out, sizeof(out));

	assert_true(ly_token_seal(key, token, call_id, letters, &b));
	return exact(ly_buf_slice(&b));
}

static ly_slice_t sealed(const ly_token_t *token)
{
	return sealed_in(LY_BASE64URL, token);
}

static const char *open_in(ly_seal_letters_t letters, ly_slice_t sealed_text,
		ly_slice_t id, ly_token_t *token)
{
	return ly_token_open(
			&keys, sealed_text, letters, id, memory, sizeof(memory), token);
}

static const char *open_text(
		ly_slice_t sealed_text, ly_slice_t id, ly_token_t *token)
{
	return open_in(LY_BASE64URL, sealed_text, id, token);
}

static void check_same(const ly_token_t *a, const ly_token_t *b)
{
	assert_int_equal(a->given_to, b->given_to);
	assert_int_equal(a->callee, b->callee);
	assert_int_equal(a->dialog.tag_key, b->dialog.tag_key);
	assert_int_equal(a->dialog.withheld, b->dialog.withheld);
	assert_int_equal(a->dialog.forks_apart, b->dialog.forks_apart);
	assert_int_equal(a->dialog.slot, b->dialog.slot);
	assert_int_equal(a->dialog.media, b->dialog.media);
	assert_int_equal(a->edition, b->edition);
	assert_int_equal(a->trunk, b->trunk);
	assert_int_equal(a->server, b->server);
	assert_int_equal(a->target, b->target);
	assert_same(a->contact, b->contact);
	assert_same(a->routes, b->routes);
	assert_same(a->from, b->from);
	assert_same(a->to, b->to);
	assert_same(a->tag, b->tag);
}

static void sealed_and_opened(void **state)
{
	ly_token_t token = full(), back;

	(void)state;
	for(int i = 0; i <= LY_MEDIA_NODES_MAX; i++) {
		ly_seal_letters_t letters = i & 16 ? LY_BASE32 : LY_BASE64URL;

		token.given_to = i & 1 ? LY_PSTN : LY_LYNC;
		token.callee = i & 2;
		token.dialog.withheld = i & 4;
		token.dialog.forks_apart = i & 8;
		token.dialog.slot = i & 15;
		token.dialog.media = (uint8_t)i;
		assert_null(
				open_in(letters, sealed_in(letters, &token), call_id, &back));
		check_same(&back, &token);
	}
	memset(&token, 0, sizeof(token));
	assert_null(open_text(sealed(&token), call_id, &back));
	check_same(&back, &token);
}

/* What it holds lies in the memory that was given, exactly as much as is needed. */
static void memory_of_any_size(void **state)
{
	ly_token_t token = full(), back;
	ly_slice_t t = sealed(&token);
	size_t need = token.contact.len + token.routes.len + token.from.len
				  + token.to.len + token.tag.len;

	(void)state;
	for(size_t size = need - 3; size <= need + 3; size++) {
		char *p = block(size);
		const char *wrong =
				ly_token_open(&keys, t, LY_BASE64URL, call_id, p, size, &back);

		assert_int_equal(wrong == NULL, size >= need);
		if(!wrong)
			assert_true(within(back.contact, ly_slice(p, size))
						&& within(back.tag, ly_slice(p, size)));
	}
}

static bool fits(char c, ly_seal_letters_t letters)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
		   || (letters == LY_BASE64URL
				   && ((c >= 'A' && c <= 'Z') || c == '-' || c == '_'));
}

/* It stands in the user part of a URI (RFC 3261 25.1), or in a parameter whose case may be changed; the same each time. */
static void fit_for_a_uri(void **state)
{
	ly_token_t token = full();

	(void)state;
	for(int letters = LY_BASE64URL; letters <= LY_BASE32; letters++) {
		ly_slice_t t = sealed_in(letters, &token);

		assert_int_equal(t.s[0], '1');
		assert_int_equal(t.s[1], LY_SEAL_LEG);
		for(size_t i = 2; i < t.len; i++)
			assert_true(fits(t.s[i], letters));
		assert_same(sealed_in(letters, &token), t);
		token.target++;
		assert_false(ly_eq(sealed_in(letters, &token), t));
	}
}

static void every_bit_counts(void **state)
{
	ly_token_t token = full(), back;
	ly_slice_t t = sealed(&token);
	char *p = block(t.len);

	(void)state;
	memcpy(p, t.s, t.len);
	assert_null(open_text(ly_slice(p, t.len), call_id, &back));
	for(size_t i = 0; i < t.len * 8; i++) {
		p[i / 8] ^= (char)(1 << i % 8);
		if(!open_text(ly_slice(p, t.len), call_id, &back))
			fail_msg(
					"taken with bit %zu of byte %zu turned over", i % 8, i / 8);
		p[i / 8] ^= (char)(1 << i % 8);
	}
	assert_null(open_text(ly_slice(p, t.len), call_id, &back));
}

static void another_call(void **state)
{
	ly_token_t token = full(), back;
	ly_slice_t t = sealed(&token);

	(void)state;
	assert_non_null(
			open_text(t, text("7d3c0f52-1111-4222-8333-944455566678"), &back));
	assert_non_null(open_text(t, ly_slice(call_id.s, call_id.len - 1), &back));
	assert_non_null(open_text(t, LY_EMPTY, &back));
}

/* Sealed by us, but not in our form: a later version's, say. */
static void another_form(void **state)
{
#define FIXED "123456789012345678"
	/* the lengths of five texts, one of them in two bytes or cut off; texts that are shorter, longer, no packed form */
	static const char *plains[] = {"", "x", FIXED, FIXED "\0\0\0\0",
			FIXED "\0\0\0\0\1", FIXED "\0\0\0\0\0x", FIXED "\xff\xff\0\0\0\0",
			FIXED "\0\0\0\0\x80", FIXED "\0\0\0\1\0\xff", FIXED "\0\0\1\0\0xy",
			FIXED "\1\0\0\0\0x", FIXED "\0\0\0\0\0"};
	static const size_t lengths[] = {
			0, 1, 18, 22, 23, 24, 24, 23, 24, 25, 24, 23};
	static const size_t good = 10; /* from here on they are as we write them */
	char plain_memory[256], out_memory[256];
	ly_token_t back;

	(void)state;
	for(size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		ly_buf_t plain = ly_buf(plain_memory, sizeof(plain_memory)),
				 out = ly_buf(out_memory, sizeof(out_memory));

		ly_put(&plain, ly_slice(plains[i], lengths[i]));
		ly_putc(&out, ly_media_letter('4')); /* FIXED has it there */
		assert_true(
				ly_seal(key, LY_SEAL_LEG, &plain, call_id, LY_BASE64URL, &out));
		if((open_text(exact(ly_buf_slice(&out)), call_id, &back) == NULL)
				!= (i >= good))
			fail_msg("row %zu is %s", i, i >= good ? "refused" : "taken");
	}
}

static ly_slice_t found_in(const char *uri_text, ly_seal_letters_t *letters)
{
	ly_uri_t uri;

	assert_true(ly_uri_parse(text(uri_text), &uri));
	return ly_token_in(&uri, letters);
}

#define THIRTY "abcdefghijklmnopqrstuvwxyz2345"
#define THIRTY_SIX THIRTY "abcdef"

/* In the user part, or in the parameter lt; no telephone number and no short name passes for one. */
static void where_it_stands(void **state)
{
	ly_seal_letters_t letters;

	(void)state;
	assert_slice(found_in("sip:1L1" THIRTY "@10.0.0.1:5060", &letters),
			"1L1" THIRTY);
	assert_int_equal(letters, LY_BASE64URL);
	assert_slice(found_in("sip:10.0.0.1:5060;transport=tcp;lt=1L1" THIRTY_SIX,
						 &letters),
			"1L1" THIRTY_SIX);
	assert_int_equal(letters, LY_BASE32);
	assert_slice(found_in("sip:10.0.0.1;LT=Bl1" THIRTY_SIX ";x", &letters),
			"Bl1" THIRTY_SIX);
	assert_null(found_in("sip:+4930123456@10.0.0.1", &letters).s);
	assert_null(found_in("sip:Lena.Example@10.0.0.1", &letters).s);
	assert_null(found_in("sip:10.0.0.1;lt", &letters).s);
	assert_null(found_in("sip:10.0.0.1;lt=1L1" THIRTY, &letters).s);
	assert_null(found_in("sip:10.0.0.1;lt=1V1" THIRTY_SIX, &letters).s);
	assert_null(found_in("sip:Bl1" THIRTY "@10.0.0.1", &letters).s);
	assert_null(found_in("sip:L1" THIRTY "@10.0.0.1", &letters).s);
	assert_null(found_in("sip:10.0.0.1?lt=1L1" THIRTY_SIX, &letters).s);
}

/* The node in clear, for who has not opened the token. */
static void the_letter_of_a_node(void **state)
{
	(void)state;
	for(unsigned media = 0; media <= LY_MEDIA_NODES_MAX; media++) {
		char letter = ly_media_letter((uint8_t)media),
			 other_case = letter >= 'a' ? (char)(letter - 32) : letter;

		assert_true(fits(letter, LY_BASE32));
		assert_int_equal(ly_media_hint(ly_slice(&letter, 1)), media);
		assert_int_equal(ly_media_hint(ly_slice(&other_case, 1)), media);
		assert_true(ly_media_fits(ly_slice(&other_case, 1), (uint8_t)media));
		assert_false(
				ly_media_fits(ly_slice(&letter, 1), (uint8_t)(media + 1) & 31));
	}
	assert_int_equal(ly_media_letter(0), '0');
	assert_int_equal(ly_media_letter(10), 'a');
	assert_int_equal(ly_media_letter(LY_MEDIA_NODES_MAX), 'v');
	for(const char *none = "wz/:@[`{-_~\x11\xff"; *none; none++)
		assert_int_equal(ly_media_hint(ly_slice(none, 1)), 0);
	assert_int_equal(ly_media_hint(LY_EMPTY), 0);
	assert_false(ly_media_fits(LY_EMPTY, 0));
}

/* The longest Contact with which a token can be made; each that is made can be opened again. */
static size_t longest_contact(ly_seal_letters_t letters, size_t about)
{
	char out[LY_TOKEN_TEXT_MAX + 64];
	char *contact = block(2048);
	ly_token_t token = {0}, back;
	size_t longest = 0;

	/* nothing in it that could be packed */
	for(unsigned i = 0, n = 1; i < 2048; i++) {
		n = n * 1103515245u + 12345;
		contact[i] = (char)('g' + (n >> 16) % 18);
	}
	for(size_t len = about - 100; len < about + 100; len++) {
		ly_buf_t b = ly_buf(out, sizeof(out));

		token.contact = ly_slice(contact, len);
		if(!ly_token_seal(key, &token, call_id, letters, &b))
			continue;
		assert_in_range(b.len, 1, LY_TOKEN_TEXT_MAX);
		longest = len;
		assert_null(open_in(letters, exact(ly_buf_slice(&b)), call_id, &back));
		assert_same(back.contact, token.contact);
	}
	return longest;
}

static bool seals_into(size_t room, const ly_token_t *token)
{
	ly_buf_t out = ly_buf(block(room), room);

	return ly_token_seal(key, token, call_id, LY_BASE64URL, &out);
}

static void too_long(void **state)
{
	size_t in_user = longest_contact(LY_BASE64URL, 1500),
		   in_param = longest_contact(LY_BASE32, 1250);
	ly_token_t token = {0};

	(void)state;
	print_message("the longest Contact that a token holds: %zu bytes in the "
				  "user part, %zu in a parameter\n",
			in_user, in_param);
	assert_in_range(in_user, 1440, 1500);
	assert_in_range(in_param, 1200, 1260);
	for(size_t len = 0; len < 5; len++) {
		call_id = ly_slice("callid", len);
		assert_int_equal(longest_contact(LY_BASE64URL, 1500), in_user);
	}
	/* A text whose length needs more than two bytes; no room for the result; a Call-ID that is too long. */
	token.contact = ly_slice(memset(block(70000), 'c', 70000), 70000);
	assert_false(seals_into(LY_TOKEN_TEXT_MAX, &token));
	token.contact = text("sip:a");
	assert_true(seals_into(LY_TOKEN_TEXT_MAX, &token));
	assert_false(seals_into(20, &token));
	call_id = exact(ly_slice(memset(block(5000), 'i', 5000), 5000));
	assert_false(seals_into(LY_TOKEN_TEXT_MAX, &token));
}

/* What the parties of a Lync 2013 call are given. */
static void size_in_a_real_call(void **state)
{
	static ly_message_t m;
	ly_nameaddr_t contact;
	ly_token_t gateways = {.given_to = LY_PSTN, .callee = true},
			   lyncs = {.given_to = LY_LYNC};
	size_t to_gateway, to_lync;

	(void)state;
	assert_null(ly_message_parse(fixture("lync2013-invite.sip"), &m));
	assert_true(
			ly_nameaddr_parse(ly_header(&m, LY_H_CONTACT)->value, &contact));
	gateways.contact = contact.uri.text;
	gateways.from = text(
			"<sip:+498912345678@contoso.example;user=phone>;epid=0A1B2C3D4E");
	gateways.to = text("<sip:+4930123456@sbc1.example.net;user=phone>");
	gateways.tag = text("4c0ffee01a");
	to_gateway = sealed(&gateways).len;
	lyncs.contact = text("sip:gw@198.51.100.10:5062;line=3");
	lyncs.tag = text("as5f2c");
	to_lync = sealed(&lyncs).len;
	print_message("token of a Lync 2013 call: %zu bytes towards the gateway "
				  "(callee), %zu towards Lync (caller)\n",
			to_gateway, to_lync);
	/* Neither makes a message too large for UDP by itself (RFC 3261 18.1.1: 1300 bytes). */
	assert_in_range(to_gateway, 140, 190);
	assert_in_range(to_lync, 70, 110);
}

#define WITH_KEYS(test) \
	cmocka_unit_test_setup_teardown(test, begin, forget_blocks)

int main(void)
{
	const struct CMUnitTest tests[] = {WITH_KEYS(sealed_and_opened),
			WITH_KEYS(memory_of_any_size), WITH_KEYS(fit_for_a_uri),
			WITH_KEYS(every_bit_counts), WITH_KEYS(another_call),
			WITH_KEYS(another_form), WITH_KEYS(where_it_stands),
			TEST(the_letter_of_a_node), WITH_KEYS(too_long),
			WITH_KEYS(size_in_a_real_call)};

	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
