/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What peers by name cost a worker, and the one that asks the DNS: 600 names (50 pools of 2 servers, 500 gateways) with
 * two addresses each. Prints a line for each figure with its limit; ends with 1 where one is passed.
 */
#include <time.h>

#include "liblync/directory.h"
#include "liblync/match.h"
#include "made_plan.h"

static const made_size_t size = {.pools = 50,
		.servers = 2,
		.targets = 500,
		.trunks = 50,
		.rule_sets = 1,
		.rules = 1,
		.by_name = true};

#define LOOKUPS 200000
#define BUILDS 200
#define LOOKUP_US 2.0
#define BUILD_US 1000.0

static const ly_plan_t *plan;
static ly_directory_t *directory;
static ly_name_t *names[600];
static bool passed;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Another one each time, or the caches tell how fast one entry is. */
static const ly_peer_t *nth(unsigned n)
{
	return &plan->peers[(uint64_t)n * 2654435761u % plan->peer_count];
}

static ly_addr_t address_of(const ly_peer_t *peer, unsigned which)
{
	return (ly_addr_t){4, {10, (uint8_t)which, (uint8_t)(peer->index >> 8),
								  (uint8_t)peer->index}};
}

static bool find_peer(unsigned n)
{
	const ly_peer_t *peer = nth(n), *found[64];
	ly_addr_t address = address_of(peer, n % 2);

	return ly_directory_peers_at(directory, plan, &address, found, 64) == 1
		   && found[0] == peer;
}

/* Somebody whom neither the plan nor the DNS knows: this is what a flood asks for. */
static bool find_nobody(unsigned n)
{
	const ly_peer_t *found[64];
	ly_addr_t address = {4, {192, 0, (uint8_t)(n >> 8), (uint8_t)n}};

	return ly_directory_peers_at(directory, plan, &address, found, 64) == 0;
}

static bool pick_address(unsigned n)
{
	const ly_peer_t *peer = nth(n);
	const ly_entry_t *entry = ly_directory_find(directory, peer->fqdn);
	ly_addr_t one = address_of(peer, 0), other = address_of(peer, 1);
	const ly_addr_t *picked = entry ? ly_entry_pick(entry, 4, n) : NULL;

	return picked && (ly_addr_eq(picked, &one) || ly_addr_eq(picked, &other));
}

static bool build(unsigned n)
{
	(void)n;
	ly_directory_free(directory);
	directory = ly_directory_build(names, plan->peer_count, malloc, free);
	return directory != NULL;
}

static void measure(
		const char *what, bool (*act)(unsigned), unsigned times, double limit)
{
	double start = now(), us;

	for(unsigned n = 0; n < times; n++) {
		if(!act(n)) {
			printf("%s: wrong\n", what);
			exit(1);
		}
	}
	us = (now() - start) * 1e6 / times;
	printf("%-44s %8.2f us, at most %g%s\n", what, us, limit,
			us > limit ? ": TOO MUCH" : "");
	passed |= us > limit;
}

static void name_all(void)
{
	for(unsigned i = 0; i < plan->peer_count; i++) {
		const ly_peer_t *peer = &plan->peers[i];
		ly_addr_t both[] = {address_of(peer, 0), address_of(peer, 1)};

		names[i] = malloc(sizeof(*names[i]));
		ly_name_init(names[i], peer->fqdn, 0);
		ly_name_round_begin(names[i]);
		ly_name_heard(names[i], 0,
				&(ly_answer_t){LY_ANSWER_ADDRESSES, 0, 300, both, 2}, 1);
	}
}

int main(void)
{
	ly_slice_t text = made_plan(&size);
	ly_finding_t finding = {0};

	plan = ly_plan_parse(text, "by name", malloc, free, &finding);
	if(!plan || plan->peer_count != sizeof(names) / sizeof(names[0])) {
		printf("line %u: %s\n", finding.line, finding.text);
		return 1;
	}
	name_all();
	measure("the directory of 600 names, made anew", build, BUILDS, BUILD_US);
	measure("peer at an address", find_peer, LOOKUPS, LOOKUP_US);
	measure("nobody at an address", find_nobody, LOOKUPS, LOOKUP_US);
	measure("address of a peer for a call", pick_address, LOOKUPS, LOOKUP_US);
	for(unsigned i = 0; i < plan->peer_count; i++)
		free(names[i]);
	ly_directory_free(directory);
	ly_plan_free((ly_plan_t *)plan);
	free((void *)text.s);
	return passed;
}
