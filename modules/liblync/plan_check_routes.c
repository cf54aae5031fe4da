/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the routes of one trunk or target fit together. */
#include "liblync/plan_reader.h"

#define TIERS 100 /* 1 to 99 */

/* How a tier chooses is said by each of its routes, so no order of them in the file decides it. */
static void check_choices(
		ly_reader_t *reader, const ly_route_t *routes, unsigned count)
{
	const ly_route_t *first[TIERS] = {NULL};

	for(unsigned i = 0; i < count; i++) {
		const ly_route_t *route = &routes[i], *of = first[route->tier];
		if(!of)
			first[route->tier] = route;
		else if(of->choice != route->choice)
			ly_found(reader->report, route->line,
					"element <route>: another choice than that of line %u, "
					"which has tier %u too; expected the same choice for all "
					"routes of a tier",
					of->line, route->tier);
	}
}

void ly_plan_check_routes(ly_reader_t *reader)
{
	const ly_plan_t *plan = reader->plan;

	for(unsigned i = 0; i < plan->peer_count; i++)
		check_choices(
				reader, plan->peers[i].routes, plan->peers[i].route_count);
	for(unsigned i = 0; i < plan->trunk_count; i++)
		check_choices(
				reader, plan->trunks[i].routes, plan->trunks[i].route_count);
}
