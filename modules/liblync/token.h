/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens: what a leg of a call has to remember, sealed into the Contact that we give out on the other leg. Whoever
 * sends a request in the dialog brings it back as the Request-URI, so nothing is stored and any node that has the
 * key can continue the call.
 *
 * Sealed with ChaCha20-Poly1305 (RFC 8439) from libsodium, bound to the Call-ID. The nonce is a keyed hash of what is
 * sealed (the SIV idea of RFC 5297): the same leg always gets the same token, and no counter has to be shared.
 */
#ifndef LIBLYNC_TOKEN_H
#define LIBLYNC_TOKEN_H

#include <stdint.h>

#include "liblync/plan.h"

#define LY_TOKEN_TEXT_MAX 2048
#define LY_TOKEN_SECRET_MIN 16 /* bytes */

typedef struct ly_token
{
	ly_side_t given_to; /* which side holds it */
	bool callee;		/* it was given to the called party */
	/* the caller does not want to be shown, in all its requests: later ones do not say so again */
	bool withheld;
	/* of the plan that the call began under; means something to the node that gave it */
	uint32_t edition;
	uint32_t trunk;	 /* ly_name_hash() of the trunk's name */
	uint32_t server; /* … of the Mediation Server's */
	uint32_t target; /* … of the target's */
	/* remote target of the other leg: its Contact URI, byte for byte */
	ly_slice_t contact;
	/* route set of the other leg as a Route value; empty = none */
	ly_slice_t routes;
	/* callee only: the caller's From as it wrote it, without display name and tag … */
	ly_slice_t from;
	ly_slice_t to; /* … and its To */
} ly_token_t;

typedef struct ly_token_key
{
	char id; /* one letter or digit; tells keys apart while they are rotated */
	uint8_t seal[32];
	uint8_t nonce[16];
} ly_token_key_t;

/* A stable name for a trunk or peer, the same on every node and after every reload (FNV-1a). */
uint32_t ly_name_hash(ly_slice_t name);

/*
 * Makes a key from a secret of at least LY_TOKEN_SECRET_MIN bytes. False where it is shorter. Call sodium_init() once
 * per process before anything here.
 */
bool ly_token_key_init(ly_token_key_t *key, char id, ly_slice_t secret);

/* Writes the token's text (letters, digits, '-', '_') to out; false where it is too long for LY_TOKEN_TEXT_MAX. */
bool ly_token_seal(const ly_token_key_t *key, const ly_token_t *token,
		ly_slice_t call_id, ly_buf_t *out);

/* Text begins like one of our tokens. Says nothing about whether it is genuine. */
bool ly_token_like(ly_slice_t text);

/*
 * Opens text. The slices of token point into memory (LY_TOKEN_TEXT_MAX bytes hold every token). Returns NULL, or why it was refused (a static text): every
 * byte of it and the Call-ID must be what was sealed.
 */
const char *ly_token_open(const ly_token_key_t *keys, unsigned key_count,
		ly_slice_t text, ly_slice_t call_id, char *memory, size_t size,
		ly_token_t *token);

#endif
