/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include <sodium.h>

#include "liblync/leg.h"

#define CALL_ID LY_LIT("3848276298220188511@198.51.100.10")

static ly_keys_t keys, others;
static char memory[LY_SEAL_TEXT_MAX];

static int begin(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	assert_null(ly_keys_read(&keys, LY_LIT("a a secret of the cluster")));
	assert_null(ly_keys_read(&others, LY_LIT("a a secret of another one")));
	return 0;
}

/* Numbers ------------------------------------------------------------------------------------------------------------ */

#define CYCLE LY_LEG_CYCLE

static const uint32_t places[] = {0, 1, 2, 15, 16, 412007, CYCLE - 40, CYCLE,
		CYCLE + 1, 5 * CYCLE + 77, 0x7fffffff - 60, 0x80000000u,
		0xffffffffu - 30};
#define PLACES (sizeof(places) / sizeof(places[0]))

/* A peer's numbers grow, and so do ours, with room for fifteen of our own between any two. */
static void numbers_grow(void **state)
{
	(void)state;
	for(size_t i = 0; i < PLACES; i++) {
		for(uint32_t n = places[i]; n < places[i] + 30; n++) {
			uint32_t last = ly_leg_cseq(n, 0);

			for(unsigned slot = 1; slot < LY_LEG_SLOTS; slot++) {
				assert_true(ly_leg_cseq(n, slot) > last);
				last = ly_leg_cseq(n, slot);
			}
			assert_true(ly_leg_cseq(n + 1, 0) > last);
			/* in a dialog whose INVITE was not our first one, the slot stays */
			for(unsigned slot = 0; slot < LY_LEG_SLOTS; slot++)
				assert_true(ly_leg_cseq(n + 1, slot) > ly_leg_cseq(n, slot));
		}
	}
}

/* All slots stay below 2^31, as every number must (RFC 3261 8.1.1.5). */
static void numbers_in_range(void **state)
{
	(void)state;
	assert_int_equal(ly_leg_cseq(0, 0), LY_LEG_SLOTS - 1);
	assert_int_equal(ly_leg_cseq(1, 0), 31);
	assert_int_equal(ly_leg_cseq(412007, 3), 6592130);
	assert_int_equal(ly_leg_cseq(CYCLE - 1, LY_LEG_SLOTS - 1), 0x7ffffffe);
	assert_int_equal(ly_leg_cseq(CYCLE, 0), LY_LEG_SLOTS - 1);
	for(unsigned slot = 0; slot < LY_LEG_SLOTS; slot++)
		assert_true(ly_leg_cseq(CYCLE - 1, slot) < 0x7fffffff);
}

/* Also in a dialog that was made in a later slot, and for our own requests behind the last number of a cycle. */
static void last_number_of_a_cycle(void **state)
{
	(void)state;
	for(unsigned slot = 0; slot < LY_LEG_SLOTS; slot++)
		assert_in_range(ly_leg_cseq(CYCLE - 1, slot), 0, 0x7fffffff);
}

static void numbers_come_back(void **state)
{
	uint64_t random = 12;

	(void)state;
	for(int i = 0; i < 100000; i++) {
		uint32_t n = i < (int)PLACES ? places[i] : next_random(&random);
		unsigned slot = next_random(&random) % LY_LEG_SLOTS,
				 own = next_random(&random) % (LY_LEG_SLOTS - slot);

		assert_int_equal(
				ly_leg_cseq_back(ly_leg_cseq(n, slot), slot, n / CYCLE), n);
		/* a request of ours too belongs to the peer's before it */
		assert_int_equal(
				ly_leg_cseq_back(ly_leg_cseq(n, slot + own), slot, n / CYCLE),
				n);
	}
}

/* Tags --------------------------------------------------------------------------------------------------------------- */

typedef struct tag_of
{
	const ly_keys_t *keys;
	const char *call_id, *caller, *fork;
	bool callee_sees;
	unsigned slot;
} tag_of_t;

static ly_slice_t tag(const tag_of_t *t)
{
	ly_buf_t out = ly_buf(block(LY_LEG_TAG_LEN), LY_LEG_TAG_LEN);

	if(t->callee_sees)
		ly_leg_callee_sees(
				t->keys->key, text(t->call_id), text(t->caller), &out);
	else
		ly_leg_caller_sees(t->keys->key, text(t->call_id), text(t->caller),
				text(t->fork), t->slot, &out);
	assert_false(out.full);
	assert_int_equal(out.len, LY_LEG_TAG_LEN);
	return ly_buf_slice(&out);
}

/* No two of them share a tag; what ends one part does not pass for the beginning of the next. */
static void tags_differ(void **state)
{
	const tag_of_t rows[] = {{&keys, "call", "tag", "", true, 0},
			{&keys, "call", "tag", "", false, 0},
			{&others, "call", "tag", "", true, 0},
			{&others, "call", "tag", "", false, 0},
			{&keys, "calm", "tag", "", true, 0},
			{&keys, "call", "tap", "", true, 0},
			{&keys, "call", "", "", true, 0},
			{&keys, "gcall", "ta", "", true, 0},
			{&keys, "gcall", "ta", "", false, 0},
			{&keys, "call", "tag", "fork", false, 0},
			{&keys, "call", "tag", "forl", false, 0},
			{&keys, "call", "tagf", "ork", false, 0},
			{&keys, "kcall", "tag", "for", false, 0},
			{&keys, "", "", "", false, 0}, {&keys, "", "", "", true, 0},
			{&keys, "call", "tag", "", false, 1},
			{&keys, "call", "tag", "", false, 2}};
	size_t count = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	for(size_t i = 0; i < count; i++) {
		assert_same(tag(&rows[i]), tag(&rows[i]));
		for(size_t j = 0; j < i; j++) {
			if(ly_eq(tag(&rows[i]), tag(&rows[j])))
				fail_msg("rows %zu and %zu have one tag", i, j);
		}
	}
}

/* Letters of a token (RFC 3261 25.1), which need no quotes; of a long tag or Call-ID only the end may be without effect. */
static void tags_of_anything(void **state)
{
	char *longest = memset(block(3001), 'x', 3001);

	(void)state;
	longest[3000] = '\0';
	for(size_t len = 0; len < 3000; len += 100) {
		tag_of_t row = {
				&keys, longest + len, longest + len, longest + len, false, 0};
		ly_slice_t t = tag(&row);

		for(size_t i = 0; i < t.len; i++)
			assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
								   "qrstuvwxyz0123456789-_",
					t.s[i]));
		if(len > 2500)
			continue;
		longest[len + 400] = 'y';
		assert_false(ly_eq(tag(&row), t));
		longest[len + 400] = 'x';
	}
}

/* Call-IDs ------------------------------------------------------------------------------------------------------------ */

static void what_tells(void **state)
{
	static const char *const silent[] = {"", "7d3c0f52-1111-4222-8333-9444",
			"abcdef", "a%b!c~d*e_f+g`h'i(j)k<l>m\"n/o\\p?q{r}"},
							 *const telling[] = {"a@b", "1@192.0.2.1",
									 "192.0.2.1", "host.example", "2001:db8::1",
									 "[2001", "a.", "@"};

	(void)state;
	for(size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		assert_false(ly_call_id_tells(text(silent[i])));
	for(size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		assert_true(ly_call_id_tells(text(telling[i])));
}

static ly_slice_t sealed(ly_slice_t call_id)
{
	ly_buf_t out = ly_buf(memory, sizeof(memory));

	if(!ly_call_id_seal(keys.key, call_id, &out))
		return LY_EMPTY;
	return exact(ly_buf_slice(&out));
}

/* What was sealed; s is NULL where shown is no seal of with. */
static ly_slice_t opened(const ly_keys_t *with, ly_slice_t shown, size_t size)
{
	ly_buf_t out = ly_buf(block(size), size);

	return ly_call_id_open(with, shown, &out) ? ly_buf_slice(&out) : LY_EMPTY;
}

static void sealed_and_opened(void **state)
{
	static const char *const rows[] = {"", "a@b",
			"3848276298220188511@198.51.100.10",
			"7d3c0f52-1111-4222-8333-944455566677@[2001:db8::1]",
			"\xc3\xa4@host"};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_slice_t shown = sealed(text(rows[i]));

		assert_false(ly_call_id_tells(shown));
		assert_same(opened(&keys, shown, strlen(rows[i])), text(rows[i]));
		/* the same for every node, so that a second INVITE of one call is seen as one */
		assert_same(sealed(text(rows[i])), shown);
		assert_null(opened(&others, shown, 600).s);
		if(i)
			assert_null(opened(&keys, shown, strlen(rows[i]) - 1).s);
	}
	assert_false(ly_eq(sealed(text("a@b")), sealed(text("a@c"))));
}

static void as_long_as_it_may_be(void **state)
{
	char *id = block(600);

	(void)state;
	for(unsigned i = 0, n = 1; i < 600; i++) {
		n = n * 1103515245u + 12345;
		id[i] = (char)('g' + (n >> 16) % 18);
	}
	for(size_t len = 500; len < 600; len++) {
		ly_slice_t shown = sealed(ly_slice(id, len));

		assert_int_equal(shown.s != NULL, len <= 512);
		if(shown.s)
			assert_same(opened(&keys, shown, len), ly_slice(id, len));
	}
}

/* Others' Call-IDs stay theirs, also where they look sealed. */
static void foreign_ones(void **state)
{
	static const char *const rows[] = {"", "C", "Ca", "Call-1@host",
			"Ca7d3c0f52-1111-4222-8333-944455566677",
			"CaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
			"CaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@192.0.2.1"};
	ly_slice_t shown = sealed(CALL_ID);
	char *p = (char *)shown.s;

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_null(opened(&keys, text(rows[i]), 600).s);
	for(size_t i = 0; i < shown.len; i++) {
		p[i] ^= 1;
		assert_null(opened(&keys, shown, 600).s);
		p[i] ^= 1;
		assert_null(opened(&keys, exact(ly_slice(p, i)), 600).s);
	}
	assert_same(opened(&keys, shown, 600), CALL_ID);
}

#define WITH_KEYS(test) \
	cmocka_unit_test_setup_teardown(test, begin, forget_blocks)

int main(void)
{
	const struct CMUnitTest tests[] = {WITH_KEYS(numbers_grow),
			WITH_KEYS(numbers_in_range), WITH_KEYS(last_number_of_a_cycle),
			WITH_KEYS(numbers_come_back), WITH_KEYS(tags_differ),
			WITH_KEYS(tags_of_anything), WITH_KEYS(what_tells),
			WITH_KEYS(sealed_and_opened), WITH_KEYS(as_long_as_it_may_be),
			WITH_KEYS(foreign_ones)};

	return cmocka_run_group_tests_name("leg", tests, NULL, NULL);
}
