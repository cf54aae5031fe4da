/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The codes of ms-diagnostics in the words of a voice engineer: what has happened, and what to do. */
#ifndef LIBLYNC_DIAGNOSTIC_CODES_H
#define LIBLYNC_DIAGNOSTIC_CODES_H

/* How much a code says of the cause, in rising order. */
typedef enum ly_tells
{
	LY_TELLS_NOTHING, /* a server found no ms-diagnostics in what it was told */
	LY_TELLS_CODE,	  /* a SIP code came from further in, or from a gateway */
	LY_TELLS_AREA, /* not in the table: only which part of Lync has said it */
	LY_TELLS_CAUSE
} ly_tells_t;

/* Where a row comes from. */
typedef enum ly_known_from
{
	LY_KNOWN_OCER,	/* [MS-OCER], or Microsoft's page of the header */
	LY_KNOWN_TRACE, /* published traces and reports */
	LY_KNOWN_GUESS	/* neither was at hand: from its neighbours, and hearsay */
} ly_known_from_t;

typedef struct ly_meaning
{
	unsigned from, to; /* codes */
	ly_tells_t tells;
	ly_known_from_t known_from;
	const char *meaning;
	const char *to_do;
} ly_meaning_t;

/*
 * What a code means: its own row, else the one of its range, else one for codes of no range. Never NULL; static.
 * Reads only, any process.
 */
const ly_meaning_t *ly_diagnostic_meaning(unsigned id);

/* The table, for tests: rows of one code in rising order, then ranges, then the row for all others. */
extern const ly_meaning_t ly_meanings[];
extern const unsigned ly_meaning_count;

#endif
