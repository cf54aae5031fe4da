/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan, told element by element and attribute by attribute, with the names of lync-trunks.xml and the values that
 * are in force: for whoever shows it, to people or to programs. What the vocabulary gains is told without a change.
 */
#ifndef LIBLYNC_PLAN_WALK_H
#define LIBLYNC_PLAN_WALK_H

#include "liblync/plan.h"

typedef enum ly_told
{
	LY_TOLD_TEXT,
	LY_TOLD_NUMBER,
	LY_TOLD_BOOLEAN /* "true" or "false" */
} ly_told_t;

/* One attribute. The texts live until the call returns. */
typedef struct ly_told_attribute
{
	const char *name;
	ly_slice_t value;
	ly_told_t what;
	bool standard; /* the value that it has when it is left out */
} ly_told_attribute_t;

/* Who is told. list may be NULL. */
typedef struct ly_listener
{
	void *to;
	/* Begins and ends what may come more than once: all elements of one name. */
	void (*list)(void *to, const char *name, bool begins);
	/* Begins and ends one element; its attributes come first. */
	void (*element)(void *to, const char *name, bool begins);
	/* Not for those that are left out and have no standard value. */
	void (*attribute)(void *to, const ly_told_attribute_t *attribute);
} ly_listener_t;

/* Tells all of a plan. Reads only, any process. */
void ly_plan_walk(const ly_plan_t *plan, const ly_listener_t *listener);

/* Tells one trunk of it in the same way. */
void ly_plan_walk_trunk(const ly_trunk_t *trunk, const ly_listener_t *listener);

#endif
