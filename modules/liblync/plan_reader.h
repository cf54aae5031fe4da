/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the parts of the plan's reader work together: read by tables, link, check. Inside liblync only. */
#ifndef LIBLYNC_PLAN_READER_H
#define LIBLYNC_PLAN_READER_H

#include <libxml/tree.h>

#include "liblync/plan_schema.h"

/* A name in the file that stands for something defined elsewhere in it. */
typedef struct ly_reference
{
	struct ly_reference *next;
	const char *element; /* where it stands, for the message */
	const char *attribute;
	ly_kind_t kind; /* LY_KIND_POOL to LY_KIND_CODES */
	ly_slice_t name;
	void *field; /* the pointer that gets what it means */
	unsigned line;
} ly_reference_t;

typedef struct ly_reader
{
	ly_plan_t *plan;
	ly_arena_t *
			scratch; /* for what is not needed any more when the plan is read */
	ly_report_t *report;
	ly_reference_t *references; /* in the order of the file */
	ly_reference_t **references_end;
	unsigned server_total;
	unsigned servers; /* read so far */
	unsigned targets;
} ly_reader_t;

/* Where an attribute stands. */
typedef struct ly_spot
{
	const ly_element_t *element;
	void *item; /* the element's structure */
	unsigned line;
} ly_spot_t;

/*
 * The plan that the text describes, in memory from take; NULL where the report says what is wrong. scratch is the
 * caller's and can be freed afterwards. plan.c
 */
ly_plan_t *ly_plan_build(ly_slice_t xml, const char *name,
		void *(*take)(size_t), void (*give)(void *), ly_arena_t *scratch,
		ly_report_t *report);

/* Fills the plan from the tree. plan_xml.c. What each of these finds wrong is in the report. */
void ly_plan_read(ly_reader_t *reader, const xmlNode *root);

/* Puts the value of one attribute, or its preset, where it goes. plan_value.c */
void ly_plan_value(ly_reader_t *reader, const ly_spot_t *spot,
		const ly_attribute_t *attribute, ly_slice_t text);

/* Names become pointers, absent values those of the pool or the mode. plan_link.c */
void ly_plan_link(ly_reader_t *reader);

/* Regular expressions and translations become what is matched with, and are put in order. plan_compile.c */
void ly_plan_compile(ly_reader_t *reader);

/* What the parts say must fit together. plan_check.c */
void ly_plan_check(ly_reader_t *reader);
void ly_plan_check_media(ly_reader_t *reader); /* parts of it */
void ly_plan_check_routes(ly_reader_t *reader);
void ly_plan_check_hunt(ly_reader_t *reader);

/* What is looked up for every request gets an index. plan_index.c */
void ly_plan_index(ly_reader_t *reader);

/* What is no mistake but looks like one is told as warnings. plan_warn.c, plan_warn_*.c */
void ly_plan_warn(ly_reader_t *reader);
void ly_plan_warn_of_numbers(ly_reader_t *reader);
void ly_plan_warn_of_blanks(ly_reader_t *reader);

#endif
