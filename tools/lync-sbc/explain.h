/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the SBC changes in one message, and why: computed as the module does, for people to read. */
#ifndef LYNC_SBC_EXPLAIN_H
#define LYNC_SBC_EXPLAIN_H

#include "liblync/crossing.h"

#define EXPLAIN_MESSAGE_MAX 65535 /* Kamailio reads no longer one */
#define EXPLAIN_TEXT_MAX 16384
#define EXPLAIN_NOTES 8

/* Why an edit is there: the rules whose absence would change it, or the one that wanted it. */
typedef struct explain_why
{
	ly_rule_set_t rules; /* of ly_rules; may be empty */
	const char *fixed; /* what no rule stands for, see edit_reason.h; or NULL */
} explain_why_t;

typedef struct explanation
{
	/* in: the way of the message; m is set to message. In a dialog of the demonstration key it is that of the call */
	ly_crossing_t x;
	const ly_plan_t *plan;
	/* out */
	ly_message_t message;
	ly_edits_t edits; /* of headers, then of the SDP */
	explain_why_t why[LY_MAX_EDITS];
	const char *notes[EXPLAIN_NOTES]; /* what the tool cannot know */
	unsigned note_count;
	const char *wrong; /* why the message is refused (a static text); or NULL */
	unsigned line;	   /* where */
	char text[EXPLAIN_TEXT_MAX]; /* of the edits */
} explanation_t;

/*
 * Explains the message raw. Leaves e->wrong set where the SBC would refuse it. What it remembers of a call travels in
 * Contact and Via: what is sealed there with the demonstration key, by an explanation before this one, is read again.
 */
void explain(explanation_t *e, ly_slice_t raw);

/* The edit's first reason, then more by counting up n; *reason gets its words. NULL: there are no more. */
const char *explain_why(
		const explanation_t *e, unsigned edit, unsigned n, const char **reason);

/* Standard output: the message with what is changed in it, width columns wide; the same as JSON. */
void explain_show(const explanation_t *e, unsigned width, bool colour);
void explain_json(const explanation_t *e);

#endif
