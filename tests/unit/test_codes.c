/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Codes of refused calls: by cause, by the plan's rules, and those that are left alone. */
#include "plan_helpers.h"

#include "liblync/codes.h"

static const ly_code_rule_t target_rules[] = {
		{.received = 486, .cause = 34, .translated = 503},
		{.received = 404, .translated = 480},
		{.received = 404, .translated = 499},
		{.received = 603, .translated = 486, .direction = LY_TO_LYNC},
		{.received = 487, .translated = 503},
};
static const ly_code_rule_t trunk_rules[] = {
		{.cause = 17, .translated = 600},
		{.received = 480, .translated = 404},
		{.received = 404, .translated = 604},
};
static const ly_codes_t of_target = {.rules = (ly_code_rule_t *)target_rules,
		.rule_count = sizeof(target_rules) / sizeof(target_rules[0])};
static const ly_codes_t of_trunk = {.rules = (ly_code_rule_t *)trunk_rules,
		.rule_count = sizeof(trunk_rules) / sizeof(trunk_rules[0])};

/* As Lync's documentation and RFC 3398 want it, whatever code the gateway chose. */
static void a_cause_has_its_code(void **state)
{
	static const unsigned rows[][2] = {{1, 404}, {2, 404}, {3, 404}, {17, 486},
			{18, 408}, {19, 480}, {20, 480}, {21, 603}, {22, 410}, {27, 480},
			{28, 484}, {31, 480}, {34, 503}, {38, 503}, {41, 503}, {42, 503},
			{44, 503}, {47, 503}, {55, 403}, {57, 403}, {58, 488}, {65, 488},
			{79, 501}, {87, 403}, {88, 488}, {102, 504}, {127, 500}};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_code_t to =
				ly_codes_decide(NULL, NULL, LY_FROM_LYNC, 499, rows[i][0]);
		if(to.code != rows[i][1] || to.cause != rows[i][0] || !to.by_cause)
			fail_msg("cause %u: %u", rows[i][0], to.code);
		assert_non_null(ly_cause_text(rows[i][0]));
		to = ly_codes_decide(NULL, NULL, LY_FROM_LYNC, rows[i][1], rows[i][0]);
		assert_int_equal(to.code, rows[i][1]);
		assert_false(to.by_cause);
		/* An answer of Lync is as Lync means it. */
		to = ly_codes_decide(NULL, NULL, LY_TO_LYNC, 499, rows[i][0]);
		assert_int_equal(to.code, 499);
		assert_int_equal(to.cause, rows[i][0]);
	}
	assert_int_equal(
			ly_codes_decide(NULL, NULL, LY_FROM_LYNC, 480, 16).code, 480);
	assert_int_equal(
			ly_codes_decide(NULL, NULL, LY_FROM_LYNC, 480, 99).code, 480);
	assert_null(ly_cause_text(99));
}

/* Nobody else can be found at that number: a rule may say otherwise. */
static void a_redirection_is_a_refusal(void **state)
{
	static const ly_code_rule_t rules[] = {
			{.received = 302, .translated = 503, .direction = LY_FROM_LYNC}};
	static const ly_codes_t codes = {
			.rules = (ly_code_rule_t *)rules, .rule_count = 1};
	ly_code_t to;

	(void)state;
	for(unsigned code = 300; code < 400; code++) {
		for(int way = 0; way < LY_DIRECTIONS; way++) {
			to = ly_codes_decide(NULL, NULL, (ly_direction_t)way, code, 0);
			assert_int_equal(to.code, 480);
			assert_int_equal(to.cause, 18);
			to = ly_codes_decide(NULL, NULL, (ly_direction_t)way, code, 22);
			assert_int_equal(to.code, 480);
			assert_int_equal(to.cause, 22);
			assert_false(to.by_cause);
		}
	}
	to = ly_codes_decide(NULL, &codes, LY_FROM_LYNC, 302, 22);
	assert_int_equal(to.code, 503);
	assert_ptr_equal(to.rule, rules);
	assert_int_equal(
			ly_codes_decide(NULL, &codes, LY_FROM_LYNC, 301, 22).code, 480);
	assert_int_equal(
			ly_codes_decide(NULL, &codes, LY_TO_LYNC, 302, 0).code, 480);
	assert_string_equal(ly_code_phrase(180), "Ringing");
	assert_string_equal(ly_code_phrase(302), "Redirection");
}

/* Without a Reason header the telephone network gets the cause that the code means. */
static void a_code_has_its_cause(void **state)
{
	static const unsigned rows[][2] = {{404, 1}, {408, 102}, {480, 18},
			{484, 28}, {486, 17}, {488, 88}, {500, 41}, {503, 41}, {504, 102},
			{603, 21}, {604, 1}, {499, 0}};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for(int way = 0; way < LY_DIRECTIONS; way++) {
			ly_code_t to = ly_codes_decide(
					NULL, NULL, (ly_direction_t)way, rows[i][0], 0);
			assert_int_equal(to.code, rows[i][0]);
			assert_int_equal(to.cause, rows[i][1]);
		}
	}
}

static void rules_come_before_causes(void **state)
{
	static const struct
	{
		ly_direction_t direction;
		unsigned code, cause, becomes;
		const ly_code_rule_t *rule;
	} rows[] = {
			{LY_FROM_LYNC, 486, 34, 503, &target_rules[0]},
			{LY_FROM_LYNC, 486, 0, 486, NULL},
			{LY_FROM_LYNC, 486, 17, 600, &trunk_rules[0]},
			{LY_FROM_LYNC, 480, 17, 600, &trunk_rules[0]},
			/* The target's before the trunk's, the first of several, and one rule only. */
			{LY_FROM_LYNC, 404, 1, 480, &target_rules[1]},
			{LY_FROM_LYNC, 480, 0, 404, &trunk_rules[1]},
			/* Of the other direction. */
			{LY_FROM_LYNC, 603, 0, 603, NULL},
			{LY_TO_LYNC, 603, 0, 486, &target_rules[3]},
			{LY_TO_LYNC, 404, 0, 404, NULL},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_code_t to = ly_codes_decide(&of_target, &of_trunk, rows[i].direction,
				rows[i].code, rows[i].cause);
		if(to.code != rows[i].becomes || to.rule != rows[i].rule)
			fail_msg("row %zu: %u", i, to.code);
		assert_false(to.by_cause);
	}
	assert_int_equal(
			ly_codes_decide(&of_trunk, &of_target, LY_FROM_LYNC, 404, 0).code,
			604);
	assert_int_equal(
			ly_codes_decide(NULL, &of_trunk, LY_FROM_LYNC, 404, 0).code, 604);
	/* The cause is that of what is sent. */
	assert_int_equal(
			ly_codes_decide(&of_target, NULL, LY_FROM_LYNC, 404, 0).cause, 18);
}

static void what_sip_works_with_stays(void **state)
{
	static const unsigned own[] = {401, 407, 420, 421, 422, 487, 491, 494};

	(void)state;
	for(size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		ly_code_t to = ly_codes_decide(
				&of_target, &of_trunk, LY_FROM_LYNC, own[i], 17);
		assert_true(ly_code_is_sips_own(own[i]));
		assert_int_equal(to.code, own[i]);
		assert_null(to.rule);
	}
	for(unsigned code = 100; code < 300; code++)
		assert_int_equal(
				ly_codes_decide(&of_target, NULL, LY_FROM_LYNC, code, 34).code,
				code);
}

/* Any code with any cause: a refusal stays one, and what was decided once is not decided otherwise. */
static void refusals_stay_refusals(void **state)
{
	unsigned changed = 0;

	(void)state;
	for(unsigned code = 400; code < 700; code++) {
		for(unsigned cause = 0; cause < 128; cause++) {
			ly_code_t to =
					ly_codes_decide(NULL, NULL, LY_FROM_LYNC, code, cause);
			ly_code_t again =
					ly_codes_decide(NULL, NULL, LY_FROM_LYNC, to.code, cause);
			assert_in_range(to.code, 400, 699);
			assert_int_equal(again.code, to.code);
			assert_int_equal(to.by_cause, to.code != code);
			changed += to.by_cause;
		}
	}
	assert_true(changed > 9000);
}

/* Every code that can be sent has a phrase, and every cause that a code means has a text. */
static void words_for_all(void **state)
{
	(void)state;
	assert_string_equal(ly_code_phrase(486), "Busy Here");
	assert_string_equal(ly_code_phrase(503), "Service Unavailable");
	assert_string_equal(ly_code_phrase(499), "Request Failure");
	assert_string_equal(ly_code_phrase(599), "Server Failure");
	assert_string_equal(ly_code_phrase(699), "Global Failure");
	for(unsigned code = 400; code < 700; code++) {
		ly_code_t to = ly_codes_decide(NULL, NULL, LY_TO_LYNC, code, 0);
		assert_true(ly_code_phrase(code)[0] != '\0');
		if(to.cause && !ly_cause_text(to.cause))
			fail_msg("%u: cause %u has no text", code, to.cause);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(a_cause_has_its_code),
			TEST(a_redirection_is_a_refusal),
			TEST(a_code_has_its_cause),
			TEST(rules_come_before_causes),
			TEST(what_sip_works_with_stays),
			TEST(refusals_stay_refusals),
			TEST(words_for_all),
	};

	return cmocka_run_group_tests_name("codes", tests, NULL, NULL);
}
