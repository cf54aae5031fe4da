/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any message goes to the other leg, and what comes back from there holds genuine seals: our Contact as the Request-URI
 * of a request, our Via in a reply, with the headers that the other leg has seen. What opens is what was sealed,
 * whatever it says; and what goes on from there is a message again.
 */
#include "fuzz.h"

#include <sodium.h>

#include "liblync/leg.h"
#include "liblync/passage.h"
#include "liblync/route_set.h"

#define OUR_VIA "Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKsbc;lt="
#define SOURCE LY_LIT("198.51.100.10")

static ly_keys_t keys;
static ly_trunk_t trunk = {.hash = 1};
static ly_peer_t server = {.hash = 2}, target = {.hash = 3};
static ly_message_t came, back, written;
static ly_edits_t edits;

static ly_side_t other(ly_side_t side)
{
	return side == LY_LYNC ? LY_PSTN : LY_LYNC;
}

static ly_passage_t passage_of(const ly_message_t *m, ly_side_t to,
		ly_side_t caller, ly_slice_t call_id)
{
	bool lync_gets = to == LY_LYNC;

	return (ly_passage_t){.m = m,
			.keys = &keys,
			.call_id = call_id,
			.to = to,
			.caller = caller,
			.trunk = &trunk,
			.server = &server,
			.target = &target,
			.edition = 7,
			.our_host = lync_gets ? LY_LIT("sbc1.example.net")
								  : LY_LIT("2001:db8::1"),
			.our_port = 5067,
			.transport = lync_gets ? LY_TLS : LY_UDP};
}

static ly_rewrite_t rewrite_of(const ly_passage_t *p)
{
	const ly_dialect_t *lync = ly_dialect(LY_LIT("lync2013")),
					   *gateway = ly_dialect(LY_LIT("rfc3261"));
	bool lync_gets = p->to == LY_LYNC;

	return (ly_rewrite_t){.active = lync_gets
											? ly_active_rules(gateway, lync, 0)
											: ly_active_rules(lync, gateway, 0),
			.our_host = p->our_host,
			.peer_host = lync_gets ? LY_LIT("medpool.contoso.example")
								   : LY_LIT("198.51.100.10"),
			.peer_port = 5067,
			.body = LY_LIT("v=0\r\n"),
			.alone = true};
}

/* p's message as the receiver's leg has it, in `written`; to be given back. Its s is NULL where it is refused. */
static ly_slice_t pass(const ly_passage_t *p, ly_rewrite_t *r, ly_buf_t *names)
{
	static char composed[1 << 16];
	ly_slice_t text;

	*r = rewrite_of(p);
	if(ly_passage_describe(p, r, names))
		return LY_EMPTY;
	must(!names->full, "there is room for what a leg is called");
	ly_edits_begin(&edits, p->m->raw, composed, sizeof(composed));
	if(ly_rewrite(p->m, r, &edits))
		return LY_EMPTY;
	text = applied(&edits);
	must(!ly_message_parse(text, &written), "what is sent is a message");
	return text;
}

/* Start line and more, then the headers of `written`: what who got that sends back. To be given back. */
static ly_slice_t headers_behind(ly_slice_t start)
{
	const char *end = written.raw.s + written.raw.len;
	ly_slice_t rest = written.header_count
							  ? ly_span(written.headers[0].line.s, end)
							  : LY_LIT("\r\n");
	char *text = malloc(start.len + rest.len);

	if(!text)
		abort();
	memcpy(text, start.s, start.len);
	memcpy(text + start.len, rest.s, rest.len);
	return ly_slice(text, start.len + rest.len);
}

/* What comes back goes on: the receiver of m has sent `back`, and p says how it gets to who sent m. */
static void pass_back(const ly_passage_t *p)
{
	static char memory[LY_PASSAGE_MEMORY];
	ly_buf_t names = ly_buf(memory, sizeof(memory));
	ly_rewrite_t r;
	ly_slice_t text = pass(p, &r, &names);

	if(!text.s)
		return;
	if(written.request) {
		must(ly_eq(written.uri, p->token->contact),
				"the Request-URI is the Contact, byte for byte");
	} else if(ly_has_header(&written, LY_H_CSEQ)) {
		uint32_t number;
		must(ly_cseq_number(ly_header(&written, LY_H_CSEQ)->value, &number)
						&& number == p->origin->cseq,
				"a reply has the number of its request");
	}
	give_back(text);
}

static ly_slice_t tag_in(const ly_message_t *m, ly_header_id_t id)
{
	const ly_header_t *h = ly_header(m, id);
	ly_nameaddr_t na;

	return h && ly_nameaddr_split(h->value, &na)
				   ? ly_param(na.params, LY_LIT("tag"))
				   : LY_EMPTY;
}

/* A token is what it was made of. */
static void check_token(const ly_token_t *token, const ly_passage_t *made)
{
	static char memory[LY_PASSAGE_MEMORY];
	ly_buf_t room = ly_buf(memory, sizeof(memory));
	ly_slice_t rest = ly_header(&came, LY_H_CONTACT)->value;
	ly_nameaddr_t na;

	must(ly_nameaddr_parse(ly_value_next(&rest), &na)
					&& ly_eq(token->contact, na.uri.text),
			"the Contact of who sent it");
	must(ly_eq(token->routes, ly_route_set(&came, &room)), "its route set");
	must(ly_eq(token->tag, tag_in(&came, came.request ? LY_H_FROM : LY_H_TO)),
			"its tag");
	must(token->given_to == made->to
					&& token->callee == (made->to != made->caller)
					&& token->trunk == trunk.hash
					&& token->server == server.hash
					&& token->target == target.hash
					&& token->edition == made->edition
					&& token->dialog.slot == made->dialog.slot
					&& token->dialog.forks_apart == made->dialog.forks_apart,
			"the call that it was made for");
}

/* A request with our Contact as its Request-URI. */
static void ask_back(const ly_passage_t *made, ly_slice_t contact)
{
	static char line[4096], opened[LY_TOKEN_TEXT_MAX];
	ly_passage_t p =
			passage_of(&back, other(made->to), made->caller, made->call_id);
	ly_buf_t start = ly_buf(line, sizeof(line));
	ly_seal_letters_t letters;
	ly_token_t token;
	ly_slice_t raw, text;
	ly_uri_t uri;

	ly_putf(&start, "BYE %.*s SIP/2.0\r\n", LY_FMT(contact));
	raw = headers_behind(ly_buf_slice(&start));
	must(!ly_message_parse(raw, &back) && ly_uri_parse(back.uri, &uri),
			"our Contact is a Request-URI");
	text = ly_token_in(&uri, &letters);
	must(!ly_token_open(&keys, text, letters, made->call_id, opened,
				 sizeof(opened), &token),
			"the token opens");
	check_token(&token, made);
	p.token = &token;
	p.dialog = token.dialog;
	/* the tags are those of the other direction: wrong ones are refused, and do no harm where they are not */
	ly_passage_check(&p);
	pass_back(&p);
	must(ly_token_open(&keys, text, letters, LY_LIT("of another call"), opened,
				 sizeof(opened), &token),
			"it opens in its call alone");
	give_back(raw);
}

/* What our Via brings is what the request said. */
static void check_origin(const ly_origin_t *origin, const ly_origin_t *was)
{
	ly_slice_t host;
	unsigned port;

	must(ly_eq(origin->vias, was->vias)
					&& ly_eq(origin->from, ly_header(&came, LY_H_FROM)->value)
					&& ly_eq(origin->to, ly_header(&came, LY_H_TO)->value),
			"the headers of who asked");
	must(origin->cseq == was->cseq && origin->side == was->side
					&& origin->peer == was->peer && origin->caller
					&& origin->initial,
			"the request that it was made for");
	ly_origin_destination(origin->vias, &host, &port);
}

/* A reply of which nothing may pass but what it cannot do without. */
static void pass_bare(const ly_rewrite_t *r)
{
	static char composed[1 << 16];

	ly_edits_begin(&edits, back.raw, composed, sizeof(composed));
	if(!ly_rewrite_bare(&back, r, &edits))
		return;
	ly_slice_t text = applied(&edits);
	must(!ly_message_parse(text, &written), "what is left is a message");
	give_back(text);
}

/* A reply with our Via. */
static void answer_back(
		const ly_passage_t *made, const ly_origin_t *was, ly_slice_t sealed)
{
	static char line[4096], opened[LY_ORIGIN_MEMORY], memory[LY_PASSAGE_MEMORY];
	ly_passage_t p =
			passage_of(&back, other(made->to), made->caller, made->call_id);
	ly_buf_t start = ly_buf(line, sizeof(line)),
			 names = ly_buf(memory, sizeof(memory));
	ly_origin_t origin;
	ly_slice_t raw, via;
	ly_rewrite_t r = rewrite_of(&p);
	uint32_t shown;

	ly_putf(&start, "SIP/2.0 200 OK\r\n" OUR_VIA "%.*s\r\n", LY_FMT(sealed));
	raw = headers_behind(ly_buf_slice(&start));
	must(!ly_message_parse(raw, &back), "a reply with our Via is a message");
	via = ly_header(&back, LY_H_VIA)->value;
	must(ly_cseq_number(ly_header(&back, LY_H_CSEQ)->value, &shown),
			"the number that the receiver has seen");
	must(!ly_origin_open(&keys,
				 ly_param(ly_from(via, ly_find(via, ';')), LY_ORIGIN_PARAM),
				 made->call_id, shown, opened, sizeof(opened), &origin),
			"the origin opens");
	check_origin(&origin, was);
	p.origin = &origin;
	p.dialog = origin.dialog;
	pass_back(&p);
	if(!ly_passage_describe(&p, &r, &names))
		pass_bare(&r);
	give_back(raw);
}

/* The answer that `came` is, where it is one, is to this request. */
static const ly_origin_t asked = {.caller = true,
		.initial = true,
		.dialog = {.tag_key = 'a'},
		.cseq = 1,
		.vias = {"SIP/2.0/UDP 198.51.100.10;branch=z9hG4bK1", 41},
		.from = {"<sip:+4930@a>;tag=1", 19},
		.to = {"<sip:+4989@b>", 13}};

/* The length says how the plan and the call have it. */
static ly_passage_t first_passage(ly_side_t to, ly_buf_t *id)
{
	size_t n = came.raw.len;
	ly_side_t caller = came.request ? other(to) : to;
	ly_passage_t p =
			passage_of(&came, to, caller, ly_passage_call_id(&came, &keys, id));

	p.dialog = (ly_dialog_t){
			.tag_key = 'a', .slot = n & 15, .forks_apart = n & 16};
	p.origin = came.request ? NULL : &asked;
	trunk.token_place = target.token_place =
			n & 32 ? LY_TOKEN_PARAMETER : LY_TOKEN_USER;
	trunk.call_id_kept = target.call_id_kept = n & 64;
	return p;
}

static void there_and_back(ly_side_t to)
{
	static char memory[LY_PASSAGE_MEMORY], vias[LY_ORIGIN_MEMORY],
			text[LY_SEAL_TEXT_MAX], call_id[LY_SEAL_TEXT_MAX];
	ly_buf_t names = ly_buf(memory, sizeof(memory)),
			 room = ly_buf(vias, sizeof(vias)),
			 sealed = ly_buf(text, sizeof(text)),
			 id = ly_buf(call_id, sizeof(call_id));
	ly_passage_t p = first_passage(to, &id);
	ly_rewrite_t r;
	ly_slice_t sent = pass(&p, &r, &names);
	ly_message_t shown = written;
	ly_origin_t origin = {
			.peer = 5, .vias = ly_origin_vias(&came, SOURCE, 5060, &room)};

	if(!sent.s)
		return;
	if(r.contact.s)
		ask_back(&p, r.contact);
	written = shown; /* ask_back() has written another one */
	if(came.request && !room.full && ly_passage_origin(&p, &origin, &sealed))
		answer_back(&p, &origin, ly_buf_slice(&sealed));
	give_back(sent);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t raw = copy_of(data, size);

	if(!keys.count)
		must(sodium_init() >= 0
						&& !ly_keys_read(&keys,
								LY_LIT("a a secret of sixteen bytes or more")),
				"a key");
	if(!ly_message_parse(raw, &came)) {
		there_and_back(LY_PSTN);
		there_and_back(LY_LYNC);
	}
	give_back(raw);
	return 0;
}
