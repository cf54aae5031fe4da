/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings: what is wrong with a file an administrator wrote, said so that he can mend it.
 */
#ifndef LIBLYNC_FINDING_H
#define LIBLYNC_FINDING_H

#include "liblync/slice.h"

typedef enum ly_severity
{
	LY_ERROR, /* the plan is not taken */
	LY_WARNING /* it is taken, but something in it will not work as it may be meant */
} ly_severity_t;

/* One thing that is wrong with a plan file. */
typedef struct ly_finding
{
	ly_severity_t severity;
	unsigned line; /* 0 where no line can be named (file missing) */
	/* What is wrong and what was expected or mends it: a whole sentence without the place. */
	char text[800];
} ly_finding_t;

/* Who hears of findings. Begins as all zero, or with tell, to and warn set. */
typedef struct ly_report
{
	/* Called for each of the first thousands; may be NULL. */
	void (*tell)(void *to, const ly_finding_t *finding);
	void *to;
	bool warn;		/* to be set: look for warnings too, which takes time */
	unsigned count; /* of errors so far */
	unsigned warnings;
	ly_finding_t first; /* error */
	bool no_memory;		/* the rest of the work is in vain */
} ly_report_t;

/*
 * Reports an error. What the file said may stand in it: control characters come out as '?', and what is too long
 * is cut between two characters.
 */
void ly_found(ly_report_t *report, unsigned line, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

/* The same for a warning, which counts apart and stops nothing. */
void ly_warned(ly_report_t *report, unsigned line, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

/* "error" or "warning". */
const char *ly_severity_name(ly_severity_t severity);

/*
 * The same of something that is none of the known names: "; did you mean 'port'? known: address, port" follows.
 * The suggestion is left out where no name is spelled nearly like the given one.
 */
void ly_found_unknown(ly_report_t *report, unsigned line, ly_slice_t given,
		const ly_slice_t *known, size_t count, const char *format, ...)
		__attribute__((format(printf, 6, 7)));

/* Out of memory: a finding without a line, said once. */
void ly_found_no_memory(ly_report_t *report);

/* Of the known names the one spelled most nearly like given; empty where none is near. */
ly_slice_t ly_nearest(ly_slice_t given, const ly_slice_t *known, size_t count);

#endif
