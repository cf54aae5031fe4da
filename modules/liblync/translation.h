/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a number becomes: .NET's replacement text ("+4930$1"), taken apart once. */
#ifndef LIBLYNC_TRANSLATION_H
#define LIBLYNC_TRANSLATION_H

#include "liblync/regex.h"

typedef struct ly_translation
{
	ly_slice_t text; /* as written */
	const struct ly_translation_piece *pieces;
	unsigned count;
} ly_translation_t;

/*
 * Takes translation->text apart, for what regex matches; both must be in memory that lives as long as arena.
 * $1 and ${1} are groups by number, ${name} by name, $& all that matched, $` and $' what stands before and behind
 * it, $_ the whole number, $$ a '$'. False where it names a group that regex has not, or would write what cannot
 * stand in a SIP URI (RFC 3261 25.1, user): why says so, beginning with a verb. Nothing is written to why without
 * memory.
 */
bool ly_translation_compile(ly_translation_t *translation,
		const ly_regex_t *regex, ly_arena_t *arena, ly_buf_t *why);

/* Writes what number becomes, where the matcher has just matched it. */
void ly_translation_put(const ly_translation_t *translation, ly_slice_t number,
		const ly_matcher_t *matcher, ly_buf_t *out);

#endif
