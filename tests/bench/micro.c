/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the pieces of liblync cost: prints nanoseconds and heap allocations per operation.
 *   micro                    every operation, for a tenth of a second each; fails where a message takes from the heap
 *   micro list               their names
 *   micro OPERATION COUNT    one operation, COUNT times, without measuring: to be run under callgrind
 */
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "liblync/choose.h"
#include "liblync/match.h"
#include "liblync/numbers.h"
#include "liblync/rewrite.h"
#include "liblync/sdp.h"
#include "liblync/token.h"
#include "made_plan.h"
#include "passages.h"

/* The heap, counted. */
static unsigned long allocations;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
#define COUNTED __attribute__((visibility("default")))

COUNTED void *malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}

COUNTED void *calloc(size_t count, size_t size)
{
	allocations++;
	return __libc_calloc(count, size);
}

COUNTED void *realloc(void *p, size_t size)
{
	allocations++;
	return __libc_realloc(p, size);
}

#define BODY                                                         \
	"v=0\r\no=- 34278 1 IN IP4 192.0.2.10\r\ns=session\r\nc=IN IP4 " \
	"192.0.2.10\r\nb=CT:1000\r\n"                                    \
	"t=0 0\r\nm=audio 51466 RTP/SAVP 97 101 13 0 8\r\nc=IN IP4 "     \
	"192.0.2.10\r\na=rtcp:51467\r\n"                                 \
	"a=label:Audio\r\n"                                              \
	"a=crypto:1 AES_CM_128_HMAC_SHA1_80 "                            \
	"inline:QkZPJ0NEUFRQS1YyT0gzQkg0TVFZUFpFUUxOVkhM|2^31|1:1\r\n"   \
	"a=crypto:2 AES_CM_128_HMAC_SHA1_80 "                            \
	"inline:V1lUTkhEU1FKT0JGUkxLTVhDUEFHVUlFSFZaMjQ2|2^31\r\n"       \
	"a=sendrecv\r\na=rtpmap:97 RED/8000\r\na=rtpmap:101 "            \
	"telephone-event/8000\r\n"                                       \
	"a=fmtp:101 0-16\r\na=rtpmap:13 CN/8000\r\na=rtpmap:0 "          \
	"PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"                          \
	"a=ptime:20\r\n"

/* As a Lync 2013 Mediation Server writes it. */
static const char from_lync[] =
		"INVITE sip:+4930123456@sbc1.example.net;user=phone SIP/2.0\r\n"
		"FROM: \"Ada Example\" "
		"<sip:+498912345678@contoso.example;user=phone>;epid=0A1B2C3D4E;tag="
		"4c0ffee01a\r\n"
		"TO: <sip:+4930123456@sbc1.example.net;user=phone>\r\nCSEQ: 412007 "
		"INVITE\r\n"
		"CALL-ID: 7d3c0f52-1111-4222-8333-944455566677\r\nMAX-FORWARDS: 70\r\n"
		"VIA: SIP/2.0/TLS 192.0.2.10:60001;branch=z9hG4bK1a2b3c4d\r\n"
		"CONTACT: "
		"<sip:med01.contoso.example:5067;transport=Tls;ms-opaque="
		"0123456789abcdef>\r\n"
		"CONTENT-LENGTH: 512\r\nSUPPORTED: 100rel\r\nUSER-AGENT: RTCC/5.0.0.0 "
		"MediationServer\r\n"
		"CONTENT-TYPE: application/sdp\r\nALLOW: ACK\r\nAllow: "
		"CANCEL,BYE,INVITE,PRACK,UPDATE\r\n\r\n" BODY;

/* As a gateway writes it. */
static const char from_pstn[] =
		"INVITE sip:+498912345678@198.51.100.1 SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bK77aa12;rport\r\n"
		"Record-Route: <sip:198.51.100.20;lr>\r\nMax-Forwards: 69\r\n"
		"From: \"Bob\" <sip:+4930123456@198.51.100.10>;tag=as5f2c\r\nTo: "
		"<sip:+498912345678@198.51.100.1>\r\n"
		"Call-ID: 3848276298220188511@198.51.100.10\r\nCSeq: 102 "
		"INVITE\r\nContact: <sip:bob@198.51.100.10:5060>\r\n"
		"User-Agent: Gateway 1.0\r\nAllow: INVITE, ACK, CANCEL, OPTIONS, BYE, "
		"UPDATE\r\nSupported: replaces, timer\r\n"
		"P-Asserted-Identity: <sip:+4930123456@198.51.100.10>\r\nContent-Type: "
		"application/sdp\r\n"
		"Content-Length: 512\r\n\r\n" BODY;

#define CONTACT LY_LIT("sip:LaXq5b0uZ2b7Yt0wq3mPz9c4Rk8s1v6@198.51.100.1:5060")

/* What the operations work on, set up once. Names after what it is, not after who uses it. */
static ly_message_t lync_invite, pstn_invite, parsed;
static ly_rule_set_t to_pstn, to_lync;
static ly_edits_t edits;
static char memory[16384], token_text[LY_TOKEN_TEXT_MAX];
static ly_keys_t keys;
static ly_token_t token, opened;
static ly_slice_t sealed, call_id;
static ly_plan_t *plan;
static ly_matcher_t *matcher;

static bool parse_invite(void)
{
	return ly_message_parse(LY_LIT(from_lync), &parsed) == NULL;
}

static bool rewrite(const ly_message_t *m, ly_rule_set_t active,
		ly_slice_t ours, ly_slice_t peer, ly_slice_t transport)
{
	const ly_rewrite_t r = {.active = active,
			.our_host = ours,
			.peer_host = peer,
			.peer_port = 5067,
			.peer_transport = transport,
			.contact = CONTACT,
			.body = m->body};

	ly_edits_begin(&edits, m->raw, memory, sizeof(memory));
	return ly_rewrite(m, &r, &edits) == NULL;
}

static bool rewrite_to_pstn(void)
{
	return rewrite(&lync_invite, to_pstn, LY_LIT("198.51.100.1"),
			LY_LIT("198.51.100.10"), LY_EMPTY);
}

static bool rewrite_to_lync(void)
{
	return rewrite(&pstn_invite, to_lync, LY_LIT("sbc1.example.net"),
			LY_LIT("med01.contoso.example"), LY_LIT("tls"));
}

static bool normalise_sdp(void)
{
	ly_edits_begin(&edits, lync_invite.body, memory, sizeof(memory));
	ly_sdp_normalise(lync_invite.body, to_pstn, &edits);
	return ly_edits_finish(&edits);
}

/* All that the dialects do with an INVITE: parse, decide, edit list, output; SDP and message. */
static bool translate_invite(void)
{
	static char sdp_text[4096], out_text[8192];
	ly_buf_t sdp = ly_buf(sdp_text, sizeof(sdp_text)),
			 out = ly_buf(out_text, sizeof(out_text));
	ly_rewrite_t r = {.active = to_pstn,
			.our_host = LY_LIT("198.51.100.1"),
			.peer_host = LY_LIT("198.51.100.10"),
			.peer_port = 5060,
			.contact = CONTACT,
			.alone = true};

	if(ly_message_parse(LY_LIT(from_lync), &parsed))
		return false;
	ly_edits_begin(&edits, parsed.body, memory, sizeof(memory));
	ly_sdp_normalise(parsed.body, to_pstn, &edits);
	if(!ly_edits_finish(&edits) || !ly_edits_apply(&edits, &sdp))
		return false;
	r.body = ly_buf_slice(&sdp);
	ly_edits_begin(&edits, parsed.raw, memory, sizeof(memory));
	return ly_rewrite(&parsed, &r, &edits) == NULL
		   && ly_edits_apply(&edits, &out);
}

static bool seal_token(void)
{
	ly_buf_t out = ly_buf(token_text, sizeof(token_text));
	bool done = ly_token_seal(keys.key, &token, call_id, LY_BASE64URL, &out);

	sealed = ly_buf_slice(&out);
	return done;
}

static bool open_token(void)
{
	return ly_token_open(&keys, sealed, LY_BASE64URL, call_id, memory,
				   sizeof(memory), &opened)
		   == NULL;
}

static bool match_arrival(void)
{
	const ly_peer_t *server = &plan->peers[7];
	ly_arrival_t arrival = {LY_TLS, 6003, server->address,
			plan->nodes[0].side[LY_LYNC].address};
	ly_candidate_t c;

	return ly_match(plan, &plan->nodes[0], &arrival, &c) && c.peer == server;
}

static bool rewrite_number(void)
{
	ly_renumbered_t r = ly_numbers_apply(&plan->numbers[0], LY_FROM_LYNC,
			LY_CALLED, LY_LIT(MADE_CALLED), matcher, memory);

	return r.rule != NULL;
}

static bool choose_routes(void)
{
	ly_choice_t choices[LY_MAX_CHOICES];
	ly_call_numbers_t numbers = {
			.called = LY_LIT("+4105551234"), .matcher = matcher};

	return ly_choices(&plan->trunks[0].ways, &numbers, choices) == 2;
}

/* For those that work on a plan. */
static bool have_plan(void)
{
	static const made_size_t size = {.pools = 5,
			.servers = 4,
			.targets = 20,
			.trunks = 50,
			.rule_sets = 2,
			.rules = 50,
			.routes = 20};
	ly_finding_t finding;
	ly_slice_t text;

	if(plan)
		return true;
	text = made_plan(&size);
	plan = ly_plan_parse(text, "made", malloc, free, &finding);
	matcher = ly_matcher_new();
	free((void *)text.s);
	return plan && matcher;
}

/* In this order: a token is sealed before it is opened. */
static const struct operation
{
	const char *name;
	bool (*run)(void);
	bool (*prepare)(void); /* or NULL */
} operations[] = {
		{"parse-invite", parse_invite, NULL},
		{"rewrite-to-pstn", rewrite_to_pstn, NULL},
		{"rewrite-to-lync", rewrite_to_lync, NULL},
		{"normalise-sdp", normalise_sdp, NULL},
		{"translate-invite", translate_invite, NULL},
		{"seal-token", seal_token, NULL},
		{"open-token", open_token, NULL},
		{"name-invite", name_invite, NULL},
		{"pass-invite", pass_invite, NULL},
		{"name-answer", name_answer, NULL},
		{"pass-answer", pass_answer, NULL},
		{"name-bye", name_bye, NULL},
		{"pass-bye", pass_bye, NULL},
		{"match-arrival", match_arrival, have_plan},
		{"rewrite-number", rewrite_number, have_plan},
		{"choose-routes", choose_routes, have_plan},
};
#define COUNT (sizeof(operations) / sizeof(operations[0]))

static bool set_up(void)
{
	const ly_dialect_t *lync = ly_dialect(LY_LIT("lync2013")),
					   *plain = ly_dialect(LY_LIT("rfc3261"));

	if(sodium_init() < 0 || !lync || !plain
			|| ly_keys_read(&keys, LY_LIT("1 a secret of the benchmark"))
			|| ly_message_parse(LY_LIT(from_lync), &lync_invite)
			|| ly_message_parse(LY_LIT(from_pstn), &pstn_invite))
		return false;
	to_pstn = ly_active_rules(lync, plain, 0);
	to_lync = ly_active_rules(plain, lync, 0);
	call_id = LY_LIT("7d3c0f52-1111-4222-8333-944455566677");
	token = (ly_token_t){.given_to = LY_PSTN,
			.callee = true,
			.trunk = 1,
			.server = 2,
			.target = 3,
			.contact = LY_LIT("sip:med01.contoso.example:5067;transport=Tls;ms-"
							  "opaque=0123456789abcdef"),
			.from = LY_LIT("<sip:+498912345678@contoso.example;user=phone>;"
						   "epid=0A1B2C3D4E"),
			.to = LY_LIT("<sip:+4930123456@sbc1.example.net;user=phone>"),
			.tag = LY_LIT("4c0ffee01a")};
	return seal_token() && set_up_passages(&lync_invite);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* An operation that fails is quick: its figure would be worth nothing. */
static void run(const struct operation *op, unsigned long count)
{
	if(op->prepare && !op->prepare()) {
		fprintf(stderr, "micro: %s cannot be set up\n", op->name);
		exit(1);
	}
	while(count--) {
		if(!op->run()) {
			fprintf(stderr, "micro: %s fails\n", op->name);
			exit(1);
		}
	}
}

/* Nanoseconds of one, in the quickest of ten hundredths of a second: what others do on the machine is not in it. */
static double quickest(const struct operation *op)
{
	double best = 1e9;

	for(int i = 0; i < 10; i++) {
		unsigned long done = 0;
		double start = now(), spent;

		do {
			run(op, 100);
			done += 100;
			spent = now() - start;
		} while(spent < 0.01);
		if(spent * 1e9 / (double)done < best)
			best = spent * 1e9 / (double)done;
	}
	return best;
}

/* A message must not take from the heap; what works on a plan may. */
static double measure(const struct operation *op)
{
	unsigned long before;
	double ns;

	run(op, 1); /* sets it up */
	before = allocations;
	run(op, 1000);
	before = allocations - before;
	ns = quickest(op);
	printf("%-18s %8.0f ns %6.1f allocations\n", op->name, ns,
			(double)before / 1000);
	if(before && !op->prepare) {
		fprintf(stderr, "micro: %s takes from the heap\n", op->name);
		exit(1);
	}
	return ns;
}

static void measure_all(void)
{
	double ns[COUNT], names = 0, passages = 0;

	for(size_t i = 0; i < COUNT; i++) {
		ns[i] = measure(&operations[i]);
		if(operations[i].run == name_invite || operations[i].run == name_answer)
			names += ns[i];
		if(operations[i].run == pass_invite || operations[i].run == pass_answer)
			passages += ns[i];
	}
	printf("an INVITE and its answer: %.1f us, of which the legs take %.1f "
		   "us\n",
			passages / 1e3, names / 1e3);
	print_growth();
}

int main(int argc, char **argv)
{
	if(!set_up()) {
		fprintf(stderr, "micro: the fixtures cannot be set up\n");
		return 1;
	}
	if(argc == 1)
		measure_all();
	for(size_t i = 0; i < COUNT; i++) {
		if(argc == 2 && strcmp(argv[1], "list") == 0)
			puts(operations[i].name);
		else if(argc == 3 && strcmp(argv[1], operations[i].name) == 0) {
			run(&operations[i], strtoul(argv[2], NULL, 10));
			return 0;
		}
	}
	if(argc < 3)
		return 0;
	fprintf(stderr, "micro: no operation %s\n", argv[1]);
	return 1;
}
