/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Indexes and lists by prefix find what a look at everything finds. */
#include "plan_helpers.h"

#include "liblync/index.h"
#include "liblync/prefixes.h"

static ly_arena_t arena = {take, give, NULL};

/* The same numbers in every run. */
static uint32_t seed = 1;

static uint32_t random_below(uint32_t limit)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)(seed >> 8) * limit >> 24);
}

static void nothing_is_in_an_empty_index(void **state)
{
	ly_index_t index, zero = {0};

	(void)state;
	assert_true(ly_index_build(&index, &arena, NULL, 0));
	assert_int_equal(ly_index_find(&index, 0).count, 0);
	assert_int_equal(ly_index_find(&zero, 7).count, 0);
}

static void assert_all_found(
		const ly_index_t *index, const uint64_t *keys, size_t count)
{
	for(uint64_t key = 0; key < 300; key++) {
		ly_items_t found = ly_index_find(index, key);
		unsigned n = 0;
		for(uint32_t i = 0; i < count; i++) {
			if(keys[i] != key)
				continue;
			assert_true(n < found.count);
			assert_int_equal(found.item[n++], i);
		}
		assert_int_equal(found.count, n);
	}
}

/* Few different keys and many, key 0 among them. */
static void every_item_is_found_in_its_order(void **state)
{
	static uint64_t keys[2000];
	static ly_index_pair_t pairs[2000];

	(void)state;
	for(uint32_t different = 1; different < 300; different += 37) {
		size_t count = 1 + random_below(2000);
		ly_index_t index;
		for(uint32_t i = 0; i < count; i++)
			keys[i] = random_below(different);
		for(uint32_t i = 0; i < count; i++) /* backwards: it sorts */
			pairs[i] = (ly_index_pair_t){
					keys[count - 1 - i], (uint32_t)count - 1 - i};
		assert_true(ly_index_build(&index, &arena, pairs, count));
		assert_all_found(&index, keys, count);
	}
	ly_arena_free(&arena);
	assert_int_equal(live, 0);
}

static ly_slice_t random_text(char *buffer, size_t longest)
{
	size_t len = random_below((uint32_t)longest + 1);

	for(size_t i = 0; i < len; i++)
		buffer[i] = "01+"[random_below(3)];
	return ly_slice(buffer, len);
}

static bool begins(ly_slice_t text, ly_slice_t with)
{
	return text.len >= with.len && memcmp(text.s, with.s, with.len) == 0;
}

static void entries_come_in_order_and_none_is_missed(void **state)
{
	static char texts[500][24];
	ly_slice_t prefix[500];
	uint32_t items[500], item;
	ly_prefixes_t prefixes;
	unsigned walked = 0;

	(void)state;
	for(uint32_t i = 0; i < 500; i++) {
		prefix[i] = random_text(texts[i], i % 50 ? 6 : 24);
		items[i] = 2 * i;
	}
	assert_true(
			ly_prefixes_build(&prefixes, &arena, &arena, prefix, items, 500));
	for(int n = 0; n < 2000; n++) {
		char buffer[40];
		ly_slice_t text = random_text(buffer, 40);
		ly_prefix_walk_t walk;
		ly_prefixes_begin(&prefixes, text, &walk);
		for(uint32_t i = 0; i < 500; i++) {
			bool fits = begins(text, prefix[i]);
			/* A long prefix counts as its beginning only. */
			bool beginning_fits = begins(
					text, ly_slice(prefix[i].s, prefix[i].len < LY_PREFIX_MAX
														? prefix[i].len
														: LY_PREFIX_MAX));
			assert_true(beginning_fits || !fits);
			if(!beginning_fits)
				continue;
			assert_true(ly_prefixes_next(&walk, &item));
			assert_int_equal(item, 2 * i);
			walked++;
		}
		assert_false(ly_prefixes_next(&walk, &item));
	}
	assert_true(walked > 2000);
	ly_arena_free(&arena);
}

static void an_empty_list_has_no_entry(void **state)
{
	ly_prefixes_t prefixes = {0};
	ly_prefix_walk_t walk;
	uint32_t item;

	(void)state;
	ly_prefixes_begin(&prefixes, LY_LIT("+49"), &walk);
	assert_false(ly_prefixes_next(&walk, &item));
}

static void memory_may_end(void **state)
{
	ly_index_pair_t pairs[] = {{1, 1}, {2, 2}};
	const ly_slice_t prefix[] = {LY_LIT("1")};
	const uint32_t items[] = {0};
	ly_prefixes_t prefixes;
	ly_index_t index;

	(void)state;
	for(long n = 0; n < 2; n++) {
		until_failure = n;
		assert_false(ly_index_build(&index, &arena, pairs, 2));
		assert_int_equal(ly_index_find(&index, 1).count, 0);
		ly_arena_free(&arena);
	}
	for(long n = 0; n < 3; n++) {
		until_failure = n;
		assert_false(
				ly_prefixes_build(&prefixes, &arena, &arena, prefix, items, 1));
		ly_arena_free(&arena);
	}
	until_failure = -1;
	assert_int_equal(live, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(nothing_is_in_an_empty_index),
			TEST(every_item_is_found_in_its_order),
			TEST(entries_come_in_order_and_none_is_missed),
			TEST(an_empty_list_has_no_entry),
			TEST(memory_may_end),
	};

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
