/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What tests of seals share. Included once per test program, not compiled apart. */
#ifndef TESTS_UNIT_SEAL_HELPERS_H
#define TESTS_UNIT_SEAL_HELPERS_H

#include "text_helpers.h"

#include <sodium.h>

#include "liblync/seal.h"

#define PLAIN LY_LIT("what is sealed, and is not to be read")
#define CALL_ID LY_LIT("7d3c0f52-1111-4222-8333-944455566677")

static ly_keys_t keys;
static char memory[LY_SEAL_TEXT_MAX];

static inline int begin(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	assert_null(ly_keys_read(&keys, LY_LIT("a a secret of the cluster")));
	return 0;
}

/* Seals with the first of with, into blocks of their size; s is NULL where that cannot be. */
static inline ly_slice_t seal(const ly_keys_t *with, ly_seal_kind_t kind,
		ly_slice_t plain, ly_slice_t call_id, ly_seal_letters_t letters)
{
	ly_buf_t in = ly_buf(
					 block(plain.len + call_id.len), plain.len + call_id.len),
			 out = ly_buf(memory, sizeof(memory));

	ly_put(&in, plain);
	if(!ly_seal(with->key, kind, &in, call_id, letters, &out))
		return LY_EMPTY;
	assert_same(ly_buf_slice(&in), plain);
	return exact(ly_buf_slice(&out));
}

static inline ly_slice_t leg(ly_seal_letters_t letters)
{
	return seal(&keys, LY_SEAL_LEG, PLAIN, CALL_ID, letters);
}

/* What was sealed; s is NULL where text is refused. */
static inline ly_slice_t opened(const ly_keys_t *with, ly_seal_kind_t kind,
		ly_slice_t sealed, ly_slice_t call_id, ly_seal_letters_t letters)
{
	ly_buf_t out = ly_buf(memory, sizeof(memory));

	return ly_open(with, kind, sealed, call_id, letters, &out, NULL)
				   ? LY_EMPTY
				   : exact(ly_buf_slice(&out));
}

#define WITH_KEYS(test) \
	cmocka_unit_test_setup_teardown(test, begin, forget_blocks)

#endif
