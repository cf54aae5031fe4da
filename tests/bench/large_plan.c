/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the largest plan costs that is promised to work: 500 gateways, 50 pools of 12 servers, 2,000 trunks, 10,000
 * number rules. Prints a line for each figure with its limit; ends with 1 where one is passed.
 *   large_plan        the figures
 *   large_plan xml    the plan, for other programs
 */
#include <sys/resource.h>
#include <time.h>

#include "liblync/choose.h"
#include "liblync/match.h"
#include "liblync/numbers.h"
#include "made_plan.h"

static const made_size_t size = {.pools = 50,
		.servers = 12,
		.targets = 500,
		.trunks = 2000,
		.rule_sets = 10,
		.rules = 1000,
		.routes = 500};

#define LOAD_SECONDS 1.0
#define LOAD_MIB 64.0
#define LOOKUP_US 2.0
#define LOOKUPS 200000

static size_t taken;
static bool passed;

static void *take(size_t bytes)
{
	taken += bytes;
	return malloc(bytes);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double peak_mib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss / 1024;
}

static void tell(const char *what, double value, const char *unit, double limit)
{
	bool more = value > limit;

	printf("%-44s %8.2f %s, at most %g%s\n", what, value, unit, limit,
			more ? ": TOO MUCH" : "");
	passed |= more;
}

/* Lookups ------------------------------------------------------------------------------------------------------------ */

static const ly_plan_t *plan;
static ly_matcher_t *matcher;

/* Another one each time, or the caches tell how fast one entry is. */
static unsigned nth(unsigned n, unsigned count)
{
	return (unsigned)((uint64_t)n * 2654435761u % count);
}

static bool find_trunk(unsigned n)
{
	const ly_trunk_t *trunk = &plan->trunks[nth(n, plan->trunk_count)];
	const ly_peer_t *server = trunk->pool->servers[n % size.servers];
	ly_arrival_t arrival = {LY_TLS, trunk->port, server->address,
			plan->nodes[0].side[LY_LYNC].address};
	ly_candidate_t c;

	return ly_match(plan, &plan->nodes[0], &arrival, &c) && c.trunk == trunk;
}

static bool find_target(unsigned n)
{
	const ly_peer_t *target =
			&plan->peers[size.pools * size.servers + nth(n, size.targets)];
	ly_arrival_t arrival = {LY_UDP, 5060, target->address,
			plan->nodes[0].side[LY_PSTN].address};
	ly_candidate_t c;

	return ly_match(plan, &plan->nodes[0], &arrival, &c) && c.peer == target;
}

static bool find_hashes(unsigned n)
{
	const ly_trunk_t *trunk = &plan->trunks[nth(n, plan->trunk_count)];
	const ly_peer_t *peer = &plan->peers[nth(n, plan->peer_count)];

	return ly_trunk_by_hash(plan, trunk->hash) == trunk
		   && ly_peer_by_hash(plan, peer->hash) == peer;
}

static bool apply_rules(unsigned n)
{
	const ly_numbers_t *numbers = &plan->numbers[nth(n, size.rule_sets)];
	char buffer[LY_NUMBER_MAX];
	ly_renumbered_t r = ly_numbers_apply(numbers, LY_FROM_LYNC, LY_CALLED,
			LY_LIT(MADE_CALLED), matcher, buffer);

	return r.rule == &numbers->rules[size.rules - 1];
}

static bool find_route(unsigned n)
{
	char number[40];
	ly_choice_t choices[LY_MAX_CHOICES];
	ly_call_numbers_t numbers = {
			.called = ly_slice(number, (size_t)sprintf(number, "+%u5551234",
											   400 + nth(n, size.routes))),
			.matcher = matcher};

	return ly_choices(&plan->trunks[0].ways, &numbers, choices) == 2;
}

static void time_lookups(const char *what, bool (*look)(unsigned))
{
	double start = now();

	for(unsigned n = 0; n < LOOKUPS; n++) {
		if(!look(n)) {
			printf("%s: not found\n", what);
			exit(1);
		}
	}
	tell(what, (now() - start) * 1e6 / LOOKUPS, "us", LOOKUP_US);
}

int main(int argc, char **argv)
{
	ly_slice_t text = made_plan(&size);
	ly_finding_t finding = {0};
	double before = peak_mib(), start = now();

	if(argc == 2 && strcmp(argv[1], "xml") == 0)
		return fwrite(text.s, 1, text.len, stdout) != text.len;
	plan = ly_plan_parse(text, "large", take, free, &finding);
	if(!plan) {
		printf("line %u: %s\n", finding.line, finding.text);
		return 1;
	}
	tell("to load it: processor time", now() - start, "s", LOAD_SECONDS);
	tell("to load it: memory of the process", peak_mib() - before, "MiB",
			LOAD_MIB);
	tell("the plan itself, in shared memory", (double)taken / (1 << 20), "MiB",
			LOAD_MIB);
	matcher = ly_matcher_new();
	time_lookups("trunk of a request of Lync", find_trunk);
	time_lookups("target of a request", find_target);
	time_lookups("trunk and peer by the hashes of a token", find_hashes);
	time_lookups("number through a set of 1,000 rules", apply_rules);
	time_lookups("routes of a number among 500", find_route);
	printf("(%.1f MiB of XML)\n", (double)text.len / (1 << 20));
	ly_matcher_free(matcher);
	ly_plan_free((ly_plan_t *)plan);
	free((void *)text.s);
	return passed;
}
