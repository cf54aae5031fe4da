/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys that a cluster seals with: how they are read, and how they take turns. */
#include "seal_helpers.h"

#define OLD "the secret of last year"
#define NEW "the secret of this year"

/* First all nodes get the new key behind the old one, then before it, then the old one goes. */
static void rotated(void **state)
{
	ly_keys_t ring[4];
	static const char *const files[] = {
			"a " OLD, "a " OLD "\nb " NEW, "b " NEW "\na " OLD, "b " NEW};

	(void)state;
	for(int i = 0; i < 4; i++)
		assert_null(ly_keys_read(&ring[i], text(files[i])));
	for(int by = 0; by < 4; by++) {
		ly_slice_t sealed =
				seal(&ring[by], LY_SEAL_LEG, PLAIN, CALL_ID, LY_BASE64URL);
		char id = by < 2 ? 'a' : 'b';

		assert_int_equal(sealed.s[1], id);
		for(int at = 0; at < 4; at++) {
			ly_buf_t out = ly_buf(memory, sizeof(memory));
			char with = 0;
			const char *wrong = ly_open(&ring[at], LY_SEAL_LEG, sealed, CALL_ID,
					LY_BASE64URL, &out, &with);

			assert_int_equal(
					wrong == NULL, ly_keys_find(&ring[at], id) != NULL);
			assert_int_equal(with, wrong ? 0 : id);
		}
	}
}

static void another_secret_under_the_same_id(void **state)
{
	ly_slice_t sealed = leg(LY_BASE64URL);
	ly_keys_t other;

	(void)state;
	assert_null(ly_keys_read(&other, LY_LIT("a a secret of the cluster!")));
	assert_null(opened(&other, LY_SEAL_LEG, sealed, CALL_ID, LY_BASE64URL).s);
	/* nor the same secret under another: the id says which one is tried */
	assert_null(ly_keys_read(&other, LY_LIT("b a secret of the cluster")));
	assert_null(opened(&other, LY_SEAL_LEG, sealed, CALL_ID, LY_BASE64URL).s);
	other.count = 0;
	assert_null(opened(&other, LY_SEAL_LEG, sealed, CALL_ID, LY_BASE64URL).s);
}

#define SIXTEEN "0123456789abcdef"

static void files_of_keys(void **state)
{
	static const struct
	{
		const char *file, *ids; /* ids: NULL where it is refused */
	} rows[] = {{"", NULL}, {"\n\n", NULL}, {"# nothing\n", NULL},
			{SIXTEEN, "0"}, {SIXTEEN "\n", "0"}, {"\r\n " SIXTEEN " \r\n", "0"},
			{"0123456789abcde", NULL}, {"a 0123456789abcde", NULL}, {"a", NULL},
			{"a ", NULL}, {"a " SIXTEEN, "a"}, {"\ta\t" SIXTEEN "\n", "a"},
			{"# newest\nb " SIXTEEN "\n\n#old\na " SIXTEEN "\n", "ba"},
			{"0 " SIXTEEN "\r\nz " SIXTEEN "\r\n9 " SIXTEEN, "0z9"},
			{"A " SIXTEEN, "0"}, {"{ " SIXTEEN, "0"}, {"` " SIXTEEN, "0"},
			{"/ " SIXTEEN, "0"}, {": " SIXTEEN, "0"}, {"z9 " SIXTEEN, "0"},
			{"a " SIXTEEN "\na " SIXTEEN, NULL}, {SIXTEEN "\n" SIXTEEN, NULL},
			{"b " SIXTEEN "\n" SIXTEEN, "b0"},
			{"0 " SIXTEEN "\n" SIXTEEN, NULL}, {"a " SIXTEEN "\nb short", NULL},
			{"1 " SIXTEEN "\n2 " SIXTEEN "\n3 " SIXTEEN "\n4 " SIXTEEN
			 "\n5 " SIXTEEN "\n6 " SIXTEEN "\n7 " SIXTEEN "\n8 " SIXTEEN "\n",
					"12345678"},
			{"1 " SIXTEEN "\n2 " SIXTEEN "\n3 " SIXTEEN "\n4 " SIXTEEN
			 "\n5 " SIXTEEN "\n6 " SIXTEEN "\n7 " SIXTEEN "\n8 " SIXTEEN
			 "\n9 " SIXTEEN "\n",
					NULL}};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_keys_t read;
		const char *wrong = ly_keys_read(&read, text(rows[i].file));

		if((wrong == NULL) != (rows[i].ids != NULL))
			fail_msg("row %zu: %s", i, wrong ? wrong : "taken");
		if(wrong)
			continue;
		assert_int_equal(read.count, strlen(rows[i].ids));
		for(unsigned j = 0; j < read.count; j++) {
			assert_int_equal(read.key[j].id, rows[i].ids[j]);
			assert_ptr_equal(ly_keys_find(&read, rows[i].ids[j]), &read.key[j]);
		}
		assert_null(ly_keys_find(&read, 'q'));
	}
}

/* However the line is written, the key is the same; each of its parts has bytes of its own. */
static void what_a_key_is_made_of(void **state)
{
	ly_keys_t plain, commented;
	ly_key_t alone, other;
	const ly_key_t *k = &plain.key[0];

	(void)state;
	assert_null(ly_keys_read(&plain, text("0 " SIXTEEN)));
	assert_null(ly_keys_read(&commented, text("#\r\n\t" SIXTEEN "  \r\n")));
	assert_true(ly_key_init(&alone, '0', text(SIXTEEN)));
	assert_false(ly_key_init(&alone, '0', text("0123456789abcde")));
	assert_false(ly_key_init(&alone, '0', LY_EMPTY));
	assert_true(ly_key_init(&other, '0', text(SIXTEEN "g")));
	assert_memory_equal(k, &commented.key[0], sizeof(*k));
	assert_memory_equal(k, &alone, sizeof(*k));
	assert_memory_not_equal(k->seal, other.seal, sizeof(k->seal));
	assert_memory_not_equal(k->nonce, other.nonce, sizeof(k->nonce));
	assert_memory_not_equal(k->tag, other.tag, sizeof(k->tag));
	assert_memory_not_equal(k->seal, k->nonce, sizeof(k->nonce));
	assert_memory_not_equal(k->tag, k->nonce, sizeof(k->nonce));
}

int main(void)
{
	const struct CMUnitTest tests[] = {WITH_KEYS(rotated),
			WITH_KEYS(another_secret_under_the_same_id),
			WITH_KEYS(files_of_keys), WITH_KEYS(what_a_key_is_made_of)};

	return cmocka_run_group_tests_name("seal_keys", tests, NULL, NULL);
}
