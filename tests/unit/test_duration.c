/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Durations as text, and <health> of a plan. */
#include "liblync/duration.h"

#include "plan_helpers.h"

static void check(const char *text, long ms)
{
	assert_int_equal(ly_duration(ly_cstr(text), 86400000), ms);
}

static void durations_are_read(void **state)
{
	(void)state;
	check("500ms", 500);
	check("30s", 30000);
	check("10min", 600000);
	check("24h", 86400000);
	check("0s", 0);
	check("90s", 90000);
}

static void anything_else_is_none(void **state)
{
	static const char *const texts[] = {"", "s", "ms", "5", "5 s", "-5s",
			"1.5s", "5m", "5S", "25h", "86400001ms", "99999999999999999999s",
			"s5", "5sms", "+5s"};

	(void)state;
	for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check(texts[i], -1);
}

static void written(unsigned long ms, const char *text)
{
	char memory[LY_DURATION_MAX];
	ly_buf_t out = ly_buf(memory, sizeof(memory));

	ly_put_duration(&out, ms);
	assert_false(out.full);
	assert_true(ly_eq(ly_buf_slice(&out), ly_cstr(text)));
}

static void durations_are_written(void **state)
{
	(void)state;
	written(0, "0s");
	written(500, "500ms");
	written(1500, "1500ms");
	written(30000, "30s");
	written(60000, "1min");
	written(90000, "90s");
	written(86400000, "24h");
}

/* What a plan leaves out is what the state machine has by itself: the presets of its table are the same numbers. */
static void presets_are_the_rules(void **state)
{
	static const char at[] = "</pool>";
	ly_slice_t xml = file_bytes(EXAMPLE);
	char *text = malloc(xml.len + 100);
	const char *end = strstr(xml.s, at);
	ly_finding_t finding;
	ly_plan_t *plan;

	(void)state;
	snprintf(text, xml.len + 100, "%.*s<health/>%s", (int)(end - xml.s), xml.s,
			end);
	plan = parse(ly_cstr(text), &finding);
	assert_non_null(plan);
	assert_true(plan->pools[0].watching.line > 0);
	assert_memory_equal(&plan->pools[0].watching.rules, &ly_health_rules,
			sizeof(ly_health_rules));
	for(unsigned i = 0; i < plan->peer_count; i++)
		assert_memory_equal(plan->peers[i].health, &ly_health_rules,
				sizeof(ly_health_rules));
	ly_plan_free(plan);
	free(text);
	free((char *)xml.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(durations_are_read),
			TEST(anything_else_is_none), TEST(durations_are_written),
			TEST(presets_are_the_rules)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
