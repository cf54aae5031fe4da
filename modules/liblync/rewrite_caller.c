/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/rewrite_caller.h"

#include "liblync/history.h"
#include "liblync/rewrite_uri.h"

/* One message, and the lines that will be added to it. */
typedef struct work
{
	const ly_message_t *m;
	const ly_rewrite_t *r;
	const ly_caller_t *caller;
	ly_edits_t *e;
	size_t start;	  /* of the added lines in e->text */
	const char *rule; /* the first that adds something */
} work_t;

/* The rule of this action, where it acts. */
static const char *acts(const work_t *w, ly_action_t action)
{
	for(ly_rule_set_t left = w->r->active & ly_rules_at(LY_P_CALL); left;) {
		const ly_rule_t *rule = &ly_rules[ly_rule_next(&left)];
		if(rule->action == action)
			return rule->id;
	}
	return NULL;
}

static void begin_line(work_t *w, const char *name, const char *rule)
{
	ly_put(&w->e->text, ly_cstr(name));
	ly_put(&w->e->text, LY_LIT(": "));
	if(!w->rule)
		w->rule = rule;
}

static void end_line(work_t *w)
{
	ly_put(&w->e->text, LY_LIT("\r\n"));
}

/* Who calls ---------------------------------------------------------------------------------------------------------- */

static const struct
{
	ly_header_id_t id;
	const char *name;
} headers[LY_IDENTITIES] = {[LY_IDENTITY_AS_SENT] = {LY_H_P_ASSERTED_IDENTITY,
									"P-Asserted-Identity"},
		[LY_IDENTITY_PAI] = {LY_H_P_ASSERTED_IDENTITY, "P-Asserted-Identity"},
		[LY_IDENTITY_PPI] = {LY_H_P_PREFERRED_IDENTITY, "P-Preferred-Identity"},
		[LY_IDENTITY_RPID] = {LY_H_REMOTE_PARTY_ID, "Remote-Party-ID"}};

static bool is_identity(ly_header_id_t id)
{
	return id == LY_H_P_ASSERTED_IDENTITY || id == LY_H_P_PREFERRED_IDENTITY
		   || id == LY_H_REMOTE_PARTY_ID;
}

static bool has_identity(const ly_message_t *m)
{
	return ly_has_header(m, LY_H_P_ASSERTED_IDENTITY)
		   || ly_has_header(m, LY_H_P_PREFERRED_IDENTITY)
		   || ly_has_header(m, LY_H_REMOTE_PARTY_ID);
}

/*
 * Composes the identity as the receiver gets it. False where nobody says one. A caller who withholds his name needs
 * one, since From says none: else the provider could not tell whose call it is.
 */
static bool compose_identity(work_t *w)
{
	const ly_caller_terms_t *terms = &w->r->terms;
	const ly_caller_t *caller = w->caller;
	ly_uri_draft_t d;

	if(terms->identity == LY_IDENTITY_NONE
			|| (terms->identity == LY_IDENTITY_AS_SENT && !caller->by_header
					&& !(caller->withheld && terms->from_counts)))
		return false;
	ly_uri_draft_begin(&d);
	d.na = caller->asserted;
	d.na.params = LY_EMPTY;
	if(!d.na.uri.text.len && !terms->fallback.len)
		return false;
	ly_uri_draft_run(&d, LY_P_IDENTITY, w->r, false);
	if(!d.na.uri.text.len)
		d.na.uri.user = terms->fallback;
	ly_uri_draft_put_nameaddr(&w->e->text, &d);
	if(terms->identity == LY_IDENTITY_RPID)
		ly_put(&w->e->text,
				caller->withheld
						? LY_LIT(";party=calling;screen=yes;privacy=full")
						: LY_LIT(";party=calling;screen=yes;privacy=off"));
	return true;
}

/* Of the sender's headers the first of the right kind is written anew, and the others go. */
static void write_identity(work_t *w, const char *rule)
{
	const ly_header_id_t wanted = headers[w->r->terms.identity].id;
	size_t start = w->e->text.len;
	bool have = compose_identity(w);
	ly_slice_t value = ly_slice(w->e->text.s + start, w->e->text.len - start);

	for(unsigned i = 0; has_identity(w->m) && i < w->m->header_count; i++) {
		const ly_header_t *h = &w->m->headers[i];
		if(!is_identity(h->id))
			continue;
		if(have && h->id == wanted)
			ly_edit_replace(w->e, h->value, value, rule);
		else
			ly_edit_remove(w->e, h->line, rule);
		have = have && h->id != wanted;
	}
	w->start = w->e->text.len;
	if(!have)
		return;
	begin_line(w, headers[w->r->terms.identity].name, rule);
	ly_put(&w->e->text, value);
	end_line(w);
}

static void write_privacy(work_t *w, const char *rule)
{
	if(!w->caller->withheld || ly_header(w->m, LY_H_PRIVACY))
		return;
	begin_line(w, "Privacy", rule);
	ly_put(&w->e->text, LY_LIT("id"));
	end_line(w);
}

/* Who has forwarded ------------------------------------------------------------------------------------------------ */

static void put_party(
		const work_t *w, ly_uri_draft_t *d, const ly_nameaddr_t *party)
{
	ly_uri_draft_begin(d);
	d->na = *party;
	d->na.display = d->na.params = d->na.uri.headers = LY_EMPTY;
	ly_uri_draft_run(d, LY_P_DIVERSION, w->r, false);
}

/* Diversion: the newest first, each in a line of its own (RFC 5806 5). */
static void put_diversions(
		work_t *w, const ly_diversion_t *list, unsigned count)
{
	for(unsigned i = count; i-- > 0;) {
		ly_uri_draft_t d;
		put_party(w, &d, &list[i].party);
		begin_line(w, "Diversion", acts(w, LY_A_HISTORY));
		ly_uri_draft_put_nameaddr(&w->e->text, &d);
		ly_putf(&w->e->text, ";reason=%s%s", ly_diversion_reason(list[i].cause),
				list[i].hidden ? ";privacy=full" : "");
		end_line(w);
	}
}

/* One entry; why the call came to it stands in it (RFC 4458), and its index tells whom it came from (RFC 7044 5). */
static void put_entry(work_t *w, const ly_uri_draft_t *d, unsigned depth,
		unsigned cause, bool hidden)
{
	ly_buf_t *out = &w->e->text;

	if(depth)
		ly_put(out, LY_LIT(", "));
	ly_putc(out, '<');
	ly_uri_draft_put(out, d);
	if(cause)
		ly_putf(out, ";cause=%u", cause);
	ly_put(out,
			hidden ? LY_LIT("?Privacy=history>;index=1") : LY_LIT(">;index=1"));
	for(unsigned i = 0; i < depth; i++)
		ly_put(out, LY_LIT(".1"));
	if(depth)
		ly_put(out, LY_LIT(";mp=1"));
	for(unsigned i = 1; i < depth; i++)
		ly_put(out, LY_LIT(".1"));
}

/* History-Info: the oldest first, the called party behind them (RFC 7544 3). */
static void put_history(work_t *w, const ly_diversion_t *list, unsigned count)
{
	ly_uri_draft_t d;

	begin_line(w, "History-Info", acts(w, LY_A_HISTORY));
	for(unsigned i = 0; i < count; i++) {
		put_party(w, &d, &list[i].party);
		put_entry(w, &d, i, i ? list[i - 1].cause : 0, list[i].hidden);
	}
	ly_uri_draft_begin(&d);
	if(ly_uri_parse(w->m->uri, &d.na.uri)) {
		ly_uri_draft_run(&d, LY_P_TO, w->r, false);
		put_entry(w, &d, count, list[count - 1].cause, false);
	}
	end_line(w);
}

static void write_history(work_t *w, const char *rule)
{
	ly_diversion_t list[LY_MAX_DIVERSIONS];
	unsigned count = 0;

	if(!ly_has_header(w->m, LY_H_HISTORY_INFO)
			&& !ly_has_header(w->m, LY_H_DIVERSION))
		return;
	if(w->caller && w->r->terms.history != LY_HISTORY_NONE)
		count = ly_history_read(w->m, list);
	for(unsigned i = 0; i < w->m->header_count; i++) {
		const ly_header_t *h = &w->m->headers[i];
		if(h->id == LY_H_HISTORY_INFO || h->id == LY_H_DIVERSION)
			ly_edit_remove(w->e, h->line, rule);
	}
	if(count && w->r->terms.history == LY_HISTORY_INFO)
		put_history(w, list, count);
	else if(count)
		put_diversions(w, list, count);
}

/* Both -------------------------------------------------------------------------------------------------------------- */

/* Its first value by the rules of its place. One that cannot be read goes. */
static void write_in_place(
		work_t *w, const ly_header_t *h, const char *unreadable)
{
	ly_slice_t rest = h->value;
	size_t start = w->e->text.len;
	ly_uri_draft_t d;

	ly_uri_draft_begin(&d);
	if(!ly_nameaddr_parse(ly_value_next(&rest), &d.na)) {
		ly_edit_remove(w->e, h->line, unreadable);
		return;
	}
	ly_uri_draft_run(&d, LY_P_IDENTITY, w->r, false);
	if(!d.rule)
		return;
	ly_uri_draft_put_nameaddr(&w->e->text, &d);
	ly_edit_replace(w->e, h->value,
			ly_slice(w->e->text.s + start, w->e->text.len - start), d.rule);
}

/*
 * In a reply, or later in the dialog: who is at the other end now. Where the rule is switched off all of them pass,
 * in every message.
 */
static void write_connected(work_t *w, const char *rule)
{
	const ly_caller_terms_t *terms = &w->r->terms;
	bool pass = terms->believed
				&& (terms->identity == LY_IDENTITY_AS_SENT
						|| terms->identity == LY_IDENTITY_PAI);

	for(unsigned i = 0; has_identity(w->m) && i < w->m->header_count; i++) {
		const ly_header_t *h = &w->m->headers[i];

		if(!is_identity(h->id))
			continue;
		if(!rule || (pass && h->id == LY_H_P_ASSERTED_IDENTITY))
			write_in_place(w, h, "identity-unreadable");
		else
			ly_edit_remove(w->e, h->line, rule);
		/* one is enough */
		pass = pass && h->id != LY_H_P_ASSERTED_IDENTITY;
	}
}

void ly_rewrite_caller(const ly_message_t *m, const ly_rewrite_t *r,
		const ly_caller_t *caller, ly_edits_t *e)
{
	work_t w = {.m = m, .r = r, .caller = caller, .e = e};
	const ly_header_t *place = ly_header(m, LY_H_CSEQ);
	const char *rule = acts(&w, LY_A_CALLER);

	if(!place)
		place = &m->headers[0];
	if(rule && caller)
		write_identity(&w, rule);
	else
		write_connected(&w, rule);
	w.start = w.rule ? w.start : e->text.len;
	if(caller && (rule = acts(&w, LY_A_PRIVACY)))
		write_privacy(&w, rule);
	if((rule = acts(&w, LY_A_HISTORY)))
		write_history(&w, rule);
	if(w.rule)
		ly_edit_insert(e, place->line.s,
				ly_slice(e->text.s + w.start, e->text.len - w.start), w.rule);
}
