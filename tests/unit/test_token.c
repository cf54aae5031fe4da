/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include <sodium.h>

#include "liblync/sip.h"
#include "liblync/token.h"
#include "liblync/uri.h"

#define SECRET "a secret of the cluster, long enough"

static ly_token_key_t key, other;
static ly_slice_t call_id;
static char memory[LY_TOKEN_TEXT_MAX];

static int begin(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	assert_true(ly_token_key_init(&key, 'a', LY_LIT(SECRET)));
	assert_true(ly_token_key_init(&other, 'a', LY_LIT(SECRET "!")));
	call_id = text("7d3c0f52-1111-4222-8333-944455566677");
	return 0;
}

static ly_token_t full(void)
{
	return (ly_token_t){
			.given_to = LY_PSTN,
			.callee = true,
			.edition = 0x01020304,
			.trunk = ly_name_hash(LY_LIT("sbc1-hq")),
			.server = 0xffffffff,
			.target = 1,
			.contact = text("sip:med01.contoso.example:5067;transport=Tls;"
							"maddr=192.0.2.10;ms-opaque=0123456789abcdef"),
			.routes = text("<sip:fe01.contoso.example;lr>"),
			.from = text("<sip:+498912345678@contoso.example;user=phone>;epid="
						 "0A1B2C3D4E"),
			.to = text("<sip:+4930123456@sbc1.example.net;user=phone>"),
	};
}

static ly_slice_t sealed(const ly_token_key_t *with, const ly_token_t *token)
{
	char out[LY_TOKEN_TEXT_MAX];
	ly_buf_t b = ly_buf(out, sizeof(out));

	assert_true(ly_token_seal(with, token, call_id, &b));
	return exact(ly_buf_slice(&b));
}

static const char *open_with(const ly_token_key_t *with, ly_slice_t sealed_text,
		ly_slice_t id, ly_token_t *token)
{
	return ly_token_open(
			with, 1, sealed_text, id, memory, sizeof(memory), token);
}

static void check_same(const ly_token_t *a, const ly_token_t *b)
{
	assert_int_equal(a->given_to, b->given_to);
	assert_int_equal(a->callee, b->callee);
	assert_int_equal(a->withheld, b->withheld);
	assert_int_equal(a->edition, b->edition);
	assert_int_equal(a->trunk, b->trunk);
	assert_int_equal(a->server, b->server);
	assert_int_equal(a->target, b->target);
	assert_same(a->contact, b->contact);
	assert_same(a->routes, b->routes);
	assert_same(a->from, b->from);
	assert_same(a->to, b->to);
}

static void sealed_and_opened(void **state)
{
	ly_token_t token = full(), back;

	(void)state;
	for(int i = 0; i < 8; i++) {
		token.given_to = i & 1 ? LY_PSTN : LY_LYNC;
		token.callee = i & 2;
		token.withheld = i & 4;
		assert_null(open_with(&key, sealed(&key, &token), call_id, &back));
		check_same(&back, &token);
	}
	memset(&token, 0, sizeof(token));
	assert_null(open_with(&key, sealed(&key, &token), call_id, &back));
	check_same(&back, &token);
}

/* What it holds lies in the memory that was given, exactly as much as is needed. */
static void memory_of_any_size(void **state)
{
	ly_token_t token = full(), back;
	ly_slice_t t = sealed(&key, &token);
	size_t need = token.contact.len + token.routes.len + token.from.len
				  + token.to.len;

	(void)state;
	for(size_t size = need - 3; size <= need + 3; size++) {
		char *p = block(size);
		const char *wrong = ly_token_open(&key, 1, t, call_id, p, size, &back);

		assert_int_equal(wrong == NULL, size >= need);
		if(!wrong)
			assert_true(within(back.contact, ly_slice(p, size))
						&& within(back.to, ly_slice(p, size)));
	}
}

/* It stands in the user part of a URI (RFC 3261 25.1), and is the same each time. */
static void fit_for_a_uri(void **state)
{
	ly_token_t token = full();
	ly_slice_t t = sealed(&key, &token);

	(void)state;
	assert_true(ly_token_like(t));
	for(size_t i = 0; i < t.len; i++) {
		char c = t.s[i];
		assert_true((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
					|| (c >= 'A' && c <= 'Z') || c == '-' || c == '_');
	}
	assert_same(sealed(&key, &token), t);
	token.target++;
	assert_false(ly_eq(sealed(&key, &token), t));
}

static void every_bit_counts(void **state)
{
	ly_token_t token = full(), back;
	ly_slice_t t = sealed(&key, &token);
	char *p = block(t.len);

	(void)state;
	memcpy(p, t.s, t.len);
	assert_null(open_with(&key, ly_slice(p, t.len), call_id, &back));
	for(size_t i = 0; i < t.len * 8; i++) {
		p[i / 8] ^= (char)(1 << i % 8);
		if(!open_with(&key, ly_slice(p, t.len), call_id, &back))
			fail_msg(
					"taken with bit %zu of byte %zu turned over", i % 8, i / 8);
		p[i / 8] ^= (char)(1 << i % 8);
	}
	assert_null(open_with(&key, ly_slice(p, t.len), call_id, &back));
}

static void cut_off_or_longer(void **state)
{
	ly_token_t token = full(), back;
	ly_slice_t t = sealed(&key, &token), longer;
	char *p = block(t.len + 4);

	(void)state;
	for(size_t len = 0; len < t.len; len++) {
		char *q = malloc(len);
		if(len)
			memcpy(q, t.s, len);
		assert_non_null(open_with(&key, ly_slice(q, len), call_id, &back));
		free(q);
	}
	memset(p, 'A', t.len + 4);
	memcpy(p, t.s, t.len);
	for(longer = ly_slice(p, t.len + 1); longer.len <= t.len + 4; longer.len++)
		assert_non_null(open_with(&key, longer, call_id, &back));
	assert_non_null(open_with(&key, ly_from(t, 1), call_id, &back));
	assert_non_null(open_with(&key,
			exact(ly_slice(memset(block(4096), 'L', 4096), 4096)), call_id,
			&back));
}

static void another_call(void **state)
{
	ly_token_t token = full(), back;
	ly_slice_t t = sealed(&key, &token);

	(void)state;
	assert_non_null(open_with(
			&key, t, text("7d3c0f52-1111-4222-8333-944455566678"), &back));
	assert_non_null(
			open_with(&key, t, ly_slice(call_id.s, call_id.len - 1), &back));
	assert_non_null(open_with(&key, t, LY_EMPTY, &back));
}

/* Version, key id and the 12 bytes of the nonce. */
static ly_slice_t nonce_of(const ly_token_t *token, const char *id)
{
	call_id = text(id);
	return ly_slice(sealed(&key, token).s, 18);
}

/*
 * Two tokens, or one token in two calls, under one nonce would give the key of
 * Poly1305 away (RFC 8439 2.5).
 */
static void another_nonce_each_time(void **state)
{
	ly_token_t token = full(), other_token = full();

	(void)state;
	assert_same(nonce_of(&token, "def"), nonce_of(&token, "def"));
	assert_false(ly_eq(nonce_of(&token, "def"), nonce_of(&token, "deg")));
	other_token.server++;
	assert_false(ly_eq(nonce_of(&token, "def"), nonce_of(&other_token, "def")));
	/* What ends the token must not pass for the beginning of the Call-ID. */
	token.to = text("abc");
	other_token = token;
	other_token.to = text("ab");
	assert_false(
			ly_eq(nonce_of(&token, "def"), nonce_of(&other_token, "cdef")));
}

static void keys_by_id(void **state)
{
	ly_token_t token = full(), back;
	ly_token_key_t ring[2];
	ly_slice_t old, t;

	(void)state;
	old = sealed(&key, &token);
	assert_non_null(
			open_with(&other, old, call_id, &back)); /* same id, other secret */
	assert_true(
			ly_token_key_init(&ring[0], 'b', LY_LIT(SECRET " of next year")));
	ring[1] = key;
	t = sealed(&ring[0], &token);
	assert_int_equal(t.s[1], 'b');
	assert_null(ly_token_open(
			ring, 2, old, call_id, memory, sizeof(memory), &back));
	assert_null(
			ly_token_open(ring, 2, t, call_id, memory, sizeof(memory), &back));
	assert_non_null(ly_token_open(
			ring, 1, old, call_id, memory, sizeof(memory), &back));
	assert_non_null(
			ly_token_open(ring, 0, t, call_id, memory, sizeof(memory), &back));
	/* The same key under another id does not open either: the id is part of what is looked for. */
	ring[1].id = 'c';
	assert_non_null(ly_token_open(
			ring, 2, old, call_id, memory, sizeof(memory), &back));
}

/* Sealed by us, but not in our form: a later version's, say. */
static void another_form(void **state)
{
#define FIXED "12345678901234567"
	/* the lengths of four texts, one of them in two bytes or cut off; texts that are shorter, longer, no packed form */
	static const char *plains[] = {"", "x", FIXED, FIXED "\0\0\0",
			FIXED "\0\0\0\1", FIXED "\0\0\0\0x", FIXED "\xff\xff\0\0\0",
			FIXED "\0\0\0\x80", FIXED "\0\0\1\0\xff", FIXED "\0\0\1\0xy",
			FIXED "\1\0\0\0x", FIXED "\0\0\0\0"};
	static const size_t lengths[] = {
			0, 1, 17, 20, 21, 22, 22, 21, 22, 23, 22, 21};
	static const size_t good = 10; /* from here on they are as we write them */
	uint8_t binary[128] = {0};
	char out[256] = "La";
	unsigned long long len;
	ly_token_t back;

	(void)state;
	for(size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		crypto_aead_chacha20poly1305_ietf_encrypt(binary + 12, &len,
				(const uint8_t *)plains[i], lengths[i],
				(const uint8_t *)call_id.s, call_id.len, NULL, binary,
				key.seal);
		sodium_bin2base64(out + 2, sizeof(out) - 2, binary, 12 + len,
				sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		assert_int_equal(
				open_with(&key, text(out), call_id, &back) == NULL, i >= good);
	}
}

#define SIXTY_FOUR \
	"0123456789012345678901234567890123456789012345678901234567890123"

static void no_token_at_all(void **state)
{
	ly_token_t back;

	(void)state;
	assert_false(ly_token_like(text("+4930123456")));
	assert_false(ly_token_like(text("Lena.Example")));
	assert_false(ly_token_like(LY_EMPTY));
	/* The shortest that we write: version, key id, and 49 bytes in base64. */
	assert_true(ly_token_like(text("La" SIXTY_FOUR "01")));
	assert_false(ly_token_like(text("La" SIXTY_FOUR "0")));
	assert_false(ly_token_like(text("Ma" SIXTY_FOUR "01")));
	assert_non_null(open_with(&key, text("+4930123456"), call_id, &back));
	assert_non_null(open_with(&key, LY_EMPTY, call_id, &back));
}

/* The longest Contact with which a token can be made; each that is made can be opened again. */
static size_t longest_contact(void)
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
	for(size_t len = 1400; len < 1600; len++) {
		ly_buf_t b = ly_buf(out, sizeof(out));

		token.contact = ly_slice(contact, len);
		if(!ly_token_seal(&key, &token, call_id, &b))
			continue;
		longest = len;
		assert_null(open_with(&key, exact(ly_buf_slice(&b)), call_id, &back));
		assert_same(back.contact, token.contact);
	}
	return longest;
}

static void too_long(void **state)
{
	ly_token_t token = {
			.contact = ly_slice(memset(block(70000), 'c', 70000), 70000)};

	(void)state;
	print_message("the longest Contact that a token holds: %zu bytes\n",
			longest_contact());
	assert_in_range(longest_contact(), 1440, 1500);
	for(size_t len = 0; len < 5; len++) {
		call_id = ly_slice("callid", len);
		assert_in_range(longest_contact(), 1440, 1500);
	}
	/* A text whose length needs more than two bytes; a Call-ID that is too long; no room for the result. */
	assert_false(ly_token_seal(&key, &token, call_id,
			&(ly_buf_t){memory, 0, sizeof(memory), false}));
	token.contact = text("sip:a");
	assert_false(ly_token_seal(
			&key, &token, call_id, &(ly_buf_t){memory, 0, 20, false}));
	call_id = exact(ly_slice(memset(block(5000), 'i', 5000), 5000));
	assert_false(ly_token_seal(&key, &token, call_id,
			&(ly_buf_t){memory, 0, sizeof(memory), false}));
}

static void short_secrets(void **state)
{
	ly_token_key_t k;

	(void)state;
	assert_false(ly_token_key_init(&k, 'a', LY_EMPTY));
	assert_false(ly_token_key_init(&k, 'a', text("fifteen bytes..")));
	assert_true(ly_token_key_init(&k, 'a', text("sixteen bytes...")));
	assert_memory_not_equal(k.seal, k.nonce, sizeof(k.seal));
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
	to_gateway = sealed(&key, &gateways).len;
	lyncs.contact = text("sip:gw@198.51.100.10:5062;line=3");
	to_lync = sealed(&key, &lyncs).len;
	print_message("token of a Lync 2013 call: %zu bytes towards the gateway "
				  "(callee), %zu towards Lync (caller)\n",
			to_gateway, to_lync);
	/* Neither makes a message too large for UDP by itself (RFC 3261 18.1.1: 1300 bytes). */
	assert_in_range(to_gateway, 140, 180);
	assert_in_range(to_lync, 70, 100);
}

#define WITH_KEYS(test) \
	cmocka_unit_test_setup_teardown(test, begin, forget_blocks)

int main(void)
{
	const struct CMUnitTest tests[] = {WITH_KEYS(sealed_and_opened),
			WITH_KEYS(memory_of_any_size), WITH_KEYS(fit_for_a_uri),
			WITH_KEYS(every_bit_counts), WITH_KEYS(cut_off_or_longer),
			WITH_KEYS(another_call), WITH_KEYS(another_nonce_each_time),
			WITH_KEYS(keys_by_id), WITH_KEYS(another_form),
			WITH_KEYS(no_token_at_all), WITH_KEYS(too_long),
			WITH_KEYS(short_secrets), WITH_KEYS(size_in_a_real_call)};

	return cmocka_run_group_tests_name("token", tests, NULL, NULL);
}
