/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"

#include "liblync/crossing.h"
#include "liblync/rewrite_name.h"

#define BEGIN "INVITE sip:1@a.example SIP/2.0\r\n"
#define MIXED "Content-Type: multipart/mixed;boundary=x\r\n\r\n--x\r\n"
#define SDP_PART "Content-Type: application/sdp\r\n\r\nv=0\r\n--x\r\n"
#define PIDF_PART "Content-Type: application/pidf+xml\r\n\r\n<p/>\r\n--x--\r\n"

static ly_message_t m;

static const struct
{
	const char *raw;
	ly_emergency_t is;
} messages[] = {
		{BEGIN "\r\n", LY_NO_EMERGENCY},
		{BEGIN "Priority: emergency\r\n\r\n", LY_EMERGENCY_BY_PRIORITY},
		{BEGIN "PRIORITY :\t Emergency \r\n\r\n", LY_EMERGENCY_BY_PRIORITY},
		{BEGIN "Priority: urgent\r\n\r\n", LY_NO_EMERGENCY},
		{BEGIN "Priority: emergency, urgent\r\n\r\n", LY_NO_EMERGENCY},
		{BEGIN "X-Priority: emergency\r\n\r\n", LY_NO_EMERGENCY},
		{BEGIN "Priority: normal\r\nPriority: emergency\r\n\r\n",
				LY_EMERGENCY_BY_PRIORITY},
		{BEGIN "Content-Type: application/pidf+xml\r\n\r\n<p/>",
				LY_EMERGENCY_BY_LOCATION},
		{BEGIN "c: Application / PIDF+xml;charset=utf-8\r\n\r\n<p/>",
				LY_EMERGENCY_BY_LOCATION},
		{BEGIN "Content-Type: application/pidf+xml\r\n\r\n", LY_NO_EMERGENCY},
		{BEGIN "Content-Type: application/sdp\r\n\r\nv=0\r\n", LY_NO_EMERGENCY},
		{BEGIN MIXED SDP_PART PIDF_PART, LY_EMERGENCY_BY_LOCATION},
		{BEGIN MIXED SDP_PART "\r\nContent-Type: application/pidf+xml--x--\r\n",
				LY_NO_EMERGENCY},
		/* the closing delimiter is missing; a part behind it is broken */
		{BEGIN MIXED SDP_PART "Content-Type: application/pidf+xml\r\n\r\n<p/>",
				LY_EMERGENCY_BY_LOCATION},
		{BEGIN MIXED SDP_PART "Content-Type: application/pidf+xml\r\n\r\n<p/>"
							  "\r\n--x\r\nno header\r\n\r\n--x--\r\n",
				LY_EMERGENCY_BY_LOCATION},
		{BEGIN "Content-Type: multipart/mixed\r\n\r\n--x\r\n" PIDF_PART,
				LY_NO_EMERGENCY},
};

static void what_a_message_says(void **state)
{
	(void)state;
	for(size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		parse(text(messages[i].raw), &m);
		if(ly_emergency_of(&m) != messages[i].is)
			fail_msg("%s, not %s:\n%s", ly_emergency_name(ly_emergency_of(&m)),
					ly_emergency_name(messages[i].is), messages[i].raw);
	}
}

static void numbers(void **state)
{
	(void)state;
	assert_true(ly_emergency_number(text("112 911"), text("911")));
	assert_true(ly_emergency_number(text("112 911"), text("+112")));
	assert_true(ly_emergency_number(text(" +112\t+911"), text("112")));
	assert_false(ly_emergency_number(text("112 911"), text("1112")));
	assert_false(ly_emergency_number(text("112 911"), text("91")));
	assert_false(ly_emergency_number(text("112 911"), text("112 911")));
	assert_false(ly_emergency_number(text("112"), text("")));
	assert_false(ly_emergency_number(text("112"), text("+")));
	assert_false(ly_emergency_number(text("+"), text("")));
	assert_false(ly_emergency_number(text(""), text("112")));
	assert_false(ly_emergency_number(text(""), text("")));
}

/* Between two peers of a plan ----------------------------------------------------------------------------------------- */

static ly_plan_t *plan; /* without an <emergency> */

static ly_plan_t *load_plan(const char *path)
{
	ly_finding_t finding;

	return ly_plan_load(path, malloc, free, &finding);
}

static ly_crossing_t crossing(const char *raw, ly_side_t to)
{
	parse(text(raw), &m);
	return (ly_crossing_t){.m = &m,
			.to = to,
			.caller = to == LY_LYNC ? LY_PSTN : LY_LYNC,
			.initial = true,
			.node = &plan->nodes[0],
			.trunk = ly_plan_trunk(plan, text("hq-first")),
			.target = ly_plan_target(plan, text("gw2"))};
}

static ly_emergency_t asked(const char *raw, ly_side_t to, bool initial)
{
	ly_crossing_t x = crossing(raw, to);

	x.initial = initial;
	return ly_crossing_emergency(&x, plan->emergency.numbers);
}

#define CALL(number, headers) \
	"INVITE sip:" number "@a.example SIP/2.0\r\n" headers "\r\n"
#define PRIORITY "Priority: emergency\r\n"

static void whose_calls_they_are(void **state)
{
	(void)state;
	assert_int_equal(
			asked(CALL("112", ""), LY_PSTN, true), LY_EMERGENCY_BY_NUMBER);
	assert_int_equal(
			asked(CALL("+911;phone-context=x", PRIORITY), LY_PSTN, true),
			LY_EMERGENCY_BY_NUMBER);
	assert_int_equal(asked(CALL("1", PRIORITY), LY_PSTN, true),
			LY_EMERGENCY_BY_PRIORITY);
	/* within a call the Request-URI is our Contact */
	assert_int_equal(asked(CALL("112", ""), LY_PSTN, false), LY_NO_EMERGENCY);
	assert_int_equal(asked(CALL("112", PRIORITY), LY_PSTN, false),
			LY_EMERGENCY_BY_PRIORITY);
	assert_int_equal(
			asked("UPDATE sip:1@a SIP/2.0\r\n" PRIORITY "\r\n", LY_PSTN, false),
			LY_EMERGENCY_BY_PRIORITY);
	assert_int_equal(
			asked("UPDATE sip:1@a SIP/2.0\r\n" PRIORITY "\r\n", LY_PSTN, true),
			LY_NO_EMERGENCY);
	assert_int_equal(asked("OPTIONS sip:112@a SIP/2.0\r\n\r\n", LY_PSTN, true),
			LY_NO_EMERGENCY);
	assert_int_equal(asked("SIP/2.0 200 OK\r\n" PRIORITY "\r\n", LY_PSTN, true),
			LY_NO_EMERGENCY);
	assert_int_equal(
			asked(CALL("112", PRIORITY), LY_LYNC, true), LY_NO_EMERGENCY);
}

static bool acts(const ly_crossing_t *x, const char *id)
{
	return ly_crossing_rules(x) & ly_rule_bit(text(id));
}

static void what_passes(void **state)
{
	ly_crossing_t x = crossing(CALL("112", ""), LY_PSTN);

	(void)state;
	assert_true(acts(&x, "multipart-others"));
	assert_false(acts(&x, "emergency-priority") || acts(&x, "emergency-body"));
	assert_false(ly_crossing_keeps_location(&x));
	x.emergency = true;
	assert_true(acts(&x, "emergency-priority")
				&& acts(&x, "emergency-geolocation"));
	assert_false(acts(&x, "multipart-others"));
	assert_true(ly_crossing_keeps_location(&x));
	x.sdp_alone = true;
	assert_true(acts(&x, "multipart-others"));
	assert_true(acts(&x, "emergency-geolocation"));
	assert_false(ly_crossing_keeps_location(&x));
}

static const char *against(const ly_crossing_t *x, const char *name)
{
	static ly_rewrite_t r;
	const ly_rule_t *rule;

	r = (ly_rewrite_t){0};
	ly_crossing_describe(x, &r);
	rule = ly_rule_against(&r, LY_P_HEADER, text(name));
	return rule ? rule->id : "";
}

static void headers(void **state)
{
	static const char *const names[] = {
			"Geolocation", "geolocation-routing", "PRIORITY"};
	ly_crossing_t x = crossing(CALL("112", ""), LY_PSTN);
	ly_rule_set_t off = ly_rule_bit(text("emergency-geolocation"))
						| ly_rule_bit(text("emergency-priority"));
	ly_peer_t target = *x.target;

	(void)state;
	x.target = &target;
	for(unsigned i = 0; i < 3; i++) {
		x.emergency = false;
		target.rules_off = 0;
		assert_string_equal(against(&x, names[i]), "other-headers");
		x.emergency = true;
		assert_string_equal(against(&x, names[i]), "");
		target.rules_off = off;
		assert_string_not_equal(against(&x, names[i]), "");
	}
	assert_string_equal(against(&x, "Subject"), "other-headers");
	/* of an ordinary call they are no rules at all */
	x.emergency = false;
	target.rules_on = off | ly_rule_bit(text("emergency-body"));
	assert_string_equal(against(&x, "Priority"), "other-headers");
	assert_true(acts(&x, "multipart-others"));
}

static void the_plans_numbers(void **state)
{
	ly_plan_t *full = load_plan("tests/fixtures/plans/good/full.xml");

	(void)state;
	assert_true(ly_eq(plan->emergency.numbers, text(LY_EMERGENCY_NUMBERS)));
	assert_true(ly_eq(full->emergency.numbers, text("110 +112 0112")));
	ly_plan_free(full);
}

static int load(void **state)
{
	(void)state;
	plan = load_plan("tests/fixtures/plans/good/two-of-each.xml");
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
	const struct CMUnitTest tests[] = {TEST(what_a_message_says), TEST(numbers),
			TEST(whose_calls_they_are), TEST(what_passes), TEST(headers),
			TEST(the_plans_numbers)};

	return cmocka_run_group_tests_name("emergency", tests, load, unload);
}
