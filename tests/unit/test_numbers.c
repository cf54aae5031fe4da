/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Number rules: what a number becomes, which rule does it, and that several processes can do it in shared memory. */
#include "plan_helpers.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "liblync/numbers.h"

#define HEAD                                                                   \
	"<lync-trunks xmlns=\"urn:lync-sbc:trunks:1\" version=\"1\">\n"            \
	"<node name=\"sbc1\" fqdn=\"sbc1.example.net\">\n"                         \
	"<interface side=\"lync\" address=\"192.0.2.1\"/>\n"                       \
	"<interface side=\"pstn\" address=\"198.51.100.1\"/>\n"                    \
	"<listen side=\"lync\" transport=\"tcp\" port=\"5068\"/>\n"                \
	"<listen side=\"pstn\" transport=\"udp\" port=\"5060\"/></node>\n"         \
	"<pool name=\"hq\" fqdn=\"medpool.contoso.example\" "                      \
	"dialect=\"lync2013\">\n"                                                  \
	"<server fqdn=\"med01.contoso.example\" address=\"192.0.2.11\"/></pool>\n" \
	"<target name=\"gw1\" address=\"198.51.100.10\" port=\"5060\" "            \
	"transport=\"udp\"/>\n"                                                    \
	"<trunk name=\"t\" pool=\"hq\" mediation-port=\"5068\" port=\"5068\" "     \
	"fqdn=\"sbc1.example.net\" transport=\"tcp\" SRTPMode=\"NotSupported\" "   \
	"numbers=\"n\"/>\n<numbers name=\"n\">\n"
#define TAIL "</numbers></lync-trunks>\n"
#define RULES_LINE 12

static ly_matcher_t *matcher;
static char buffer[LY_NUMBER_MAX];

static ly_plan_t *plan_of(const char *rules, void *(*from)(size_t),
		void (*to)(void *), ly_finding_t *finding)
{
	size_t size = strlen(rules) + sizeof(HEAD TAIL);
	char *xml = malloc(size);
	ly_plan_t *plan;
	int len = snprintf(xml, size, HEAD "%s" TAIL, rules);

	*finding = (ly_finding_t){0};
	plan = ly_plan_parse(ly_slice(xml, (size_t)len), "test", from, to, finding);
	free(xml);
	return plan;
}

static ly_plan_t *good(const char *rules)
{
	ly_finding_t finding;
	ly_plan_t *plan = plan_of(rules, malloc, free, &finding);

	if(!plan)
		fail_msg("%u: %s", finding.line, finding.text);
	return plan;
}

static ly_renumbered_t apply(
		const ly_plan_t *plan, ly_number_kind_t kind, const char *number)
{
	return ly_numbers_apply(plan->trunks[0].numbers, LY_FROM_LYNC, kind,
			ly_cstr(number), matcher, buffer);
}

#define RULE(on, pattern, translation)                            \
	"<rule on=\"" on "\" name=\"" pattern "\" pattern=\"" pattern \
	"\" translation=\"" translation "\"/>\n"

static void what_a_number_becomes(void **state)
{
	static const struct
	{
		const char *rule, *number, *becomes; /* NULL: no rule fits */
	} rows[] = {
			{RULE("called", "^\\+(\\d+)$", "$1"), "+4930123", "4930123"},
			{RULE("called", "^\\+(\\d+)$", "$1"), "4930123", NULL},
			{RULE("called", "^\\+1425555(\\d{4})$", "1425555${1}"),
					"+14255550100", "14255550100"},
			{RULE("called", "^(?&lt;a>\\d)(\\d)$", "$2-$1-${a}"), "12",
					"1-2-1"},
			{RULE("called", "^(\\d)(\\d)?$", "$1x$2x"), "1", "1xx"},
			{RULE("called", "^\\d+$", "+49$&amp;"), "30", "+4930"},
			{RULE("called", "^\\d+$", "+49$0"), "30", "+4930"},
			{RULE("called", "2", "$`$'$_$$"), "123", "113123$3"},
			/* What does not match stays, before and behind. */
			{RULE("called", "^00", "+"), "004930", "+4930"},
			{RULE("called", "5", "6"), "1555", "1655"},
			{RULE("called", "(?=x)", "1"), "12x", "121x"},
			{RULE("called", "$", "9"), "12", "129"},
			{RULE("called", "^(.*)$", "+49$1"), "30", "+4930"},
			{RULE("called", "^anonymous$", "4930"), "anonymous", "4930"},
			/* \K moves the beginning of what is replaced. */
			{RULE("called", "^\\+49\\K30", "89"), "+49305", "+49895"},
			/* The first that matches, whatever follows; not those of another number. */
			{RULE("calling", "^1", "9") RULE("called", "^12", "4")
							RULE("called", "^1", "3"),
					"12", "4"},
			{RULE("called", "^13", "4") RULE("called", "^1", "3"), "12", "32"},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_plan_t *plan = good(rows[i].rule);
		ly_renumbered_t result = apply(plan, LY_CALLED, rows[i].number);
		const char *becomes =
				rows[i].becomes ? rows[i].becomes : rows[i].number;
		if(result.trouble || !!result.rule != !!rows[i].becomes
				|| !ly_eq(result.number, ly_cstr(becomes)))
			fail_msg("row %zu: '%.*s'%s", i, LY_FMT(result.number),
					result.trouble ? result.trouble : "");
		ly_plan_free(plan);
	}
}

static void direction_and_kind_choose_the_rules(void **state)
{
	ly_plan_t *plan = good(RULE("called", "^1", "2") RULE(
			"calling", "^1", "3") RULE("redirecting", "^1",
			"4") "<rule on=\"called\" direction=\"to-lync\" name=\"x\" "
				 "pattern=\"^1\" translation=\"5\"/>");
	const ly_numbers_t *numbers = plan->trunks[0].numbers;
	static const char *const expected[][3] = {{"2", "3", "4"}, {"5", "1", "1"}};

	(void)state;
	for(int way = 0; way < LY_DIRECTIONS; way++) {
		for(int kind = 0; kind < LY_NUMBER_KINDS; kind++) {
			ly_renumbered_t result = ly_numbers_apply(numbers,
					(ly_direction_t)way, (ly_number_kind_t)kind, LY_LIT("1"),
					matcher, buffer);
			assert_slice(result.number, expected[way][kind]);
		}
	}
	assert_slice(ly_numbers_apply(NULL, LY_FROM_LYNC, LY_CALLED, LY_LIT("1"),
						 matcher, buffer)
						 .number,
			"1");
	ly_plan_free(plan);
}

static void what_cannot_be_done_leaves_the_number(void **state)
{
	char longest[LY_NUMBER_MAX + 2];
	ly_plan_t *plan = good(RULE("called", "^(1*)$", "$1") RULE(
			"called", "^2", "11111") RULE("called", "^(3+)+$", "3"));
	ly_renumbered_t result;

	(void)state;
	result = apply(plan, LY_CALLED, "");
	assert_string_equal(result.trouble, "it leaves nothing of the number");
	assert_ptr_equal(result.rule, &plan->numbers[0].rules[0]);
	assert_int_equal(result.number.len, 0);

	memset(longest, '1', sizeof(longest));
	longest[LY_NUMBER_MAX] = '\0';
	assert_null(apply(plan, LY_CALLED, longest).trouble);
	longest[0] = '2';
	result = apply(plan, LY_CALLED, longest);
	assert_string_equal(
			result.trouble, "what it makes of the number is too long");
	assert_slice(result.number, longest);
	longest[LY_NUMBER_MAX - 4] = '\0';
	assert_null(apply(plan, LY_CALLED, longest).trouble);

	memset(longest, '3', sizeof(longest));
	longest[100] = 'x';
	longest[101] = '\0';
	result = apply(plan, LY_CALLED, longest);
	assert_string_equal(
			result.trouble, "its pattern needs too many steps for this number");
	assert_slice(result.number, longest);

	memset(longest, '1', sizeof(longest));
	longest[LY_NUMBER_MAX + 1] = '\0';
	assert_null(apply(plan, LY_CALLED, longest).rule);
	ly_plan_free(plan);
}

static void bad_rules_are_findings(void **state)
{
	static const struct
	{
		const char *rule, *text;
	} rows[] = {
			{RULE("called", "", "1"), "attribute 'pattern' is empty"},
			{RULE("called", "^(\\d", "1"),
					"attribute 'pattern' is '^(\\d'; it is no regular"},
			{RULE("called", "^(\\d)$", "$2"),
					"attribute 'translation' is '$2'; it has $2, but the "
					"pattern has no such group"},
			{RULE("called", "^(\\d)$", "${2}"), "it has ${2}, but"},
			{RULE("called", "^(\\d)$", "$10"), "it has $10, but"},
			{RULE("called", "^(\\d)$", "${x}"), "it has ${x}, but"},
			{RULE("called", "^(\\d)$", "${}"), "it has ${}, but"},
			{RULE("called", "^(\\d)$", "1$"), "it has a '$' with nothing"},
			{RULE("called", "^(\\d)$", "$x"), "it has a '$' with nothing"},
			{RULE("called", "^(\\d)$", "$+"), "it has a '$' with nothing"},
			{RULE("called", "^(\\d)$", "${1"), "it has a '$' with nothing"},
			{RULE("called", "^(\\d)$", "1 2"), "it has ' ', which cannot"},
			{RULE("called", "^(\\d)$", "1@2"), "it has '@', which cannot"},
			{RULE("called", "^(\\d)$", "1\xc3\xa4"), "it has a character"},
			{RULE("called", "^(\\d)$", ""), "it is empty; expected"},
	};

	(void)state;
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ly_finding_t finding;
		assert_null(plan_of(rows[i].rule, malloc, free, &finding));
		if(finding.line != RULES_LINE || !strstr(finding.text, rows[i].text))
			fail_msg("row %zu: %u: %s", i, finding.line, finding.text);
	}
}

/* With and without the list by prefixes the same rule is found. */
static void no_rule_is_overlooked(void **state)
{
	static const char *const parts[] = {"^1", "^12", "^\\+", "^\\+4", "2",
			"^(1|2)", "^1|2", "^1?2", "^\\d3", "^12+3", "^$", "^\\+4(9|1)",
			"3$"};
	enum
	{
		PARTS = sizeof(parts) / sizeof(parts[0])
	};
	static const char letters[] = "+12349";
	char rules[4000], *p = rules;
	unsigned found = 0;

	(void)state;
	for(unsigned i = 0; i < 40; i++)
		p += sprintf(p,
				"<rule on=\"called\" name=\"x\" pattern=\"%s\" "
				"translation=\"%u\"/>",
				parts[i * 7 % PARTS], i);
	ly_plan_t *plan = good(rules);
	const ly_numbers_t *numbers = plan->trunks[0].numbers;
	for(unsigned n = 0; n < 6 * 6 * 6 * 6; n++) {
		char text[5] = {0};
		const ly_number_rule_t *first = NULL;
		for(unsigned c = 0, rest = n; c < 4; c++, rest /= 6)
			text[c] = letters[rest % 6];
		ly_slice_t number = ly_slice(text + n % 3, 4 - n % 3);
		for(unsigned i = 0; i < numbers->rule_count && !first; i++) {
			if(ly_regex_match(&numbers->rules[i].pattern, number, matcher)
					== LY_MATCHES)
				first = &numbers->rules[i];
		}
		assert_ptr_equal(ly_numbers_apply(numbers, LY_FROM_LYNC, LY_CALLED,
								 number, matcher, buffer)
								 .rule,
				first);
		found += first != NULL;
	}
	assert_true(found > 500);
	ly_plan_free(plan);
}

/* Shared memory ---------------------------------------------------------------------------------------------------- */

#define SHARED_BYTES (1u << 20)
#define RULES                                                      \
	RULE("called", "^\\+49(?:30|89)(?&lt;rest>\\d+)$", "0${rest}") \
	RULE("called", "^\\+(\\d+)$", "00$1") RULE("called", "^(3+)+$", "3")

static char *shared;
static size_t shared_used;

static void *take_shared(size_t size)
{
	void *p = shared + shared_used;

	shared_used += (size + 15) & ~(size_t)15;
	return shared_used <= SHARED_BYTES ? p : NULL;
}

static void give_shared(void *p)
{
	(void)p;
}

static void share(void)
{
	shared = mmap(NULL, SHARED_BYTES, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(shared != MAP_FAILED);
	shared_used = 0;
}

/* What a worker does; 0 where all is as it must be. */
static int work(const ly_plan_t *plan, ly_matcher_t *own)
{
	static const char *const cases[][2] = {{"+4930123", "0123"},
			{"+1425", "001425"}, {"1", "1"},
			{"333333333333333333333333333333333333333333333x",
					"333333333333333333333333333333333333333333333x"}};
	char result[LY_NUMBER_MAX];

	for(unsigned i = 0; i < 4000; i++) {
		ly_renumbered_t r = ly_numbers_apply(plan->trunks[0].numbers,
				LY_FROM_LYNC, LY_CALLED, ly_cstr(cases[i % 4][0]), own, result);
		if(!ly_eq(r.number, ly_cstr(cases[i % 4][1])))
			return 1;
		i += i % 4 == 3 ? 200 : 0; /* the one that takes long */
	}
	return 0;
}

static int status_of(pid_t child)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

/* Kamailio's way: loaded before the fork. The plan cannot even be written to, and all read it at once. */
static void several_processes_read_one_plan(void **state)
{
	ly_finding_t finding;
	ly_plan_t *plan;
	pid_t children[4];

	(void)state;
	share();
	plan = plan_of(RULES, take_shared, give_shared, &finding);
	assert_non_null(plan);
	assert_int_equal(mprotect(shared, SHARED_BYTES, PROT_READ), 0);
	for(int i = 0; i < 4; i++) {
		children[i] = fork();
		/* Half of them go on with what was made before the fork. */
		if(children[i] == 0)
			_exit(work(plan, i % 2 ? matcher : ly_matcher_new()));
	}
	assert_int_equal(work(plan, matcher), 0);
	for(int i = 0; i < 4; i++)
		assert_int_equal(status_of(children[i]), 0);
	munmap(shared, SHARED_BYTES);
}

/* A reload: one process compiles, others that were there before use it, and it is used when that process has gone. */
static void a_process_reads_what_another_compiled(void **state)
{
	ly_plan_t **slot;
	pid_t loader, reader;

	(void)state;
	share();
	slot = take_shared(sizeof(*slot));
	loader = fork();
	if(loader == 0) {
		ly_finding_t finding;
		ly_plan_t *plan = plan_of(RULES, take_shared, give_shared, &finding);
		__atomic_store_n(slot, plan, __ATOMIC_RELEASE);
		_exit(!plan);
	}
	reader = fork();
	if(reader == 0) {
		const ly_plan_t *plan;
		while(!(plan = __atomic_load_n(slot, __ATOMIC_ACQUIRE)))
			usleep(1000);
		_exit(work(plan, ly_matcher_new()));
	}
	assert_int_equal(status_of(loader), 0);
	assert_int_equal(status_of(reader), 0);
	assert_int_equal(work(*slot, matcher), 0);
	munmap(shared, SHARED_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(what_a_number_becomes),
			TEST(direction_and_kind_choose_the_rules),
			TEST(what_cannot_be_done_leaves_the_number),
			TEST(bad_rules_are_findings),
			TEST(no_rule_is_overlooked),
			TEST(several_processes_read_one_plan),
			TEST(a_process_reads_what_another_compiled),
	};
	int failed;

	matcher = ly_matcher_new();
	failed = cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
	ly_matcher_free(matcher);
	return failed;
}
