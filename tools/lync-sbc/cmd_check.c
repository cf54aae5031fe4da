/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc check: the same reader and the same checks as in the module. */
#include <stdio.h>

#include "tool.h"

static const char help[] =
		"Usage: lync-sbc check PLAN\n\n"
		"Reads a plan as the SBC would and prints what is wrong with it, a "
		"line each:\n"
		"  FILE:LINE: error: what is wrong; what was expected\n\n"
		"Kamailio does not start with a plan that is refused here.\n"
		"Exit code: 0 the plan is right, 1 it is not, 2 it cannot be read.\n";

static void summary(const char *path, const ly_plan_t *plan)
{
	unsigned servers = 0;

	for(unsigned i = 0; i < plan->pool_count; i++)
		servers += plan->pools[i].server_count;
	printf("%s: right: nodes %u, pools %u, Mediation Servers %u, targets %u, "
		   "trunks %u\n",
			path, plan->node_count, plan->pool_count, servers,
			plan->peer_count - servers, plan->trunk_count);
}

int cmd_check(int argc, char **argv)
{
	static const tool_option_t no_options[] = {{0}};
	const char *path = NULL;
	ly_plan_t *plan;
	int code = tool_arguments(argc, argv, help, no_options, &path);

	if(code >= 0)
		return code;
	plan = tool_load(path, &code);
	if(!plan)
		return code;
	summary(path, plan);
	ly_plan_free(plan);
	return TOOL_OK;
}
