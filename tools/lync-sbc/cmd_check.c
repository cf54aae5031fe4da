/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc check: the same reader and the same checks as in the module, and a look at what will not work. */
#include <stdio.h>
#include <stdlib.h>

#include "liblync/certificates.h"
#include "tool.h"

static const char help[] =
		"Usage: lync-sbc check [--node NAME] [--strict] PLAN\n\n"
		"Reads a plan as the SBC would and says what is wrong with it, a line "
		"each:\n"
		"  FILE:LINE: error: what is wrong; what was expected\n"
		"  FILE:LINE: warning: what will not work; what was expected\n\n"
		"  --node NAME   this is that node: its certificates must be here\n"
		"  --strict      warnings are errors\n\n"
		"Kamailio does not start with a plan that has errors. Warnings are "
		"told only of plans\n"
		"without: settings of Lync that the SBC cannot follow, with the line "
		"for PowerShell\n"
		"that mends them; rules and routes that no number reaches; what "
		"nobody uses.\n"
		"Certificates are looked at where they can be read: names, keys, and "
		"whether they\n"
		"expire within 30 days.\n"
		"Exit code: 0 the plan is right, 1 it is not, 2 it cannot be read.\n";

static void summary(const char *path, const ly_plan_t *plan, unsigned warnings)
{
	printf("%s: right", path);
	if(warnings)
		printf(", with %u warning%s", warnings, warnings == 1 ? "" : "s");
	fputs(": ", stdout);
	tool_put_counts(plan);
}

/* The node, or NULL for all; false after saying that the plan has none with that name. */
static bool find_node(
		const ly_plan_t *plan, const char *name, const ly_node_t **node)
{
	*node = name ? ly_plan_node(plan, ly_cstr(name)) : NULL;
	if(!name || *node)
		return true;
	tool_no_node("check", plan, name);
	return false;
}

static int look(const char *path, const char *name, bool strict)
{
	ly_report_t report = {.tell = tool_tell, .to = (void *)path, .warn = true};
	ly_plan_t *plan = ly_plan_load_reporting(path, malloc, free, &report);
	const ly_node_t *node;
	int code = TOOL_FINDINGS;

	if(!plan)
		return report.first.line ? TOOL_FINDINGS : TOOL_TROUBLE;
	if(!find_node(plan, name, &node))
		code = TOOL_TROUBLE;
	else {
		ly_check_certificates(plan, node, time(NULL), &report);
		if(!report.count && !(strict && report.warnings)) {
			summary(path, plan, report.warnings);
			code = TOOL_OK;
		}
	}
	ly_plan_free(plan);
	return code;
}

int cmd_check(int argc, char **argv)
{
	const char *path = NULL, *node = NULL;
	bool strict = false;
	const tool_option_t options[] = {
			{"node", &node, NULL}, {"strict", NULL, &strict}, {0}};
	int code = tool_arguments(argc, argv, help, options, &path);

	return code >= 0 ? code : look(path, node, strict);
}
