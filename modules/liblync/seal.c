/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/seal.h"

#include <sodium.h>

#include "liblync/base32.h"
#include "liblync/base64url.h"

#define NONCE crypto_aead_chacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_chacha20poly1305_ietf_ABYTES
#define BINARY_MAX (LY_SEAL_TEXT_MAX * 3 / 4)

/*
 * Bytes of the nonce that are sent. Two texts sealed in one call under one nonce would betray each other: with 48 bits
 * somebody needs 2^24 of them for that. A Call-ID is bound to no call, so there the whole nonce has to tell.
 */
static size_t nonce_sent(ly_seal_kind_t kind)
{
	return kind == LY_SEAL_CALL_ID ? NONCE : NONCE / 2;
}

/* Two letters, and those of the bytes. */
static size_t text_length(size_t bytes, ly_seal_letters_t letters)
{
	return 2
		   + (letters == LY_BASE32 ? (bytes * 8 + 4) / 5 : (bytes * 4 + 2) / 3);
}

bool ly_key_init(ly_key_t *key, char id, ly_slice_t secret)
{
	static const char *purpose[] = {
			"lync-sbc token seal", "lync-sbc token nonce", "lync-sbc tag"};
	uint8_t *part[] = {key->seal, key->nonce, key->tag};
	size_t size[] = {sizeof(key->seal), sizeof(key->nonce), sizeof(key->tag)};
	crypto_generichash_state state;

	if(secret.len < LY_SECRET_MIN)
		return false;
	key->id = id;
	for(int i = 0; i < 3; i++) {
		crypto_generichash_init(&state, NULL, 0, size[i]);
		crypto_generichash_update(
				&state, (const uint8_t *)purpose[i], strlen(purpose[i]));
		crypto_generichash_update(
				&state, (const uint8_t *)secret.s, secret.len);
		crypto_generichash_final(&state, part[i], size[i]);
	}
	return true;
}

static bool is_id(ly_slice_t word)
{
	return word.len == 1
		   && ((word.s[0] >= '0' && word.s[0] <= '9')
				   || (word.s[0] >= 'a' && word.s[0] <= 'z'));
}

static const char *read_key(ly_keys_t *keys, ly_slice_t line)
{
	ly_slice_t rest = line, word = ly_word(&rest);
	char id = is_id(word) ? word.s[0] : '0';

	if(is_id(word))
		line = ly_trim(rest);
	if(keys->count == LY_KEYS_MAX)
		return "more than eight secrets";
	if(ly_keys_find(keys, id))
		return "two secrets with one id";
	if(!ly_key_init(&keys->key[keys->count], id, line))
		return "a secret is shorter than 16 bytes";
	keys->count++;
	return NULL;
}

const char *ly_keys_read(ly_keys_t *keys, ly_slice_t text)
{
	keys->count = 0;
	while(text.len) {
		size_t end = ly_find(text, '\n');
		ly_slice_t line = ly_trim(ly_slice(text.s, end));
		const char *wrong;

		text = ly_from(text, end + 1);
		if(line.len && line.s[0] != '#' && (wrong = read_key(keys, line)))
			return wrong;
	}
	return keys->count ? NULL : "no secret";
}

const ly_key_t *ly_keys_find(const ly_keys_t *keys, char id)
{
	for(unsigned i = 0; i < keys->count; i++) {
		if(keys->key[i].id == id)
			return &keys->key[i];
	}
	return NULL;
}

/* The part that is not sent: of the call and the kind alone. */
static void nonce_of_call(const ly_key_t *key, ly_seal_kind_t kind,
		ly_slice_t call_id, uint8_t nonce[NONCE])
{
	uint8_t hash[crypto_shorthash_siphash24_BYTES];
	size_t sent = nonce_sent(kind);

	if(sent == NONCE)
		return;
	crypto_shorthash_siphash24(
			hash, (const uint8_t *)call_id.s, call_id.len, key->nonce);
	hash[0] ^= (uint8_t)kind;
	memcpy(nonce + sent, hash, NONCE - sent);
}

/* SipHash with 128 bits: a keyed hash made for short texts. The Call-ID is hashed with what is sealed, not sealed with it. */
static void make_nonce(const ly_key_t *key, ly_seal_kind_t kind,
		ly_slice_t call_id, ly_buf_t *plain, uint8_t nonce[NONCE])
{
	uint8_t hash[crypto_shorthash_siphashx24_BYTES];
	size_t len = plain->len;

	ly_put(plain, call_id);
	crypto_shorthash_siphashx24(
			hash, (const uint8_t *)plain->s, plain->len, key->nonce);
	plain->len = len;
	memcpy(nonce, hash, nonce_sent(kind));
	nonce_of_call(key, kind, call_id, nonce);
}

bool ly_seal(const ly_key_t *key, ly_seal_kind_t kind, ly_buf_t *plain,
		ly_slice_t call_id, ly_seal_letters_t letters, ly_buf_t *out)
{
	uint8_t nonce[NONCE], sealed[BINARY_MAX];
	size_t sent = nonce_sent(kind);
	unsigned long long len;

	make_nonce(key, kind, call_id, plain, nonce);
	if(plain->full
			|| text_length(sent + plain->len + TAG, letters) > LY_SEAL_TEXT_MAX)
		return false;
	memcpy(sealed, nonce, sent);
	crypto_aead_chacha20poly1305_ietf_encrypt(sealed + sent, &len,
			(const uint8_t *)plain->s, plain->len, (const uint8_t *)call_id.s,
			call_id.len, NULL, nonce, key->seal);
	ly_putc(out, (char)kind);
	ly_putc(out, key->id);
	if(letters == LY_BASE32)
		ly_base32_put(out, sealed, sent + len);
	else
		ly_base64url_put(out, sealed, sent + len);
	return !out->full;
}

bool ly_seal_like(
		ly_slice_t text, ly_seal_kind_t kind, ly_seal_letters_t letters)
{
	char first = text.len ? text.s[0] : '\0';

	if(letters == LY_BASE32)
		first = (char)(first & ~0x20);
	return first == (char)kind
		   && text.len >= text_length(nonce_sent(kind) + TAG, letters);
}

static const ly_key_t *key_of(
		const ly_keys_t *keys, ly_slice_t text, ly_seal_letters_t letters)
{
	char id = text.s[1];

	if(letters == LY_BASE32 && id >= 'A' && id <= 'Z')
		id = (char)(id | 0x20);
	return ly_keys_find(keys, id);
}

const char *ly_open(const ly_keys_t *keys, ly_seal_kind_t kind, ly_slice_t text,
		ly_slice_t call_id, ly_seal_letters_t letters, ly_buf_t *plain,
		char *id)
{
	uint8_t nonce[NONCE], sealed[BINARY_MAX];
	size_t sent = nonce_sent(kind);
	unsigned long long plain_len;
	const ly_key_t *key;
	long len;

	if(!ly_seal_like(text, kind, letters) || text.len > LY_SEAL_TEXT_MAX)
		return "not a token of ours";
	if(!(key = key_of(keys, text, letters)))
		return "token sealed with a key that this node does not have";
	len = letters == LY_BASE32
				  ? ly_base32_get(ly_from(text, 2), sealed, sizeof(sealed))
				  : ly_base64url_get(ly_from(text, 2), sealed, sizeof(sealed));
	if(len < (long)(sent + TAG))
		return "token is cut off or altered";
	if((size_t)len - sent - TAG > plain->cap - plain->len)
		return "token is too long";
	memcpy(nonce, sealed, sent);
	nonce_of_call(key, kind, call_id, nonce);
	if(crypto_aead_chacha20poly1305_ietf_decrypt(
			   (uint8_t *)plain->s + plain->len, &plain_len, NULL,
			   sealed + sent, (size_t)len - sent, (const uint8_t *)call_id.s,
			   call_id.len, nonce, key->seal)
			!= 0)
		return "token was forged, altered, or belongs to another call";
	plain->len += (size_t)plain_len;
	if(id)
		*id = key->id;
	return NULL;
}
