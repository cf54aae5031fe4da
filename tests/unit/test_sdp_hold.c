/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/sdp_hold.h"

#define C "c=IN IP4 192.0.2.10\r\n"
#define ZERO "c=IN IP4 0.0.0.0\r\n"
#define V "v=0\r\n"
#define M "m=audio 4000 RTP/AVP 8\r\n"
#define PCMA "a=rtpmap:8 PCMA/8000\r\n"
#define IS(direction) "a=" direction "\r\n"

typedef void edit_t(ly_slice_t sdp, int what, ly_edits_t *e);

static void offer(ly_slice_t sdp, int form, ly_edits_t *e)
{
	ly_sdp_hold_offer(sdp, (ly_hold_t)form, e);
}

static void answer(ly_slice_t sdp, int offered, ly_edits_t *e)
{
	ly_sdp_hold_answer(sdp, (ly_sdp_direction_t)offered, e);
}

static ly_slice_t edited(const char *sdp, edit_t *edit, int what)
{
	static ly_edits_t e;

	ly_edits_begin(&e, text(sdp), block(LY_SDP_HOLD_TEXT), LY_SDP_HOLD_TEXT);
	edit(e.message, what, &e);
	assert_true(ly_edits_finish(&e));
	return apply(&e);
}

static void form_of_an_offer(void **state)
{
	static const struct
	{
		ly_hold_t form;
		const char *before, *after;
	} rows[] = {
			{LY_HOLD_TRANSPARENT, V ZERO M IS("sendrecv"),
					V ZERO M IS("sendrecv")},
			{LY_HOLD_SENDONLY, V C M IS("inactive") PCMA,
					V C M IS("sendonly") PCMA},
			{LY_HOLD_SENDONLY, V C M IS("sendonly"), V C M IS("sendonly")},
			{LY_HOLD_SENDONLY_ZERO, V C M C IS("inactive"),
					V ZERO M ZERO IS("sendonly")},
			{LY_HOLD_INACTIVE, V C M IS("sendonly"), V C M IS("inactive")},
			{LY_HOLD_INACTIVE_ZERO, V M "c=IN IP6 ::1\r\n" IS("sendonly"),
					V M ZERO IS("inactive")},
			{LY_HOLD_SENDRECV, V C M IS("inactive"), V C M IS("sendrecv")},
			/* by the address alone; the stream's own counts */
			{LY_HOLD_INACTIVE, V ZERO M PCMA, V ZERO M PCMA IS("inactive")},
			{LY_HOLD_INACTIVE, V ZERO M C PCMA, V ZERO M C PCMA},
			{LY_HOLD_INACTIVE, V C M ZERO, V C M ZERO IS("inactive")},
			/* said by the session, unless the stream says otherwise */
			{LY_HOLD_SENDONLY, V C IS("inactive") M PCMA,
					V C IS("inactive") M PCMA IS("sendonly")},
			{LY_HOLD_SENDONLY, V C IS("inactive") M IS("sendrecv"),
					V C IS("inactive") M IS("sendrecv")},
			{LY_HOLD_INACTIVE, V C IS("sendrecv") M IS("sendonly"),
					V C IS("sendrecv") M IS("inactive")},
			{LY_HOLD_SENDRECV, V C IS("sendonly") M "a=rtpmap:8 PCMA/8000",
					V C IS("sendonly") M "a=rtpmap:8 PCMA/8000\r\na=sendrecv"},
			/* no hold */
			{LY_HOLD_INACTIVE, V C M IS("recvonly"), V C M IS("recvonly")},
			{LY_HOLD_INACTIVE_ZERO, V C M, V C M},
			{LY_HOLD_SENDONLY, V C "m=audio 0 RTP/AVP 8\r\n" IS("inactive"),
					V C "m=audio 0 RTP/AVP 8\r\n" IS("inactive")},
			/* the call's stream, wherever it stands */
			{LY_HOLD_SENDONLY,
					V C "m=video 0 RTP/AVP 9\r\n" C IS("inactive")
							M IS("inactive") M IS("inactive"),
					V C "m=video 0 RTP/AVP 9\r\n" C IS("inactive")
							M IS("sendonly") M IS("inactive")},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_slice_t is = edited(rows[i].before, offer, (int)rows[i].form);

		if(!ly_eq(is, ly_cstr(rows[i].after)))
			fail_msg("row %zu:\n%.*s", i, LY_FMT(is));
		assert_same(edited(rows[i].after, offer, (int)rows[i].form), is);
	}
}

/* RFC 3264 6.1: a row for what was offered, a column for what is answered. */
static void an_answer_that_fits(void **state)
{
	static const ly_sdp_direction_t fits[4][4] = {
			[LY_SENDRECV] = {LY_SENDRECV, LY_RECVONLY, LY_SENDONLY,
					LY_INACTIVE},
			[LY_RECVONLY] = {LY_SENDONLY, LY_INACTIVE, LY_SENDONLY,
					LY_INACTIVE},
			[LY_SENDONLY] = {LY_RECVONLY, LY_RECVONLY, LY_INACTIVE,
					LY_INACTIVE},
			[LY_INACTIVE] = {
					LY_INACTIVE, LY_INACTIVE, LY_INACTIVE, LY_INACTIVE}};
	char before[256], after[256];

	(void)state;
	for(int offered = 0; offered < 4; offered++) {
		for(int said = 0; said < 4; said++) {
			snprintf(before, sizeof(before), V C M PCMA "a=%s\r\n",
					ly_sdp_direction_name((ly_sdp_direction_t)said));
			snprintf(after, sizeof(after), V C M PCMA "a=%s\r\n",
					ly_sdp_direction_name(fits[offered][said]));
			assert_slice(edited(before, answer, offered), after);
		}
	}
	assert_slice(edited(V C M, answer, LY_INACTIVE), V C M IS("inactive"));
	assert_slice(edited(V C IS("recvonly") M, answer, LY_SENDONLY),
			V C IS("recvonly") M);
	assert_slice(edited(V C "m=audio 0 RTP/AVP 8\r\n", answer, LY_INACTIVE),
			V C "m=audio 0 RTP/AVP 8\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(form_of_an_offer), TEST(an_answer_that_fits)};

	return cmocka_run_group_tests_name("sdp_hold", tests, NULL, NULL);
}
