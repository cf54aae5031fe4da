/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

#include "liblync/arena.h"

static int taken, given;

static void *counting_take(size_t size)
{
	taken++;
	return malloc(size);
}

static void counting_give(void *p)
{
	given++;
	free(p);
}

static void *take_nothing(size_t size)
{
	(void)size;
	return NULL;
}

static ly_arena_t new_arena(void)
{
	taken = given = 0;
	return (ly_arena_t){counting_take, counting_give, NULL};
}

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
	ly_arena_t arena = new_arena();
	unsigned char *pieces[2000];

	(void)state;
	for(size_t i = 0; i < 2000; i++) {
		size_t size = i % 97;
		pieces[i] = ly_arena_alloc(&arena, size);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for(size_t j = 0; j < size; j++)
			assert_int_equal(pieces[i][j], 0);
		memset(pieces[i], (int)(i & 0xff), size);
	}
	for(size_t i = 0; i < 2000; i++) {
		for(size_t j = 0; j < i % 97; j++)
			assert_int_equal(pieces[i][j], i & 0xff);
	}
	assert_in_range(taken, 2, 20); /* blocks, not pieces */
	ly_arena_free(&arena);
	assert_int_equal(taken, given);
}

static void a_large_piece_leaves_the_block_in_use(void **state)
{
	ly_arena_t arena = new_arena();

	(void)state;
	assert_non_null(ly_arena_alloc(&arena, 100));
	memset(ly_arena_alloc(&arena, 1 << 20), 1, 1 << 20);
	assert_int_equal(taken, 2);
	assert_non_null(ly_arena_alloc(&arena, 100));
	assert_int_equal(taken, 2);
	ly_arena_free(&arena);
	assert_int_equal(given, 2);
}

static void copies_end_with_nul(void **state)
{
	ly_arena_t arena = new_arena();
	ly_slice_t copy = ly_arena_copy(&arena, LY_LIT("med01"));
	ly_slice_t empty = ly_arena_copy(&arena, LY_EMPTY);

	(void)state;
	assert_int_equal(copy.len, 5);
	assert_string_equal(copy.s, "med01");
	assert_int_equal(empty.len, 0);
	assert_string_equal(empty.s, "");
	ly_arena_free(&arena);
}

static void it_can_be_used_again(void **state)
{
	ly_arena_t arena = new_arena();

	(void)state;
	ly_arena_free(&arena);
	assert_non_null(ly_arena_alloc(&arena, 1));
	ly_arena_free(&arena);
	assert_null(arena.last);
	assert_non_null(ly_arena_alloc(&arena, 1));
	ly_arena_free(&arena);
	assert_int_equal(taken, given);
}

static void without_memory_there_is_nothing(void **state)
{
	ly_arena_t arena = {take_nothing, free, NULL};
	ly_arena_t rich = new_arena();

	(void)state;
	assert_null(ly_arena_alloc(&arena, 1));
	assert_null(ly_arena_copy(&arena, LY_LIT("x")).s);
	assert_null(ly_arena_alloc(&rich, SIZE_MAX));
	assert_null(ly_arena_alloc(&rich, SIZE_MAX / 2 + 1));
	assert_int_equal(taken, 0);
	ly_arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
			cmocka_unit_test(a_large_piece_leaves_the_block_in_use),
			cmocka_unit_test(copies_end_with_nul),
			cmocka_unit_test(it_can_be_used_again),
			cmocka_unit_test(without_memory_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
