/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a plan: a plan that can be freed, or a finding that says something. */
#include <stdio.h>
#include <stdlib.h>

/* A block for each piece, so that the sanitizer sees whoever writes past one. */
#define BLOCK_BYTES 1
#include "liblync/arena.c"
#include "liblync/plan.h"

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
		must(peer->address.family && peer->name.len, "a peer's address");
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

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_finding_t finding = {0};
	ly_plan_t *plan = ly_plan_parse(
			ly_slice((const char *)data, size), "fuzz", malloc, free, &finding);

	must((plan == NULL) == (finding.text[0] != '\0'), "a plan or a finding");
	for(const char *p = finding.text; *p; p++)
		must((unsigned char)*p >= 0x20 && *p != 0x7f, "a finding on one line");
	if(plan)
		check_plan(plan);
	ly_plan_free(plan);
	return 0;
}
