/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the tables of the schema are written (plan_schema*.c), and the elements that stand in files of their own. */
#ifndef LIBLYNC_PLAN_SCHEMA_WORDS_H
#define LIBLYNC_PLAN_SCHEMA_WORDS_H

#include "liblync/plan_schema.h"

/* The field of a structure: where it lies and how wide it is. */
#define FIELD(type, member) \
	.offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define ALSO(type, member) .text = offsetof(type, member)
#define NO_TEXT .text = LY_NOWHERE
#define CHECKED_ONLY .offset = LY_NOWHERE, .text = LY_NOWHERE
#define LIST(type, pointer, number, item)                          \
	.slot = LY_SLOT_LIST, .list = offsetof(type, pointer),         \
	.count = offsetof(type, number), .line = offsetof(item, line), \
	.size = sizeof(item)
#define CHILDREN(...)                   \
	(const ly_element_t *const[])       \
	{                                   \
		__VA_ARGS__ __VA_OPT__(, ) NULL \
	}
#define CHOICE(list) .kind = LY_KIND_CHOICE, .choices = (list)

#define DURATION(least, most) \
	.kind = LY_KIND_DURATION, .min = 1L * (least), .max = 1L * (most)
#define SECONDS 1000
#define MINUTES 60000
#define HOURS 3600000

extern const ly_element_t ly_plan_numbers_element, ly_plan_codes_element,
		ly_plan_profile_element;

#endif
