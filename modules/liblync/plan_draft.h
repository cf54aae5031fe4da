/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan as it is written, to be changed: elements, attributes and comments, whatever they mean. Where the plan's
 * vocabulary grows, what is not looked at here stays as it was.
 *
 * Functions that need memory say in the draft's report when there is none, and return NULL or do nothing; they take
 * a NULL item and do nothing with it. So one look at the report at the end is enough.
 */
#ifndef LIBLYNC_PLAN_DRAFT_H
#define LIBLYNC_PLAN_DRAFT_H

#include "liblync/arena.h"
#include "liblync/finding.h"

typedef enum ly_item_kind
{
	LY_ITEM_ELEMENT,
	LY_ITEM_COMMENT,
	LY_ITEM_INSTRUCTION /* <?…?>, for editors */
} ly_item_kind_t;

typedef struct ly_item_attribute
{
	struct ly_item_attribute *next;
	ly_slice_t
			name; /* with its prefix, if any; so are declarations of namespaces */
	ly_slice_t value;
} ly_item_attribute_t;

typedef struct ly_item
{
	ly_item_kind_t kind;
	ly_slice_t name; /* of an element, with its prefix; of an instruction */
	ly_slice_t text; /* of a comment or an instruction */
	ly_item_attribute_t
			*attributes; /* in the order in which they are written */
	struct ly_item *parent, *first, *last, *before, *next;
	unsigned
			line; /* where it stands in the file that was read, or at last written */
} ly_item_t;

typedef struct ly_draft
{
	ly_arena_t *arena;
	ly_report_t *report;
	ly_item_t
			*document; /* what stands beside the root, such as comments, and */
	ly_item_t *root;   /* <lync-trunks> */
} ly_draft_t;

/*
 * Reads a plan file, in any encoding that ly_xml_parse() knows. The report is a fresh one. false with a finding: no
 * XML, no plan, or no memory. Whether the plan is right is not looked at.
 */
bool ly_draft_read(ly_draft_t *draft, ly_slice_t bytes, ly_arena_t *arena,
		ly_report_t *report);

/* A plan with nothing in it; false without memory. */
bool ly_draft_empty(ly_draft_t *draft, ly_arena_t *arena, ly_report_t *report);

/* An element with that local name. */
bool ly_item_is(const ly_item_t *item, const char *name);

/* The first such element in parent, or after item beside it; NULL where there is none. */
ly_item_t *ly_item_first(const ly_item_t *parent, const char *name);
ly_item_t *ly_item_next(const ly_item_t *item, const char *name);

/* The value of an attribute; s is NULL where it is absent. */
ly_slice_t ly_item_get(const ly_item_t *item, const char *name);

/* Gives an attribute its value (copied): the old one's place, or the last. */
void ly_item_set(
		ly_draft_t *draft, ly_item_t *item, const char *name, ly_slice_t value);
void ly_item_unset(ly_item_t *item, const char *name);

/* A new element in parent: where the order of the plan's tables wants it, behind those of its name. */
ly_item_t *ly_draft_add(ly_draft_t *draft, ly_item_t *parent, const char *name);

/*
 * A comment (copied) before an item, or as the first thing in parent where before is NULL. Nothing happens where the
 * same comment stands there.
 */
void ly_draft_comment(ly_draft_t *draft, ly_item_t *parent, ly_item_t *before,
		ly_slice_t text);

/* Takes an item out of the draft. */
void ly_item_remove(ly_item_t *item);

/* A copy of the text formatted as printf() does, in the draft's arena; empty without memory. */
ly_slice_t ly_draft_text(ly_draft_t *draft, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

#endif
