/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tokens: what a leg of a call has to remember, sealed into the Contact that we give out on the other leg. Whoever
 * sends a request in the dialog brings it back in the Request-URI, so nothing is stored and any node that has the
 * key can continue the call.
 */
#ifndef LIBLYNC_TOKEN_H
#define LIBLYNC_TOKEN_H

#include "liblync/plan.h"
#include "liblync/seal.h"
#include "liblync/uri.h"

#define LY_TOKEN_TEXT_MAX (LY_SEAL_TEXT_MAX + 1) /* the letter of its node */
#define LY_TOKEN_PARAM LY_LIT("lt")

/* What is the same in a whole dialog, for both of its legs. */
typedef struct ly_dialog
{
	/* key that our tags are made with: the one in force when the call began */
	char tag_key;
	/* the caller does not want to be shown, in all its requests: later ones do not say so again */
	bool withheld;
	/* each answer of a call that forks has a tag of its own on the caller's leg; else all have the same one */
	bool forks_apart;
	/* 0 to 15: how many numbers of ours went out before the INVITE that made the dialog, see ly_leg_cseq() */
	uint8_t slot;
	/* number of the media node that has its media, at most LY_MEDIA_NODES_MAX; 0: none was needed yet */
	uint8_t media;
} ly_dialog_t;

#define LY_MEDIA_NODES_MAX 31

/*
 * The number of the media node stands in clear before what is sealed, too: so a message finds the workers of its node
 * before anything of it is opened. What holds is what was sealed; where the letter says something else, somebody has
 * changed it.
 */
char ly_media_letter(uint8_t media);
/* Of the text of a token or origin; 0 where it is none. */
unsigned ly_media_hint(ly_slice_t text);
/* Whether it has the letter of that node; its case may have been changed. */
bool ly_media_fits(ly_slice_t text, uint8_t media);

typedef struct ly_token
{
	ly_side_t given_to; /* which side holds it */
	bool callee;		/* it was given to the called party */
	ly_dialog_t dialog;
	/* of the plan that the call began under; means something to the node that gave it */
	uint16_t edition;
	uint32_t trunk;	 /* ly_name_hash() of the trunk's name */
	uint32_t server; /* … of the Mediation Server's */
	uint32_t target; /* … of the target's */
	/* remote target of the other leg: its Contact URI, byte for byte */
	ly_slice_t contact;
	/* route set of the other leg as a Route value; empty = none */
	ly_slice_t routes;
	/* callee only: the caller's From as it wrote it, without display name and tag … */
	ly_slice_t from;
	ly_slice_t to;	/* … and its To */
	ly_slice_t tag; /* of who is at the end of the other leg */
} ly_token_t;

/* A stable name for a trunk or peer, the same on every node and after every reload (FNV-1a). */
uint32_t ly_name_hash(ly_slice_t name);

/*
 * Writes the token's text (letters, digits, '-', '_'; in base32 small letters and digits) to out; false where it is
 * too long for LY_TOKEN_TEXT_MAX.
 */
bool ly_token_seal(const ly_key_t *key, const ly_token_t *token,
		ly_slice_t call_id, ly_seal_letters_t letters, ly_buf_t *out);

/*
 * The token in a Request-URI: in its user part, or in its parameter "lt", whose case may have been changed. Its s is
 * NULL where there is none. Says nothing about whether it is genuine.
 */
ly_slice_t ly_token_in(const ly_uri_t *uri, ly_seal_letters_t *letters);

/*
 * Opens text. The slices of token point into memory (LY_TOKEN_TEXT_MAX bytes hold every token). Returns NULL, or why
 * it was refused (a static text): every byte of it and the Call-ID must be what was sealed.
 */
const char *ly_token_open(const ly_keys_t *keys, ly_slice_t text,
		ly_seal_letters_t letters, ly_slice_t call_id, char *memory,
		size_t size, ly_token_t *token);

/* For what else is sealed of a dialog: in three bytes. */
void ly_dialog_put(ly_buf_t *form, const ly_dialog_t *dialog);
ly_dialog_t ly_dialog_get(ly_slice_t *form);

#endif
