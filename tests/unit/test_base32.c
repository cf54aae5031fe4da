/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/base32.h"

static ly_slice_t encoded(ly_slice_t bytes)
{
	size_t room = (bytes.len * 8 + 4) / 5;
	ly_buf_t out = ly_buf(block(room), room);

	ly_base32_put(&out, (const uint8_t *)bytes.s, bytes.len);
	assert_false(out.full);
	assert_int_equal(out.len, room);
	return ly_buf_slice(&out);
}

/* The bytes of t, in exactly size of them; s is NULL where t is refused. */
static ly_slice_t decoded(ly_slice_t t, size_t size)
{
	uint8_t *bytes = (uint8_t *)block(size);
	long len = ly_base32_get(t, bytes, size);

	return len < 0 ? LY_EMPTY : ly_slice((char *)bytes, (size_t)len);
}

/* RFC 4648 10, in small letters and without padding. */
static void the_standards_examples(void **state)
{
	static const char *rows[][2] = {{"", ""}, {"f", "my"}, {"fo", "mzxq"},
			{"foo", "mzxw6"}, {"foob", "mzxw6yq"}, {"fooba", "mzxw6ytb"},
			{"foobar", "mzxw6ytboi"}};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_slice(encoded(text(rows[i][0])), rows[i][1]);
		assert_slice(decoded(text(rows[i][1]), strlen(rows[i][0])), rows[i][0]);
	}
}

static void every_length_in_any_case(void **state)
{
	uint64_t random = 4711;

	(void)state;
	for(size_t len = 0; len < 200; len++) {
		char *bytes = block(len), *t;
		ly_slice_t letters;

		for(size_t i = 0; i < len; i++)
			bytes[i] = (char)next_random(&random);
		letters = encoded(ly_slice(bytes, len));
		assert_same(decoded(letters, len), ly_slice(bytes, len));
		t = (char *)letters.s;
		for(size_t i = 0; i < letters.len; i++) {
			if(t[i] >= 'a' && next_random(&random) & 1)
				t[i] = (char)(t[i] - 'a' + 'A');
		}
		assert_same(decoded(letters, len), ly_slice(bytes, len));
	}
}

/* Two texts for the same bytes would be two seals for the same token. */
static void what_no_encoder_writes(void **state)
{
	(void)state;
	/* bits behind the last byte that are not zero */
	assert_non_null(decoded(text("my"), 8).s);
	assert_null(decoded(text("mz"), 8).s);
	assert_null(decoded(text("mzxr"), 8).s);
	/* a letter too many */
	assert_null(decoded(text("a"), 8).s);
	assert_null(decoded(text("aaa"), 8).s);
	assert_null(decoded(text("aaaaaa"), 8).s);
	assert_null(decoded(text("mya"), 8).s);
	assert_null(decoded(text("my======"), 8).s);
}

static void only_its_letters(void **state)
{
	(void)state;
	for(int c = 0; c < 256; c++) {
		const char t[2] = {(char)c, 'a'};
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
					  || (c >= '2' && c <= '7');

		if((decoded(exact(ly_slice(t, 2)), 1).s != NULL) != letter)
			fail_msg("byte %d", c);
	}
}

static void no_room(void **state)
{
	char room[4];
	ly_buf_t out = ly_buf(room, sizeof(room));

	(void)state;
	ly_base32_put(&out, (const uint8_t *)"foo", 3);
	assert_true(out.full);
	for(size_t size = 0; size < 8; size++)
		assert_int_equal(
				decoded(text("mzxw6ytboi"), size).s != NULL, size >= 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(the_standards_examples),
			TEST(every_length_in_any_case), TEST(what_no_encoder_writes),
			TEST(only_its_letters), TEST(no_room)};

	return cmocka_run_group_tests_name("base32", tests, NULL, NULL);
}
