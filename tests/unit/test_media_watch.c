/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done about the media of a running call, by what its media node says of it. */
#include "lync_helpers.h"

#include "liblync/media_watch.h"
#include "liblync/sdp_narrow.h"

#define NOW 1000000ull

static const ly_media_rules_t rules = {.patience = 10000, .interval = 60000};
static const ly_media_node_t up = {.up = true};
static const ly_media_node_t restarted = {.up = true, .started = NOW - 100};
static const ly_media_seen_t talking = {.known = true,
		.srtp = true,
		.to_lync = true,
		.active = true,
		.got = {50, 50},
		.sent_rtp = {50, 50},
		.rtp_from = {50, 50},
		.index = 4000};

static ly_media_step_t next(const ly_media_watch_t *w, const ly_media_node_t *n)
{
	return ly_media_next(w, n, &rules, NOW);
}

static ly_media_step_t found(ly_media_watch_t *w, const ly_media_node_t *n,
		const ly_media_seen_t *seen)
{
	return ly_media_found(w, n, &rules, seen, true, NOW);
}

static void a_call_is_looked_at_soon_and_then_now_and_then(void **state)
{
	ly_media_watch_t w = {.begun = NOW - LY_MEDIA_FIRST_MS + 1};

	(void)state;
	assert_int_equal(next(&w, &up), LY_MEDIA_NOTHING);
	w.begun--;
	assert_int_equal(next(&w, &up), LY_MEDIA_LOOK);
	assert_int_equal(found(&w, &up, &talking), LY_MEDIA_NOTHING);
	assert_int_equal(w.due, NOW + rules.interval);
	assert_int_equal(next(&w, &up), LY_MEDIA_NOTHING);
}

static void the_player_is_on_until_rtp_flows(void **state)
{
	ly_media_watch_t w = {.begun = 1};
	ly_media_seen_t seen = talking;

	(void)state;
	memset(seen.got, 0, sizeof(seen.got));
	memset(seen.sent_rtp, 0, sizeof(seen.sent_rtp));
	assert_int_equal(found(&w, &up, &seen), LY_MEDIA_PLAY);
	assert_int_equal(w.due, NOW + LY_MEDIA_SOON_MS);
	seen.sent_rtp[LY_LYNC] = 100; /* its own */
	assert_int_equal(found(&w, &up, &seen), LY_MEDIA_NOTHING);
	seen.got[LY_PSTN] = 5;
	seen.to_lync = false; /* on hold: what the gateway sends goes nowhere */
	assert_int_equal(found(&w, &up, &seen), LY_MEDIA_NOTHING);
	seen.got[LY_PSTN] = 9;
	seen.to_lync = true;
	assert_int_equal(found(&w, &up, &seen), LY_MEDIA_RELEASE);
	assert_int_equal(w.player, LY_PLAYER_OFF);
}

static void lync_that_does_without_rtcp_gets_no_player(void **state)
{
	ly_media_watch_t w = {.begun = 1};
	ly_media_seen_t seen = talking;

	(void)state;
	seen.sent_rtp[LY_LYNC] = 0;
	assert_int_equal(ly_media_found(&w, &up, &rules, &seen, false, NOW),
			LY_MEDIA_NOTHING);
}

static void a_restored_call_gets_first_aid_and_then_begins_anew(void **state)
{
	ly_media_watch_t w = {.begun = 1, .known = 2, .due = NOW + 50000};

	(void)state;
	assert_int_equal(next(&w, &restarted), LY_MEDIA_RESCUE);
	assert_int_equal(found(&w, &restarted, &talking), LY_MEDIA_AID);
	assert_int_equal(next(&w, &restarted), LY_MEDIA_NOTHING);
	assert_int_equal(
			ly_media_next(&w, &restarted, &rules, NOW + LY_MEDIA_AFTER_AID_MS),
			LY_MEDIA_ANEW);
	ly_media_begun(&w, NOW);
	assert_int_equal(w.player, LY_PLAYER_OFF);
	assert_int_equal(next(&w, &restarted), LY_MEDIA_NOTHING);
}

static void one_that_has_wrapped_keeps_the_player(void **state)
{
	ly_media_watch_t w = {.begun = 1};
	ly_media_seen_t seen = talking;

	(void)state;
	seen.index = 0xffff - 3000; /* within the minute to the next look */
	found(&w, &up, &seen);
	assert_true(w.wrapped);
	w.known = 2;
	assert_int_equal(found(&w, &restarted, &talking), LY_MEDIA_AID);
	assert_int_equal(
			ly_media_next(&w, &restarted, &rules, NOW + LY_MEDIA_AFTER_AID_MS),
			LY_MEDIA_LOOK);
	ly_media_agreed(&w, NOW);
	assert_int_equal(found(&w, &up, &talking), LY_MEDIA_AID);
	assert_int_equal(found(&w, &up, &talking), LY_MEDIA_NOTHING);
}

static void one_without_srtp_needs_no_aid(void **state)
{
	ly_media_watch_t w = {.begun = 1};
	ly_media_seen_t seen = talking;

	(void)state;
	seen.srtp = false;
	assert_int_equal(found(&w, &restarted, &seen), LY_MEDIA_NOTHING);
	assert_int_equal(w.due, NOW + LY_MEDIA_SOON_MS);
}

static void a_call_that_came_after_the_restart_is_no_old_one(void **state)
{
	ly_media_watch_t w = {.begun = NOW - 50};

	(void)state;
	assert_int_equal(next(&w, &restarted), LY_MEDIA_NOTHING);
}

static void what_the_node_does_not_know_is_lost_or_given_up(void **state)
{
	static const ly_media_seen_t unknown = {0};
	ly_media_watch_t w = {.begun = 1};

	(void)state;
	assert_int_equal(found(&w, &restarted, &unknown), LY_MEDIA_LOST);
	assert_int_equal(found(&w, &up, &unknown), LY_MEDIA_GONE);
}

static void a_node_that_stays_away_loses_its_calls(void **state)
{
	ly_media_watch_t w = {.begun = 1};
	ly_media_node_t away = {.away = rules.patience - 1};

	(void)state;
	assert_int_equal(next(&w, &away), LY_MEDIA_NOTHING);
	away.away++;
	assert_int_equal(next(&w, &away), LY_MEDIA_MOVE);
}

static void silence_counts_where_rtp_may_pass(void **state)
{
	static const ly_media_rules_t strict = {.interval = 1, .timeout = 1000};
	ly_media_seen_t seen = talking;

	(void)state;
	for(int held = 1; held >= 0; held--) {
		ly_media_watch_t w = {.begun = 1};

		seen.active = !held;
		ly_media_found(&w, &up, &strict, &seen, true, NOW);
		seen.got[LY_LYNC]++;
		assert_int_equal(
				ly_media_found(&w, &up, &strict, &seen, true, NOW + 999),
				LY_MEDIA_NOTHING);
		assert_int_equal(
				ly_media_found(&w, &up, &strict, &seen, true, NOW + 1000),
				held ? LY_MEDIA_NOTHING : LY_MEDIA_SILENT);
	}
}

static void who_sends_with_another_key_is_heard_by_nobody(void **state)
{
	ly_media_watch_t w = {.begun = 1};
	ly_media_seen_t seen = talking;

	(void)state;
	seen.bad_from[LY_PSTN] = LY_MEDIA_BAD;
	assert_int_equal(found(&w, &up, &seen), LY_MEDIA_NOTHING);
	assert_int_equal(w.due, NOW + LY_MEDIA_SOON_MS); /* since when? */
	seen.rtp_from[LY_LYNC] += 100;
	seen.bad_from[LY_PSTN] += LY_MEDIA_BAD - 1;
	assert_int_equal(found(&w, &up, &seen), LY_MEDIA_NOTHING);
	assert_int_equal(w.due, NOW + rules.interval);
	seen.bad_from[LY_PSTN] += LY_MEDIA_BAD;
	assert_int_equal(found(&w, &up, &seen), LY_MEDIA_WRONG_KEY);
}

static void keys_may_be_others_after_an_answer(void **state)
{
	ly_media_watch_t w = {.begun = 1, .due = NOW + 50000};

	(void)state;
	ly_media_agreed(&w, NOW);
	assert_int_equal(w.due, NOW + LY_MEDIA_FIRST_MS);
	ly_media_agreed(&w, NOW + 10);
	assert_int_equal(w.due, NOW + LY_MEDIA_FIRST_MS);
}

/* "query" ------------------------------------------------------------------------------------------------------------ */

#define STREAM(kind, in, out, index)                                   \
	"d5:flagsl" kind "e13:ingress SSRCsld12:last RTP seqi" index "eee" \
	"5:statsd7:packetsi" in "e6:errorsi7ee9:stats_outd7:packetsi" out "eee"
#define SIDE(name, protocol, flags)                         \
	name "d6:mediasld5:flagsl" flags "e8:protocol" protocol \
		 "7:streamsl" STREAM("3:RTP", "50", "40", "70000")  \
				 STREAM("4:RTCP", "3", "4", "9") "eeee"
#define ANSWER(flags)                             \
	"4:tagsd" SIDE("4:lync", "8:RTP/SAVP", flags) \
			SIDE("4:pstn", "7:RTP/AVP", "4:send4:recv") "e"

static void an_answer_is_read(void **state)
{
	ly_media_seen_t seen;

	(void)state;
	assert_true(ly_media_read(ly_cstr(ANSWER("4:send4:recv")), &seen));
	assert_true(seen.known && seen.srtp && seen.active && seen.to_lync);
	assert_int_equal(seen.got[LY_LYNC], 53);
	assert_int_equal(seen.rtp_from[LY_PSTN], 50);
	assert_int_equal(seen.bad_from[LY_LYNC], 7);
	assert_int_equal(seen.bad_from[LY_PSTN], 0);
	assert_int_equal(seen.sent_rtp[LY_LYNC], 40);
	assert_int_equal(seen.index, 70000);
	assert_true(ly_media_read(ly_cstr(ANSWER("4:recv")), &seen));
	assert_true(!seen.active && !seen.to_lync);
	assert_false(ly_media_read(ly_cstr("4:tagsde"), &seen));
	assert_false(ly_media_read(ly_cstr("6:result2:ok"), &seen));
}

static void assert_narrow(
		const char *offer, const char *answer, const char *expected)
{
	char text[200];
	ly_buf_t out = ly_buf(text, sizeof(text) - 1);

	ly_sdp_narrow(ly_cstr(offer), ly_cstr(answer), &out);
	text[out.len] = '\0';
	assert_string_equal(text, expected);
}

static void an_offer_has_the_codecs_of_its_answer(void **state)
{
	(void)state;
	assert_narrow("v=0\r\nm=audio 2 RTP/SAVP 101 0 8\r\na=x\r\n",
			"m=audio 9 RTP/AVP 8 101\r\n",
			"v=0\r\nm=audio 2 RTP/SAVP 8 101\r\na=x\r\n");
	assert_narrow("m=audio 2 RTP/AVP 0 8", "m=audio 2 RTP/AVP 18",
			"m=audio 2 RTP/AVP 0 8");
	assert_narrow("v=0\r\n", "m=audio 2 RTP/AVP 18", "v=0\r\n");
	assert_narrow("m=audio 2 RTP/AVP 0\n", "v=0\n", "m=audio 2 RTP/AVP 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			cmocka_unit_test(a_call_is_looked_at_soon_and_then_now_and_then),
			cmocka_unit_test(the_player_is_on_until_rtp_flows),
			cmocka_unit_test(lync_that_does_without_rtcp_gets_no_player),
			cmocka_unit_test(
					a_restored_call_gets_first_aid_and_then_begins_anew),
			cmocka_unit_test(one_that_has_wrapped_keeps_the_player),
			cmocka_unit_test(one_without_srtp_needs_no_aid),
			cmocka_unit_test(a_call_that_came_after_the_restart_is_no_old_one),
			cmocka_unit_test(what_the_node_does_not_know_is_lost_or_given_up),
			cmocka_unit_test(a_node_that_stays_away_loses_its_calls),
			cmocka_unit_test(silence_counts_where_rtp_may_pass),
			cmocka_unit_test(who_sends_with_another_key_is_heard_by_nobody),
			cmocka_unit_test(keys_may_be_others_after_an_answer),
			cmocka_unit_test(an_answer_is_read),
			cmocka_unit_test(an_offer_has_the_codecs_of_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
