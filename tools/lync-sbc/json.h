/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes JSON (RFC 8259) to standard output, indented. */
#ifndef LYNC_SBC_JSON_H
#define LYNC_SBC_JSON_H

#include "liblync/slice.h"

/* Begins as {0}. */
typedef struct json
{
	unsigned depth;
	bool more; /* a comma is needed before the next one */
} json_t;

/* A member of an object, or with name NULL an element of an array. Texts are UTF-8, as XML has made sure. */
void json_text(json_t *json, const char *name, ly_slice_t text);
/* A number, true or false, as it is written. */
void json_literal(json_t *json, const char *name, ly_slice_t text);
/* '{' or '[' and what ends it. */
void json_open(json_t *json, const char *name, char bracket);
void json_close(json_t *json, char bracket);

#endif
