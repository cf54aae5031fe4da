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
	const char *path = to;

	if(finding->line)
		fprintf(stderr, "%s:%u: error: %s\n", path, finding->line,
				finding->text);
	else
		fprintf(stderr, "%s: error: %s\n", path, finding->text);
}

ly_plan_t *tool_load(const char *path, int *code)
{
	ly_report_t report = {.tell = tool_tell, .to = (void *)path};
	ly_plan_t *plan = ly_plan_load_reporting(path, malloc, free, &report);

	if(!plan)
		*code = report.first.line ? TOOL_FINDINGS : TOOL_TROUBLE;
	return plan;
}

/* The place of the option in names, or -1. *value: what stands behind its '=', or NULL. */
static int find_option(
		const char *argument, const char *const *names, const char **value)
{
	size_t len = strcspn(argument, "=");

	*value = argument[len] == '=' ? argument + len + 1 : NULL;
	for(int i = 0; names[i]; i++) {
		if(ly_eq(ly_slice(argument + 2, len - 2), ly_cstr(names[i])))
			return i;
	}
	return -1;
}

/* Returns how many arguments it used up, or 0 after a mistake. */
static int take_option(int argc, char **argv, int i, const char *const *names,
		const char **values)
{
	const char *value = NULL;
	int option = strncmp(argv[i], "--", 2) == 0
						 ? find_option(argv[i], names, &value)
						 : -1;

	if(option < 0) {
		tool_usage(argv[0], "no option '%s'", argv[i]);
		return 0;
	}
	if(!value && i + 1 < argc)
		value = argv[i + 1];
	if(!value || !*value) {
		tool_usage(argv[0], "--%s needs a value", names[option]);
		return 0;
	}
	values[option] = value;
	return value == argv[i + 1] ? 2 : 1;
}

int tool_arguments(int argc, char **argv, const char *help,
		const char *const *names, const char **values, const char **operand)
{
	bool options = true;

	for(int i = 1, used; i < argc; i += used) {
		used = 1;
		if(options && strcmp(argv[i], "--help") == 0) {
			fputs(help, stdout);
			return TOOL_OK;
		}
		if(options && strcmp(argv[i], "--") == 0)
			options = false;
		else if(options && argv[i][0] == '-' && argv[i][1])
			used = take_option(argc, argv, i, names, values);
		else if(*operand)
			return tool_usage(
					argv[0], "one plan at a time, not '%s' too", argv[i]);
		else
			*operand = argv[i];
		if(!used)
			return TOOL_TROUBLE;
	}
	return *operand ? -1 : tool_usage(argv[0], "which plan?");
}
