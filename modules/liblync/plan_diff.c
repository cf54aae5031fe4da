/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan_diff.h"

/* One kind of thing with names: how many there are, and what the i-th is called. */
typedef struct names
{
	const char *kind;
	unsigned (*count)(const ly_plan_t *plan);
	ly_slice_t (*name)(const ly_plan_t *plan, unsigned i);
} names_t;

static unsigned trunk_count(const ly_plan_t *plan)
{
	return plan->trunk_count;
}

static ly_slice_t trunk_name(const ly_plan_t *plan, unsigned i)
{
	return plan->trunks[i].name;
}

static unsigned peer_count(const ly_plan_t *plan)
{
	return plan->peer_count;
}

static ly_slice_t peer_name(const ly_plan_t *plan, unsigned i)
{
	return plan->peers[i].name;
}

static const names_t all[] = {{"trunks", trunk_count, trunk_name},
		{"servers and targets", peer_count, peer_name}};

static bool has(const names_t *names, const ly_plan_t *plan, ly_slice_t name)
{
	for(unsigned i = 0; i < names->count(plan); i++) {
		if(ly_ieq(names->name(plan, i), name))
			return true;
	}
	return false;
}

/* Those of a that b has not. */
static void put_missing(const names_t *names, const char *word,
		const ly_plan_t *a, const ly_plan_t *b, ly_buf_t *out, bool *said)
{
	bool first = true;

	for(unsigned i = 0; i < names->count(a); i++) {
		ly_slice_t name = names->name(a, i);
		if(has(names, b, name))
			continue;
		if(first)
			ly_putf(out, "%s%s: %s ", *said ? "; " : "", names->kind, word);
		else
			ly_put(out, LY_LIT(", "));
		ly_put(out, name);
		first = false;
		*said = true;
	}
}

void ly_plan_diff(const ly_plan_t *old, const ly_plan_t *fresh, ly_buf_t *out)
{
	bool said = false;

	for(unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		put_missing(&all[i], "added", fresh, old, out, &said);
		put_missing(&all[i], "removed", old, fresh, out, &said);
	}
	if(!said)
		ly_put(out, LY_LIT("nothing added or removed"));
}
