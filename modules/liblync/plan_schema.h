/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may stand in lync-trunks.xml, as data: which element holds which, and which attribute goes to which field
 * of the plan. The reader, the messages and the test of the XSD all work from these tables; a new attribute is a
 * row. Inside liblync and its tests only.
 */
#ifndef LIBLYNC_PLAN_SCHEMA_H
#define LIBLYNC_PLAN_SCHEMA_H

#include "liblync/plan.h"

#define LY_PLAN_NAMESPACE "urn:lync-sbc:trunks:1"
#define LY_VALUE_MAX 1024 /* bytes of one attribute */
#define LY_NOWHERE ((size_t)-1)

/* What an attribute's text must be. */
typedef enum ly_kind
{
	LY_KIND_NAME,
	LY_KIND_FQDN,
	LY_KIND_HOST, /* a domain name or an address */
	LY_KIND_ADDRESS,
	LY_KIND_PATH,
	LY_KIND_DIALLED,	  /* a telephone number, as it is written into a URI */
	LY_KIND_DIALLED_LIST, /* several, with blanks between them; or none */
	LY_KIND_TEXT,		  /* for people, or what is looked at later */
	LY_KIND_NUMBER,		  /* min to max, into a field of 2 or 4 bytes */
	LY_KIND_DURATION, /* "30s", into a field of 4 bytes in ms; min and max in ms */
	LY_KIND_CHOICE,	 /* one of choices, into a field of 1 or 4 bytes */
	LY_KIND_DIALECT, /* what ly_dialect() knows */
	LY_KIND_RULES,	 /* ids of ly_rules with blanks between them, into a mask */
	LY_KIND_HEADERS, /* names of headers with blanks between them */
	LY_KIND_CODECS,	 /* names of codecs with blanks between them, into a set */
	LY_KIND_POOL,	 /* the name of a pool; so the next ones */
	LY_KIND_TARGET,
	LY_KIND_TRUNK,
	LY_KIND_NUMBERS,
	LY_KIND_MEDIA, /* of a profile: the plan's, or one of ly_media_profile() */
	LY_KIND_CODES
} ly_kind_t;

typedef struct ly_allowed
{
	const char *name; /* NULL ends the list */
	int value;
} ly_allowed_t;

typedef struct ly_attribute
{
	const char *name; /* NULL ends the list */
	ly_kind_t kind;
	bool required;
	/* read where the attribute is absent; NULL leaves zero */
	const char *preset;
	/* of the field in the element's structure; LY_NOWHERE: only checked */
	size_t offset;
	size_t size; /* of the field */
	size_t text; /* of a slice that gets the text as well, or LY_NOWHERE */
	const ly_allowed_t *choices;
	long min;
	long max;
	bool or_zero; /* 0 is a number as well: none */
} ly_attribute_t;

/* Where an element's structure lies. */
typedef enum ly_slot
{
	LY_SLOT_PARENT, /* it is the parent's: the element only groups attributes */
	/* next in a list of the parent: list, count and size say where */
	LY_SLOT_LIST,
	LY_SLOT_INTERFACE, /* the node's side[] that the attribute side names */
	LY_SLOT_SERVER,	   /* plan->peers, and a pointer in the pool's servers */
	LY_SLOT_TARGET	   /* plan->peers, behind the servers */
} ly_slot_t;

typedef struct ly_element
{
	const char *name;
	const ly_attribute_t *attributes;
	const struct ly_element *const *children; /* ends with NULL */
	unsigned min; /* how often it stands in its parent */
	unsigned max; /* 0: no limit */
	ly_slot_t slot;
	size_t line;  /* offset of the unsigned that gets the line, or LY_NOWHERE */
	size_t list;  /* of the pointer to its structures, in the parent's */
	size_t count; /* of their number, in the parent's */
	size_t size;  /* of one */
} ly_element_t;

/* A name that a Lync administrator looks for, and where it is to be found here. */
typedef struct ly_hint
{
	const char *name; /* NULL ends the list */
	const char *hint;
} ly_hint_t;

extern const ly_hint_t ly_trunk_hints[];

/* <lync-trunks>, and <trunk> in it */
extern const ly_element_t ly_plan_root, ly_plan_trunk_element;

extern const ly_allowed_t ly_sides[], ly_transports[], ly_tls_versions[],
		ly_dtmf_forms[], ly_booleans[], ly_states[], ly_directions[],
		ly_number_kinds[], ly_target_kinds[];

/* The name of a value; "?" where the list has none. */
const char *ly_choice_name(const ly_allowed_t *choices, int value);

#endif
