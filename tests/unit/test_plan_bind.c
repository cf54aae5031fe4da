/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The number changes with what Kamailio binds at its start, and with nothing else. */
#include "plan_helpers.h"

#include "liblync/plan_bind.h"

/* The bindings of node sbc1 in the plan after one replacement. */
static uint64_t bindings(const char *old, const char *new)
{
	ly_slice_t text = file_bytes(GOOD "full.xml");
	char *changed = malloc(text.len + strlen(new) + 1);
	const char *at = strstr(text.s, old);
	ly_finding_t finding = {0};
	ly_plan_t *plan;
	uint64_t number;
	int len;

	if(!at)
		fail_msg("'%s' is not in the plan", old);
	len = sprintf(changed, "%.*s%s%s", (int)(at - text.s), text.s, new,
			at + strlen(old));
	plan = parse(ly_slice(changed, (size_t)len), &finding);
	if(!plan)
		fail_msg("'%s': %u: %s", new, finding.line, finding.text);
	number = ly_plan_bindings(plan, ly_plan_node(plan, LY_LIT("sbc1")));
	ly_plan_free(plan);
	free(changed);
	free((void *)text.s);
	return number;
}

static void it_changes_with_what_is_bound(void **state)
{
	static const char *const changes[][2] = {
			{"address=\"192.0.2.1\"", "address=\"192.0.2.3\""},
			{"address=\"198.51.100.1\"", "address=\"198.51.100.3\""},
			{"advertise=\"203.0.113.1\"", "advertise=\"203.0.113.2\""},
			{" advertise=\"203.0.113.1\"", ""},
			{"/etc/lync-sbc/sbc1.pem", "/etc/lync-sbc/sbcx.pem"},
			{"/etc/lync-sbc/sbc1.key", "/etc/lync-sbc/sbcx.key"},
			{"/etc/lync-sbc/ca.pem", "/etc/lync-sbc/cb.pem"},
			{"port=\"5067\" tls-min=\"1.0\"", "port=\"5067\" tls-min=\"1.2\""},
			{"<listen side=\"pstn\" transport=\"udp\" port=\"5067\"",
					"<listen side=\"pstn\" transport=\"udp\" port=\"5060\""},
			{"<listen side=\"pstn\" transport=\"udp\" port=\"5067\"/>", ""},
			{"<listen side=\"lync\" transport=\"tcp\" port=\"5068\"/>",
					"<listen side=\"lync\" transport=\"tcp\" port=\"5068\"/>"
					"<listen side=\"lync\" transport=\"tcp\" port=\"5069\"/>"},
	};
	size_t count = sizeof(changes) / sizeof(changes[0]);
	uint64_t seen[sizeof(changes) / sizeof(changes[0]) + 1];

	(void)state;
	seen[0] = bindings("sbc1", "sbc1");
	for(size_t i = 1; i <= count; i++) {
		seen[i] = bindings(changes[i - 1][0], changes[i - 1][1]);
		for(size_t j = 0; j < i; j++) {
			if(seen[i] == seen[j])
				fail_msg("'%s' makes no difference", changes[i - 1][1]);
		}
	}
}

static void it_does_not_change_with_the_rest(void **state)
{
	static const char *const changes[][2] = {
			{"address=\"192.0.2.11\"", "address=\"192.0.2.99\""},
			{"address=\"2001:db8::2\"", "address=\"2001:db8::3\""},
			{"weight=\"70\"", "weight=\"71\""},
			{"port=\"5061\" transport=\"tls\" tls-min=\"1.3\"",
					"port=\"5062\" transport=\"tls\" tls-min=\"1.0\""},
			{"SRTPMode=\"Optional\"", "SRTPMode=\"Required\""},
			{"<pool name=\"dr\"", "\n<pool name=\"dr\""},
	};
	uint64_t number = bindings("sbc1", "sbc1");

	(void)state;
	for(size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		if(bindings(changes[i][0], changes[i][1]) != number)
			fail_msg("'%s' would need a restart", changes[i][1]);
	}
}

static void nodes_differ(void **state)
{
	ly_slice_t text = file_bytes(GOOD "full.xml");
	ly_finding_t finding = {0};
	ly_plan_t *plan = parse(text, &finding);
	ly_node_t other;

	(void)state;
	assert_non_null(plan);
	for(unsigned i = 0; i < 2; i++) {
		ly_listen_t listen = plan->nodes[0].listens[0];
		other = plan->nodes[0];
		other.listens = &listen;
		other.listen_count = 1;
		uint64_t before = ly_plan_bindings(plan, &other);
		if(i == 0)
			listen.side = LY_PSTN;
		else
			listen.transport = LY_TCP;
		assert_true(ly_plan_bindings(plan, &other) != before);
	}
	other = plan->nodes[0];
	other.name = LY_LIT("sbc");
	assert_true(ly_plan_bindings(plan, &plan->nodes[0])
				!= ly_plan_bindings(plan, &other));
	other = plan->nodes[0];
	other.fqdn = LY_LIT("sbcx.example.net");
	assert_true(ly_plan_bindings(plan, &plan->nodes[0])
				!= ly_plan_bindings(plan, &other));
	assert_true(ly_plan_bindings(plan, &plan->nodes[0])
				!= ly_plan_bindings(plan, &plan->nodes[1]));
	other = plan->nodes[0];
	other.side[LY_LYNC] = plan->nodes[0].side[LY_PSTN];
	other.side[LY_PSTN] = plan->nodes[0].side[LY_LYNC];
	assert_true(ly_plan_bindings(plan, &plan->nodes[0])
				!= ly_plan_bindings(plan, &other));
	ly_plan_free(plan);
	free((void *)text.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(it_changes_with_what_is_bound),
			TEST(it_does_not_change_with_the_rest),
			TEST(nodes_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
