/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/dialect.h"
#include "liblync/dialect_words.h"
#include "liblync/edit_reason.h"

#define BIT(i) ((ly_rule_set_t)1 << (i))

/* What a rule may do at a place, and whether it needs something to match. */
static const struct
{
	unsigned actions;
	bool match;
} places[LY_P_COUNT] = {
#define ON_URIS \
	(1u << LY_A_USER_PHONE | 1u << LY_A_NUMBERS | 1u << LY_A_REMOVE_USER_PARAMS)
		[LY_P_HEADER] = {1u << LY_A_REMOVE | 1u << LY_A_FORBID
								 | 1u << LY_A_PASS_IN_EMERGENCY
								 | 1u << LY_A_PASS,
				true},
		[LY_P_OPTION] = {1u << LY_A_REMOVE | 1u << LY_A_PASS, true},
		[LY_P_LISTS] = {1u << LY_A_MERGE, false},
		[LY_P_REQUEST_URI] = {ON_URIS | 1u << LY_A_HOST_PEER, false},
		[LY_P_FROM] = {ON_URIS | 1u << LY_A_HOST_OURS | 1u << LY_A_REMOVE_PARAM
							   | 1u << LY_A_FALLBACK | 1u << LY_A_ANONYMOUS,
				false},
		[LY_P_TO] = {ON_URIS | 1u << LY_A_HOST_PEER | 1u << LY_A_REMOVE_PARAM,
				false},
		[LY_P_IDENTITY] = {ON_URIS | 1u << LY_A_HOST_OURS | 1u << LY_A_FALLBACK,
				false},
		[LY_P_DIVERSION] = {ON_URIS | 1u << LY_A_HOST_OURS, false},
		[LY_P_REFER_TO] = {ON_URIS | 1u << LY_A_HOST_OURS, false},
		[LY_P_ALLOW] = {1u << LY_A_REMOVE, true},
		[LY_P_BODY] = {1u << LY_A_REMOVE | 1u << LY_A_PASS_IN_EMERGENCY, false},
		[LY_P_CALL] = {1u << LY_A_CALLER | 1u << LY_A_PRIVACY
							   | 1u << LY_A_HISTORY,
				false},
		[LY_P_SDP_ATTRIBUTE] = {1u << LY_A_REMOVE, true},
		[LY_P_SDP_LINE] = {1u << LY_A_REMOVE, true},
		[LY_P_SDP_CRYPTO] = {1u << LY_A_ONE_CRYPTO, false},
		[LY_P_SDP_ORIGIN] = {1u << LY_A_DASH, false},
		[LY_P_SDP_NAME] = {1u << LY_A_DASH, false},
		[LY_P_SDP_CODEC] = {1u << LY_A_REMOVE, true},
		[LY_P_SDP_STREAM] = {1u << LY_A_REFUSE, false},
};

static void every_rule_is_whole(void **state)
{
	(void)state;
	assert_in_range(ly_rule_count, 1, LY_MAX_RULES);
	for(unsigned i = 0; i < ly_rule_count; i++) {
		const ly_rule_t *rule = &ly_rules[i];

		if(!rule->id || !rule->match || !rule->reason
				|| strlen(rule->reason) < 15)
			fail_msg("row %u of the table: no id, no match or no reason", i);
		assert_true(rule->place < LY_P_COUNT);
		if(!(places[rule->place].actions & 1u << rule->action))
			fail_msg("%s: what it does is not done there", rule->id);
		if((rule->match[0] != '\0')
						!= (places[rule->place].match
								|| rule->action == LY_A_REMOVE_PARAM)
				&& rule->action != LY_A_ANONYMOUS)
			fail_msg(
					"%s: a match where none is looked at, or none where one is",
					rule->id);
		/* An id is found, and finds this rule: none stands twice. */
		assert_true(ly_rule_bit(text(rule->id)) == BIT(i));
	}
	assert_true(ly_rule_bit(text("no-such-rule")) == 0);
	assert_true(ly_rule_bit(LY_EMPTY) == 0);
}

/* A new place or action has to have words: a rule with it could not be explained. */
static void every_value_has_words(void **state)
{
	(void)state;
	for(int place = 0; place < LY_P_COUNT; place++) {
		const char *words = ly_place_words((ly_place_t)place);
		if(!words)
			fail_msg("place %d has no words", place);
		/* "%" is where the match stands, so where none is looked at it has none */
		assert_int_equal(strchr(words, '%') != NULL, places[place].match);
	}
	for(int action = 0; action < LY_A_COUNT; action++) {
		if(!ly_action_words((ly_action_t)action))
			fail_msg("action %d has no words", action);
	}
}

static void every_rule_in_words(void **state)
{
	char memory[400];

	(void)state;
	for(unsigned i = 0; i < ly_rule_count; i++) {
		const ly_rule_t *rule = &ly_rules[i];
		ly_buf_t b = ly_buf(memory, sizeof(memory));

		ly_rule_put_where(rule, &b);
		ly_putc(&b, ' ');
		ly_rule_put_what(rule, &b);
		assert_false(b.full);
		assert_false(contains(ly_buf_slice(&b), "%"));
		assert_true(contains(ly_buf_slice(&b), rule->match));
		assert_non_null(ly_rule_when(rule));
		assert_ptr_equal(ly_edit_reason(rule->id), rule->reason);
	}
}

/* What no rule stands for has a reason of its own, and no id is a rule's. */
static void fixed_reasons(void **state)
{
	(void)state;
	for(unsigned i = 0; i < ly_fixed_reason_count; i++) {
		const ly_fixed_reason_t *fixed = &ly_fixed_reasons[i];

		assert_true(ly_rule_bit(text(fixed->id)) == 0);
		assert_ptr_equal(ly_edit_reason(fixed->id), fixed->reason);
		assert_true(strlen(fixed->reason) > 15);
	}
	assert_null(ly_edit_reason("no-such-edit"));
	assert_null(ly_edit_reason(""));
}

static void rules_by_place(void **state)
{
	ly_rule_set_t seen = 0;

	(void)state;
	for(int place = 0; place < LY_P_COUNT; place++) {
		ly_rule_set_t at = ly_rules_at((ly_place_t)place);

		assert_true(at != 0);
		assert_true((seen & at) == 0);
		seen |= at;
		for(unsigned i = 0; i < ly_rule_count; i++)
			assert_true(
					(at >> i & 1) == (ly_rules[i].place == (ly_place_t)place));
	}
	assert_true(seen == BIT(ly_rule_count) - 1);
}

/* The short way to the rules for a name leaves none out. */
static void rules_by_name(void **state)
{
	char name[64];

	(void)state;
	for(unsigned i = 0; i < ly_rule_count; i++) {
		const ly_rule_t *rule = &ly_rules[i];
		size_t len = strlen(rule->match);

		if(!places[rule->place].match)
			continue;
		if(rule->match[0] == '*') { /* matches any name */
			assert_true((ly_rules_for(rule->place, text("Q")) & BIT(i)) != 0);
			continue;
		}
		snprintf(name, sizeof(name), "%.*s",
				(int)(len - (rule->match[len - 1] == '*')), rule->match);
		assert_true((ly_rules_for(rule->place, text(name)) & BIT(i)) != 0);
		for(char *p = name; *p; p++)
			*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p);
		assert_true((ly_rules_for(rule->place, text(name)) & BIT(i)) != 0);
		assert_true((ly_rules_for(rule->place, text(name))
							& ~ly_rules_at(rule->place))
					== 0);
	}
	assert_true(ly_rules_for(LY_P_HEADER, LY_EMPTY) == 0);
	/* Any byte may be a header's first. */
	for(int c = 0; c < 256; c++) {
		char byte = (char)c;
		ly_rules_for(LY_P_HEADER, exact(ly_slice(&byte, 1)));
	}
}

static void every_dialect(void **state)
{
	ly_slice_t names = text(ly_dialect_names()), name;
	ly_rule_set_t used = 0, all = BIT(ly_rule_count) - 1;
	unsigned count = 0;

	(void)state;
	while((name = ly_word(&names)).len) {
		const ly_dialect_t *dialect;

		name.len = ly_find(name, ',');
		dialect = ly_dialect(name);
		assert_non_null(dialect);
		assert_same(dialect->name, name);
		assert_true(strlen(dialect->reason) > 5);
		assert_int_equal((dialect->leaving | dialect->arriving) & ~all, 0);
		used |= dialect->leaving | dialect->arriving;
		count++;
	}
	assert_int_equal(count, 5);
	if(used != all)
		fail_msg("no dialect has rule %s",
				ly_rules[__builtin_ctzll(all & ~used)].id);
	assert_null(ly_dialect(text("LYNC2013")));
	assert_null(ly_dialect(text("lync")));
	assert_null(ly_dialect(LY_EMPTY));
}

/* Whoever sends, keys and names of the inside never go to the other side by a hole in a dialect's list. */
static void what_every_lync_dialect_has(void **state)
{
	static const char *needed[] = {"ms-headers", "x-ms-headers", "p-dlg",
			"user-agent", "server", "referred-by", "from-epid", "to-epid",
			"sdp-cryptoscale", "sdp-one-crypto", "sdp-encryption", "sdp-tcap",
			"sdp-pcfg", "sdp-label", "sdp-x", "sdp-bandwidth", "sdp-candidate",
			"sdp-remote-candidate", "sdp-ssrc", "sdp-origin", "sdp-ice"};
	static const char *names[] = {"lync2010", "lync2013", "sfb2015", "sfb2019"};

	(void)state;
	for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for(size_t j = 0; j < sizeof(needed) / sizeof(needed[0]); j++)
			assert_int_not_equal(ly_dialect(text(names[i]))->leaving
										 & ly_rule_bit(text(needed[j])),
					0);
	}
}

static void patterns(void **state)
{
	static const struct
	{
		const char *pattern, *text;
		bool match;
	} cases[] = {{"ms-*", "ms-diagnostics", true}, {"ms-*", "MS-", true},
			{"ms-*", "ms", false}, {"ms-*", "x-ms-a", false},
			{"label", "Label", true}, {"label", "labels", false},
			{"label", "labe", false}, {"*", "", true}, {"*", "a", true},
			{"", "", true}, {"", "a", false}, {"a*b", "a*b", true},
			{"a*b", "axb", false}};

	(void)state;
	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if(ly_pattern_match(cases[i].pattern, text(cases[i].text))
				!= cases[i].match)
			fail_msg("%s and %s", cases[i].pattern, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(every_rule_is_whole),
			TEST(every_value_has_words), TEST(every_rule_in_words),
			TEST(fixed_reasons), TEST(rules_by_place), TEST(rules_by_name),
			TEST(every_dialect), TEST(what_every_lync_dialect_has),
			TEST(patterns)};

	return cmocka_run_group_tests_name("dialect", tests, NULL, NULL);
}
