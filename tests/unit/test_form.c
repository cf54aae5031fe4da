/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/form.h"

static char memory[2 * LY_FORM_TEXT_MAX
				   + 16]; /* packing wants room for twice as much */

static ly_slice_t form_of(const ly_slice_t *texts, unsigned count)
{
	ly_buf_t b = ly_buf(memory, sizeof(memory));

	ly_form_put_texts(&b, texts, count);
	assert_false(b.full);
	return exact(ly_buf_slice(&b));
}

static void numbers(void **state)
{
	ly_buf_t b = ly_buf(memory, sizeof(memory));
	ly_slice_t in;

	(void)state;
	ly_putc(&b, '\x80');
	ly_form_put_u16(&b, 0xfffe);
	ly_form_put_u32(&b, 0x80000001);
	ly_form_put_u32(&b, 0xffffffff);
	in = exact(ly_buf_slice(&b));
	assert_int_equal(in.len, 11);
	assert_int_equal(ly_form_get_u8(&in), 0x80);
	assert_int_equal(ly_form_get_u16(&in), 0xfffe);
	assert_int_equal(ly_form_get_u32(&in), 0x80000001);
	assert_int_equal(ly_form_get_u32(&in), 0xffffffff);
	assert_int_equal(in.len, 0);
}

/* Nothing is read behind the end, and what was there before it is no half of a number. */
static void numbers_cut_off(void **state)
{
	(void)state;
	for(size_t len = 0; len < 4; len++) {
		ly_slice_t in = exact(ly_slice("\x11\x22\x33", len < 3 ? len : 3));
		uint32_t n = ly_form_get_u32(&in);

		assert_int_equal(n & 0xff, 0);
		assert_int_equal(in.len, 0);
		assert_int_equal(ly_form_get_u8(&in), 0);
		assert_int_equal(ly_form_get_u16(&in), 0);
	}
}

/* Lengths on both sides of where a second byte begins, and the longest of all. */
static void texts_there_and_back(void **state)
{
	static const size_t lengths[] = {0, 1, 127, 128, 129, 255, 256, 1000};
	const char *letters = memset(block(2048), 'q', 2048);

	(void)state;
	for(size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		ly_slice_t texts[3] = {ly_slice(letters, lengths[i]), text("<sip:"),
				ly_slice(letters, lengths[i])},
				   back[3], *to[3] = {&back[0], &back[1], &back[2]};
		size_t need = 2 * lengths[i] + 5;
		ly_slice_t form = form_of(texts, 3);

		for(size_t size = need - 1; size <= need + 1; size++) {
			ly_buf_t room = ly_buf(block(size), size);

			assert_int_equal(
					ly_form_get_texts(form, &room, to, 3), size >= need);
			if(size < need)
				continue;
			for(int j = 0; j < 3; j++) {
				assert_same(back[j], texts[j]);
				assert_true(within(back[j], ly_slice(room.s, size)));
			}
		}
	}
}

/* Behind what stands in the memory already. */
static void texts_behind_something(void **state)
{
	ly_slice_t one = text("xyz"), back, *to = &back;
	ly_buf_t room = ly_buf(block(7), 7);

	(void)state;
	ly_put(&room, LY_LIT("abcd"));
	assert_true(ly_form_get_texts(form_of(&one, 1), &room, &to, 1));
	assert_slice(back, "xyz");
	assert_slice(ly_buf_slice(&room), "abcdxyz");
}

static bool taken(ly_slice_t form, unsigned count)
{
	ly_slice_t back[8], *to[8];
	ly_buf_t room = ly_buf(block(64), 64);
	bool good;

	for(int i = 0; i < 8; i++)
		to[i] = &back[i];
	good = ly_form_get_texts(form, &room, to, count);
	for(unsigned i = 0; good && i < count; i++)
		assert_true(within(back[i], ly_slice(room.s, 64)));
	return good;
}

/* Each shorter form, and one with more behind it. */
static void texts_cut_off(void **state)
{
	const ly_slice_t texts[] = {text("xyz"), text("abcuvw"), text("")};
	ly_slice_t form = form_of(texts, 3);

	(void)state;
	assert_true(taken(form, 3));
	for(size_t len = 0; len < form.len; len++)
		assert_false(taken(exact(ly_slice(form.s, len)), 3));
	memcpy(memory, form.s, form.len);
	memory[form.len] = 'q';
	assert_false(taken(exact(ly_slice(memory, form.len + 1)), 3));
	assert_false(taken(form, 2));
	assert_false(taken(form, 4));
}

static void hostile_lengths(void **state)
{
	static const struct
	{
		const char *form;
		size_t len;
		bool good;
	} rows[] = {{"\x03xyz", 4, true}, {"\x04xyz", 4, false},
			{"\x02xyz", 4, false}, {"\x80\x03xyz", 5, true},
			{"\xff\xffxyz", 5, false}, {"\x83\x03xyz", 5, false},
			{"\x80", 1, false}, {"\xff", 1, false}, {"", 0, false},
			{"\x00", 1, true}, {"\x03\xffxyz", 5, true}};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if(taken(exact(ly_slice(rows[i].form, rows[i].len)), 1) != rows[i].good)
			fail_msg("row %zu", i);
	}
	/* two that are right together and wrong alone */
	assert_false(taken(exact(ly_slice("\x04\xff\xff\xffxyz", 7)), 2));
	assert_true(taken(exact(ly_slice("\x01\x02xyz", 5)), 2));
	assert_true(taken(exact(ly_slice("\0\0\0\0\0\0\0\0", 8)), 8));
	assert_false(taken(exact(ly_slice("\0\0\0\0\0\0\0\0\0", 9)), 9));
}

static void any_bytes(void **state)
{
	uint64_t random = 42;

	(void)state;
	for(int i = 0; i < 100000; i++) {
		char bytes[24];
		size_t len = next_random(&random) % sizeof(bytes);

		for(size_t j = 0; j < len; j++)
			bytes[j] = (char)(next_random(&random)
									  >> (next_random(&random) & 4 ? 4 : 0)
							  & 0x1f);
		taken(exact(ly_slice(bytes, len)), next_random(&random) % 9);
		forget_blocks(NULL);
	}
}

static void too_much(void **state)
{
	char *letters = block(LY_FORM_TEXT_MAX + 1);
	ly_slice_t texts[2];
	ly_buf_t b;

	(void)state;
	memset(letters, 'q', LY_FORM_TEXT_MAX + 1);
	for(size_t more = 0; more < 2; more++) {
		b = ly_buf(memory, sizeof(memory));
		texts[0] = ly_slice(letters, LY_FORM_TEXT_MAX / 2);
		texts[1] = ly_slice(letters, LY_FORM_TEXT_MAX / 2 + more);
		ly_form_put_texts(&b, texts, 2);
		assert_int_equal(b.full, more);
	}
	b = ly_buf(memory, 3);
	texts[0] = text("xyz");
	ly_form_put_texts(&b, texts, 1);
	assert_true(b.full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(numbers), TEST(numbers_cut_off),
			TEST(texts_there_and_back), TEST(texts_behind_something),
			TEST(texts_cut_off), TEST(hostile_lengths), TEST(any_bytes),
			TEST(too_much)};

	return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
