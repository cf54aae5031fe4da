/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message_helpers.h"
#include "rewrite_cases.h"

#include "liblync/content.h"
#include "liblync/edit_reason.h"
#include "liblync/sdp.h"

static ly_plan_t *plan;
static ly_matcher_t *matcher;
static ly_message_t m;
static ly_edits_t e;
static const char *lync_dialects[] = {
		"lync2010", "lync2013", "sfb2015", "sfb2019"};
#define DIALECTS (sizeof(lync_dialects) / sizeof(lync_dialects[0]))

static ly_rule_set_t rules_of(
		const rewrite_case_t *c, const char *lync, ly_rule_set_t off)
{
	const ly_dialect_t *sides[] = {
			ly_dialect(ly_cstr(lync)), ly_dialect(LY_LIT("rfc3261"))};

	return ly_active_rules(
			sides[c->to == LY_LYNC ? LY_PSTN : LY_LYNC], sides[c->to], off);
}

static ly_slice_t or_null(const char *s)
{
	return s ? text(s) : LY_EMPTY;
}

static const ly_trunk_t *trunk_of(const rewrite_case_t *c)
{
	return ly_plan_trunk(plan, ly_cstr(c->trunk ? c->trunk : "telling"));
}

static const ly_peer_t *target_of(const rewrite_case_t *c)
{
	return ly_plan_target(plan, ly_cstr(c->target));
}

/* Whoever calls writes From and To; they are given where the other one speaks, or a reply. Either may transfer it. */
static ly_numbering_t numbers_of(const rewrite_case_t *c)
{
	if(c->from && !ly_eq(m.method, text("REFER")))
		return ly_numbering_back(c->to == LY_LYNC ? LY_PSTN : LY_LYNC,
				trunk_of(c), target_of(c));
	return ly_numbering(c->to == LY_LYNC ? LY_TO_LYNC : LY_FROM_LYNC,
			trunk_of(c), target_of(c), matcher);
}

/* What the module would say of the receiver, and of the dialog. */
static ly_rewrite_t described(
		const rewrite_case_t *c, const char *lync, ly_rule_set_t off)
{
	bool lync_side = c->to == LY_LYNC;
	ly_buf_t memory = ly_buf(block(4096), 4096);
	ly_rewrite_t r = {
			.active = rules_of(c, lync, off),
			.inactive = rules_of(c, lync, 0) & off,
			.our_host = lync_side ? LY_LIT("sbc1.example.net")
								  : LY_LIT("198.51.100.1"),
			.peer_host = lync_side ? LY_LIT("medpool.contoso.example")
								   : LY_LIT("198.51.100.10"),
			.our_port = lync_side ? 0 : 5060,
			.peer_port = lync_side ? 5067 : 5060,
			.request_uri = or_null(c->request_uri),
			.routes = or_null(c->routes),
			.from = or_null(c->from),
			.to = or_null(c->to_header),
			.contact = ly_header(&m, LY_H_CONTACT)
							   ? text(lync_side ? LYNC_CONTACT : PSTN_CONTACT)
							   : LY_EMPTY,
			.alone = true,
			.terms = ly_caller_terms(
					c->to, !m.request, trunk_of(c), target_of(c)),
			.numbers = numbers_of(c),
	};

	if(ly_header(&m, LY_H_CONTENT_TYPE) && m.body.len)
		assert_true(ly_content_put(&m,
				fixture(lync_side ? "srtp.sdp" : "plain.sdp"), r.active,
				&memory, &r.body, &r.content_type));
	return r;
}

static ly_slice_t rewritten(
		const rewrite_case_t *c, const char *lync, ly_rule_set_t off)
{
	ly_rewrite_t r;
	const char *wrong;

	parse(fixture(c->before), &m);
	r = described(c, lync, off);
	ly_edits_begin(&e, m.raw, block(4096), 4096);
	wrong = ly_rewrite(&m, &r, &e);
	if(wrong)
		fail_msg("%s: %s", c->before, wrong);
	return apply(&e);
}

static void to_the_byte(void **state)
{
	(void)state;
	for(size_t i = 0; i < CASES; i++) {
		for(size_t d = 0; d < DIALECTS; d++) {
			ly_slice_t is = rewritten(&cases[i], lync_dialects[d], 0);
			check_text(is, fixture(cases[i].after), cases[i].after, __FILE__,
					__LINE__);
		}
	}
}

/* What comes out is a message again, and what it says fits together. */
static void the_result_is_a_message(void **state)
{
	(void)state;
	for(size_t i = 0; i < CASES; i++) {
		ly_slice_t out = rewritten(&cases[i], "lync2013", 0);
		const ly_header_t *length;

		parse(out, &m);
		length = ly_header(&m, LY_H_CONTENT_LENGTH);
		assert_true(
				!length || ly_number(length->value, 99999) == (long)m.body.len);
		assert_null(ly_header(&m, LY_H_RECORD_ROUTE));
	}
}

/* Written down once, again the same: nothing of ours is changed by us a second time. */
static void the_result_stays(void **state)
{
	(void)state;
	for(size_t i = 0; i < CASES; i++) {
		rewrite_case_t again = cases[i];

		again.before = cases[i].after;
		again.routes = "";
		if(cases[i].routes
				&& cases[i].routes
						[0]) /* a Route of ours is taken for the sender's and goes */
			continue;
		assert_same(rewritten(&again, "lync2013", 0), fixture(cases[i].after));
	}
}

static void nothing_of_lync_reaches_the_gateway(void **state)
{
	static const char *secret[] = {"ms-", "epid", "inline:", "contoso", "RTCC",
			"P-Dlg", "Referred-By", ";ext=", "phone-context", "cryptoscale",
			"a=x-"};
	unsigned seen = 0;

	(void)state;
	for(size_t i = 0; i < CASES; i++) {
		ly_slice_t out;

		if(cases[i].to != LY_PSTN)
			continue;
		out = rewritten(&cases[i], "lync2013", 0);
		for(size_t j = 0; j < sizeof(secret) / sizeof(secret[0]); j++) {
			if(contains(out, secret[j]))
				fail_msg("%s: '%s' goes out:\n%.*s", cases[i].before, secret[j],
						LY_FMT(out));
			seen += contains(m.raw, secret[j]);
		}
	}
	assert_true(seen > 30); /* the messages do hold what is looked for */
}

/* Whether a rule that is switched off changes what comes out, or goes to rtpengine. */
static bool makes_a_difference(
		const rewrite_case_t *c, const char *lync, ly_rule_set_t bit)
{
	static ly_edits_t with, without;
	ly_slice_t on = rewritten(c, lync, 0);

	if(!ly_eq(on, rewritten(c, lync, bit)))
		return true;
	ly_edits_begin(&with, m.body, NULL, 0);
	ly_edits_begin(&without, m.body, NULL, 0);
	ly_sdp_normalise(m.body, rules_of(c, lync, 0), &with);
	ly_sdp_normalise(m.body, rules_of(c, lync, bit), &without);
	assert_true(ly_edits_finish(&with) && ly_edits_finish(&without));
	return !ly_eq(apply(&with), apply(&without));
}

static bool has_a_case(const char *lync, ly_side_t to, ly_rule_set_t bit)
{
	bool found = false;

	for(size_t i = 0; i < CASES && !found; i++) {
		if(cases[i].to == to && (rules_of(&cases[i], lync, 0) & bit))
			found = makes_a_difference(&cases[i], lync, bit);
		forget_blocks(NULL);
	}
	return found;
}

/* Every rule of every dialect does something in some message, and does it no more when it is switched off. */
static void every_rule_switched_off(void **state)
{
	const ly_dialect_t *gateway = ly_dialect(LY_LIT("rfc3261"));
	unsigned without = 0, checked = 0;

	(void)state;
	for(size_t d = 0; d < DIALECTS; d++) {
		const ly_dialect_t *lync = ly_dialect(ly_cstr(lync_dialects[d]));
		const ly_rule_set_t rules[] = {
				[LY_LYNC] = gateway->leaving | lync->arriving,
				[LY_PSTN] = lync->leaving | gateway->arriving};

		for(ly_side_t to = LY_LYNC; to <= LY_PSTN; to++) {
			/* test_emergency.c has messages for the others */
			for(ly_rule_set_t left = rules[to] & ~ly_emergency_rules(); left;
					checked++) {
				ly_rule_set_t bit = left & -left;
				unsigned i = ly_rule_next(&left);
				if(has_a_case(lync_dialects[d], to, bit))
					continue;
				print_error(
						"%s towards %s: no message shows what rule %s does\n",
						lync_dialects[d], ly_side_name(to), ly_rules[i].id);
				without++;
			}
		}
	}
	assert_true(checked > 4 * 40);
	assert_int_equal(without, 0);
}

/* All rules but those that let something pass. */
static ly_rule_set_t all_that_act(void)
{
	ly_rule_set_t all = 0;

	for(unsigned i = 0; i < ly_rule_count; i++) {
		if(!ly_rule_passes(&ly_rules[i]))
			all |= (ly_rule_set_t)1 << i;
	}
	return all;
}

/* With all of them switched off nothing is changed but what no rule stands for. */
static void all_switched_off(void **state)
{
	static const char *ids[] = {
			"contact", "record-route", "body", "content-length"};

	(void)state;
	rewritten(&cases[3], "sfb2015", all_that_act());
	assert_int_equal(e.count, 4);
	for(unsigned i = 0; i < e.count; i++) {
		bool known = false;
		for(size_t j = 0; j < sizeof(ids) / sizeof(ids[0]); j++)
			known |= strcmp(e.list[i].rule, ids[j]) == 0;
		assert_true(known);
	}
}

/* The list is the explanation: each edit names a rule, or something that has a reason of its own. */
static void every_edit_says_why(void **state)
{
	(void)state;
	for(size_t i = 0; i < CASES; i++) {
		rewritten(&cases[i], "lync2013", 0);
		for(unsigned j = 0; j < e.count; j++) {
			if(!ly_edit_reason(e.list[j].rule))
				fail_msg(
						"%s: an edit by '%s'", cases[i].before, e.list[j].rule);
		}
	}
}

static int load(void **state)
{
	ly_finding_t finding;

	(void)state;
	plan = ly_plan_load(
			"tests/fixtures/plans/good/callers.xml", malloc, free, &finding);
	matcher = ly_matcher_new();
	if(!plan)
		print_error("%u: %s\n", finding.line, finding.text);
	return plan && matcher ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	ly_plan_free(plan);
	ly_matcher_free(matcher);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(to_the_byte),
			TEST(the_result_is_a_message), TEST(the_result_stays),
			TEST(nothing_of_lync_reaches_the_gateway),
			TEST(every_rule_switched_off), TEST(all_switched_off),
			TEST(every_edit_says_why)};

	return cmocka_run_group_tests_name("rewrite", tests, load, unload);
}
