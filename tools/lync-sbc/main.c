/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc, the operator's command. */
#include <stdio.h>
#include <string.h>

#include "tool.h"

static const struct
{
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
		{"check", cmd_check, "look for mistakes in a plan"},
		{"config", cmd_config,
				"write what Kamailio needs from a plan before it starts"},
		{"dialects", cmd_dialects,
				"say what is changed for each kind of peer, and why"},
		{"explain", cmd_explain, "say what is changed in a message, and why"},
		{"import", cmd_import, "make a plan from what Lync exports"},
		{"match", cmd_match, "say where a call goes, and why"},
		{"parameters", cmd_parameters,
				"say what becomes of each parameter of a trunk"},
		{"profiles", cmd_profiles,
				"say what media a side may carry, and what rtpengine is told"},
		{"show", cmd_show, "show what is in a plan"},
		{"status", cmd_status, "show how everything is at the running SBC"},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int help(FILE *out)
{
	fprintf(out, "Usage: lync-sbc COMMAND [ARGUMENT...]\n\n"
				 "Works on plans (lync-trunks.xml) of the session border "
				 "controller for Lync.\n\n"
				 "Commands:\n");
	for(size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fprintf(out, "\nlync-sbc COMMAND --help says more.\n"
				 "Exit code: 0 all is well, 1 the plan is not right, 2 it "
				 "could not be done.\n");
	return out == stdout ? TOOL_OK : TOOL_TROUBLE;
}

static int unknown(const char *name)
{
	ly_slice_t known[COMMANDS], nearest;

	for(size_t i = 0; i < COMMANDS; i++)
		known[i] = ly_cstr(commands[i].name);
	nearest = ly_nearest(ly_cstr(name), known, COMMANDS);
	fprintf(stderr, "lync-sbc: no command '%s'", name);
	if(nearest.len)
		fprintf(stderr, "; did you mean '%.*s'?", LY_FMT(nearest));
	fprintf(stderr, " See lync-sbc --help\n");
	return TOOL_TROUBLE;
}

int main(int argc, char **argv)
{
	if(argc < 2)
		return help(stderr);
	if(strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help(stdout);
	for(size_t i = 0; i < COMMANDS; i++) {
		if(strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	}
	return unknown(argv[1]);
}
