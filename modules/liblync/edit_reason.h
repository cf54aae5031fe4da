/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why an edit is there, for people. */
#ifndef LIBLYNC_EDIT_REASON_H
#define LIBLYNC_EDIT_REASON_H

/*
 * The reason for edits of that id: a rule of dialect.h, or what is done whatever the rules say (our Contact, the names of
 * a leg). NULL where nothing has that id.
 */
const char *ly_edit_reason(const char *id);

/* The ids that are no rules, and their reasons. */
typedef struct ly_fixed_reason
{
	const char *id;
	const char *reason;
} ly_fixed_reason_t;

extern const ly_fixed_reason_t ly_fixed_reasons[];
extern const unsigned ly_fixed_reason_count;

#endif
