/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/leg.h"

#include <sodium.h>

#include "liblync/base64url.h"
#include "liblync/pack.h"

#define PART_MAX 512 /* of a tag or Call-ID, no matter what is behind it */
#define CALL_ID_MAX 512

static void put_part(ly_buf_t *text, ly_slice_t part)
{
	ly_putc(text, (char)part.len);
	ly_put(text, ly_slice(part.s, part.len < PART_MAX ? part.len : PART_MAX));
}

/* A keyed hash of 64 bits; RFC 3261 19.3 wants 32. */
static void put_tag(const ly_key_t *key, char whose, ly_slice_t call_id,
		ly_slice_t caller_tag, ly_slice_t fork, ly_buf_t *out)
{
	uint8_t hash[crypto_shorthash_siphash24_BYTES];
	char memory[4 + 3 * PART_MAX];
	ly_buf_t text = ly_buf(memory, sizeof(memory));

	ly_putc(&text, whose);
	put_part(&text, caller_tag);
	put_part(&text, fork);
	put_part(&text, call_id);
	crypto_shorthash_siphash24(
			hash, (const uint8_t *)text.s, text.len, key->tag);
	ly_base64url_put(out, hash, sizeof(hash));
}

void ly_leg_callee_sees(const ly_key_t *key, ly_slice_t call_id,
		ly_slice_t caller_tag, ly_buf_t *out)
{
	put_tag(key, 'F', call_id, caller_tag, LY_EMPTY, out);
}

void ly_leg_caller_sees(const ly_key_t *key, ly_slice_t call_id,
		ly_slice_t caller_tag, ly_slice_t fork, unsigned slot, ly_buf_t *out)
{
	put_tag(key, (char)('T' + slot), call_id, caller_tag, fork, out);
}

bool ly_call_id_tells(ly_slice_t call_id)
{
	for(size_t i = 0; i < call_id.len; i++) {
		char c = call_id.s[i];
		if(c == '@' || c == '.' || c == ':' || c == '[')
			return true;
	}
	return false;
}

bool ly_call_id_seal(const ly_key_t *key, ly_slice_t call_id, ly_buf_t *out)
{
	char memory[2 * CALL_ID_MAX];
	ly_buf_t form = ly_buf(memory, sizeof(memory));

	if(call_id.len > CALL_ID_MAX)
		return false;
	ly_pack(call_id, &form);
	return ly_seal(key, LY_SEAL_CALL_ID, &form, LY_EMPTY, LY_BASE64URL, out);
}

bool ly_call_id_open(const ly_keys_t *keys, ly_slice_t shown, ly_buf_t *out)
{
	char memory[LY_SEAL_TEXT_MAX];
	ly_buf_t form = ly_buf(memory, sizeof(memory));

	return ly_seal_like(shown, LY_SEAL_CALL_ID, LY_BASE64URL)
		   && !ly_open(keys, LY_SEAL_CALL_ID, shown, LY_EMPTY, LY_BASE64URL,
				   &form, NULL)
		   && ly_unpack(ly_buf_slice(&form), out);
}
