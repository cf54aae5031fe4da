/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is changed in a message: a list of edits, each with the rule that wanted it. The list is computed once, holds
 * at most one edit for each place, and is applied once. It is also the explanation of what was done.
 */
#ifndef LIBLYNC_EDIT_H
#define LIBLYNC_EDIT_H

#include <stdint.h>

#include "liblync/slice.h"

#define LY_MAX_EDITS 200

typedef struct ly_edit
{
	uint32_t offset;  /* in the message */
	uint32_t length;  /* bytes that go; 0 = something is put in */
	ly_slice_t text;  /* what comes; empty = something is taken out */
	const char *rule; /* the id of the rule that wanted it */
} ly_edit_t;

typedef struct ly_edits
{
	ly_slice_t message; /* what the offsets count in */
	ly_edit_t list[LY_MAX_EDITS];
	unsigned count;
	ly_buf_t text; /* where composed texts live; of the caller */
	bool full;	   /* list or text was too small: the edits must not be used */
} ly_edits_t;

/* Begins an empty list. memory holds composed texts and must live as long as the edits are used. */
void ly_edits_begin(
		ly_edits_t *e, ly_slice_t message, char *memory, size_t size);

/* old (a slice of the message) becomes text. The same text leaves no edit. */
void ly_edit_replace(
		ly_edits_t *e, ly_slice_t old, ly_slice_t text, const char *rule);
void ly_edit_remove(ly_edits_t *e, ly_slice_t old, const char *rule);
/* text comes before the byte at (which points into the message, or to its end). */
void ly_edit_insert(
		ly_edits_t *e, const char *at, ly_slice_t text, const char *rule);

/*
 * Sorts by place. False where the list is full or two edits meet: then nothing may be applied. Call it once, when
 * the list is complete.
 */
bool ly_edits_finish(ly_edits_t *e);

/* Writes the edited message to out (false: too small). Only after ly_edits_finish(). */
bool ly_edits_apply(const ly_edits_t *e, ly_buf_t *out);

#endif
