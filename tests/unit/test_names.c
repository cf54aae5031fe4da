/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names over time: what answers, silence and hostile answers make of what is known. */
#include "plan_helpers.h"

#include "liblync/names.h"

#define NOW INT64_C(1000000)
#define HALF 0x80000000u /* jitter: none */
#define SECOND 1000

static ly_name_t name;

static ly_addr_t at(const char *text)
{
	ly_addr_t address;

	assert_true(ly_addr_parse(ly_cstr(text), &address));
	return address;
}

/* An answer with the addresses of a text, commas between them; in memory of its own size. */
static bool hear(unsigned family, const char *texts, uint32_t ttl, int64_t now)
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

static bool hear_nothing(unsigned family, int error, int64_t now)
{
	return ly_name_heard(&name, family,
			&(ly_answer_t){.kind = LY_ANSWER_NONE, .error = error}, now);
}

static bool hear_empty(unsigned family, int64_t now)
{
	return ly_name_heard(&name, family,
			&(ly_answer_t){.kind = LY_ANSWER_EMPTY, .error = 1}, now);
}

static void assert_known(const char *wanted)
{
	char text[2000];
	ly_buf_t out = ly_buf(text, sizeof(text) - 1);

	ly_name_put(&out, &name);
	text[out.len] = '\0';
	assert_string_equal(text, wanted);
}

/* A round in which the name has these IPv4 addresses and no IPv6. */
static void round_of(const char *texts, uint32_t ttl, int64_t now)
{
	ly_name_round_begin(&name);
	hear(0, texts, ttl, now);
	hear_empty(1, now);
	assert_true(ly_name_round_over(&name));
	ly_name_round_end(&name, now, HALF);
}

static ly_name_news_t failed_round(int64_t now)
{
	ly_name_round_begin(&name);
	assert_false(hear_nothing(0, 12, now));
	assert_false(ly_name_round_over(&name));
	assert_false(hear_nothing(1, 12, now));
	return ly_name_round_end(&name, now, HALF);
}

static int begin(void **state)
{
	ly_name_init(&name, LY_LIT("gw.example.net"), NOW);
	return forget(state);
}

static void a_name_is_asked_at_once(void **state)
{
	(void)state;
	assert_int_equal(name.ask_at, NOW);
	assert_false(ly_name_resolved(&name));
	assert_known("");
}

static void an_answer_counts_at_once(void **state)
{
	(void)state;
	ly_name_round_begin(&name);
	assert_true(hear(0, "192.0.2.10,192.0.2.11", 300, NOW));
	assert_true(ly_name_resolved(&name));
	assert_false(ly_name_round_over(&name));
	assert_known("192.0.2.10, 192.0.2.11");
	assert_true(hear(1, "2001:db8::10", 30, NOW));
	assert_int_equal(ly_name_round_end(&name, NOW, 0), LY_NAME_NO_NEWS);
	assert_int_equal(name.ask_at, NOW + 30 * SECOND);
	assert_int_equal(name.error, 0);
	assert_known("192.0.2.10, 192.0.2.11, 2001:db8::10");
}

/* Of an answer in another order nothing is new. */
static void the_order_means_nothing(void **state)
{
	(void)state;
	round_of("192.0.2.10,192.0.2.11", 5, NOW);
	ly_name_round_begin(&name);
	assert_false(hear(0, "192.0.2.11,192.0.2.10,192.0.2.11", 5, NOW));
	assert_known("192.0.2.10, 192.0.2.11");
}

static void the_ttl_has_bounds(void **state)
{
	static const struct
	{
		uint32_t ttl, seconds;
	} cases[] = {{0, 5}, {1, 5}, {5, 5}, {6, 6}, {3600, 3600}, {3601, 3600},
			{UINT32_MAX, 3600}};

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		round_of("192.0.2.10", cases[i].ttl, NOW);
		assert_int_equal(name.ask_at, NOW + cases[i].seconds * SECOND);
	}
}

static void what_vanishes_drains_for_six_hours(void **state)
{
	const int64_t hours = 6 * 3600 * SECOND;

	(void)state;
	round_of("192.0.2.10,192.0.2.11", 5, NOW);
	round_of("192.0.2.11", 5, NOW + 1);
	assert_known("192.0.2.11; draining: 192.0.2.10");
	round_of("192.0.2.12", 5, NOW + 2);
	assert_known("192.0.2.12; draining: 192.0.2.11, 192.0.2.10");
	round_of("192.0.2.12", 5, NOW + 3); /* does not begin anew */
	assert_false(ly_name_expire(&name, NOW + hours));
	assert_true(ly_name_expire(&name, NOW + 1 + hours));
	assert_known("192.0.2.12; draining: 192.0.2.11");
	round_of("192.0.2.11", 5, NOW + 4);
	assert_known("192.0.2.11; draining: 192.0.2.12");
	assert_true(ly_name_expire(&name, NOW + 4 + hours));
	assert_known("192.0.2.11");
	assert_false(ly_name_expire(&name, INT64_MAX));
}

static void the_last_good_answer_stays(void **state)
{
	(void)state;
	round_of("192.0.2.10", 5, NOW);
	for(int i = 0; i < 100; i++) {
		failed_round(NOW + i);
		assert_known("192.0.2.10");
	}
	/* No addresses at all is no answer either. */
	ly_name_round_begin(&name);
	assert_false(hear_empty(0, NOW));
	assert_false(hear_empty(1, NOW));
	ly_name_round_end(&name, NOW, HALF);
	assert_int_equal(name.error, 1);
	assert_known("192.0.2.10");
}

static void failures_are_news_once(void **state)
{
	(void)state;
	assert_int_equal(failed_round(NOW), LY_NAME_FAILS);
	assert_int_equal(failed_round(NOW), LY_NAME_NO_NEWS);
	assert_int_equal(name.error, 12);
	ly_name_round_begin(&name);
	hear(0, "192.0.2.10", 5, NOW);
	hear_empty(1, NOW);
	assert_int_equal(ly_name_round_end(&name, NOW, HALF), LY_NAME_BACK);
	assert_int_equal(name.error, 0);
	round_of("192.0.2.10", 5, NOW);
	assert_int_equal(failed_round(NOW), LY_NAME_FAILS);
}

static void pauses_grow_to_a_minute(void **state)
{
	static const int seconds[] = {5, 10, 20, 40, 60, 60, 60};

	(void)state;
	for(size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		failed_round(NOW);
		assert_int_equal(name.ask_at, NOW + seconds[i] * SECOND);
	}
	name.failures = UINT32_MAX;
	failed_round(NOW);
	assert_int_equal(name.ask_at, NOW + 60 * SECOND);
	round_of("192.0.2.10", 300, NOW);
	failed_round(NOW);
	assert_int_equal(name.ask_at, NOW + 5 * SECOND);
}

/* Three quarters to five quarters of the pause. */
static void pauses_have_jitter(void **state)
{
	(void)state;
	for(int i = 0; i < 2; i++) {
		begin(state);
		ly_name_round_begin(&name);
		hear_nothing(0, 12, NOW);
		hear_nothing(1, 12, NOW);
		ly_name_round_end(&name, NOW, i ? UINT32_MAX : 0);
		assert_in_range(name.ask_at - NOW, i ? 6249 : 3750, i ? 6250 : 3750);
	}
}

static void one_family_without_an_answer(void **state)
{
	(void)state;
	ly_name_round_begin(&name);
	hear(0, "192.0.2.10", 300, NOW);
	hear(1, "2001:db8::10", 300, NOW);
	ly_name_round_end(&name, NOW, HALF);
	ly_name_round_begin(&name);
	assert_false(hear_nothing(1, 12, NOW));
	assert_true(hear(0, "192.0.2.11", 300, NOW));
	assert_int_equal(ly_name_round_end(&name, NOW, HALF), LY_NAME_NO_NEWS);
	assert_known("192.0.2.11, 2001:db8::10; draining: 192.0.2.10");
	assert_int_equal(name.error, 12);
	assert_int_equal(name.ask_at, NOW + 60 * SECOND);
}

/* RFC 4074: "no such name" of AAAA alone is what broken servers say; "no such address" is believed. */
static void one_family_without_addresses(void **state)
{
	(void)state;
	for(int first = 0; first < 2; first++) {
		begin(state);
		ly_name_round_begin(&name);
		hear(0, "192.0.2.10", 300, NOW);
		hear(1, "2001:db8::10", 300, NOW);
		ly_name_round_end(&name, NOW, HALF);
		ly_name_round_begin(&name);
		if(first)
			assert_false(hear_empty(1, NOW));
		assert_false(hear(0, "192.0.2.10", 300, NOW) && first == 0);
		if(!first)
			assert_true(hear_empty(1, NOW));
		ly_name_round_end(&name, NOW, HALF);
		assert_known("192.0.2.10; draining: 2001:db8::10");
		assert_int_equal(name.error, 0);
	}
}

/* Hostile answers ----------------------------------------------------------------------------------------------------- */

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

/* Names that come and go ---------------------------------------------------------------------------------------------- */

static void a_name_without_a_plan(void **state)
{
	(void)state;
	round_of("192.0.2.10", 300, NOW);
	ly_name_want(&name, false, NOW + 5);
	assert_int_equal(name.forget_at, NOW + 5 + LY_NAME_DRAIN_MS);
	ly_name_want(&name, false, NOW + 9); /* does not begin anew */
	assert_int_equal(name.forget_at, NOW + 5 + LY_NAME_DRAIN_MS);
	assert_known("192.0.2.10");
	ly_name_want(&name, true, NOW + 10);
	assert_int_equal(name.forget_at, 0);
	assert_int_equal(name.ask_at, NOW + 10);
	ly_name_want(&name, true, NOW + 11);
	assert_int_equal(name.ask_at, NOW + 10);
}

#define NAME_TEST(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {NAME_TEST(a_name_is_asked_at_once),
			NAME_TEST(an_answer_counts_at_once),
			NAME_TEST(the_order_means_nothing), NAME_TEST(the_ttl_has_bounds),
			NAME_TEST(what_vanishes_drains_for_six_hours),
			NAME_TEST(the_last_good_answer_stays),
			NAME_TEST(failures_are_news_once),
			NAME_TEST(pauses_grow_to_a_minute), NAME_TEST(pauses_have_jitter),
			NAME_TEST(one_family_without_an_answer),
			NAME_TEST(one_family_without_addresses),
			NAME_TEST(nobody_is_called_at_these), NAME_TEST(no_address_at_all),
			NAME_TEST(a_thousand_addresses),
			NAME_TEST(another_address_each_time), NAME_TEST(whatever_comes),
			NAME_TEST(a_name_without_a_plan)};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
