/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/rewrite_list.h"

#include "liblync/option.h"
#include "liblync/rewrite_name.h"

/* The list that a header begins: its own members, and where lists are merged those of all that are called alike. */
typedef struct list
{
	const ly_message_t *m;
	const ly_rewrite_t *r;
	const char *merging; /* the rule; NULL: each header stays by itself */
	unsigned headers;	 /* of this name */
	bool first;			 /* this one is the first of them */
} list_t;

static list_t list_of(
		const ly_header_t *h, const ly_message_t *m, const ly_rewrite_t *r)
{
	list_t l = {.m = m, .r = r, .first = ly_header(m, h->id) == h};
	ly_rule_set_t merging = r->active & ly_rules_at(LY_P_LISTS);

	if(merging)
		l.merging = ly_rules[ly_rule_next(&merging)].id;
	for(unsigned i = 0; i < m->header_count; i++)
		l.headers += m->headers[i].id == h->id;
	return l;
}

/* In Require it stays: there its sender would have to do without. */
static bool strips(const list_t *l, const ly_header_t *h, ly_slice_t member)
{
	return l->r->strip_100rel && h->id == LY_H_SUPPORTED && l->m->request
		   && ly_eq(l->m->method, LY_LIT("INVITE"))
		   && ly_ieq(member, LY_100REL);
}

/* Why member goes: the id of a rule, or NULL. */
static const char *against(
		const list_t *l, const ly_header_t *h, ly_slice_t member)
{
	const ly_rule_t *rule = NULL;
	const char *by = NULL;

	if(h->id == LY_H_ALLOW)
		rule = ly_rule_against(l->r, LY_P_ALLOW, member);
	else if(h->id == LY_H_SUPPORTED)
		rule = ly_rule_against(l->r, LY_P_OPTION, member);
	if(strips(l, h, member))
		by = "prack";
	return rule ? rule->id : by;
}

/* The next of a list of tokens: nothing in it is quoted (RFC 3261 25.1). One may be empty. */
static ly_slice_t next_token(ly_slice_t *rest)
{
	size_t comma = ly_find(*rest, ',');
	ly_slice_t token = ly_trim(ly_slice(rest->s, comma));

	*rest = ly_from(*rest, comma + 1);
	return token;
}

/* Puts the members of h that pass behind those composed since start. Returns why one went, or NULL. */
static const char *put_members(
		const list_t *l, const ly_header_t *h, size_t start, ly_buf_t *out)
{
	ly_slice_t rest = h->value;
	const char *by = NULL;

	while(rest.len) {
		ly_slice_t member = next_token(&rest);
		const char *rule = against(l, h, member);

		if(rule)
			by = rule;
		else if(member.len) {
			if(out->len > start)
				ly_put(out, LY_LIT(", "));
			ly_put(out, member);
		}
	}
	return by;
}

static const char *compose(
		const list_t *l, const ly_header_t *h, size_t start, ly_buf_t *out)
{
	const char *by = NULL;

	if(!l->merging || l->headers == 1)
		return put_members(l, h, start, out);
	for(unsigned i = 0; i < l->m->header_count; i++) {
		const ly_header_t *other = &l->m->headers[i];
		const char *rule =
				other->id == h->id ? put_members(l, other, start, out) : NULL;

		if(rule)
			by = rule;
	}
	return by ? by : l->merging;
}

void ly_rewrite_list(const ly_header_t *h, const ly_message_t *m,
		const ly_rewrite_t *r, ly_edits_t *e)
{
	list_t l = list_of(h, m, r);
	size_t start = e->text.len;
	const char *by;

	if(l.merging && !l.first) {
		ly_edit_remove(e, h->line, l.merging);
		return;
	}
	by = compose(&l, h, start, &e->text);
	if(by && e->text.len == start)
		ly_edit_remove(e, h->line, by);
	else if(by)
		ly_edit_replace(e, h->value,
				ly_slice(e->text.s + start, e->text.len - start), by);
	else
		e->text.len = start;
}
