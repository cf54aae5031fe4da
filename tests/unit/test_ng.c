/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text_helpers.h"

#include "liblync/ng.h"

/* Writing ------------------------------------------------------------------------------------------------------------ */

static void a_command(void **state)
{
	char memory[200];
	ly_buf_t out = ly_buf(memory, sizeof(memory));

	(void)state;
	ly_ng_begin(&out, text("a1_0"), text("offer"));
	ly_ng_text(&out, LY_LIT("call-id"), text("4711@gw1"));
	ly_ng_text(&out, LY_LIT("to-tag"), LY_EMPTY);
	ly_ng_text(&out, LY_LIT("sdp"), text("v=0\r\n"));
	ly_ng_number(&out, LY_LIT("delete-delay"), 0);
	ly_ng_number(&out, LY_LIT("most"), 4294967295u);
	ly_ng_end(&out);
	assert_slice(ly_buf_slice(&out),
			"a1_0 d7:command5:offer7:call-id8:4711@gw13:sdp5:v=0\r\n"
			"12:delete-delayi0e4:mosti4294967295ee");
	assert_false(out.full);
}

static void no_room(void **state)
{
	(void)state;
	for(size_t size = 0; size < 24; size++) {
		ly_buf_t out = ly_buf(block(size), size);

		ly_ng_begin(&out, text("c"), text("ping"));
		ly_ng_end(&out);
		assert_int_equal(out.full, size < strlen("c d7:command4:pinge"));
	}
}

/* Reading ------------------------------------------------------------------------------------------------------------ */

static void each_kind(void **state)
{
	ly_slice_t rest = text("4:pong0:i42ei-7ei0el1:ai1eeded1:k1:vele");
	ly_bencode_t v;

	(void)state;
	assert_true(ly_bencode_next(&rest, &v));
	assert_int_equal(v.kind, LY_BENCODE_TEXT);
	assert_slice(v.text, "pong");
	assert_true(ly_bencode_next(&rest, &v));
	assert_int_equal(v.kind, LY_BENCODE_TEXT);
	assert_true(v.text.s && v.text.len == 0);
	for(size_t i = 0; i < 3; i++) {
		static const long long numbers[] = {42, -7, 0};

		assert_true(ly_bencode_next(&rest, &v));
		assert_int_equal(v.kind, LY_BENCODE_NUMBER);
		assert_int_equal(v.number, numbers[i]);
	}
	assert_true(ly_bencode_next(&rest, &v));
	assert_int_equal(v.kind, LY_BENCODE_LIST);
	assert_slice(v.text, "1:ai1e");
	assert_true(ly_bencode_next(&rest, &v));
	assert_int_equal(v.kind, LY_BENCODE_DICTIONARY);
	assert_int_equal(v.text.len, 0);
	assert_true(ly_bencode_next(&rest, &v));
	assert_slice(v.text, "1:k1:v");
	assert_true(ly_bencode_next(&rest, &v));
	assert_int_equal(v.kind, LY_BENCODE_LIST);
	assert_int_equal(v.text.len, 0);
	assert_int_equal(rest.len, 0);
	assert_false(ly_bencode_next(&rest, &v));
}

static void what_is_not_bencoded(void **state)
{
	static const char *const rows[] = {"", "x", "e", "-1:a", "+1:a", " 1:a",
			"1", "1:", "2:a", "1048577:a", "99999999999999999999:a", ":a", "i",
			"ie", "i-e", "i1", "i--1e", "i1-e", "i+1e", "i1.5e", "i 1e",
			"i1234567890123456789e", "l", "l1:a", "li1e", "lxe", "l2:ae", "lie",
			"d", "d1:k", "d1:k1:v", "l-e", "ll", "lle", "dlde", "l\377e"};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_slice_t rest = text(rows[i]);
		ly_bencode_t v;

		if(ly_bencode_next(&rest, &v))
			fail_msg("'%s' is taken", rows[i]);
	}
}

/* "lll…eee" */
static ly_slice_t nested(unsigned depth, char open)
{
	char *p = block(2 * (size_t)depth);

	memset(p, open, depth);
	memset(p + depth, 'e', depth);
	return ly_slice(p, 2 * (size_t)depth);
}

/* A number of levels that no answer has: but one takes no more stack than the other. */
static void depth(void **state)
{
	ly_bencode_t v;
	ly_slice_t rest;

	(void)state;
	for(int i = 0; i < 2; i++) {
		char open = i ? 'd' : 'l';

		rest = nested(LY_BENCODE_DEPTH, open);
		assert_true(ly_bencode_next(&rest, &v));
		assert_int_equal(rest.len, 0);
		rest = nested(LY_BENCODE_DEPTH + 1, open);
		assert_false(ly_bencode_next(&rest, &v));
		rest = nested(30000, open);
		assert_false(ly_bencode_next(&rest, &v));
	}
}

static void members(void **state)
{
	ly_slice_t d = text("3:sdp3:v=06:result2:ok4:last0:5:counti-3e"
						"4:tagsd3:sdp5:innere");
	ly_bencode_t v;

	(void)state;
	assert_slice(ly_bencode_text(d, LY_LIT("sdp")), "v=0");
	assert_slice(ly_bencode_text(d, LY_LIT("result")), "ok");
	assert_true(ly_bencode_text(d, LY_LIT("last")).s != NULL);
	assert_int_equal(ly_bencode_number(d, LY_LIT("count"), 9), -3);
	/* of another kind, none, one that is somewhere else only */
	assert_null(ly_bencode_text(d, LY_LIT("count")).s);
	assert_int_equal(ly_bencode_number(d, LY_LIT("sdp"), 9), 9);
	assert_null(ly_bencode_text(d, LY_LIT("sd")).s);
	assert_null(ly_bencode_text(d, LY_LIT("ok")).s);
	assert_null(ly_bencode_text(d, LY_LIT("inner")).s);
	assert_int_equal(ly_bencode_number(d, LY_LIT("none"), -1), -1);
	assert_true(ly_bencode_find(d, LY_LIT("tags"), &v));
	assert_int_equal(v.kind, LY_BENCODE_DICTIONARY);
	/* a key without a value; a key that is no text; what is behind an error is not looked at */
	assert_null(ly_bencode_text(text("3:sdp"), LY_LIT("sdp")).s);
	assert_null(ly_bencode_text(text("i1e1:a"), LY_LIT("1")).s);
	assert_null(ly_bencode_text(text("1:ax3:sdp1:v"), LY_LIT("sdp")).s);
	assert_null(ly_bencode_text(LY_EMPTY, LY_LIT("sdp")).s);
}

static void an_answer(void **state)
{
	static const char *const none[] = {"", " ", "c", "c ", " de", "c d", "cde",
			"c 2:ok", "c i1e", "c le", "c  de", "c xe", "d6:result2:oke"};
	ly_slice_t cookie, inside;

	(void)state;
	assert_true(ly_ng_answer(text("a1_0 d6:result4:ponge"), &cookie, &inside));
	assert_slice(cookie, "a1_0");
	assert_slice(inside, "6:result4:pong");
	assert_true(ly_ng_answer(text("c de"), &cookie, &inside));
	assert_int_equal(inside.len, 0);
	for(size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if(ly_ng_answer(text(none[i]), &cookie, &inside))
			fail_msg("'%s' is taken", none[i]);
	}
}

/* Cut off anywhere it is none, and not a byte behind it is read. */
static void a_datagram_cut_off(void **state)
{
	ly_slice_t whole = text("a1_0 d3:sdp3:v=04:tagsd1:ad5:tags2l2:xxi-12eeee"
							"6:result2:oke"),
			   cookie, inside;

	(void)state;
	assert_true(ly_ng_answer(whole, &cookie, &inside));
	for(size_t len = 0; len < whole.len; len++)
		assert_false(
				ly_ng_answer(exact(ly_slice(whole.s, len)), &cookie, &inside));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(a_command),
			TEST(no_room),
			TEST(each_kind),
			TEST(what_is_not_bencoded),
			TEST(depth),
			TEST(members),
			TEST(an_answer),
			TEST(a_datagram_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
