/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What it costs to bring a message from one leg to the other: a call from Lync, whose INVITE micro.c holds. "name" is
 * what the two legs take in names, tokens and seals; "pass" is that with all rewriting, to the bytes that leave.
 * Included once, not compiled apart.
 */
#ifndef TESTS_BENCH_PASSAGES_H
#define TESTS_BENCH_PASSAGES_H

#include <stdio.h>

#include "liblync/passage.h"

#define LYNC_HOST "sbc1.example.net"
#define PSTN_HOST "198.51.100.1"
#define GATEWAY "198.51.100.10"
#define OUR_VIA \
	"Via: SIP/2.0/UDP " PSTN_HOST ";branch=z9hG4bK5c6a.7f0d1b2ea9c43d58.0"

static struct
{
	ly_keys_t keys;
	ly_trunk_t trunk;
	ly_peer_t server, target;
	const ly_message_t *invite;
	ly_message_t sent, answer, bye;
	char sent_text[8192], answer_text[8192], bye_text[8192];
	/* of one message */
	char names[LY_PASSAGE_MEMORY], vias[LY_ORIGIN_MEMORY], edited[16384],
			opened[LY_ORIGIN_MEMORY], call_id[512], out[8192],
			origin[LY_SEAL_TEXT_MAX];
	ly_edits_t edits;
	ly_rewrite_t rewrite;
	ly_buf_t wire, via;
} way;

static ly_passage_t passage_to(ly_side_t to, const ly_message_t *m)
{
	bool lync_gets = to == LY_LYNC;
	const ly_passage_t p = {.m = m,
			.keys = &way.keys,
			.call_id = LY_LIT("7d3c0f52-1111-4222-8333-944455566677"),
			.to = to,
			.caller = LY_LYNC,
			.dialog = {.tag_key = '1'},
			.trunk = &way.trunk,
			.server = &way.server,
			.target = &way.target,
			.our_host = lync_gets ? LY_LIT(LYNC_HOST) : LY_LIT(PSTN_HOST),
			.our_port = lync_gets ? 5067 : 5060,
			.transport = lync_gets ? LY_TLS : LY_UDP};

	way.rewrite =
			(ly_rewrite_t){.active = ly_active_rules(
								   ly_dialect(lync_gets ? LY_LIT("rfc3261")
														: LY_LIT("lync2013")),
								   ly_dialect(lync_gets ? LY_LIT("lync2013")
														: LY_LIT("rfc3261")),
								   0),
					.our_host = p.our_host,
					.peer_host = lync_gets ? LY_LIT("med01.contoso.example")
										   : LY_LIT(GATEWAY),
					.peer_port = lync_gets ? 5067 : 5060};
	return p;
}

static bool name(const ly_passage_t *p)
{
	ly_buf_t room = ly_buf(way.names, sizeof(way.names));

	return !ly_passage_describe(p, &way.rewrite, &room);
}

static bool write_out(const ly_message_t *m)
{
	way.wire = ly_buf(way.out, sizeof(way.out));
	ly_edits_begin(&way.edits, m->raw, way.edited, sizeof(way.edited));
	return !ly_rewrite(m, &way.rewrite, &way.edits)
		   && ly_edits_apply(&way.edits, &way.wire);
}

/* A request that makes a call -------------------------------------------------------------------------------------- */

static bool name_invite(void)
{
	ly_passage_t p = passage_to(LY_PSTN, way.invite);
	ly_buf_t room = ly_buf(way.vias, sizeof(way.vias));
	ly_origin_t origin = {.offer_in_request = true, .peer = 2};

	way.via = ly_buf(way.origin, sizeof(way.origin));
	origin.vias =
			ly_origin_vias(way.invite, LY_LIT("192.0.2.10"), 60001, &room);
	return name(&p) && ly_passage_origin(&p, &origin, &way.via);
}

static bool pass_invite(void)
{
	return name_invite() && write_out(way.invite);
}

/* Its answer --------------------------------------------------------------------------------------------------------- */

static bool name_answer(void)
{
	ly_passage_t p = passage_to(LY_LYNC, &way.answer);
	ly_slice_t via = ly_header(&way.answer, LY_H_VIA)->value;
	ly_buf_t id = ly_buf(way.call_id, sizeof(way.call_id));
	static ly_origin_t origin;
	uint32_t number;

	p.call_id = ly_passage_call_id(&way.answer, &way.keys, &id);
	p.origin = &origin;
	return ly_cseq_number(ly_header(&way.answer, LY_H_CSEQ)->value, &number)
		   && !ly_origin_open(&way.keys,
				   ly_param(ly_from(via, ly_find(via, ';')), LY_ORIGIN_PARAM),
				   p.call_id, number, way.opened, sizeof(way.opened), &origin)
		   && name(&p);
}

static bool pass_answer(void)
{
	return name_answer() && write_out(&way.answer);
}

/* A request of the one who was called -------------------------------------------------------------------------------- */

static bool name_bye(void)
{
	ly_passage_t p = passage_to(LY_LYNC, &way.bye);
	ly_buf_t id = ly_buf(way.call_id, sizeof(way.call_id));
	ly_seal_letters_t letters;
	static ly_token_t held;
	ly_slice_t text;
	ly_uri_t uri;

	if(!ly_uri_parse(way.bye.uri, &uri))
		return false;
	text = ly_token_in(&uri, &letters);
	p.call_id = ly_passage_call_id(&way.bye, &way.keys, &id);
	p.token = &held;
	return !ly_token_open(&way.keys, text, letters, p.call_id, way.opened,
				   sizeof(way.opened), &held)
		   && !ly_passage_check(&p) && name(&p);
}

static bool pass_bye(void)
{
	return name_bye() && write_out(&way.bye);
}

/* Set up once --------------------------------------------------------------------------------------------------------- */

#define ANSWER_BODY                                                    \
	"v=0\r\no=gw 100 1 IN IP4 " GATEWAY "\r\ns=-\r\nc=IN IP4 " GATEWAY \
	"\r\nt=0 0\r\nm=audio 20000 RTP/AVP 8 101\r\na=rtpmap:101 "        \
	"telephone-event/8000\r\n"

/* What the gateway says to the INVITE that it got. */
static bool make_answers(void)
{
	const ly_message_t *m = &way.sent;
	ly_slice_t from = ly_header(m, LY_H_FROM)->value,
			   to = ly_header(m, LY_H_TO)->value,
			   id = ly_header(m, LY_H_CALL_ID)->value,
			   cseq = ly_header(m, LY_H_CSEQ)->value,
			   contact = ly_header(m, LY_H_CONTACT)->value;

	snprintf(way.answer_text, sizeof(way.answer_text),
			"SIP/2.0 200 OK\r\n" OUR_VIA ";lt=%.*s\r\nFrom: %.*s\r\nTo: "
			"%.*s;tag=as5f2c\r\nCall-ID: %.*s\r\nCSeq: %.*s\r\nContact: "
			"<sip:+4930123456@" GATEWAY
			":5060>\r\nServer: Gateway 1.0\r\nAllow: "
			"INVITE, ACK, CANCEL, BYE, UPDATE\r\nContent-Type: "
			"application/sdp\r\nContent-Length: %zu\r\n\r\n" ANSWER_BODY,
			LY_FMT(ly_buf_slice(&way.via)), LY_FMT(from), LY_FMT(to),
			LY_FMT(id), LY_FMT(cseq), sizeof(ANSWER_BODY) - 1);
	snprintf(way.bye_text, sizeof(way.bye_text),
			"BYE %.*s SIP/2.0\r\nVia: SIP/2.0/UDP " GATEWAY
			";branch=z9hG4bKbye\r\nMax-Forwards: 70\r\nFrom: "
			"%.*s;tag=as5f2c\r\nTo: %.*s\r\nCall-ID: %.*s\r\nCSeq: 1 BYE\r\n"
			"Content-Length: 0\r\n\r\n",
			(int)contact.len - 2, contact.s + 1, LY_FMT(to), LY_FMT(from),
			LY_FMT(id));
	return !ly_message_parse(ly_cstr(way.answer_text), &way.answer)
		   && !ly_message_parse(ly_cstr(way.bye_text), &way.bye);
}

static bool set_up_passages(const ly_message_t *invite)
{
	way.invite = invite;
	way.trunk.hash = 1;
	way.server.hash = 2;
	way.target.hash = 3;
	if(ly_keys_read(&way.keys, LY_LIT("1 a secret of the benchmark"))
			|| !pass_invite() || way.wire.len >= sizeof(way.sent_text))
		return false;
	memcpy(way.sent_text, way.out, way.wire.len);
	return !ly_message_parse(ly_slice(way.sent_text, way.wire.len), &way.sent)
		   && make_answers();
}

/*
 * By how many bytes the INVITE towards a UDP gateway is longer than it would be with the Via and the Contact of who has
 * sent it left in it. All other rewriting is the same, and in both our own Via stands above.
 */
static void print_growth(void)
{
	ly_slice_t via = ly_header(way.invite, LY_H_VIA)->line,
			   plain = ly_header(way.invite, LY_H_CONTACT)->value;
	long in_via, in_contact, whole;
	ly_nameaddr_t contact;
	size_t ours;

	if(!pass_invite() || !ly_nameaddr_parse(plain, &contact))
		return;
	in_via = (long)(sizeof(";lt=") - 1 + way.via.len) - (long)via.len;
	in_contact = (long)way.rewrite.contact.len - (long)contact.uri.text.len;
	ours = way.wire.len + sizeof(";lt=") - 1 + way.via.len;
	passage_to(LY_PSTN, way.invite);
	way.rewrite.contact = contact.uri.text;
	if(!write_out(way.invite))
		return;
	whole = (long)ours - (long)way.wire.len;
	printf("the INVITE towards a UDP gateway: %ld bytes longer than with the "
		   "sender's own Via and Contact; Via %+ld (lt: %zu), Contact %+ld, "
		   "tag and CSeq %+ld\n",
			whole, in_via, way.via.len, in_contact,
			whole - in_via - in_contact);
}

#endif
