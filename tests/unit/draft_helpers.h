/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of plans as they are written share. Included once per test program, not compiled apart. */
#ifndef TESTS_UNIT_DRAFT_HELPERS_H
#define TESTS_UNIT_DRAFT_HELPERS_H

#include "lync_helpers.h"

#include "liblync/plan_draft.h"

#define OPEN "<lync-trunks xmlns=\"urn:lync-sbc:trunks:1\" version=\"1\">"
#define CLOSE "</lync-trunks>"
#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

typedef struct plan
{
	ly_arena_t arena;
	ly_report_t report;
	ly_draft_t draft;
} plan_t;

static inline bool load(plan_t *plan, ly_slice_t text)
{
	*plan = (plan_t){.arena = {take, give, NULL}};
	return ly_draft_read(&plan->draft, text, &plan->arena, &plan->report);
}

static inline void load_right(plan_t *plan, const char *text)
{
	if(!load(plan, ly_cstr(text)))
		fail_msg("%s: %s", text, plan->report.first.text);
}

static inline void drop(plan_t *plan)
{
	ly_arena_free(&plan->arena);
	assert_int_equal(live, 0);
}

#endif
