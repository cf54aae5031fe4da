/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/sdp.h"

#include "liblync/sdp_media.h"

#define SUITE LY_LIT("AES_CM_128_HMAC_SHA1_80")
/* 16 bytes of key and 14 of salt in base64, no padding (RFC 4568 6.1) */
#define KEY_LENGTH 40

bool ly_sdp_next(ly_slice_t *rest, ly_sdp_line_t *line)
{
	size_t end;
	ly_slice_t text;

	if(rest->len == 0)
		return false;
	end = ly_find(*rest, '\n');
	line->line = ly_slice(rest->s, end < rest->len ? end + 1 : end);
	*rest = ly_from(*rest, line->line.len);
	text = ly_trim(line->line);
	if(text.len >= 2 && text.s[1] == '=') {
		line->type = text.s[0];
		line->value = ly_from(text, 2);
	} else {
		line->type = 0;
		line->value = text;
	}
	return true;
}

bool ly_crypto_parse(ly_slice_t value, ly_crypto_t *crypto)
{
	ly_slice_t rest, key;
	size_t bar;

	if(!ly_istarts(value, LY_LIT("crypto:")))
		return false;
	rest = ly_from(value, 7);
	crypto->tag = ly_word(&rest);
	crypto->suite = ly_word(&rest);
	key = ly_word(&rest);
	if(!ly_istarts(key, LY_LIT("inline:")) || !ly_digits(crypto->tag))
		return false;
	key = ly_from(key, 7);
	bar = ly_find(key, '|');
	crypto->key = ly_slice(key.s, bar);
	/* The MKI is the only field behind the key that holds a ':' (RFC 4568 6.1). */
	crypto->mki = ly_find(ly_from(key, bar), ':') < key.len - bar;
	crypto->more = ly_trim(rest);
	if(crypto->more.len == 0)
		crypto->more = ly_from(key, ly_find(key, ';'));
	return true;
}

/* Letters of base64 (RFC 4648 4). */
static bool letters[256];

__attribute__((constructor)) static void name_letters(void)
{
	static const char all[] =
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			"0123456789+/";

	for(size_t i = 0; i + 1 < sizeof(all); i++)
		letters[(unsigned char)all[i]] = true;
}

static bool base64(ly_slice_t text)
{
	bool all = true;

	for(size_t i = 0; i < text.len; i++)
		all &= letters[(unsigned char)text.s[i]];
	return all;
}

bool ly_crypto_usable(const ly_crypto_t *crypto)
{
	return ly_eq(crypto->suite, SUITE) && crypto->key.len == KEY_LENGTH
		   && base64(crypto->key) && crypto->more.len == 0;
}

/* Of one m= section: what its lines say. */
typedef struct section
{
	bool open; /* an audio section with a port */
	bool savp;
	unsigned keys;
	unsigned usable;
} section_t;

/* A stream with keys says so, and one of them is usable; where SRTP is optional it says RTP/AVP as well (MS-SDPEXT). */
static const char *check_keys(
		const section_t *s, const ly_media_profile_t *profile)
{
	if(profile->srtp == LY_MEDIA_SRTP && !s->savp)
		return "SRTP is required here, but the m= line does not say RTP/SAVP";
	if(s->usable == 0)
		return "RTP/SAVP without a usable a=crypto line "
			   "(AES_CM_128_HMAC_SHA1_80)";
	return NULL;
}

static const char *check_section(
		const section_t *s, const ly_media_profile_t *profile)
{
	/* A key is a key also in a stream that is refused, and before the first m= line. */
	if(!profile->srtp && s->keys)
		return "a=crypto on a side that carries plain RTP";
	if(!s->open)
		return NULL;
	if(profile->srtp == LY_MEDIA_SRTP
			|| (profile->srtp && (s->savp || s->keys)))
		return check_keys(s, profile);
	if(s->savp)
		return "this side carries plain RTP, but the m= line says RTP/SAVP";
	return NULL;
}

static const char *open_section(ly_slice_t media, section_t *s)
{
	ly_stream_t stream = ly_stream_read(media);

	memset(s, 0, sizeof(*s));
	if(!stream.audio || !stream.open)
		return NULL;
	s->open = true;
	s->savp = ly_eq(stream.protocol, LY_LIT("RTP/SAVP"));
	if(!s->savp && !ly_eq(stream.protocol, LY_LIT("RTP/AVP")))
		return "the m= line says neither RTP/AVP nor RTP/SAVP";
	return ly_word(&stream.formats).len
				   ? NULL
				   : "m= line without payload types: no codec in common";
}

/* tag: the only one that a key line may have; empty = any. */
static const char *check(
		ly_slice_t sdp, const ly_media_profile_t *profile, ly_slice_t tag)
{
	section_t section = {0};
	ly_sdp_line_t line;
	ly_crypto_t crypto;
	const char *wrong;

	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'm') {
			if((wrong = check_section(&section, profile))
					|| (wrong = open_section(line.value, &section)))
				return wrong;
		} else if(line.type == 'a'
				  && ly_istarts(line.value, LY_LIT("crypto"))) {
			section.keys++;
			if(!ly_crypto_parse(line.value, &crypto))
				continue;
			if(tag.len && !ly_eq(crypto.tag, tag))
				return "its a=crypto line answers a tag that was not offered";
			section.usable += ly_crypto_usable(&crypto);
		}
	}
	return check_section(&section, profile);
}

const char *ly_sdp_check(ly_slice_t sdp, const ly_media_profile_t *profile)
{
	return check(sdp, profile, LY_EMPTY);
}

const char *ly_sdp_check_made(ly_slice_t sdp, const ly_media_profile_t *profile)
{
	const char *wrong = check(sdp, profile, LY_EMPTY);
	unsigned keys = 0;
	ly_sdp_line_t line;

	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'm')
			keys = 0;
		else if(line.type == 'a' && ly_istarts(line.value, LY_LIT("crypto:"))
				&& ++keys > 1)
			return wrong ? wrong : "more than one a=crypto line in a stream";
	}
	return wrong;
}

const char *ly_sdp_check_answer(
		ly_slice_t sdp, const ly_media_profile_t *profile, ly_slice_t tag)
{
	return check(sdp, profile, tag);
}

bool ly_sdp_mean_srtp(ly_slice_t sdp, ly_edits_t *e)
{
	ly_slice_t protocol = LY_EMPTY; /* of the audio section we are in */
	ly_sdp_line_t line;
	ly_crypto_t crypto;
	bool srtp = false;

	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'm') {
			ly_slice_t rest = line.value;
			bool audio = ly_eq(ly_word(&rest), LY_LIT("audio"));
			ly_word(&rest); /* port */
			protocol = audio ? ly_word(&rest) : LY_EMPTY;
			srtp |= ly_eq(protocol, LY_LIT("RTP/SAVP"));
		} else if(line.type == 'a' && ly_eq(protocol, LY_LIT("RTP/AVP"))
				  && ly_crypto_parse(line.value, &crypto)) {
			ly_edit_replace(e, protocol, LY_LIT("RTP/SAVP"), "srtp-optional");
			protocol = LY_EMPTY; /* once is enough */
			srtp = true;
		}
	}
	return srtp;
}

ly_slice_t ly_sdp_crypto_tag(ly_slice_t sdp)
{
	ly_sdp_line_t line;
	ly_crypto_t crypto;

	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'a' && ly_crypto_parse(line.value, &crypto))
			return crypto.tag;
	}
	return LY_EMPTY;
}
