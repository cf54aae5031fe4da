/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The SBC between two legs, as the module is in front of liblync: a message comes in, one goes out, and nothing is kept
 * in between but the keys and what the plan says. Included once per test program, not compiled apart.
 */
#ifndef TESTS_UNIT_LEG_HELPERS_H
#define TESTS_UNIT_LEG_HELPERS_H

#include "message_helpers.h"

#include <sodium.h>

#include "liblync/passage.h"

#define LYNC_HOST "sbc1.example.net"
#define PSTN_HOST "203.0.113.1"
#define LYNC_SOURCE "192.0.2.11"
#define PSTN_SOURCE "198.51.100.10"
#define SOURCE_PORT 5080
#define OUR_BRANCH "z9hG4bKsbc"

typedef struct sbc
{
	ly_keys_t keys;
	const ly_trunk_t *trunk;
	const ly_peer_t *server, *target;
	ly_dialog_t dialog; /* of a new call; tag_key is set when it comes */
	unsigned own_slot;	/* see ly_passage_t */
	const char *wrong;	/* why the last message was refused */
	ly_token_t token;	/* of the last request in a dialog */
} sbc_t;

static inline ly_side_t other_side(ly_side_t side)
{
	return side == LY_LYNC ? LY_PSTN : LY_LYNC;
}

static inline ly_rewrite_t sbc_terms(const ly_passage_t *p)
{
	const ly_dialect_t *lync = ly_dialect(LY_LIT("lync2013")),
					   *plain = ly_dialect(LY_LIT("rfc3261"));
	bool to_lync = p->to == LY_LYNC;

	return (ly_rewrite_t){
			.active = to_lync ? ly_active_rules(plain, lync, 0)
							  : ly_active_rules(lync, plain, 0),
			.our_host = p->our_host,
			.peer_host = to_lync ? LY_LIT("medpool.contoso.example")
								 : LY_LIT(PSTN_SOURCE),
			.peer_port = to_lync ? 5067 : 5060,
			.alone = true,
	};
}

/* "SIP/2.0 200 OK", the Via, the rest. */
static inline ly_slice_t with_via(
		ly_slice_t message, const ly_passage_t *p, ly_slice_t origin)
{
	static unsigned serial;
	size_t room = message.len + origin.len + 200;
	ly_buf_t out = ly_buf(block(room), room);
	size_t first = ly_find(message, '\n') + 1;

	ly_put(&out, ly_slice(message.s, first));
	ly_putf(&out, "Via: SIP/2.0/%s %.*s;branch=" OUR_BRANCH "%u",
			p->transport == LY_UDP ? "UDP" : "TLS", LY_FMT(p->our_host),
			++serial);
	if(origin.len)
		ly_putf(&out, ";lt=%.*s", LY_FMT(origin));
	ly_put(&out, LY_LIT("\r\n"));
	ly_put(&out, ly_from(message, first));
	return ly_buf_slice(&out);
}

/* The message for the receiver, without Via; s is NULL where it is refused. */
static inline ly_slice_t sbc_write(sbc_t *sbc, ly_passage_t *p)
{
	static char names[LY_PASSAGE_MEMORY], text_memory[16384];
	static ly_edits_t edits;
	ly_buf_t memory = ly_buf(names, sizeof(names));
	bool to_lync = p->to == LY_LYNC, withheld = p->dialog.withheld;
	ly_rewrite_t r;

	p->trunk = sbc->trunk;
	p->server = sbc->server;
	p->target = sbc->target;
	p->our_host = to_lync ? LY_LIT(LYNC_HOST) : LY_LIT(PSTN_HOST);
	p->our_port = to_lync ? 5067 : 5060;
	p->transport = to_lync ? LY_TLS : LY_UDP;
	r = sbc_terms(p);
	r.withheld = &withheld;
	ly_edits_begin(&edits, p->m->raw, text_memory, sizeof(text_memory));
	if((sbc->wrong = ly_passage_describe(p, &r, &memory))
			|| (sbc->wrong = ly_rewrite(p->m, &r, &edits)))
		return LY_EMPTY;
	return apply(&edits);
}

/* Opens with the Call-ID that was sealed, or else with the one that stands there. */
static inline const char *sbc_open_token(
		sbc_t *sbc, ly_side_t from, ly_passage_t *p)
{
	static char memory[LY_TOKEN_TEXT_MAX], id_memory[1024];
	ly_buf_t id = ly_buf(id_memory, sizeof(id_memory));
	ly_slice_t written = ly_header(p->m, LY_H_CALL_ID)->value, t;
	ly_seal_letters_t letters;
	const char *wrong;
	ly_uri_t uri;

	if(!ly_uri_parse(p->m->uri, &uri) || !(t = ly_token_in(&uri, &letters)).s)
		return "no token";
	p->call_id = ly_passage_call_id(p->m, &sbc->keys, &id);
	wrong = ly_token_open(&sbc->keys, t, letters, p->call_id, memory,
			sizeof(memory), &sbc->token);
	if(wrong && p->call_id.s != written.s) {
		p->call_id = written;
		wrong = ly_token_open(&sbc->keys, t, letters, written, memory,
				sizeof(memory), &sbc->token);
	}
	if(wrong)
		return wrong;
	if(sbc->token.given_to != from)
		return "token of the other side";
	p->token = &sbc->token;
	p->dialog = sbc->token.dialog;
	p->caller = sbc->token.callee ? other_side(from) : from;
	return ly_passage_check(p);
}

/* A request that side sends, as the other side gets it; s is NULL where it is refused, see sbc->wrong. */
static inline ly_slice_t sbc_request(sbc_t *sbc, ly_side_t from, ly_slice_t raw)
{
	static ly_message_t m;
	static char vias[LY_ORIGIN_MEMORY], origin_text[LY_SEAL_TEXT_MAX];
	ly_buf_t memory = ly_buf(vias, sizeof(vias)),
			 out = ly_buf(origin_text, sizeof(origin_text));
	ly_passage_t p = {.m = &m,
			.keys = &sbc->keys,
			.to = other_side(from),
			.caller = from};
	ly_origin_t origin = {0};
	ly_slice_t written;

	parse(raw, &m);
	if(contains(ly_header(&m, LY_H_TO)->value, ";tag=")) {
		if((sbc->wrong = sbc_open_token(sbc, from, &p)))
			return LY_EMPTY;
	} else {
		p.dialog = sbc->dialog;
		p.dialog.tag_key = sbc->keys.key[0].id;
		p.call_id = ly_header(&m, LY_H_CALL_ID)->value;
	}
	p.own_slot = sbc->own_slot;
	written = sbc_write(sbc, &p);
	if(!written.s)
		return LY_EMPTY;
	origin.vias = ly_origin_vias(&m,
			from == LY_LYNC ? LY_LIT(LYNC_SOURCE) : LY_LIT(PSTN_SOURCE),
			SOURCE_PORT, &memory);
	if(!ly_eq(m.method, LY_LIT("ACK")))
		assert_true(ly_passage_origin(&p, &origin, &out));
	return with_via(written, &p, ly_buf_slice(&out));
}

static inline const char *sbc_open_via(
		sbc_t *sbc, ly_passage_t *p, ly_origin_t *origin)
{
	static char memory[LY_ORIGIN_MEMORY], id_memory[1024];
	ly_slice_t via = ly_header(p->m, LY_H_VIA)->value,
			   written = ly_header(p->m, LY_H_CALL_ID)->value,
			   t = ly_param(ly_from(via, ly_find(via, ';')), LY_ORIGIN_PARAM);
	ly_buf_t id = ly_buf(id_memory, sizeof(id_memory));
	const char *wrong;
	uint32_t number;

	assert_true(ly_cseq_number(ly_header(p->m, LY_H_CSEQ)->value, &number));
	p->call_id = ly_passage_call_id(p->m, &sbc->keys, &id);
	wrong = ly_origin_open(
			&sbc->keys, t, p->call_id, number, memory, sizeof(memory), origin);
	if(wrong && p->call_id.s != written.s) {
		p->call_id = written;
		wrong = ly_origin_open(
				&sbc->keys, t, written, number, memory, sizeof(memory), origin);
	}
	return wrong;
}

/* A reply, as the side gets it that has asked. */
static inline ly_slice_t sbc_reply(sbc_t *sbc, ly_slice_t raw)
{
	static ly_message_t m;
	ly_origin_t origin;
	ly_passage_t p = {.m = &m, .keys = &sbc->keys, .origin = &origin};

	parse(raw, &m);
	if((sbc->wrong = sbc_open_via(sbc, &p, &origin)))
		return LY_EMPTY;
	p.to = origin.side;
	p.caller = origin.caller ? origin.side : other_side(origin.side);
	p.dialog = origin.dialog;
	return sbc_write(sbc, &p);
}

#endif
