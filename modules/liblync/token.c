/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/token.h"

#include <sodium.h>

#include "liblync/base64url.h"
#include "liblync/pack.h"

/* of the plain form below; first character of the text, the key id is the second */
#define VERSION 'L'
#define NONCE crypto_aead_chacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_chacha20poly1305_ietf_ABYTES
#define TEXTS 4 /* of a token */
#define BINARY_MAX (LY_TOKEN_TEXT_MAX * 3 / 4)

uint32_t ly_name_hash(ly_slice_t name)
{
	uint32_t hash = 2166136261u;

	for(size_t i = 0; i < name.len; i++)
		hash = (hash ^ (uint8_t)name.s[i]) * 16777619u;
	return hash;
}

bool ly_token_key_init(ly_token_key_t *key, char id, ly_slice_t secret)
{
	static const char *purpose[] = {
			"lync-sbc token seal", "lync-sbc token nonce"};
	uint8_t *part[] = {key->seal, key->nonce};
	size_t size[] = {sizeof(key->seal), sizeof(key->nonce)};
	crypto_generichash_state state;

	if(secret.len < LY_TOKEN_SECRET_MIN)
		return false;
	key->id = id;
	for(int i = 0; i < 2; i++) {
		crypto_generichash_init(&state, NULL, 0, size[i]);
		crypto_generichash_update(
				&state, (const uint8_t *)purpose[i], strlen(purpose[i]));
		crypto_generichash_update(
				&state, (const uint8_t *)secret.s, secret.len);
		crypto_generichash_final(&state, part[i], size[i]);
	}
	return true;
}

/*
 * The plain form: flags, four numbers, the lengths of four texts, and the texts one behind the other, packed. A length
 * below 128 is one byte, another two, the first with its upper bit set.
 */
static void put_u32(ly_buf_t *b, uint32_t n)
{
	const char bytes[4] = {
			(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
	ly_put(b, ly_slice(bytes, 4));
}

static void put_length(ly_buf_t *b, size_t len)
{
	if(len >= 128)
		ly_putc(b, (char)(0x80 | len >> 8));
	ly_putc(b, (char)len);
}

static void put_texts(ly_buf_t *b, const ly_token_t *token)
{
	const ly_slice_t texts[TEXTS] = {
			token->contact, token->routes, token->from, token->to};
	char memory[LY_TOKEN_TEXT_MAX];
	ly_buf_t all = ly_buf(memory, sizeof(memory));

	for(unsigned i = 0; i < TEXTS; i++) {
		ly_put(&all, texts[i]);
		put_length(b, texts[i].len);
	}
	ly_pack(ly_buf_slice(&all), b);
	if(all.full)
		b->full = true;
}

static uint32_t get_u32(ly_slice_t *in)
{
	const uint8_t *p = (const uint8_t *)in->s;
	uint32_t n;

	if(in->len < 4) {
		*in = LY_EMPTY;
		return 0;
	}
	n = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8
		| p[3];
	*in = ly_from(*in, 4);
	return n;
}

/* False where the form is cut off. */
static bool get_length(ly_slice_t *in, size_t *len)
{
	if(in->len == 0)
		return false;
	*len = (uint8_t)in->s[0];
	*in = ly_from(*in, 1);
	if(*len < 128)
		return true;
	if(in->len == 0)
		return false;
	*len = (*len & 0x7f) << 8 | (uint8_t)in->s[0];
	*in = ly_from(*in, 1);
	return true;
}

static bool get_texts(ly_slice_t in, ly_buf_t *memory, ly_token_t *token)
{
	ly_slice_t *texts[TEXTS] = {
			&token->contact, &token->routes, &token->from, &token->to};
	size_t length[TEXTS], at = 0;

	for(unsigned i = 0; i < TEXTS; i++) {
		if(!get_length(&in, &length[i]))
			return false;
	}
	if(!ly_unpack(in, memory))
		return false;
	for(unsigned i = 0; i < TEXTS; i++) {
		if(length[i] > memory->len - at)
			return false;
		*texts[i] = ly_slice(memory->s + at, length[i]);
		at += length[i];
	}
	return at == memory->len;
}

/*
 * The nonce depends on all that is sealed and on the call it is for. SipHash with 128 bits: a keyed hash made for
 * short texts.
 */
static void make_nonce(const ly_token_key_t *key, ly_slice_t call_id,
		ly_buf_t *plain, uint8_t nonce[NONCE])
{
	uint8_t hash[crypto_shorthash_siphashx24_BYTES];
	size_t len = plain->len;

	ly_put(plain, call_id); /* hashed with it, not sealed with it */
	crypto_shorthash_siphashx24(
			hash, (const uint8_t *)plain->s, plain->len, key->nonce);
	plain->len = len;
	memcpy(nonce, hash, NONCE);
}

bool ly_token_seal(const ly_token_key_t *key, const ly_token_t *token,
		ly_slice_t call_id, ly_buf_t *out)
{
	char plain_bytes[BINARY_MAX];
	uint8_t sealed[BINARY_MAX];
	unsigned long long sealed_len;
	/* what becomes of so much fits into LY_TOKEN_TEXT_MAX, with version and key id */
	ly_buf_t plain = ly_buf(plain_bytes, sizeof(plain_bytes) - NONCE - TAG - 2);

	ly_putc(&plain,
			(char)((token->given_to == LY_PSTN ? 1 : 0)
					| (token->callee ? 2 : 0) | (token->withheld ? 4 : 0)));
	put_u32(&plain, token->edition);
	put_u32(&plain, token->trunk);
	put_u32(&plain, token->server);
	put_u32(&plain, token->target);
	put_texts(&plain, token);
	make_nonce(key, call_id, &plain, sealed);
	if(plain.full)
		return false;
	crypto_aead_chacha20poly1305_ietf_encrypt(sealed + NONCE, &sealed_len,
			(const uint8_t *)plain.s, plain.len, (const uint8_t *)call_id.s,
			call_id.len, NULL, sealed, key->seal);
	ly_putc(out, VERSION);
	ly_putc(out, key->id);
	ly_base64url_put(out, sealed, NONCE + sealed_len);
	return !out->full;
}

bool ly_token_like(ly_slice_t text)
{
	/* Version, key id, and at least the base64 of nonce, tag and an empty form: no telephone number is so long. */
	return text.len > 2 + (NONCE + TAG + 21) * 4 / 3 && text.s[0] == VERSION;
}

static const char *read_plain(
		ly_slice_t in, ly_buf_t *memory, ly_token_t *token)
{
	uint8_t flags;

	if(in.len == 0)
		return "empty token";
	flags = (uint8_t)in.s[0];
	in = ly_from(in, 1);
	token->given_to = flags & 1 ? LY_PSTN : LY_LYNC;
	token->callee = flags & 2;
	token->withheld = flags & 4;
	token->edition = get_u32(&in);
	token->trunk = get_u32(&in);
	token->server = get_u32(&in);
	token->target = get_u32(&in);
	return get_texts(in, memory, token) ? NULL : "token of another version";
}

const char *ly_token_open(const ly_token_key_t *keys, unsigned key_count,
		ly_slice_t text, ly_slice_t call_id, char *memory, size_t size,
		ly_token_t *token)
{
	uint8_t sealed[BINARY_MAX];
	char plain[BINARY_MAX];
	ly_buf_t texts = ly_buf(memory, size);
	unsigned long long plain_len;
	const ly_token_key_t *key = NULL;
	long len;

	if(!ly_token_like(text) || text.len > LY_TOKEN_TEXT_MAX)
		return "not a token of ours";
	for(unsigned i = 0; i < key_count; i++) {
		if(keys[i].id == text.s[1])
			key = &keys[i];
	}
	if(!key)
		return "token sealed with a key that this node does not have";
	len = ly_base64url_get(ly_from(text, 2), sealed, sizeof(sealed));
	if(len < (long)(NONCE + TAG))
		return "token is cut off or altered";
	if(crypto_aead_chacha20poly1305_ietf_decrypt((uint8_t *)plain, &plain_len,
			   NULL, sealed + NONCE, (size_t)len - NONCE,
			   (const uint8_t *)call_id.s, call_id.len, sealed, key->seal)
			!= 0)
		return "token was forged, altered, or belongs to another call";
	return read_plain(ly_slice(plain, (size_t)plain_len), &texts, token);
}
