/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects that PowerShell's Export-Clixml wrote (MS-PSRP 2.2.5), of whatever kind.
 *
 * Export-Clixml goes only so deep, 2 unless -Depth says more; what lies deeper is written as the text that the object
 * gives of itself. A list of such texts where objects were is all one can see of it: ly_clixml_text_only().
 */
#ifndef LIBLYNC_CLIXML_H
#define LIBLYNC_CLIXML_H

#include "liblync/arena.h"
#include "liblync/finding.h"

#define LY_CLIXML_MAX_DEPTH 32 /* of objects in each other */
#define LY_CLIXML_MAX_VALUES \
	500000 /* in one file; an export of all that concerns trunks has some thousands */

typedef enum ly_clixml_kind
{
	LY_CLIXML_NULL,
	LY_CLIXML_TEXT, /* anything simple: text, number, true or false, GUID */
	LY_CLIXML_OBJECT
} ly_clixml_kind_t;

/* The types of an object, the most special first: "Microsoft.Rtc.….TrunkConfiguration", "System.Object". */
typedef struct ly_clixml_types
{
	ly_slice_t *names;
	unsigned count;
} ly_clixml_types_t;

/*
 * A value: an object of the file, a property of an object or an item of its list. An object that occurs twice is
 * shared. Never cyclic.
 */
typedef struct ly_clixml_value
{
	ly_clixml_kind_t kind;
	ly_slice_t name; /* of the property; empty for the others */
	ly_slice_t text; /* of an object: what it says of itself; often empty */
	const ly_clixml_types_t *types;
	const struct ly_clixml_value
			*properties; /* the first one; they go on with next */
	const struct ly_clixml_value *items; /* so do these */
	const struct ly_clixml_value *next;
	bool list; /* an object that is a list, may it be empty */
	unsigned line;
} ly_clixml_value_t;

/*
 * The objects of a file in *first (NULL: none), all in the arena; in any encoding that ly_xml_parse() knows. false
 * with a finding: no Clixml, too deep, too many, or no memory.
 */
bool ly_clixml_read(ly_slice_t bytes, ly_arena_t *arena, ly_report_t *report,
		const ly_clixml_value_t **first);

/* The property of that name, in any case; NULL where the object has none. */
const ly_clixml_value_t *ly_clixml_property(
		const ly_clixml_value_t *object, const char *name);

/* Its text; empty where there is none, or it is null. */
ly_slice_t ly_clixml_text(const ly_clixml_value_t *object, const char *name);

/* A type of the object ends with the name, as "Voice.Route" is the end of "Microsoft.Rtc.….Policy.Voice.Route". */
bool ly_clixml_is(const ly_clixml_value_t *object, const char *type);

/* The list has an item that is a text where an object was expected, or is itself such a text. */
bool ly_clixml_text_only(const ly_clixml_value_t *list);

#endif
