/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int tool_usage(const char *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "lync-sbc %s: ", command);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "; see lync-sbc %s --help\n", command);
	return TOOL_TROUBLE;
}

void tool_tell(void *to, const ly_finding_t *finding)
{
	const char *path = to, *severity = ly_severity_name(finding->severity);

	if(finding->line)
		fprintf(stderr, "%s:%u: %s: %s\n", path, finding->line, severity,
				finding->text);
	else
		fprintf(stderr, "%s: %s: %s\n", path, severity, finding->text);
}

ly_plan_t *tool_load(const char *path, int *code)
{
	ly_report_t report = {.tell = tool_tell, .to = (void *)path};
	ly_plan_t *plan = ly_plan_load_reporting(path, malloc, free, &report);

	if(!plan)
		*code = report.first.line ? TOOL_FINDINGS : TOOL_TROUBLE;
	return plan;
}

void tool_put_counts(const ly_plan_t *plan)
{
	unsigned servers = 0;

	for(unsigned i = 0; i < plan->pool_count; i++)
		servers += plan->pools[i].server_count;
	printf("nodes %u, pools %u, Mediation Servers %u, targets %u, "
		   "trunks %u\n",
			plan->node_count, plan->pool_count, servers,
			plan->peer_count - servers, plan->trunk_count);
}

int tool_no_node(const char *command, const ly_plan_t *plan, const char *name)
{
	fprintf(stderr, "lync-sbc %s: ", command);
	if(name)
		fprintf(stderr, "the plan has no node '%s'; known:", name);
	else
		fputs("which node? Use --node:", stderr);
	for(unsigned i = 0; i < plan->node_count; i++)
		fprintf(stderr, "%s %.*s", i ? "," : "", LY_FMT(plan->nodes[i].name));
	fputc('\n', stderr);
	return TOOL_TROUBLE;
}

/* The option that the argument names, or NULL. *value: what stands behind its '=', or NULL. */
static const tool_option_t *find_option(
		const char *argument, const tool_option_t *options, const char **value)
{
	size_t len = strcspn(argument, "=");

	*value = argument[len] == '=' ? argument + len + 1 : NULL;
	if(strncmp(argument, "--", 2) != 0)
		return NULL;
	while(options->name
			&& !ly_eq(ly_slice(argument + 2, len - 2), ly_cstr(options->name)))
		options++;
	return options->name ? options : NULL;
}

/* Returns how many arguments it used up, or 0 after a mistake. */
static int take_option(
		int argc, char **argv, int i, const tool_option_t *options)
{
	const char *value = NULL;
	const tool_option_t *option = find_option(argv[i], options, &value);

	if(!option) {
		tool_usage(argv[0], "no option '%s'", argv[i]);
		return 0;
	}
	if(option->flag && value) {
		tool_usage(argv[0], "--%s takes no value", option->name);
		return 0;
	}
	if(option->flag) {
		*option->flag = true;
		return 1;
	}
	if(!value && i + 1 < argc)
		value = argv[i + 1];
	if(!value || !*value) {
		tool_usage(argv[0], "--%s needs a value", option->name);
		return 0;
	}
	*option->value = value;
	return value == argv[i + 1] ? 2 : 1;
}

int tool_options(int argc, char **argv, const char *help,
		const tool_option_t *options, const char *what, const char **operand)
{
	bool may_be_option = true;

	for(int i = 1, used; i < argc; i += used) {
		used = 1;
		if(may_be_option && strcmp(argv[i], "--help") == 0) {
			fputs(help, stdout);
			return TOOL_OK;
		}
		if(may_be_option && strcmp(argv[i], "--") == 0)
			may_be_option = false;
		else if(may_be_option && argv[i][0] == '-' && argv[i][1])
			used = take_option(argc, argv, i, options);
		else if(*operand)
			return tool_usage(
					argv[0], "one %s at a time, not '%s' too", what, argv[i]);
		else
			*operand = argv[i];
		if(!used)
			return TOOL_TROUBLE;
	}
	return -1;
}

int tool_arguments(int argc, char **argv, const char *help,
		const tool_option_t *options, const char **operand)
{
	int code = tool_options(argc, argv, help, options, "plan", operand);

	return code >= 0 || *operand ? code : tool_usage(argv[0], "which plan?");
}
