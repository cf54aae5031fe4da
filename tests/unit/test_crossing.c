/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/crossing.h"
#include "liblync/face.h"

static ly_plan_t *plan;
static ly_message_t m;

/* A message between the trunk and the target of tests/fixtures/plans/good/full.xml. */
static ly_crossing_t crossing(
		const char *raw, ly_side_t to, const char *trunk, const char *target)
{
	ly_crossing_t x = {.m = &m,
			.to = to,
			.caller = to == LY_LYNC ? LY_PSTN : LY_LYNC,
			.initial = true,
			.node = &plan->nodes[0]};

	parse(text(raw), &m);
	x.trunk = trunk ? ly_plan_trunk(plan, text(trunk)) : NULL;
	x.target = target ? ly_plan_target(plan, text(target)) : NULL;
	x.server = x.trunk ? x.trunk->pool->servers[0] : NULL;
	return x;
}

#define INVITE "INVITE sip:1@a.example SIP/2.0\r\n\r\n"
#define REPLY "SIP/2.0 200 OK\r\n\r\n"
#define REFER "REFER sip:1@a.example SIP/2.0\r\n\r\n"

static bool acts(ly_rule_set_t rules, const char *id)
{
	return rules & ly_rule_bit(text(id));
}

static void rules_of_both_ends(void **state)
{
	ly_crossing_t there = crossing(INVITE, LY_PSTN, "dr", "gw2"),
				  back = crossing(INVITE, LY_LYNC, "dr", "gw2");
	ly_rule_set_t out = ly_crossing_rules(&there),
				  in = ly_crossing_rules(&back);

	(void)state;
	assert_true(acts(out, "ms-headers") && acts(out, "from-anonymous"));
	assert_false(acts(out, "ruri-user-phone") || acts(out, "spoofed-ms"));
	assert_true(acts(in, "spoofed-ms") && acts(in, "ruri-user-phone"));
	assert_false(acts(in, "from-epid") || acts(in, "from-anonymous"));
}

static void what_the_plan_switches_off(void **state)
{
	ly_crossing_t x = crossing(INVITE, LY_LYNC, "sbc1-hq", "gw1");
	ly_rule_set_t rules = ly_crossing_rules(&x);

	(void)state;
	assert_false(acts(rules, "ruri-user-phone") || acts(rules, "pai-numbers"));
	assert_true(acts(rules, "to-user-phone"));
}

/* Both ways; what the other end has switched off stays off. */
static void what_the_plan_switches_on(void **state)
{
	ly_crossing_t there = crossing(INVITE, LY_PSTN, "sbc1-hq", "gw1"),
				  back = crossing(INVITE, LY_LYNC, "sbc1-hq", "gw1");
	ly_rewrite_t r = {0};

	(void)state;
	assert_true(acts(ly_crossing_rules(&back), "sdp-maxptime"));
	assert_true(acts(ly_crossing_rules(&back), "from-fallback"));
	assert_false(acts(ly_crossing_rules(&there), "ruri-user-phone"));
	ly_crossing_describe(&there, &r);
	assert_true(acts(r.inactive, "ruri-user-phone"));
}

/* As long as the other end is not chosen. */
static void one_end_alone(void **state)
{
	ly_crossing_t x = crossing(INVITE, LY_PSTN, "sbc1-hq", NULL);

	(void)state;
	assert_true(acts(ly_crossing_rules(&x), "sdp-label"));
	assert_false(acts(ly_crossing_rules(&x), "from-anonymous"));
	x = crossing(INVITE, LY_LYNC, NULL, "gw1");
	assert_true(acts(ly_crossing_rules(&x), "sdp-ssrc"));
	assert_false(acts(ly_crossing_rules(&x), "sdp-label"));
	assert_false(ly_crossing_may_choose_srtp(&x, false));
}

static void who_gets_it(void **state)
{
	ly_crossing_t x = crossing(INVITE, LY_LYNC, "sbc1-hq", "gw1");
	ly_rewrite_t r = {0};

	(void)state;
	ly_crossing_describe(&x, &r);
	assert_slice(r.our_host, "sbc1.example.net");
	assert_slice(r.peer_host, "medpool.contoso.example");
	assert_int_equal(r.peer_port, 5067);
	assert_int_equal(r.our_port, 0);
	x = crossing(INVITE, LY_PSTN, "sbc1-hq", "gw1");
	r = (ly_rewrite_t){0};
	ly_crossing_describe(&x, &r);
	assert_slice(r.our_host, "203.0.113.1");
	assert_slice(r.peer_host, "gw1.example.com");
	assert_int_equal(r.peer_port, 5061);
	assert_int_equal(r.our_port, 5067);
	assert_slice(r.peer_transport, "tls");
	assert_null(r.called.s);
	x.called = text("+4930");
	ly_crossing_describe(&x, &r);
	assert_slice(r.called, "+4930");
}

/* refer="pass", prack="strip", session-timer of who gets it. */
static void what_the_receiver_is_told(void **state)
{
	ly_crossing_t all = crossing(INVITE, LY_PSTN, "sbc1-hq", "gw1"),
				  none = crossing(INVITE, LY_PSTN, "sbc1-hq", "gw2");
	ly_rewrite_t r = {0};

	(void)state;
	ly_crossing_describe(&all, &r);
	assert_false(acts(r.active, "allow-refer"));
	assert_true(r.strip_100rel);
	assert_int_equal(ly_crossing_session_timer(&all), 0);
	ly_crossing_describe(&none, &r);
	assert_true(acts(r.active, "allow-refer"));
	assert_false(r.strip_100rel);
	assert_int_equal(ly_crossing_session_timer(&none), 1800);
	all.to = LY_LYNC;
	assert_int_equal(ly_crossing_session_timer(&all), 86400);
}

#define PROGRESS                                                   \
	"SIP/2.0 183 Session Progress\r\nCSeq: 1 %s\r\nContent-Type: " \
	"application/sdp\r\n\r\nv=0\r\n"

/* early-media of who gets it: the caller; early-dialogs of the target alone. */
static void what_the_caller_is_told(void **state)
{
	char of_invite[200], of_prack[200];
	ly_crossing_t x;
	ly_rewrite_t r = {0};

	(void)state;
	snprintf(of_invite, sizeof(of_invite), PROGRESS, "INVITE");
	snprintf(of_prack, sizeof(of_prack), PROGRESS, "PRACK");
	x = crossing(of_invite, LY_LYNC, "sbc1-hq", "gw1");
	ly_crossing_describe(&x, &r);
	assert_int_equal(r.status, 180);
	assert_true(r.body.s && r.body.len == 0);
	x = crossing(of_invite, LY_PSTN, "sbc1-hq", "gw1");
	r = (ly_rewrite_t){0};
	ly_crossing_describe(&x, &r);
	assert_int_equal(r.status, 0);
	assert_true(r.body.s && r.body.len == 0);
	x.initial = false;
	assert_false(ly_crossing_early(&x).without_sdp);
	x = crossing(of_prack, LY_PSTN, "sbc1-hq", "gw1");
	assert_false(ly_crossing_early(&x).without_sdp);
	x = crossing(of_invite, LY_LYNC, "dr", "gw2");
	r = (ly_rewrite_t){0};
	ly_crossing_describe(&x, &r);
	assert_true(r.status == 0 && r.body.s == NULL);
	x = crossing(INVITE, LY_LYNC, "dr", "gw1");
	assert_true(ly_crossing_strips_100rel(&x));
	x = crossing(INVITE, LY_LYNC, "dr", "gw2");
	assert_false(ly_crossing_strips_100rel(&x));
}

/* A 183 of ours and the gateway's answers are one dialog. */
static void no_reliable_answers_behind_ours(void **state)
{
	ly_crossing_t x = crossing(INVITE, LY_PSTN, "dr", "gw2");
	ly_trunk_t immediate = *x.trunk;

	(void)state;
	x.caller = LY_LYNC;
	assert_false(ly_crossing_strips_100rel(&x));
	immediate.early_media = LY_EARLY_IMMEDIATE;
	x.trunk = &immediate;
	assert_true(ly_crossing_strips_100rel(&x));
	x.caller = LY_PSTN;
	assert_false(ly_crossing_strips_100rel(&x));
}

/* A reply and the called side name other parties; whoever sends a REFER names somebody to be called. */
static void the_way_of_numbers(void **state)
{
	ly_matcher_t *matcher = ly_matcher_new();
	ly_crossing_t x = crossing(INVITE, LY_PSTN, "sbc1-hq", "gw1");

	(void)state;
	x.matcher = matcher;
	assert_ptr_equal(ly_crossing_numbers(&x).receiver, x.target->numbers);
	assert_ptr_equal(ly_crossing_numbers(&x).matcher, matcher);
	/* without a matcher no rules are applied */
	x.caller = LY_PSTN;
	assert_null(ly_crossing_numbers(&x).matcher);
	parse(text(REFER), &m);
	assert_ptr_equal(ly_crossing_numbers(&x).matcher, matcher);
	x.caller = LY_LYNC;
	parse(text(REPLY), &m);
	assert_null(ly_crossing_numbers(&x).matcher);
	ly_matcher_free(matcher);
}

static void the_choice_of_srtp(void **state)
{
	ly_crossing_t x = crossing(INVITE, LY_PSTN, "sbc1-hq", "gw1");

	(void)state;
	assert_true(ly_crossing_may_choose_srtp(&x, false));
	assert_false(ly_crossing_may_choose_srtp(&x, true));
	x.to = LY_LYNC;
	assert_false(ly_crossing_may_choose_srtp(&x, false));
	x = crossing(INVITE, LY_PSTN, "dr", "gw1"); /* media="lync-rtp" */
	assert_false(ly_crossing_may_choose_srtp(&x, false));
}

static void a_passage(void **state)
{
	ly_crossing_t x = crossing(INVITE, LY_PSTN, "sbc1-hq", "gw2");
	ly_passage_t p = {.own_slot = 3};

	(void)state;
	ly_crossing_passage(&x, &p);
	assert_ptr_equal(p.m, &m);
	assert_ptr_equal(p.target, x.target);
	assert_slice(p.our_host, "203.0.113.1");
	assert_int_equal(p.our_port, 5067);
	assert_int_equal(p.transport, LY_UDP);
	assert_int_equal(p.own_slot, 3);
}

static void where_a_node_listens(void **state)
{
	const ly_node_t *node = &plan->nodes[0];

	(void)state;
	assert_int_equal(ly_face_listen(node, LY_LYNC, LY_TCP, 0), 1);
	assert_int_equal(ly_face_listen(node, LY_LYNC, LY_TCP, 5068), 1);
	assert_int_equal(ly_face_listen(node, LY_LYNC, LY_TCP, 5067), -1);
	assert_int_equal(ly_face_listen(node, LY_PSTN, LY_UDP, 0), 3);
	assert_int_equal(
			ly_face_port(node, LY_PSTN, LY_TCP, &plan->trunks[0]), 5060);
}

static int load(void **state)
{
	ly_finding_t finding;

	(void)state;
	plan = ly_plan_load(
			"tests/fixtures/plans/good/full.xml", malloc, free, &finding);
	return plan ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	ly_plan_free(plan);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(rules_of_both_ends),
			TEST(what_the_plan_switches_off), TEST(what_the_plan_switches_on),
			TEST(one_end_alone), TEST(who_gets_it),
			TEST(what_the_receiver_is_told), TEST(what_the_caller_is_told),
			TEST(no_reliable_answers_behind_ours), TEST(the_way_of_numbers),
			TEST(the_choice_of_srtp), TEST(a_passage),
			TEST(where_a_node_listens)};

	return cmocka_run_group_tests_name("crossing", tests, load, unload);
}
