/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of names share. Included once per test program, not compiled apart. */
#ifndef TESTS_UNIT_NAMES_HELPERS_H
#define TESTS_UNIT_NAMES_HELPERS_H

#include "plan_helpers.h"

#include "liblync/names.h"

#define NOW INT64_C(1000000)
#define HALF 0x80000000u /* jitter: none */
#define SECOND 1000

static ly_name_t name;

static inline ly_addr_t at(const char *text)
{
	ly_addr_t address;

	assert_true(ly_addr_parse(ly_cstr(text), &address));
	return address;
}

/* An answer with the addresses of a text, commas between them; in memory of its own size. */
static inline bool hear(
		unsigned family, const char *texts, uint32_t ttl, int64_t now)
{
	char copy[1000], *save = NULL;
	ly_addr_t *addresses;
	unsigned count = 0, room = texts[0] != 0;
	bool changed;

	for(const char *comma = texts; (comma = strchr(comma, ',')); comma++)
		room++;
	addresses = calloc(room, sizeof(*addresses));
	snprintf(copy, sizeof(copy), "%s", texts);
	for(char *s = strtok_r(copy, ",", &save); s; s = strtok_r(NULL, ",", &save))
		addresses[count++] = at(s);
	changed = ly_name_heard(&name, family,
			&(ly_answer_t){.kind = LY_ANSWER_ADDRESSES,
					.ttl = ttl,
					.addresses = addresses,
					.count = count},
			now);
	free(addresses);
	return changed;
}

static inline bool hear_nothing(unsigned family, int error, int64_t now)
{
	return ly_name_heard(&name, family,
			&(ly_answer_t){.kind = LY_ANSWER_NONE, .error = error}, now);
}

static inline bool hear_empty(unsigned family, int64_t now)
{
	return ly_name_heard(&name, family,
			&(ly_answer_t){.kind = LY_ANSWER_EMPTY, .error = 1}, now);
}

static inline void assert_known(const char *wanted)
{
	char text[2000];
	ly_buf_t out = ly_buf(text, sizeof(text) - 1);

	ly_name_put(&out, &name);
	text[out.len] = '\0';
	assert_string_equal(text, wanted);
}

/* A round in which the name has these IPv4 addresses and no IPv6. */
static inline void round_of(const char *texts, uint32_t ttl, int64_t now)
{
	ly_name_round_begin(&name);
	hear(0, texts, ttl, now);
	hear_empty(1, now);
	assert_true(ly_name_round_over(&name));
	ly_name_round_end(&name, now, HALF);
}

static inline ly_name_news_t failed_round(int64_t now)
{
	ly_name_round_begin(&name);
	assert_false(hear_nothing(0, 12, now));
	assert_false(ly_name_round_over(&name));
	assert_false(hear_nothing(1, 12, now));
	return ly_name_round_end(&name, now, HALF);
}

static inline int begin(void **state)
{
	ly_name_init(&name, LY_LIT("gw.example.net"), NOW);
	return forget(state);
}

#define NAME_TEST(test) cmocka_unit_test_setup(test, begin)

#endif
