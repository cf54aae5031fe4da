/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc config: Kamailio binds sockets and TLS profiles before modules load, so they come as files. */
#define _GNU_SOURCE /* asprintf */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "config.h"
#include "tool.h"

static const char help[] =
		"Usage: lync-sbc config PLAN [--node NAME] --out DIR\n\n"
		"Writes what Kamailio has to know of a plan before it starts:\n"
		"  DIR/listen.cfg   the ports of the node\n"
		"  DIR/tls.cfg      its TLS profiles\n"
		"  DIR/node.cfg     definitions for kamailio.cfg\n\n"
		"  --node NAME   which <node> of the plan; may be left out where there "
		"is one\n"
		"  --out DIR     a folder that exists; each file is replaced at once "
		"or not at all\n\n"
		"Run it again when a <node> of the plan has changed, then restart "
		"Kamailio, which\n"
		"refuses files that do not belong to its plan. Other changes need "
		"neither.\n"
		"Exit code: 0 done, 1 the plan is not right, 2 it could not be done.\n";

/* node.cfg last: it carries the number that the module compares, so it must not be newer than the others. */
static const struct
{
	const char *name;
	void (*put)(FILE *out, const config_t *config);
} files[] = {
		{"listen.cfg", put_listen_cfg},
		{"tls.cfg", put_tls_cfg},
		{"node.cfg", put_node_cfg},
};

#define FILES (sizeof(files) / sizeof(files[0]))

static int trouble(const char *what)
{
	fprintf(stderr, "lync-sbc config: %s: %m\n", what);
	return TOOL_TROUBLE;
}

/* Writes a file that nobody looks at yet. */
static int write_new(const char *path, size_t file, const config_t *config)
{
	FILE *out = fopen(path, "w");
	bool failed;

	if(!out)
		return trouble(path);
	files[file].put(out, config);
	failed = fflush(out) != 0 || ferror(out) || fsync(fileno(out)) != 0;
	failed |= fclose(out) != 0;
	return failed ? trouble(path) : TOOL_OK;
}

static int write_files(const config_t *config)
{
	char *new[FILES] = {NULL}, *old[FILES] = {NULL};
	int code = TOOL_OK;

	for(size_t i = 0; i < FILES && code == TOOL_OK; i++) {
		if(asprintf(&old[i], "%s/%s", config->out, files[i].name) < 0
				|| asprintf(&new[i], "%s.new.%d", old[i], (int)getpid()) < 0)
			code = trouble("a path");
		else
			code = write_new(new[i], i, config);
	}
	for(size_t i = 0; i < FILES && code == TOOL_OK; i++) {
		if(rename(new[i], old[i]) != 0)
			code = trouble(old[i]);
	}
	for(size_t i = 0; i < FILES; i++) {
		if(new[i] && code != TOOL_OK)
			unlink(new[i]);
		free(new[i]);
		free(old[i]);
	}
	return code;
}

/* The path from the root on, or NULL after saying why not. It stands between quotes in Kamailio's files. */
static char *absolute(const char *path)
{
	char *full = realpath(path, NULL);

	if(!full) {
		trouble(path);
		return NULL;
	}
	for(const char *p = full; *p; p++) {
		if((unsigned char)*p < 0x20 || *p == '"' || *p == '\\') {
			tool_usage("config",
					"the path %s has a character that Kamailio's "
					"files cannot hold",
					path);
			free(full);
			return NULL;
		}
	}
	return full;
}

static int run(const ly_plan_t *plan, const char *path, const char *node,
		const char *out)
{
	config_t config = {.plan = plan, .node = ly_plan_node(plan, ly_cstr(node))};
	char *full_path, *full_out = NULL;
	int code = TOOL_TROUBLE;

	if(!config.node)
		return tool_no_node("config", plan, node);
	full_path = absolute(path);
	if(full_path)
		full_out = absolute(out);
	config.plan_path = full_path;
	config.out = full_out;
	if(full_out)
		code = write_files(&config);
	free(full_path);
	free(full_out);
	return code;
}

int cmd_config(int argc, char **argv)
{
	const char *node = NULL, *out = NULL, *path = NULL;
	const tool_option_t options[] = {
			{"node", &node, NULL}, {"out", &out, NULL}, {0}};
	int code = tool_arguments(argc, argv, help, options, &path);
	ly_plan_t *plan;

	if(code >= 0)
		return code;
	if(!out)
		return tool_usage(argv[0], "where to? Use --out DIR");
	plan = tool_load(path, &code);
	if(!plan)
		return code;
	code = run(plan, path, node, out);
	ly_plan_free(plan);
	return code;
}
