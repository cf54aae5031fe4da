/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include <sodium.h>

#include "liblync/leg.h"
#include "liblync/origin.h"

#define CALL_ID LY_LIT("3848276298220188511@198.51.100.10")

static ly_keys_t keys;
static ly_message_t m;
static char memory[LY_ORIGIN_MEMORY];

static int begin(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	assert_null(ly_keys_read(&keys, LY_LIT("a a secret of the cluster")));
	return 0;
}

static ly_origin_t full(void)
{
	return (ly_origin_t){
			.side = LY_PSTN,
			.caller = true,
			.initial = true,
			.dialog = {.tag_key = 'a', .slot = 5, .media = 1},
			.trunk = 0xfffffffe,
			.peer = 0x80000001,
			.run = 0x90000002,
			.cseq = 102,
			.vias = text("SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bK77aa12;"
						 "rport=5060;received=198.51.100.10, SIP/2.0/TCP "
						 "10.0.0.1;branch=z9hG4bK9"),
			.from = text("\"Bob\" <sip:+4930123456@198.51.100.10>;tag=as5f2c"),
			.to = text("<sip:+498912345678@198.51.100.1>"),
			.offered_tag = text("1"),
	};
}

static ly_slice_t sealed(const ly_origin_t *o)
{
	char out_memory[LY_SEAL_TEXT_MAX];
	ly_buf_t out = ly_buf(out_memory, sizeof(out_memory));

	if(!ly_origin_seal(keys.key, o, CALL_ID, &out)) {
		assert_int_equal(out.len, 0);
		return LY_EMPTY;
	}
	return exact(ly_buf_slice(&out));
}

static const char *open_text(ly_slice_t t, uint32_t shown, ly_origin_t *o)
{
	return ly_origin_open(&keys, t, CALL_ID, shown, memory, sizeof(memory), o);
}

/* What the receiver's leg shows. */
static uint32_t shown(const ly_origin_t *o)
{
	return ly_leg_cseq(o->cseq, o->dialog.slot);
}

static void check_same(const ly_origin_t *a, const ly_origin_t *b)
{
	assert_int_equal(a->side, b->side);
	assert_int_equal(a->caller, b->caller);
	assert_int_equal(a->initial, b->initial);
	assert_int_equal(a->offer_in_request, b->offer_in_request);
	assert_int_equal(a->plain, b->plain);
	assert_int_equal(a->offered_direction, b->offered_direction);
	assert_int_equal(a->offered_streams, b->offered_streams);
	assert_int_equal(a->dialog.tag_key, b->dialog.tag_key);
	assert_int_equal(a->dialog.withheld, b->dialog.withheld);
	assert_int_equal(a->dialog.forks_apart, b->dialog.forks_apart);
	assert_int_equal(a->dialog.slot, b->dialog.slot);
	assert_int_equal(a->dialog.media, b->dialog.media);
	assert_int_equal(a->trunk, b->trunk);
	assert_int_equal(a->peer, b->peer);
	assert_int_equal(a->run, b->run);
	assert_int_equal(a->cseq, b->cseq);
	assert_same(a->vias, b->vias);
	assert_same(a->from, b->from);
	assert_same(a->to, b->to);
	assert_same(a->offered_tag, b->offered_tag);
}

static void sealed_and_opened(void **state)
{
	ly_origin_t o = full(), back;

	(void)state;
	for(int i = 0; i < 128; i++) {
		o.side = i & 1 ? LY_PSTN : LY_LYNC;
		o.caller = i & 2;
		o.initial = i & 4;
		o.offer_in_request = i & 8;
		o.plain = i & 16;
		o.offered_direction = (ly_sdp_direction_t)(i & 3);
		o.offered_streams = i & 1 ? LY_STREAMS_MAX : (unsigned)i / 2;
		o.dialog.media = (uint8_t)(i & LY_MEDIA_NODES_MAX);
		o.dialog.withheld = i & 32;
		o.dialog.forks_apart = i & 64;
		assert_null(open_text(sealed(&o), shown(&o), &back));
		check_same(&back, &o);
	}
	memset(&o, 0, sizeof(o));
	assert_null(open_text(sealed(&o), shown(&o), &back));
	check_same(&back, &o);
}

/* Numbers at the ends of their ranges, in every slot: what the receiver shows and what is sealed make up the sender's. */
static void numbers(void **state)
{
	static const uint32_t rows[] = {0, 1, 15, 16, 412007, (1u << 27) - 1,
			1u << 27, (1u << 27) + 1, 0x7fffffff - 1, 0x7fffffff, 0x80000000u,
			0xffffffffu};
	ly_origin_t o = full(), back;

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for(unsigned slot = 0; slot < LY_LEG_SLOTS; slot++) {
			o.cseq = rows[i];
			o.dialog.slot = (uint8_t)slot;
			assert_null(open_text(sealed(&o), shown(&o), &back));
			assert_int_equal(back.cseq, rows[i]);
			assert_int_equal(back.dialog.slot, slot);
		}
	}
}

static void every_bit_counts(void **state)
{
	ly_origin_t o = full(), back;
	ly_slice_t t = sealed(&o);
	char *p = (char *)t.s;

	(void)state;
	for(size_t i = 0; i < t.len * 8; i++) {
		p[i / 8] ^= (char)(1 << i % 8);
		if(!open_text(t, shown(&o), &back))
			fail_msg(
					"taken with bit %zu of byte %zu turned over", i % 8, i / 8);
		p[i / 8] ^= (char)(1 << i % 8);
	}
	assert_null(open_text(t, shown(&o), &back));
	assert_non_null(ly_origin_open(&keys, t, LY_LIT("another call"), shown(&o),
			memory, sizeof(memory), &back));
}

static void memory_of_any_size(void **state)
{
	ly_origin_t o = full(), back;
	ly_slice_t t = sealed(&o);
	size_t need = o.vias.len + o.from.len + o.to.len + o.offered_tag.len;

	(void)state;
	for(size_t size = need - 2; size <= need + 1; size++) {
		char *p = block(size);
		const char *wrong =
				ly_origin_open(&keys, t, CALL_ID, shown(&o), p, size, &back);

		assert_int_equal(wrong == NULL, size >= need);
		if(!wrong)
			assert_true(within(back.vias, ly_slice(p, size))
						&& within(back.offered_tag, ly_slice(p, size)));
	}
}

/* Nothing is written where it is too long; what was there before stays. */
static void too_long(void **state)
{
	char *vias = block(2000), out_memory[LY_SEAL_TEXT_MAX];
	ly_origin_t o = full(), back;
	size_t longest = 0;

	(void)state;
	for(unsigned i = 0, n = 1; i < 2000; i++) {
		n = n * 1103515245u + 12345;
		vias[i] = (char)('g' + (n >> 16) % 18);
	}
	for(size_t len = 500; len < 2000; len += 1 + len / 1000 * 50) {
		ly_buf_t out = ly_buf(out_memory, sizeof(out_memory));
		bool done;

		o.vias = ly_slice(vias, len);
		ly_put(&out, LY_LIT("before"));
		done = ly_origin_seal(keys.key, &o, CALL_ID, &out);
		assert_true(ly_istarts(ly_buf_slice(&out), LY_LIT("before")));
		if(!done) {
			assert_int_equal(out.len, 6);
			continue;
		}
		assert_true(out.len - 6 <= LY_ORIGIN_TEXT_MAX);
		assert_null(open_text(
				exact(ly_from(ly_buf_slice(&out), 6)), shown(&o), &back));
		assert_same(back.vias, o.vias);
		longest = len;
	}
	print_message("the longest Vias that travel: %zu bytes that cannot be "
				  "packed\n",
			longest);
	assert_in_range(longest, 600, 750);
	o.vias = ly_slice(memset(block(70000), 'v', 70000), 70000);
	assert_null(sealed(&o).s);
}

/* Sealed by us, but not in our form. */
static void another_form(void **state)
{
#define FIXED "123456789012345678"
	static const char *plains[] = {"", FIXED, FIXED "\0\0\0\0",
			FIXED "\0\0\0\0\0x", FIXED "\0\0\0\0\x80", FIXED "\xff\xff\0\0\0\0",
			FIXED "\1\0\0\0\0x", FIXED "\0\0\0\0\0"};
	static const size_t lengths[] = {0, 18, 22, 24, 23, 24, 24, 23};
	static const size_t good = 6;
	char plain_memory[64], out_memory[256];
	ly_origin_t back;

	(void)state;
	for(size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		ly_buf_t plain = ly_buf(plain_memory, sizeof(plain_memory)),
				 out = ly_buf(out_memory, sizeof(out_memory));

		ly_put(&plain, ly_slice(plains[i], lengths[i]));
		ly_putc(&out, ly_media_letter('6')); /* FIXED has it there */
		assert_true(ly_seal(keys.key, LY_SEAL_ORIGIN, &plain, LY_EMPTY,
				LY_BASE64URL, &out));
		if((ly_origin_open(&keys, exact(ly_buf_slice(&out)), LY_EMPTY, 31,
					memory, sizeof(memory), &back)
				   == NULL)
				!= (i >= good))
			fail_msg("row %zu is %s", i, i >= good ? "refused" : "taken");
	}
}

/* Vias --------------------------------------------------------------------------------------------------------------- */

/* What a reply to a request with these Via headers has, in as much room as it needs; the request came from source:5080. */
static ly_slice_t vias_of(const char *headers, const char *source, size_t size)
{
	char request[2048];
	ly_buf_t out = ly_buf(block(size), size);
	ly_slice_t vias;

	snprintf(request, sizeof(request),
			"OPTIONS sip:a SIP/2.0\r\n%sTo: <sip:a>\r\n\r\n", headers);
	parse(text(request), &m);
	vias = ly_origin_vias(&m, text(source), 5080, &out);
	return out.full ? LY_EMPTY : vias;
}

#define UDP "SIP/2.0/UDP "

static const struct
{
	const char *headers, *source, *vias;
} vias_rows[] = {
		/* RFC 3261 18.2.1: received where sent-by is no address, or another one */
		{"Via: " UDP "192.0.2.10:60001;branch=z9hG4bK1\r\n", "192.0.2.10",
				UDP "192.0.2.10:60001;branch=z9hG4bK1"},
		{"Via: " UDP "192.0.2.10;branch=z9hG4bK1\r\n", "192.0.2.11",
				UDP "192.0.2.10;branch=z9hG4bK1;received=192.0.2.11"},
		{"Via: " UDP "gw.example:5060;branch=z9hG4bK1\r\n", "192.0.2.10",
				UDP "gw.example:5060;branch=z9hG4bK1;received=192.0.2.10"},
		{"Via: " UDP "192.0.2.100;branch=z9hG4bK1\r\n", "192.0.2.10",
				UDP "192.0.2.100;branch=z9hG4bK1;received=192.0.2.10"},
		/* RFC 3581 4: with rport always, and the port */
		{"Via: " UDP "192.0.2.10;branch=z9hG4bK1;rport\r\n", "192.0.2.10",
				UDP "192.0.2.10;branch=z9hG4bK1;rport=5080;received=192.0."
					"2.10"},
		{"Via: " UDP "gw;RPORT;branch=z9hG4bK1\r\n", "192.0.2.10",
				UDP "gw;rport=5080;branch=z9hG4bK1;received=192.0.2.10"},
		/* what a sender says of itself is not believed */
		{"Via: " UDP "192.0.2.10;received=10.0.0.1;branch=z9hG4bK1\r\n",
				"192.0.2.10",
				UDP "192.0.2.10;branch=z9hG4bK1;received=192.0.2.10"},
		{"Via: " UDP "gw;Received=10.0.0.1;branch=z9hG4bK1;rport=1\r\n",
				"192.0.2.10",
				UDP "gw;branch=z9hG4bK1;rport=5080;received=192.0.2.10"},
		/* IPv6: brackets in sent-by, none in received */
		{"Via: " UDP "[2001:db8::1]:5060;branch=z9hG4bK1\r\n", "2001:db8::1",
				UDP "[2001:db8::1]:5060;branch=z9hG4bK1"},
		{"Via: " UDP "[2001:DB8::1];branch=z9hG4bK1\r\n", "2001:db8::1",
				UDP "[2001:DB8::1];branch=z9hG4bK1"},
		{"Via: " UDP "[2001:db8::1];branch=z9hG4bK1;rport\r\n", "2001:db8::2",
				UDP "[2001:db8::1];branch=z9hG4bK1;rport=5080;received="
					"2001:db8::2"},
		/* several, in one header and in more: only the first is the sender's own */
		{"Via: " UDP "a;branch=z9hG4bK1;rport, " UDP
		 "b;rport;received=10.0.0.9\r\n",
				"192.0.2.10",
				UDP "a;branch=z9hG4bK1;rport=5080;received=192.0.2.10, " UDP
					"b;rport;received=10.0.0.9"},
		{"Via: " UDP "a;branch=1\r\nv: " UDP "b,\r\n " UDP
		 "c\r\nSubject: x\r\nVIA: " UDP "d\r\n",
				"192.0.2.10",
				UDP "a;branch=1;received=192.0.2.10, " UDP "b, " UDP "c, " UDP
					"d"},
		{"Via: " UDP "a;x=\"1, 2;received=3\";rport\r\n", "192.0.2.10",
				UDP "a;x=\"1, 2;received=3\";rport=5080;received=192.0.2."
					"10"},
		/* blanks and folds */
		{"Via: SIP / 2.0 / UDP 192.0.2.10 : 5060 ; branch = z9hG4bK1\r\n",
				"192.0.2.10",
				"SIP / 2.0 / UDP 192.0.2.10 : 5060 ; branch = z9hG4bK1"},
		{"Via: SIP/2.0/UDP\r\n 192.0.2.10\r\n ;rport\r\n", "192.0.2.10",
				"SIP/2.0/UDP\r\n 192.0.2.10;rport=5080;received=192.0.2."
				"10"},
		{"Via: SIP/2.0/TCP\t192.0.2.10;rport ;branch=1\r\n", "192.0.2.11",
				"SIP/2.0/TCP\t192.0.2.10;rport=5080;branch=1;received=192."
				"0.2.11"},
		{"", "192.0.2.10", ""},
		{"Via: ,\r\nVia: " UDP "a\r\n", "192.0.2.10",
				UDP "a;received=192.0.2.10"}};

static void as_a_reply_has_them(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(vias_rows) / sizeof(vias_rows[0]); i++) {
		size_t need = strlen(vias_rows[i].vias);
		ly_slice_t vias =
				vias_of(vias_rows[i].headers, vias_rows[i].source, need);

		if(!ly_eq(vias, ly_cstr(vias_rows[i].vias)))
			fail_msg("row %zu: '%.*s' instead of '%s'", i, LY_FMT(vias),
					vias_rows[i].vias);
		if(need)
			assert_null(
					vias_of(vias_rows[i].headers, vias_rows[i].source, need - 1)
							.s);
	}
}

/* Behind what stands in the memory already. */
static void vias_behind_something(void **state)
{
	char room[256];
	ly_buf_t out = ly_buf(room, sizeof(room));

	(void)state;
	parse(text("OPTIONS sip:a SIP/2.0\r\nVia: " UDP "a\r\nVia: " UDP
			   "b\r\n\r\n"),
			&m);
	ly_put(&out, LY_LIT("before"));
	assert_slice(ly_origin_vias(&m, LY_LIT("192.0.2.1"), 1, &out),
			UDP "a;received=192.0.2.1, " UDP "b");
	assert_slice(ly_slice(room, 6), "before");
}

static void number_of_a_cseq(void **state)
{
	static const struct
	{
		const char *value;
		long number; /* -1: none */
	} rows[] = {{"314 INVITE", 314}, {"0 ACK", 0},
			{"4294967295 BYE", 4294967295}, {"4294967296 BYE", -1},
			{"007 INVITE", 7}, {"  5\r\n INVITE", 5}, {"1", 1}, {"", -1},
			{"INVITE 1", -1}, {"-1 INVITE", -1}, {"1x INVITE", -1}};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t number = 99;

		assert_int_equal(ly_cseq_number(text(rows[i].value), &number),
				rows[i].number >= 0);
		if(rows[i].number >= 0)
			assert_int_equal(number, rows[i].number);
	}
}

#define WITH_KEYS(test) \
	cmocka_unit_test_setup_teardown(test, begin, forget_blocks)

int main(void)
{
	const struct CMUnitTest tests[] = {WITH_KEYS(sealed_and_opened),
			WITH_KEYS(numbers), WITH_KEYS(every_bit_counts),
			WITH_KEYS(memory_of_any_size), WITH_KEYS(too_long),
			WITH_KEYS(another_form), TEST(as_a_reply_has_them),
			TEST(vias_behind_something), TEST(number_of_a_cseq)};

	return cmocka_run_group_tests_name("origin", tests, NULL, NULL);
}
