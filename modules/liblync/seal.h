/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Seals: bytes that we give to others and get back, which nobody else can read, make or change. Nothing is stored, so
 * any node that has the key opens what another one has sealed.
 *
 * ChaCha20-Poly1305 (RFC 8439) from libsodium, bound to a Call-ID and to what the seal is for. The nonce is a keyed hash
 * of what is sealed (the SIV idea of RFC 5297): the same always gets the same seal, and no counter has to be shared.
 * Half of it comes from the Call-ID and is not sent.
 */
#ifndef LIBLYNC_SEAL_H
#define LIBLYNC_SEAL_H

#include <stdint.h>

#include "liblync/slice.h"

#define LY_SEAL_TEXT_MAX 2048
#define LY_SECRET_MIN 16 /* bytes */
#define LY_KEYS_MAX 8

/* What a seal is for: the first letter of its text. */
typedef enum ly_seal_kind
{
	LY_SEAL_LEG = 'L',	  /* a leg, in a Contact: token.h */
	LY_SEAL_ORIGIN = 'V', /* where a request came from, in a Via: origin.h */
	LY_SEAL_CALL_ID = 'C' /* a Call-ID */
} ly_seal_kind_t;

/* How it is written. */
typedef enum ly_seal_letters
{
	LY_BASE64URL, /* where case counts */
	LY_BASE32	  /* where it may be changed */
} ly_seal_letters_t;

typedef struct ly_key
{
	char id; /* a digit or small letter; tells keys apart while they are rotated */
	uint8_t seal[32];
	uint8_t nonce[16];
	uint8_t tag[16]; /* for ly_leg_tag() */
} ly_key_t;

/* The first seals; all of them open. */
typedef struct ly_keys
{
	ly_key_t key[LY_KEYS_MAX];
	unsigned count;
} ly_keys_t;

/*
 * Makes a key from a secret of at least LY_SECRET_MIN bytes. False where it is shorter. Call sodium_init() once per
 * process before anything here.
 */
bool ly_key_init(ly_key_t *key, char id, ly_slice_t secret);

/*
 * Reads keys from the text of a file: a line each, "ID SECRET", the newest first; or one secret alone, whose id is 0.
 * '#' begins a comment. Returns NULL, or what is wrong with it (a static text).
 */
const char *ly_keys_read(ly_keys_t *keys, ly_slice_t text);

/* The key with that id, or NULL. */
const ly_key_t *ly_keys_find(const ly_keys_t *keys, char id);

/*
 * Appends the seal of plain as text to out: letters of a URI's user part, or of a parameter. plain must have room for
 * the Call-ID behind its text, which stays as it is. False where out has no room, or plain was too small.
 */
bool ly_seal(const ly_key_t *key, ly_seal_kind_t kind, ly_buf_t *plain,
		ly_slice_t call_id, ly_seal_letters_t letters, ly_buf_t *out);

/* Text begins like a seal of that kind, and is long enough for one. Says nothing about whether it is genuine. */
bool ly_seal_like(
		ly_slice_t text, ly_seal_kind_t kind, ly_seal_letters_t letters);

/*
 * Appends to plain (begun empty) what was sealed. Returns NULL, or why text is refused (a static text): every byte of
 * it, its kind and the Call-ID must be as they were. *id, where not NULL, gets the id of the key.
 */
const char *ly_open(const ly_keys_t *keys, ly_seal_kind_t kind, ly_slice_t text,
		ly_slice_t call_id, ly_seal_letters_t letters, ly_buf_t *plain,
		char *id);

#endif
