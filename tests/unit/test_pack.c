/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/pack.h"

#define MAX 4096

static ly_slice_t packed(ly_slice_t t)
{
	ly_buf_t out = ly_buf(block(2 * t.len), 2 * t.len);

	ly_pack(t, &out);
	assert_false(out.full);
	return exact(ly_buf_slice(&out));
}

/* Packed and back, into exactly as much room as it needs. Returns how long it was packed. */
static size_t there_and_back(ly_slice_t t)
{
	ly_slice_t p = packed(t);
	ly_buf_t back = ly_buf(block(t.len), t.len), small;

	assert_true(ly_unpack(p, &back));
	assert_same(ly_buf_slice(&back), t);
	if(t.len) {
		small = ly_buf(block(t.len - 1), t.len - 1);
		assert_false(ly_unpack(p, &small));
	}
	return p.len;
}

static void what_it_saves(void **state)
{
	static const struct
	{
		const char *text;
		size_t len;
	} rows[] = {{"", 0}, {"a", 1}, {"xyz", 3}, {"sip:", 1}, {"sip:x", 2},
			{"<sip:+4930", 4}, {";transport=Tls", 1}, {";transport=TLS", 4},
			/* digits and what stands between them, two in a byte; an odd one costs as much */
			{"123", 3}, {"1234", 3}, {"12345", 4}, {"192.0.2.10", 6},
			{"+498912345678@", 8}, {"12345678901234567890123456789012345", 19},
			{"123456789012345678901234567890123456", 19},
			/* hexadecimal digits, of one case */
			{"abcde", 5}, {"abcdef", 4}, {"fedcba9876543210", 9},
			{"FEDCBA9876543210", 9}, {"AbCdEf", 6}, {"abcdefa", 5},
			/* said before */
			{"xyzwxyzw", 8} /* nobody looks within a word */,
			{"contoso contoso", 10}, {"xyzxyz", 6},
			{"wwwwwwwwwwwwwwwwwwwwwwww", 24}, {"========================", 3},
			/* no ASCII */
			{"\xc3\xa4", 4}};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = there_and_back(text(rows[i].text));
		if(len != rows[i].len)
			fail_msg("%s: %zu bytes, not %zu", rows[i].text, len, rows[i].len);
	}
}

/* Texts of all kinds of bytes, long and short, with and without anything in common. */
static void whatever_comes(void **state)
{
	static const char *pieces[] = {"sip:", "<sip:", ";transport=Tls", "0123",
			"abcdef01", "ABCDEF", "+@;:", "example", ".com", "\xff", "\x80",
			"zzzz", "q", ";ms-opaque=", "\n"};
	static char t[MAX];
	unsigned n = 4711;

	(void)state;
	for(int round = 0; round < 3000; round++) {
		size_t len = 0;
		unsigned kind = round % 3, most = 1 + round % 700;

		while(len < most) {
			n = n * 1103515245u + 12345;
			if(kind == 0)
				t[len++] = (char)(n >> 16);
			else if(kind == 1)
				t[len++] = (char)('a' + (n >> 16) % 4);
			else {
				const char *piece =
						pieces[(n >> 16) % (sizeof(pieces) / sizeof(*pieces))];
				memcpy(t + len, piece, strlen(piece));
				len += strlen(piece);
			}
		}
		there_and_back(exact(ly_slice(t, len)));
		forget_blocks(NULL);
	}
}

/* Behind what stands in the buffer already, which is not looked at. */
static void behind_something(void **state)
{
	char room[64];
	ly_buf_t out = ly_buf(room, sizeof(room));

	(void)state;
	ly_put(&out, LY_LIT("before"));
	assert_true(ly_unpack(LY_LIT("ab\x80"), &out));
	assert_slice(ly_buf_slice(&out), "beforeabsip:");
	assert_false(ly_unpack(LY_LIT("\xe0\x00"), &out));
}

/* Nothing that was not packed is taken, and nothing outside is read or written. */
static void what_is_no_such_form(void **state)
{
	static const struct
	{
		const char *bytes;
		size_t len;
	} rows[] = {{"\x9f", 1}, {"\xa0\x12", 2}, {"\xa0", 1}, {"\xa1\x12\x34", 3},
			{"\xc0\x12\x34", 3}, {"\xdf", 1}, {"\xe0", 1}, {"\xe0\x00", 2},
			{"a\xe0\x01", 3}, {"\xff", 1}};
	char room[64];

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_buf_t out = ly_buf(room, sizeof(room));
		if(ly_unpack(exact(ly_slice(rows[i].bytes, rows[i].len)), &out))
			fail_msg("row %zu", i);
	}
	for(unsigned n = 1, i = 0; i < 200000; i++) {
		char bytes[12];
		ly_buf_t out = ly_buf(room, i % sizeof(room));
		for(size_t j = 0; j < sizeof(bytes); j++) {
			n = n * 1103515245u + 12345;
			bytes[j] = (char)(n >> 16);
		}
		ly_unpack(ly_slice(bytes, i % sizeof(bytes)), &out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(what_it_saves),
			TEST(whatever_comes), TEST(behind_something),
			TEST(what_is_no_such_form)};

	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
