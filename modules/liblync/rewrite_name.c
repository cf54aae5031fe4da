/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/rewrite_name.h"

/* Compact names of headers that have no ly_header_id_t (RFC 3261 20, IANA's table of header fields). */
static const struct
{
	char compact;
	ly_slice_t name;
} names[] = {
		{'a', LY_LIT("Accept-Contact")},
		{'d', LY_LIT("Request-Disposition")},
		{'e', LY_LIT("Content-Encoding")},
		{'j', LY_LIT("Reject-Contact")},
		{'n', LY_LIT("Identity-Info")},
		{'s', LY_LIT("Subject")},
		{'u', LY_LIT("Allow-Events")},
		{'y', LY_LIT("Identity")},
};

static ly_slice_t long_name(const ly_header_t *h)
{
	ly_slice_t name = ly_header_name(h);

	for(size_t i = 0; name.len == 1 && i < sizeof(names) / sizeof(names[0]);
			i++) {
		if(names[i].compact == (name.s[0] | 0x20))
			return names[i].name;
	}
	return name;
}

/* Whether list, names with blanks between them, has name; '*' at a name's end stands for anything. */
static bool names_it(ly_slice_t list, ly_slice_t name)
{
	ly_slice_t one;

	while((one = ly_word(&list)).len) {
		bool open = one.s[one.len - 1] == '*';

		if(open ? ly_istarts(name, ly_slice(one.s, one.len - 1))
				: ly_ieq(name, one))
			return true;
	}
	return false;
}

const ly_rule_t *ly_rule_against(
		const ly_rewrite_t *r, ly_place_t place, ly_slice_t name)
{
	for(ly_rule_set_t left =
					(r->active | r->inactive) & ly_rules_for(place, name);
			left;) {
		unsigned i = ly_rule_next(&left);
		const ly_rule_t *rule = &ly_rules[i];
		bool active = r->active >> i & 1;

		if(!ly_pattern_match(rule->match, name))
			continue;
		if(place == LY_P_HEADER && rule->action != LY_A_FORBID
				&& names_it(r->passing, name))
			return NULL;
		return active != ly_rule_passes(rule) ? rule : NULL;
	}
	return NULL;
}

void ly_rewrite_by_name(
		const ly_header_t *h, const ly_rewrite_t *r, ly_edits_t *e)
{
	const ly_rule_t *rule = ly_rule_against(r, LY_P_HEADER, long_name(h));

	if(rule)
		ly_edit_remove(e, h->line, rule->id);
}
