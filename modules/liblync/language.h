/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which numbers a regular expression matches, as an automaton that can be compared with others: whether one rule
 * leaves anything for the next, whether a pattern fits any number at all. For patterns of the simple kind that
 * people write for numbers; of others nothing is said. For the check of plans, not for calls.
 */
#ifndef LIBLYNC_LANGUAGE_H
#define LIBLYNC_LANGUAGE_H

#include <stdint.h>

#include "liblync/slice.h"

#define LY_LANGUAGE_MAX \
	64 /* places for characters in an expression, repetitions written out */

/* Characters 0 to 127. */
typedef struct ly_charset
{
	uint64_t half[2];
} ly_charset_t;

/*
 * Glushkov's automaton: its states are the places of characters in the expression; bit i stands for place i.
 * follow[i] are the places that may come behind place i.
 */
typedef struct ly_language
{
	ly_charset_t sets[LY_LANGUAGE_MAX];
	uint64_t follow[LY_LANGUAGE_MAX];
	uint64_t first;
	uint64_t last;
	unsigned count;
	bool nullable; /* the empty text belongs to it */
} ly_language_t;

/*
 * The texts in which the pattern finds a match. False where it is not simple (references back, looking ahead,
 * options, alternatives outside of parentheses, \b) or too long.
 */
bool ly_language_of(ly_slice_t pattern, ly_language_t *language);

/*
 * Every text of inner that can be a number is one of outer: characters that may stand in the user part of a SIP URI
 * are tried only. False also where it would take too long to find out.
 */
bool ly_language_within(const ly_language_t *inner, const ly_language_t *outer);

/*
 * A short text of the language that can be a number: its length, at most LY_LANGUAGE_MAX; 0 where there is none. It
 * tells soon that one language is not within another.
 */
size_t ly_language_sample(
		const ly_language_t *language, char text[LY_LANGUAGE_MAX]);

/* Whether the text belongs to the language. */
bool ly_language_has(const ly_language_t *language, ly_slice_t text);

/* Some text that can be a number and is not empty belongs to both. */
bool ly_language_meets(const ly_language_t *a, const ly_language_t *b);

#endif
