/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "seal_helpers.h"

#define SENT 8 /* letters of base64url: the half of a nonce that is sent */

static bool opens(ly_slice_t sealed, ly_seal_letters_t letters)
{
	return opened(&keys, LY_SEAL_LEG, sealed, CALL_ID, letters).s != NULL;
}

static void there_and_back(void **state)
{
	static const ly_seal_kind_t kinds[] = {
			LY_SEAL_LEG, LY_SEAL_ORIGIN, LY_SEAL_CALL_ID};

	(void)state;
	for(int i = 0; i < 6; i++) {
		ly_seal_kind_t kind = kinds[i / 2];
		ly_seal_letters_t letters = i & 1 ? LY_BASE32 : LY_BASE64URL;

		for(size_t len = 0; len < 80; len++) {
			ly_slice_t plain = ly_slice(memset(block(len), 'x', len), len),
					   sealed = seal(&keys, kind, plain, CALL_ID, letters);

			assert_int_equal(sealed.s[0], kind);
			assert_int_equal(sealed.s[1], 'a');
			assert_true(ly_seal_like(sealed, kind, letters));
			assert_non_null(opened(&keys, kind, sealed, CALL_ID, letters).s);
			assert_same(opened(&keys, kind, sealed, CALL_ID, letters), plain);
		}
	}
	/* the same each time: no counter, no random number */
	assert_same(leg(LY_BASE64URL), leg(LY_BASE64URL));
}

static void every_bit_counts(void **state)
{
	ly_slice_t sealed = leg(LY_BASE64URL);
	char *p = (char *)sealed.s;

	(void)state;
	for(size_t i = 0; i < sealed.len * 8; i++) {
		p[i / 8] ^= (char)(1 << i % 8);
		if(opens(sealed, LY_BASE64URL))
			fail_msg(
					"opens with bit %zu of byte %zu turned over", i % 8, i / 8);
		p[i / 8] ^= (char)(1 << i % 8);
	}
	assert_true(opens(sealed, LY_BASE64URL));
}

/* In base32 too, but for the case of letters: nothing else about a letter is free. */
static void every_letter_counts(void **state)
{
	ly_slice_t sealed = leg(LY_BASE32);
	char *p = (char *)sealed.s;

	(void)state;
	for(size_t i = 0; i < sealed.len; i++) {
		char genuine = p[i];

		for(int c = 0; c < 256; c++) {
			bool letter = (genuine | 0x20) >= 'a' && (genuine | 0x20) <= 'z';
			bool same = c == (uint8_t)genuine
						|| (letter && c == (uint8_t)(genuine ^ 0x20));

			p[i] = (char)c;
			if(opens(sealed, LY_BASE32) != same)
				fail_msg("byte %zu as %d, not %d", i, c, genuine);
		}
		p[i] = genuine;
	}
}

static void in_other_case(void **state)
{
	ly_slice_t small = leg(LY_BASE32), large = leg(LY_BASE64URL);
	char *p = (char *)small.s, *q = (char *)large.s;
	size_t changed = 0;

	(void)state;
	for(size_t i = 0; i < small.len; i++) {
		if(p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 'a' + 'A');
	}
	assert_true(opens(small, LY_BASE32));
	for(size_t i = 0; i < small.len; i++) {
		if(p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	}
	assert_true(ly_seal_like(small, LY_SEAL_LEG, LY_BASE32));
	assert_true(opens(small, LY_BASE32));
	for(size_t i = 2; i < large.len; i++) {
		if(q[i] < 'A' || q[i] > 'Z')
			continue;
		changed++;
		q[i] = (char)(q[i] - 'A' + 'a');
	}
	assert_true(changed > 0);
	assert_false(opens(large, LY_BASE64URL));
	assert_null(ly_keys_read(&keys, LY_LIT("z a secret of the cluster")));
	small = leg(LY_BASE32);
	((char *)small.s)[1] = 'Z';
	assert_true(opens(small, LY_BASE32));
	/* neither is read as the other */
	assert_false(opens(small, LY_BASE64URL));
	assert_false(opens(leg(LY_BASE64URL), LY_BASE32));
}

static void cut_off_or_longer(void **state)
{
	(void)state;
	for(int letters = LY_BASE64URL; letters <= LY_BASE32; letters++) {
		ly_slice_t sealed = leg(letters);
		char *p = memset(block(sealed.len + 8), 'a', sealed.len + 8);

		for(size_t len = 0; len < sealed.len; len++)
			assert_false(opens(exact(ly_slice(sealed.s, len)), letters));
		memcpy(p, sealed.s, sealed.len);
		for(size_t more = 1; more <= 8; more++)
			assert_false(opens(ly_slice(p, sealed.len + more), letters));
		assert_false(opens(ly_from(sealed, 1), letters));
		assert_false(
				opens(ly_slice(memset(block(4096), 'L', 4096), 4096), letters));
	}
}

/* What is sealed for one thing opens for no other, whatever its first letter says. */
static void bound_to_what_it_is_for(void **state)
{
	static const ly_seal_kind_t kinds[] = {
			LY_SEAL_LEG, LY_SEAL_ORIGIN, LY_SEAL_CALL_ID};

	(void)state;
	for(int i = 0; i < 9; i++) {
		ly_slice_t sealed =
				seal(&keys, kinds[i / 3], PLAIN, CALL_ID, LY_BASE64URL);
		ly_seal_kind_t as = kinds[i % 3];
		bool same = as == kinds[i / 3];

		assert_int_equal(
				opened(&keys, as, sealed, CALL_ID, LY_BASE64URL).s != NULL,
				same);
		((char *)sealed.s)[0] = (char)as;
		assert_int_equal(
				opened(&keys, as, sealed, CALL_ID, LY_BASE64URL).s != NULL,
				same);
	}
}

static void bound_to_the_call(void **state)
{
	ly_slice_t sealed = leg(LY_BASE64URL);
	char *id = (char *)exact(CALL_ID).s;

	(void)state;
	for(size_t i = 0; i < CALL_ID.len; i++) {
		id[i] ^= 1;
		assert_null(opened(&keys, LY_SEAL_LEG, sealed,
				ly_slice(id, CALL_ID.len), LY_BASE64URL)
						.s);
		id[i] ^= 1;
		assert_null(opened(
				&keys, LY_SEAL_LEG, sealed, ly_slice(id, i), LY_BASE64URL)
						.s);
	}
	assert_same(opened(&keys, LY_SEAL_LEG, sealed, ly_slice(id, CALL_ID.len),
						LY_BASE64URL),
			PLAIN);
}

static ly_slice_t nonce(ly_slice_t plain, ly_slice_t call_id)
{
	ly_slice_t sealed = seal(&keys, LY_SEAL_LEG, plain, call_id, LY_BASE64URL);

	return ly_slice(sealed.s + 2, SENT);
}

/* Two texts under one nonce would betray each other, and give the key of Poly1305 away (RFC 8439 2.5). */
static void another_nonce_each_time(void **state)
{
	ly_slice_t as_leg = leg(LY_BASE64URL),
			   as_origin = seal(
					   &keys, LY_SEAL_ORIGIN, PLAIN, CALL_ID, LY_BASE64URL),
			   in_another = seal(&keys, LY_SEAL_LEG, PLAIN, LY_LIT("another"),
					   LY_BASE64URL);

	(void)state;
	assert_same(nonce(LY_LIT("x"), LY_LIT("def")),
			nonce(LY_LIT("x"), LY_LIT("def")));
	assert_false(ly_eq(nonce(LY_LIT("x"), LY_LIT("def")),
			nonce(LY_LIT("x"), LY_LIT("deg"))));
	assert_false(ly_eq(nonce(LY_LIT("x"), LY_LIT("def")),
			nonce(LY_LIT("y"), LY_LIT("def"))));
	/* the half that is not sent: the same bytes are encrypted otherwise for another thing, and in another call */
	assert_int_equal(as_leg.len, as_origin.len);
	assert_false(
			ly_eq(ly_from(as_leg, 2 + SENT), ly_from(as_origin, 2 + SENT)));
	assert_false(ly_eq(ly_slice(as_leg.s + 2 + SENT, PLAIN.len),
			ly_slice(in_another.s + 2 + SENT, PLAIN.len)));
	/* what ends the plain text and begins the Call-ID are told apart by that half */
	assert_false(ly_eq(ly_from(seal(&keys, LY_SEAL_LEG, LY_LIT("abc"),
									   LY_LIT("def"), LY_BASE64URL),
							   2 + SENT),
			ly_from(seal(&keys, LY_SEAL_LEG, LY_LIT("ab"), LY_LIT("cdef"),
							LY_BASE64URL),
					2 + SENT)));
}

/* Lengths ------------------------------------------------------------------------------------------------------------- */

/* The longest plain text that can be sealed; each one before it opens again. */
static size_t longest(ly_seal_kind_t kind, ly_seal_letters_t letters)
{
	const char *plain = memset(block(LY_SEAL_TEXT_MAX), 'p', LY_SEAL_TEXT_MAX);
	size_t len = 1100;

	for(;; len++) {
		ly_slice_t sealed =
				seal(&keys, kind, ly_slice(plain, len), CALL_ID, letters);

		if(!sealed.s)
			return len - 1;
		assert_true(sealed.len <= LY_SEAL_TEXT_MAX);
		assert_same(opened(&keys, kind, sealed, CALL_ID, letters),
				ly_slice(plain, len));
	}
}

static void limits(void **state)
{
	char room[256];
	ly_buf_t in, out;
	size_t need = leg(LY_BASE64URL).len;

	(void)state;
	assert_in_range(longest(LY_SEAL_LEG, LY_BASE64URL), 1512, 1512);
	assert_in_range(longest(LY_SEAL_CALL_ID, LY_BASE64URL), 1506, 1506);
	assert_in_range(longest(LY_SEAL_LEG, LY_BASE32), 1256, 1256);
	/* the result fits exactly, or not */
	for(size_t size = need - 1; size <= need; size++) {
		in = ly_buf(room, sizeof(room));
		out = ly_buf(block(size), size);
		ly_put(&in, PLAIN);
		assert_int_equal(ly_seal(keys.key, LY_SEAL_LEG, &in, CALL_ID,
								 LY_BASE64URL, &out),
				size == need);
	}
	/* no room for the Call-ID behind the text, and a text that did not fit itself */
	in = ly_buf(
			block(PLAIN.len + CALL_ID.len - 1), PLAIN.len + CALL_ID.len - 1);
	out = ly_buf(memory, sizeof(memory));
	ly_put(&in, PLAIN);
	assert_false(
			ly_seal(keys.key, LY_SEAL_LEG, &in, CALL_ID, LY_BASE64URL, &out));
	in = ly_buf(room, 4);
	ly_put(&in, PLAIN);
	assert_false(
			ly_seal(keys.key, LY_SEAL_LEG, &in, LY_EMPTY, LY_BASE64URL, &out));
}

static void opened_into_exactly_as_much_room(void **state)
{
	ly_slice_t sealed = leg(LY_BASE64URL);

	(void)state;
	for(size_t size = PLAIN.len - 1; size <= PLAIN.len; size++) {
		ly_buf_t out = ly_buf(block(size), size);
		const char *wrong = ly_open(
				&keys, LY_SEAL_LEG, sealed, CALL_ID, LY_BASE64URL, &out, NULL);

		assert_int_equal(wrong == NULL, size == PLAIN.len);
	}
}

#define THIRTY "abcdefghijklmnopqrstuvwxyz2345"

static void what_is_none(void **state)
{
	static const char *const rows[] = {"", "L", "La", "+4930123456", "Lena",
			"La" THIRTY "@", "La" THIRTY, "Lq" THIRTY, "L\xff" THIRTY};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(opens(text(rows[i]), LY_BASE64URL));
		assert_false(opens(text(rows[i]), LY_BASE32));
	}
	/* the shortest that may be one: two letters, and those of 22 or 28 bytes */
	assert_true(ly_seal_like(text("La" THIRTY), LY_SEAL_LEG, LY_BASE64URL));
	assert_false(ly_seal_like(text("a" THIRTY "a"), LY_SEAL_LEG, LY_BASE64URL));
	assert_false(ly_seal_like(text("L" THIRTY), LY_SEAL_LEG, LY_BASE64URL));
	assert_false(ly_seal_like(text("la" THIRTY), LY_SEAL_LEG, LY_BASE64URL));
	assert_true(
			ly_seal_like(text("la" THIRTY "abcdef"), LY_SEAL_LEG, LY_BASE32));
	assert_false(
			ly_seal_like(text("la" THIRTY "abcde"), LY_SEAL_LEG, LY_BASE32));
	assert_true(ly_seal_like(
			text("Ca" THIRTY "abcdefgh"), LY_SEAL_CALL_ID, LY_BASE64URL));
	assert_false(ly_seal_like(
			text("Ca" THIRTY "abcdefg"), LY_SEAL_CALL_ID, LY_BASE64URL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {WITH_KEYS(there_and_back),
			WITH_KEYS(every_bit_counts), WITH_KEYS(every_letter_counts),
			WITH_KEYS(in_other_case), WITH_KEYS(cut_off_or_longer),
			WITH_KEYS(bound_to_what_it_is_for), WITH_KEYS(bound_to_the_call),
			WITH_KEYS(another_nonce_each_time), WITH_KEYS(limits),
			WITH_KEYS(opened_into_exactly_as_much_room),
			WITH_KEYS(what_is_none)};

	return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
