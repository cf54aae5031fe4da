/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a token: refused. Any bytes in a token: they come back; and with
 * one bit turned over it is refused. Any bytes sealed with the right key: no
 * harm, whatever they say of lengths.
 */
#include "fuzz.h"

#include <sodium.h>

#include "liblync/base64url.h"
#include "liblync/token.h"

#define NONCE crypto_aead_chacha20poly1305_ietf_NPUBBYTES
#define CALL_ID LY_LIT("7d3c0f52-1111-4222-8333-944455566677")

static ly_token_key_t key;

static const char *open_in(
		ly_slice_t text, char *memory, size_t size, ly_token_t *token)
{
	ly_slice_t exact = copy_of(text.s, text.len);
	const char *wrong =
			ly_token_open(&key, 1, exact, CALL_ID, memory, size, token);

	give_back(exact);
	return wrong;
}

/* Whoever does not know the key cannot make one. */
static void check_forged(const unsigned char *data, size_t size)
{
	char memory[LY_TOKEN_TEXT_MAX], text[LY_TOKEN_TEXT_MAX + 8] = "La";
	ly_slice_t bytes = ly_slice((const char *)data, size);
	ly_token_t token;

	must(open_in(bytes, memory, sizeof(memory), &token),
			"what was not sealed does not open");
	if(size > sizeof(text) - 2)
		return;
	if(size)
		memcpy(text + 2, data, size);
	must(open_in(ly_slice(text, size + 2), memory, sizeof(memory), &token),
			"what was not sealed does not open");
}

/* A quarter of the bytes each. */
static ly_token_t made_of(const unsigned char *data, size_t size)
{
	const char *p = (const char *)data;
	size_t part = size / 4;
	ly_token_t token = {.given_to = size & 1 ? LY_PSTN : LY_LYNC,
			.callee = size & 2,
			.withheld = size & 4};

	token.edition = size > 4 ? data[4] : 0;
	token.trunk = size > 4 ? data[0] * 16777619u : 0;
	token.contact = ly_slice(p, part);
	token.routes = ly_slice(p + part, part);
	token.from = ly_slice(p + 2 * part, part);
	token.to = ly_slice(p + 3 * part, size - 3 * part);
	return token;
}

static bool same(const ly_token_t *a, const ly_token_t *b)
{
	return a->given_to == b->given_to && a->callee == b->callee
		   && a->withheld == b->withheld && a->edition == b->edition
		   && a->trunk == b->trunk && ly_eq(a->contact, b->contact)
		   && ly_eq(a->routes, b->routes) && ly_eq(a->from, b->from)
		   && ly_eq(a->to, b->to);
}

static void check_sealed(const unsigned char *data, size_t size)
{
	char text[LY_TOKEN_TEXT_MAX + 64], memory[LY_TOKEN_TEXT_MAX];
	ly_buf_t out = ly_buf(text, sizeof(text));
	ly_token_t token = made_of(data, size), back;
	size_t bit;

	if(!ly_token_seal(&key, &token, CALL_ID, &out)) {
		must(size > 1400, "what is short enough can be sealed");
		return;
	}
	must(!open_in(ly_buf_slice(&out), memory, sizeof(memory), &back)
					&& same(&token, &back),
			"sealed and opened");
	bit = size > 4 ? (data[1] << 16 | data[2] << 8 | data[3]) % (out.len * 8)
				   : 0;
	text[bit / 8] ^= (char)(1 << bit % 8);
	must(open_in(ly_buf_slice(&out), memory, sizeof(memory), &back),
			"one bit turned over");
	text[bit / 8] ^= (char)(1 << bit % 8);
	must(open_in(ly_slice(text, bit % out.len), memory, sizeof(memory), &back),
			"cut off");
}

/* In the seal, not in the form: what a program with our key and another idea of a token would write. */
static void check_form(const unsigned char *data, size_t size)
{
	static uint8_t sealed[1 << 13];
	char text[LY_TOKEN_TEXT_MAX], *memory;
	ly_buf_t out = ly_buf(text, sizeof(text));
	unsigned long long len;
	ly_token_t token;

	if(size > 1400)
		return;
	crypto_aead_chacha20poly1305_ietf_encrypt(sealed + NONCE, &len, data, size,
			(const uint8_t *)CALL_ID.s, CALL_ID.len, NULL, sealed, key.seal);
	ly_putc(&out, 'L');
	ly_putc(&out, key.id);
	ly_base64url_put(&out, sealed, NONCE + len);
	memory = malloc(size);
	if(memory && !open_in(ly_buf_slice(&out), memory, size, &token)) {
		ly_slice_t whole = ly_slice(memory, size);
		must(within(token.contact, whole) && within(token.routes, whole)
						&& within(token.from, whole) && within(token.to, whole),
				"texts lie in the token");
	}
	free(memory);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static bool ready;

	if(!ready) {
		must(sodium_init() >= 0, "libsodium starts");
		must(ly_token_key_init(
					 &key, 'a', LY_LIT("a secret of sixteen bytes or more")),
				"a key");
		ready = true;
	}
	check_forged(data, size);
	check_sealed(data, size);
	check_form(data, size);
	return 0;
}
