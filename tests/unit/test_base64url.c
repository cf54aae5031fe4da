/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ours against libsodium's, which was written by somebody else. */
#include "text_helpers.h"

#include <sodium.h>

#include "liblync/base64url.h"

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

static ly_slice_t reference(const uint8_t *bytes, size_t len)
{
	char out[256];

	sodium_bin2base64(out, sizeof(out), bytes, len, VARIANT);
	return text(out);
}

static void as_the_other_writes_and_reads(void **state)
{
	uint64_t random = 88172645463325252;

	(void)state;
	for(size_t len = 0; len <= 100; len++) {
		uint8_t *bytes = (uint8_t *)block(len), *back = (uint8_t *)block(len);
		ly_slice_t is;
		ly_buf_t out;

		for(size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)next_random(&random);
		is = reference(bytes, len);
		out = ly_buf(block(is.len), is.len); /* to the brim */
		ly_base64url_put(&out, bytes, len);
		assert_false(out.full);
		assert_same(ly_buf_slice(&out), is);
		assert_int_equal(ly_base64url_get(is, back, len), len);
		assert_memory_equal(back, bytes, len);
		if(len)
			assert_int_equal(ly_base64url_get(is, back, len - 1), -1);
		if(is.len) {
			out = ly_buf(block(is.len - 1), is.len - 1);
			ly_base64url_put(&out, bytes, len);
			assert_true(out.full && out.len == 0);
		}
	}
}

static bool ascii(const char *letters, size_t len)
{
	for(size_t i = 0; i < len; i++) {
		if((unsigned char)letters[i] >= 128)
			return false;
	}
	return true;
}

/* All kinds of letters, good or bad: taken by both, or by none. libsodium 1.0.18 takes some that are not ASCII. */
static void refused_like_the_other(void **state)
{
	char letters[4] = {0};
	uint8_t a[4], b[4];

	(void)state;
	for(unsigned n = 0; n < 256 * 256; n++) {
		for(size_t len = 1; len <= 4; len++) {
			size_t b_len = 0;
			long a_len;
			bool taken;

			letters[0] = (char)n;
			letters[1] = (char)(n >> 8);
			letters[2] = (char)(n * 7);
			letters[3] = 'A';
			a_len = ly_base64url_get(ly_slice(letters, len), a, sizeof(a));
			taken = ascii(letters, len)
					&& sodium_base642bin(b, sizeof(b), letters, len, NULL,
							   &b_len, NULL, VARIANT)
							   == 0;
			if((a_len >= 0) != taken
					|| (taken
							&& ((size_t)a_len != b_len
									|| memcmp(a, b, b_len) != 0)))
				fail_msg("%zu letters of %u", len, n);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(as_the_other_writes_and_reads), TEST(refused_like_the_other)};

	return cmocka_run_group_tests_name("base64url", tests, NULL, NULL);
}
