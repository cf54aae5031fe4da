/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a plan: a plan that can be used, told and freed, or a finding that says something. */
#include <stdio.h>
#include <stdlib.h>

/* A block for each piece, so that the sanitizer sees whoever writes past one. */
#define BLOCK_BYTES 1
#include "liblync/arena.c"
#include "liblync/choose.h"
#include "liblync/match.h"
#include "liblync/numbers.h"
#include "liblync/plan_reader.h"
#include "liblync/plan_walk.h"

static void must(bool true_thing, const char *what)
{
	if(true_thing)
		return;
	fprintf(stderr, "broken promise: %s\n", what);
	abort();
}

/* Whoever uses a plan relies on this. */
static void check_plan(const ly_plan_t *plan)
{
	must(plan->node_count && plan->pool_count && plan->trunk_count,
			"something of each kind");
	for(unsigned i = 0; i < plan->peer_count; i++) {
		const ly_peer_t *peer = &plan->peers[i];
		must(peer->index == i && peer->dialect, "a peer's dialect");
		must(peer->pool || peer->media, "a target's media");
		must(peer->address.family || peer->fqdn.len, "a peer's place");
		must(peer->name.len, "a peer's name");
		for(unsigned j = 0; j < peer->route_count; j++)
			must(peer->routes[j].trunk != NULL, "a route's trunk");
	}
	for(unsigned i = 0; i < plan->trunk_count; i++) {
		const ly_trunk_t *trunk = &plan->trunks[i];
		must(trunk->pool && trunk->dialect && trunk->media, "a trunk's parts");
		must(trunk->pool->server_count, "a pool's servers");
		for(unsigned j = 0; j < trunk->route_count; j++)
			must(trunk->routes[j].target->side == LY_PSTN, "a route's target");
	}
}

/* Numbers go through rules and routes and stay numbers. */
static void use_numbers(const ly_plan_t *plan, ly_matcher_t *matcher)
{
	char buffer[LY_NUMBER_MAX];
	ly_choice_t choices[LY_MAX_CHOICES];
	ly_call_numbers_t numbers = {
			LY_LIT("+49301234567"), LY_LIT("anonymous"), matcher};

	for(unsigned i = 0; i < plan->numbers_count; i++) {
		ly_renumbered_t r = ly_numbers_apply(&plan->numbers[i], LY_FROM_LYNC,
				LY_CALLED, numbers.called, matcher, buffer);
		must(r.number.len && r.number.len <= LY_NUMBER_MAX, "a number");
	}
	for(unsigned i = 0; i < plan->trunk_count; i++)
		must(ly_choices(&plan->trunks[i].ways, &numbers, choices)
						<= plan->trunks[i].route_count,
				"a choice for each route at most");
	for(unsigned i = 0; i < plan->peer_count; i++)
		ly_choices(&plan->peers[i].ways, &numbers, choices);
}

/* Who has an address is found by it; everybody by his hash. */
static void find_peers(const ly_plan_t *plan)
{
	for(unsigned i = 0; i < plan->peer_count; i++) {
		const ly_peer_t *peer = &plan->peers[i];
		ly_candidate_t c;
		must(ly_peer_by_hash(plan, peer->hash) == peer, "a peer by its hash");
		for(unsigned j = 0; j < plan->node_count && peer->address.family; j++) {
			const ly_node_t *node = &plan->nodes[j];
			const ly_listen_t *l = &node->listens[0];
			ly_arrival_t arrival = {l->transport, l->port, peer->address,
					node->side[l->side].address};
			bool itself =
					ly_match_peer(plan, &plan->nodes[j], peer, &arrival, &c);
			must(!itself || ly_match(plan, &plan->nodes[j], &arrival, &c),
					"a peer by its address");
		}
	}
	for(unsigned i = 0; i < plan->trunk_count; i++)
		must(ly_trunk_by_hash(plan, plan->trunks[i].hash) == &plan->trunks[i],
				"a trunk by its hash");
}

static void on_element(void *to, const char *name, bool begins)
{
	int *depth = to;

	must(name[0] != '\0', "an element's name");
	*depth += begins ? 1 : -1;
}

static void on_attribute(void *to, const ly_told_attribute_t *attribute)
{
	(void)to;
	must(attribute->name[0] && attribute->value.len, "an attribute's value");
}

static void check_line(const ly_finding_t *finding)
{
	for(const char *p = finding->text; *p; p++)
		must((unsigned char)*p >= 0x20 && *p != 0x7f, "a finding on one line");
}

static void tell(void *to, const ly_finding_t *finding)
{
	(void)to;
	must(finding->text[0], "a finding that says something");
	check_line(finding);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static ly_matcher_t *matcher;
	ly_arena_t scratch = {malloc, free, NULL};
	ly_report_t report = {.tell = tell, .warn = true};
	ly_plan_t *plan = ly_plan_build(ly_slice((const char *)data, size), "fuzz",
			malloc, free, &scratch, &report);
	int depth = 0;
	const ly_listener_t listener = {&depth, NULL, on_element, on_attribute};

	if(!matcher)
		matcher = ly_matcher_new();
	must((plan == NULL) == (report.count > 0), "a plan or an error");
	must((plan == NULL) == (report.first.text[0] != '\0'), "the first error");
	if(plan) {
		check_plan(plan);
		use_numbers(plan, matcher);
		find_peers(plan);
		ly_plan_walk(plan, &listener);
		must(depth == 0, "every element ends");
	}
	ly_plan_free(plan);
	ly_arena_free(&scratch);
	return 0;
}
