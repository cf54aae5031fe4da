/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the call that an explained message belongs to: what an explanation before has sealed into Contact or
 * Via with the demonstration key, else what the message itself tells.
 */
#ifndef LYNC_SBC_EXPLAIN_CALL_H
#define LYNC_SBC_EXPLAIN_CALL_H

#include "explain.h"
#include "liblync/passage.h"

/* Where the texts of a passage live. */
typedef struct explain_call
{
	ly_keys_t keys; /* of the demonstration: anybody knows it */
	ly_passage_t passage;
	ly_token_t token;
	ly_origin_t origin;
	bool sealed; /* token or origin are what we gave out */
	char token_memory[LY_TOKEN_TEXT_MAX];
	char origin_memory[LY_ORIGIN_MEMORY];
	char names[LY_PASSAGE_MEMORY];
	ly_buf_t memory; /* names */
} explain_call_t;

/*
 * Finds the call of e->message; trunk, server and target of e->x become those of the call where it is one of the
 * demonstration. Returns NULL, or why the message is refused (a static text).
 */
const char *explain_call_find(explain_call_t *call, explanation_t *e);

/* Appends our Via of the request, as a header line. */
void explain_call_put_via(explain_call_t *call, ly_buf_t *out);

/* A note for who reads it. */
void explain_note(explanation_t *e, const char *note);

#endif
