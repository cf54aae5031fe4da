/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any message on its way to either side, new or in a dialog, with and without the names of a leg: the result is a
 * message again, in which only what an edit names is changed, and nothing is left that a rule takes out.
 */
#include "fuzz_leg.h"

#include <ctype.h>

#include "liblync/edit_reason.h"

#define BODY LY_LIT("v=0\r\n")
static ly_edits_t edits;
static char composed[1 << 16];

static ly_rewrite_t describe(bool to_lync, bool in_dialog, bool legs)
{
	const ly_dialect_t *lync = ly_dialect(LY_LIT("lync2013")),
					   *gateway = ly_dialect(LY_LIT("rfc3261"));
	ly_rewrite_t r = {
			.active = to_lync ? ly_active_rules(gateway, lync, 0)
							  : ly_active_rules(lync, gateway, 0),
			.numbers = {.plus_missing = to_lync, .plus_unwanted = !to_lync},
			.terms = {.identity =
							  to_lync ? LY_IDENTITY_AS_SENT : LY_IDENTITY_RPID,
					.history = to_lync ? LY_HISTORY_INFO : LY_HISTORY_DIVERSION,
					.believed = true,
					.from_counts = !to_lync,
					.fallback = LY_LIT("4930555")},
			.our_host = to_lync ? LY_LIT("sbc1.example.net")
								: LY_LIT("2001:db8::1"),
			.peer_host = to_lync ? LY_LIT("medpool.contoso.example")
								 : LY_LIT("198.51.100.10"),
			.peer_port = 5067,
			.peer_transport = to_lync ? LY_LIT("tls") : LY_EMPTY,
			.contact = LY_LIT("sip:Ltoken@sbc1.example.net:5067"),
			.body = BODY,
			.alone = true,
	};

	if(legs)
		r.leg = names_of_leg();
	if(in_dialog) {
		r.request_uri = LY_LIT("sip:med01.contoso.example:5067;transport=Tls;"
							   "ms-opaque=0123456789abcdef");
		r.routes = LY_LIT("<sip:a.example;lr>, <sip:b.example;lr>");
		r.from = LY_LIT("<sip:+4930123456@sbc1.example.net;user=phone>");
		r.to = LY_LIT(
				"\"Ada\" <sip:+498912345678@contoso.example>;epid=0A1B2C3D4E");
	}
	return r;
}

/* The edit that takes out all of h. */
static bool taken_out(const ly_header_t *h)
{
	for(unsigned i = 0; i < edits.count; i++) {
		const ly_edit_t *e = &edits.list[i];
		if(e->offset == (size_t)(h->line.s - before.raw.s)
				&& e->length == h->line.len && e->text.len == 0)
			return true;
	}
	return false;
}

/* An edit begins within text. */
static bool edited(ly_slice_t text)
{
	for(unsigned i = 0; i < edits.count; i++) {
		size_t at = (size_t)(text.s - before.raw.s);
		if(edits.list[i].offset >= at && edits.list[i].offset < at + text.len
				&& !(edits.list[i].offset == at && edits.list[i].length == 0))
			return true;
	}
	return false;
}

/*
 * How many lines come before h: only those that say who calls and who has forwarded, in a dialog its Route, and the
 * Vias of a reply.
 */
static unsigned put_before(const ly_header_t *h, unsigned out)
{
	unsigned lines = 0;

	for(unsigned i = 0; i < edits.count; i++) {
		const ly_edit_t *e = &edits.list[i];
		if(e->offset != (size_t)(h->line.s - before.raw.s) || e->length)
			continue;
		for(size_t at = 0; at < e->text.len; at++)
			lines += e->text.s[at] == '\n'
					 && !(at + 1 < e->text.len && ly_blank(e->text.s[at + 1]));
	}
	must(out + lines <= after.header_count, "a header is left");
	for(unsigned i = 0; i < lines; i++) {
		ly_header_id_t id = after.headers[out + i].id;
		must(id == LY_H_ROUTE || id == LY_H_P_ASSERTED_IDENTITY
						|| id == LY_H_REMOTE_PARTY_ID || id == LY_H_PRIVACY
						|| id == LY_H_HISTORY_INFO || id == LY_H_DIVERSION
						|| (id == LY_H_VIA && !before.request),
				"no header comes from nowhere");
	}
	return lines;
}

/* How many lines come after all others: Content-Length, in a reply on a leg that had none. */
static unsigned length_put_behind(unsigned out)
{
	return out < after.header_count && !before.request
		   && !ly_has_header(&before, LY_H_CONTENT_LENGTH)
		   && after.headers[out].id == LY_H_CONTENT_LENGTH;
}

/* Header for header: gone, changed by an edit inside it, or the same bytes. */
static void check_headers(void)
{
	unsigned out = 0;

	for(unsigned i = 0; i < before.header_count; i++) {
		const ly_header_t *h = &before.headers[i], *o;

		out += put_before(h, out);
		if(taken_out(h))
			continue;
		must(out < after.header_count, "a header is left");
		o = &after.headers[out++];
		must(ly_eq(h->name, o->name),
				"headers keep their names and their order");
		must(edited(h->line) || ly_eq(h->line, o->line),
				"what has no edit stays as it is");
	}
	out += length_put_behind(out);
	must(out == after.header_count, "no header comes from nowhere");
}

static ly_slice_t host_of(const ly_header_t *h)
{
	ly_nameaddr_t na;

	must(ly_nameaddr_parse(h->value, &na),
			"an address that we wrote can be read");
	return na.uri.host;
}

/* What nobody may see on the other side. */
static void check_hidden(bool to_lync, bool in_dialog)
{
	for(unsigned i = 0; i < after.header_count; i++) {
		const ly_header_t *h = &after.headers[i];
		ly_nameaddr_t na;

		must(!ly_istarts(h->name, LY_LIT("ms-"))
						&& !ly_istarts(h->name, LY_LIT("x-ms-"))
						&& h->id != LY_H_RECORD_ROUTE
						&& (h->id != LY_H_ROUTE || in_dialog),
				"what a rule names is gone");
		if(h->id == LY_H_CONTACT)
			must(ly_eq(h->value, LY_LIT("<sip:Ltoken@sbc1.example.net:5067>")),
					"our Contact only");
		must(h->id != LY_H_P_PREFERRED_IDENTITY
						&& (h->id != LY_H_REMOTE_PARTY_ID || !to_lync)
						&& (h->id != LY_H_P_ASSERTED_IDENTITY || to_lync)
						&& (h->id != LY_H_DIVERSION || !to_lync)
						&& (h->id != LY_H_HISTORY_INFO || to_lync),
				"who calls, in the receiver's header");
		if(in_dialog
				|| (h->id != LY_H_FROM && h->id != LY_H_TO
						&& h->id != LY_H_P_ASSERTED_IDENTITY
						&& h->id != LY_H_REMOTE_PARTY_ID
						&& h->id != LY_H_DIVERSION))
			continue;
		if(h->id == LY_H_FROM && !to_lync
				&& ly_eq(host_of(h), LY_LIT("anonymous.invalid")))
			continue;
		must(ly_eq(host_of(h),
					 h->id == LY_H_TO
							 ? to_lync ? LY_LIT("medpool.contoso.example")
									   : LY_LIT("198.51.100.10")
					 : to_lync ? LY_LIT("sbc1.example.net")
							   : LY_LIT("[2001:db8::1]")),
				"the receiver's name and ours");
		must(ly_nameaddr_parse(h->value, &na),
				"an address that we wrote can be read");
		must(to_lync || h->id == LY_H_P_ASSERTED_IDENTITY
						|| !ly_param(na.params, LY_LIT("epid")).s,
				"epid is gone");
	}
}

static void check_start_line(const ly_rewrite_t *r)
{
	ly_uri_t uri;

	must(after.request == before.request && after.status == before.status
					&& ly_eq(after.method, before.method),
			"the start line says the same");
	if(!after.request)
		return;
	must(r->request_uri.s ? ly_eq(after.uri, r->request_uri)
						  : ly_uri_parse(after.uri, &uri)
									&& ly_eq(uri.host, r->peer_host),
			"the Request-URI names the receiver");
}

/* One From, of letters and digits: who calls is the same person when it is read again. */
static bool one_plain_caller(const ly_message_t *m)
{
	unsigned count = 0;

	for(unsigned i = 0; i < m->header_count; i++) {
		ly_nameaddr_t na;

		if(m->headers[i].id != LY_H_FROM
				&& m->headers[i].id != LY_H_REMOTE_PARTY_ID
				&& m->headers[i].id != LY_H_P_ASSERTED_IDENTITY
				&& m->headers[i].id != LY_H_P_PREFERRED_IDENTITY)
			continue;
		count += m->headers[i].id == LY_H_FROM;
		if(!ly_nameaddr_parse(m->headers[i].value, &na))
			return false;
		for(size_t j = 0; j < na.uri.user.len; j++) {
			if(!isalnum((unsigned char)na.uri.user.s[j])
					&& na.uri.user.s[j] != '+')
				return false;
		}
	}
	return count == 1;
}

/* Rewritten once more a message stays as it is: nothing grows, nothing is cut differently than before. */
static void check_again(const ly_rewrite_t *r)
{
	ly_slice_t again;

	ly_edits_begin(&edits, after.raw, composed, sizeof(composed));
	must(!ly_rewrite(&after, r, &edits), "what we wrote can be rewritten");
	again = applied(&edits);
	if(!ly_eq(again, after.raw))
		fprintf(stderr, "%.*s\n----\n%.*s\n", LY_FMT(after.raw), LY_FMT(again));
	must(ly_eq(again, after.raw), "what we wrote stays");
	give_back(again);
}

/* Each edit can be explained. */
static void check_reasons(void)
{
	for(unsigned i = 0; i < edits.count; i++)
		must(ly_edit_reason(edits.list[i].rule), "an edit has a reason");
}

static void check(bool to_lync, bool in_dialog, bool legs)
{
	ly_rewrite_t r = describe(to_lync, in_dialog, legs);
	const char *wrong;
	ly_slice_t out;

	ly_edits_begin(&edits, before.raw, composed, sizeof(composed));
	if(ly_rewrite(&before, &r, &edits))
		return;
	out = applied(&edits);
	wrong = ly_message_parse(out, &after);
	if(wrong)
		fprintf(stderr, "%s:\n%.*s\n", wrong, LY_FMT(out));
	must(!wrong, "the result is a message");
	check_reasons();
	check_start_line(&r);
	check_headers();
	check_hidden(to_lync, in_dialog);
	must(ly_eq(after.body, BODY), "the body is the one that was given");
	if(legs)
		check_leg();
	else if(!in_dialog && !strange(&after) && one_plain_caller(&before)
			&& ly_has_header(&before, LY_H_CSEQ)) {
		r.numbers.plus_unwanted = false;
		check_again(&r);
	}
	give_back(out);
}

/* A reply of which nothing may pass but what it cannot do without. */
static void check_bare(bool legs)
{
	ly_rewrite_t r = describe(false, true, legs);
	ly_slice_t out;

	ly_edits_begin(&edits, before.raw, composed, sizeof(composed));
	if(!ly_rewrite_bare(&before, &r, &edits))
		return;
	out = applied(&edits);
	must(!ly_message_parse(out, &after) && after.body.len == 0,
			"the result is a message without a body");
	check_reasons();
	for(unsigned i = 0; i < after.header_count; i++) {
		const ly_header_t *h = &after.headers[i];
		must(h->id != LY_H_OTHER && h->id != LY_H_CONTACT
						&& h->id != LY_H_RECORD_ROUTE,
				"nothing else passes");
		must(h->id != LY_H_FROM || ly_istarts(h->value, r.from),
				"From is the receiver's");
	}
	if(legs)
		check_vias();
	give_back(out);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t raw = copy_of(data, size);

	if(!keys.count)
		must(sodium_init() >= 0
						&& !ly_keys_read(&keys,
								LY_LIT("a a secret of sixteen bytes or more")),
				"a key");
	if(!ly_message_parse(raw, &before)) {
		for(int i = 0; i < 8; i++)
			check(i & 1, i & 2, i & 4);
		for(int i = 0; i < 2 && !before.request; i++)
			check_bare(i);
	}
	give_back(raw);
	return 0;
}
