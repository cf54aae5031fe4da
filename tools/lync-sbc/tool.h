/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the subcommands of lync-sbc share. */
#ifndef LYNC_SBC_TOOL_H
#define LYNC_SBC_TOOL_H

#include "liblync/plan.h"

/* Exit codes. */
#define TOOL_OK 0
#define TOOL_FINDINGS 1 /* the plan is not right */
/* the command line, or a file that cannot be read or written */
#define TOOL_TROUBLE 2

/* argv[0] is the subcommand's name. Each returns an exit code. */
int cmd_check(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_dialects(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_match(int argc, char **argv);
int cmd_parameters(int argc, char **argv);
int cmd_profiles(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_import(int argc, char **argv);

/* "lync-sbc COMMAND: TEXT; see lync-sbc COMMAND --help" on standard error. Returns TOOL_TROUBLE. */
int tool_usage(const char *command, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

/*
 * For ly_report_t: a finding on standard error as "FILE:LINE: error: TEXT" or "FILE:LINE: warning: TEXT"; to is the
 * name of the file.
 */
void tool_tell(void *to, const ly_finding_t *finding);

/*
 * The plan, to be freed with ly_plan_free(). Or NULL, with each error told and *code set: TOOL_FINDINGS, or
 * TOOL_TROUBLE where the file could not be read at all. Warnings are not told.
 */
ly_plan_t *tool_load(const char *path, int *code);

/* "nodes 1, pools 1, Mediation Servers 2, targets 1, trunks 1" and a line end on standard output. */
void tool_put_counts(const ly_plan_t *plan);

/* Says that the plan has no node called name, or that none was named (NULL), and which it has. Returns TOOL_TROUBLE. */
int tool_no_node(const char *command, const ly_plan_t *plan, const char *name);

/* "--NAME VALUE", "--NAME=VALUE" or, with a flag, "--NAME". */
typedef struct tool_option
{
	const char *name;	/* NULL ends the list */
	const char **value; /* gets VALUE, or */
	bool *flag;			/* becomes true */
} tool_option_t;

/*
 * Goes through the arguments of a subcommand. The one that is no option, a plan, goes to *operand. Returns -1 to go on, or the
 * exit code: after --help, which prints help, or after a mistake, which is said.
 */
int tool_arguments(int argc, char **argv, const char *help,
		const tool_option_t *options, const char **operand);

/* The same for a command whose operand may be left out; what: what it is called where two are given. */
int tool_options(int argc, char **argv, const char *help,
		const tool_option_t *options, const char *what, const char **operand);

#endif
