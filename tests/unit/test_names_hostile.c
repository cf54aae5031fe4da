/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and answers that nobody should give. */
#include "names_helpers.h"

static void nobody_is_called_at_these(void **state)
{
	static const char *const wrong[] = {"0.0.0.0", "0.1.2.3", "224.0.0.1",
			"239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "ff02::1",
			"::ffff:192.0.2.1"};

	(void)state;
	for(size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		bool six = strchr(wrong[i], ':');
		char mixed[100];

		begin(state);
		ly_name_round_begin(&name);
		assert_false(hear(six, wrong[i], 5, NOW));
		assert_false(hear_nothing(!six, 12, NOW));
		assert_int_equal(ly_name_round_end(&name, NOW, HALF), LY_NAME_FAILS);
		assert_false(ly_name_resolved(&name));
		snprintf(mixed, sizeof(mixed), "%s,%s", wrong[i],
				six ? "2001:db8::1" : "192.0.2.1");
		ly_name_round_begin(&name);
		assert_true(hear(six, mixed, 5, NOW));
		assert_known(six ? "2001:db8::1" : "192.0.2.1");
	}
}

static void no_address_at_all(void **state)
{
	(void)state;
	round_of("192.0.2.10", 5, NOW);
	ly_name_round_begin(&name);
	assert_false(hear(0, "", 5, NOW));
	assert_false(hear(1, "", 5, NOW));
	assert_int_equal(ly_name_round_end(&name, NOW, HALF), LY_NAME_FAILS);
	assert_int_equal(name.error, LY_NAME_UNUSABLE);
	assert_known("192.0.2.10");
}

static void hear_many(unsigned first, unsigned count)
{
	ly_addr_t *many = calloc(count, sizeof(*many));

	for(unsigned i = 0; i < count; i++) {
		unsigned n = (first + i) % 1000;
		many[i] = (ly_addr_t){4, {10, 0, (uint8_t)(n >> 8), (uint8_t)n}};
	}
	ly_name_round_begin(&name);
	ly_name_heard(&name, 0,
			&(ly_answer_t){LY_ANSWER_ADDRESSES, 0, 5, many, count}, NOW);
	free(many);
}

/* A thousand, each time in another order: sixteen are kept, and the same ones. */
static void a_thousand_addresses(void **state)
{
	ly_known_t first;

	(void)state;
	hear_many(1, 1000);
	first = name.family[0];
	assert_int_equal(first.count, LY_NAME_ADDRESSES);
	assert_int_equal(first.current, LY_NAME_ADDRESSES);
	for(unsigned from = 0; from < 1000; from += 37) {
		hear_many(from, 1000);
		assert_memory_equal(&name.family[0], &first, sizeof(first));
	}
}

/* One address a time out of a thousand: the new one is current, the oldest go. */
static void another_address_each_time(void **state)
{
	(void)state;
	for(unsigned i = 1; i < 1000; i++) {
		hear_many(i, 1);
		assert_int_equal(name.family[0].current, 1);
		assert_int_equal(name.family[0].at[0].address.ip[3], i & 255);
		assert_true(name.family[0].count <= LY_NAME_ADDRESSES);
		if(i > 1)
			assert_int_equal(name.family[0].at[1].address.ip[3], (i - 1) & 255);
	}
}

/* A small world of addresses, so that the same come again. */
static unsigned some_addresses(ly_addr_t *some, unsigned family)
{
	unsigned count = (unsigned)rand() % 30;

	for(unsigned i = 0; i < count; i++) {
		some[i] = (ly_addr_t){.family = family ? 6 : 4};
		some[i].ip[0] =
				(uint8_t)(rand() % 20 * 13); /* unusable ones among them */
		some[i].ip[15 * family] |= (uint8_t)(rand() % 4);
	}
	return count;
}

static void assert_in_order(const ly_known_t *known, int64_t now)
{
	assert_true(known->current <= known->count);
	assert_true(known->count <= LY_NAME_ADDRESSES);
	for(unsigned i = 0; i < known->count; i++) {
		const ly_known_address_t *a = &known->at[i];
		for(unsigned j = 0; j < i; j++)
			assert_false(ly_addr_eq(&a->address, &known->at[j].address));
		if(i < known->current)
			assert_int_equal(a->drains_until, 0);
		else
			assert_in_range(a->drains_until, now + 1, now + LY_NAME_DRAIN_MS);
		if(i > known->current)
			assert_true(a->drains_until <= known->at[i - 1].drains_until);
	}
}

/* Whatever comes: what is known is in order, and a name that had addresses has some. */
static void whatever_comes(void **state)
{
	int64_t now = NOW;

	(void)state;
	srand(1);
	for(int i = 0; i < 20000; i++) {
		bool resolved = ly_name_resolved(&name);

		ly_name_round_begin(&name);
		for(unsigned f = 0; f < LY_FAMILIES; f++) {
			ly_addr_t some[30];
			ly_answer_t answer = {.kind = (ly_answer_kind_t)(rand() % 3),
					.error = 1 + rand() % 20,
					.ttl = (uint32_t)rand(),
					.addresses = some,
					.count = some_addresses(some, f)};
			ly_name_heard(&name, f, &answer, now);
		}
		ly_name_round_end(&name, now, (uint32_t)rand());
		assert_in_range(name.ask_at, now + 3750, now + 3600 * SECOND);
		assert_true(!resolved || ly_name_resolved(&name));
		ly_name_expire(&name, now);
		for(unsigned f = 0; f < LY_FAMILIES; f++)
			assert_in_order(&name.family[f], now);
		now += rand() % 3600000;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {NAME_TEST(nobody_is_called_at_these),
			NAME_TEST(no_address_at_all), NAME_TEST(a_thousand_addresses),
			NAME_TEST(another_address_each_time), NAME_TEST(whatever_comes)};

	return cmocka_run_group_tests_name("names_hostile", tests, NULL, NULL);
}
