/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One list of number rules, applied to one number. numbering.h says when. */
#ifndef LIBLYNC_NUMBERS_H
#define LIBLYNC_NUMBERS_H

#include "liblync/plan.h"

#define LY_NUMBER_MAX LY_REGEX_MAX_SUBJECT

/* What has become of a number. */
typedef struct ly_renumbered
{
	ly_slice_t number; /* the given one, or a text in the caller's buffer */
	const ly_number_rule_t *rule; /* the one that matched; NULL: none did */
	/* NULL, or why the rule was not applied: the number is the given one */
	const char *trouble;
} ly_renumbered_t;

/*
 * Applies the first rule of numbers (NULL: there are none) that matches this number of a call with this direction:
 * what the pattern matches becomes the translation, what stands before and behind it stays. number is a user part
 * without its parameters (";ext=12"). buffer has LY_NUMBER_MAX bytes and gets the new one.
 * Costs well under a microsecond for each rule whose fixed beginning the number has; others are not looked at.
 * For any process that has a matcher of its own; writes nothing to the plan.
 */
ly_renumbered_t ly_numbers_apply(const ly_numbers_t *numbers,
		ly_direction_t direction, ly_number_kind_t kind, ly_slice_t number,
		ly_matcher_t *matcher, char *buffer);

#endif
