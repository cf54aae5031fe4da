/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/numbers.h"

/* The matcher has just matched number by rule. */
static void translate(const ly_number_rule_t *rule, ly_slice_t number,
		const ly_matcher_t *matcher, char *buffer, ly_renumbered_t *result)
{
	ly_slice_t matched = ly_matcher_group(matcher, number, 0);
	ly_buf_t out = ly_buf(buffer, LY_NUMBER_MAX);

	if(!matched.s)
		matched = ly_slice(number.s, 0);
	ly_put(&out, ly_span(number.s, matched.s));
	ly_translation_put(&rule->translation, number, matcher, &out);
	ly_put(&out, ly_span(matched.s + matched.len, number.s + number.len));
	if(out.full)
		result->trouble = "what it makes of the number is too long";
	else if(out.len == 0)
		result->trouble = "it leaves nothing of the number";
	else
		result->number = ly_buf_slice(&out);
}

ly_renumbered_t ly_numbers_apply(const ly_numbers_t *numbers,
		ly_direction_t direction, ly_number_kind_t kind, ly_slice_t number,
		ly_matcher_t *matcher, char *buffer)
{
	ly_renumbered_t result = {.number = number};
	ly_prefix_walk_t walk;
	uint32_t i;

	if(!numbers || number.len > LY_NUMBER_MAX)
		return result;
	if(!number.s)
		number.s = "";
	ly_prefixes_begin(&numbers->by_prefix[direction][kind], number, &walk);
	while(!result.rule && ly_prefixes_next(&walk, &i)) {
		const ly_number_rule_t *rule = &numbers->rules[i];
		ly_matched_t matched = ly_regex_match(&rule->pattern, number, matcher);
		if(matched == LY_MATCHES_NOT)
			continue;
		result.rule = rule;
		if(matched == LY_MATCHES)
			translate(rule, number, matcher, buffer, &result);
		else
			result.trouble = "its pattern needs too many steps for this number";
	}
	return result;
}
