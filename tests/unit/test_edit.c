/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

static ly_edits_t e;
static ly_slice_t message;

static int begin(void **state)
{
	(void)state;
	message = text("0123456789");
	ly_edits_begin(&e, message, block(8), 8);
	return 0;
}

static ly_slice_t part(size_t from, size_t len)
{
	return ly_slice(message.s + from, len);
}

static void nothing(void **state)
{
	(void)state;
	assert_true(ly_edits_finish(&e));
	assert_same(apply(&e), message);
}

/* However they come, they are applied in the order of their places. */
static void all_kinds_in_any_order(void **state)
{
	(void)state;
	ly_edit_insert(&e, message.s + 10, text("end"), "at-end");
	ly_edit_replace(&e, part(4, 2), text("four-five"), "middle");
	ly_edit_remove(&e, part(8, 1), "eight");
	ly_edit_insert(&e, message.s, text("start"), "at-start");
	ly_edit_replace(&e, part(6, 2), text("x"), "shorter");
	assert_true(ly_edits_finish(&e));
	assert_int_equal(e.count, 5);
	assert_string_equal(e.list[0].rule, "at-start");
	assert_string_equal(e.list[4].rule, "at-end");
	assert_slice(apply(&e), "start0123four-fivex9end");
}

static void what_changes_nothing_is_no_edit(void **state)
{
	(void)state;
	ly_edit_replace(&e, part(2, 3), text("234"), "same");
	ly_edit_remove(&e, part(5, 0), "nothing");
	ly_edit_insert(&e, message.s, LY_EMPTY, "nothing");
	ly_edit_replace(&e, part(3, 0), LY_EMPTY, "nothing");
	assert_int_equal(e.count, 0);
}

static void neighbours_do_not_meet(void **state)
{
	(void)state;
	ly_edit_remove(&e, part(2, 3), "a");
	ly_edit_remove(&e, part(5, 3), "b");
	ly_edit_insert(&e, message.s + 2, text("!"), "c");
	assert_true(ly_edits_finish(&e));
	assert_int_equal(e.count, 3);
}

static void an_insertion_before_what_goes(void **state)
{
	(void)state;
	ly_edit_insert(&e, message.s + 2, text("!"), "comes");
	ly_edit_remove(&e, part(2, 3), "goes");
	assert_true(ly_edits_finish(&e));
	assert_slice(apply(&e), "01!56789");
}

static void two_that_meet_are_refused(void **state)
{
	(void)state;
	ly_edit_remove(&e, part(5, 3), "a");
	ly_edit_replace(&e, part(2, 4), text("x"), "b");
	assert_false(ly_edits_finish(&e));
}

static void the_same_place_twice_is_refused(void **state)
{
	(void)state;
	ly_edit_replace(&e, part(2, 3), text("x"), "a");
	ly_edit_replace(&e, part(2, 3), text("y"), "b");
	assert_false(ly_edits_finish(&e));
}

static void two_insertions_at_one_place_are_refused(void **state)
{
	(void)state;
	ly_edit_insert(&e, message.s + 2, text("x"), "a");
	ly_edit_insert(&e, message.s + 2, text("y"), "b");
	assert_false(ly_edits_finish(&e));
}

static void one_outside_is_refused(void **state)
{
	(void)state;
	ly_edit_remove(&e, part(8, 3), "a");
	assert_false(ly_edits_finish(&e));
}

static void one_before_the_message_is_refused(void **state)
{
	(void)state;
	e.message = ly_from(message, 4);
	ly_edit_remove(&e, part(2, 1), "a");
	assert_false(ly_edits_finish(&e));
}

static void a_full_list_is_refused(void **state)
{
	(void)state;
	message = ly_slice(memset(block(LY_MAX_EDITS + 1), 'm', LY_MAX_EDITS + 1),
			LY_MAX_EDITS + 1);
	ly_edits_begin(&e, message, block(8), 8);
	for(int i = 0; i < LY_MAX_EDITS; i++)
		ly_edit_remove(&e, part((size_t)i, 1), "a");
	assert_true(ly_edits_finish(&e));
	assert_slice(apply(&e), "m");
	ly_edit_remove(&e, part(LY_MAX_EDITS, 1), "a");
	assert_false(ly_edits_finish(&e));
}

static void full_memory_is_refused(void **state)
{
	(void)state;
	ly_put(&e.text, text("12345678"));
	assert_true(ly_edits_finish(&e));
	ly_putc(&e.text, '9');
	assert_false(ly_edits_finish(&e));
}

static void room_for_the_result_is_exact(void **state)
{
	ly_buf_t out;

	(void)state;
	ly_edit_replace(&e, part(0, 1), text("ab"), "a");
	assert_true(ly_edits_finish(&e));
	for(size_t size = 0; size <= 12; size++) {
		out = ly_buf(block(size), size);
		assert_int_equal(ly_edits_apply(&e, &out), size >= 11);
	}
	assert_slice(ly_buf_slice(&out), "ab123456789");
}

#define EDIT(test) cmocka_unit_test_setup_teardown(test, begin, forget_blocks)

int main(void)
{
	const struct CMUnitTest tests[] = {EDIT(nothing),
			EDIT(all_kinds_in_any_order), EDIT(what_changes_nothing_is_no_edit),
			EDIT(neighbours_do_not_meet), EDIT(an_insertion_before_what_goes),
			EDIT(two_that_meet_are_refused),
			EDIT(the_same_place_twice_is_refused),
			EDIT(two_insertions_at_one_place_are_refused),
			EDIT(one_outside_is_refused),
			EDIT(one_before_the_message_is_refused),
			EDIT(a_full_list_is_refused), EDIT(full_memory_is_refused),
			EDIT(room_for_the_result_is_exact)};

	return cmocka_run_group_tests_name("edit", tests, NULL, NULL);
}
