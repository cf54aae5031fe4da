/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc import: what Lync exports becomes a plan, or brings one up to date. */
#define _GNU_SOURCE /* asprintf */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "liblync/file.h"
#include "liblync/plan_changes.h"
#include "liblync/plan_import.h"
#include "liblync/plan_write.h"
#include "tool.h"

static const char help[] =
		"Usage: lync-sbc import --topology FILE [--settings FILE]... --self "
		"FQDN...\n"
		"                       [--plan OLD] [-o NEW]\n\n"
		"Writes a plan with the pools, servers and trunks that Lync has for "
		"this SBC.\n\n"
		"  --topology FILE  (Get-CsTopology -AsXml).ToString() > FILE, or a "
		".tbxml file\n"
		"  --settings FILE  may be given several times:\n"
		"                   & { Get-CsTrunk; Get-CsTrunkConfiguration; "
		"Get-CsVoiceRoute } |\n"
		"                   Export-Clixml -Depth 4 FILE\n"
		"  --self FQDN...   the names of this SBC's nodes in the topology: "
		"gateways there\n"
		"  --plan OLD       the plan so far: targets, routes, limits, media, "
		"names and\n"
		"                   comments stay; what comes from Lync is brought up "
		"to date\n"
		"  -o NEW           where to write; a file that exists is never "
		"overwritten.\n"
		"                   Without it the plan goes to standard output\n\n"
		"Standard error says what changes against OLD, and what Lync does not "
		"know: these\n"
		"places have a comment \"FILL IN: ...\" in the plan. Mend them, "
		"remove the comments,\n"
		"and run lync-sbc check.\n"
		"Exit code: 0 written, 1 a file is not right, 2 it could not be "
		"done.\n";

/* The command line. */
typedef struct options
{
	const char *topology;
	const char *old;
	const char *output;
	const char **settings; /* room for all arguments; so the next */
	unsigned settings_count;
	ly_slice_t *selves;
	unsigned self_count;
} options_t;

typedef struct work
{
	const options_t *options;
	ly_arena_t arena;
	ly_topology_t topology;
	ly_settings_t settings;
	ly_draft_t draft;
} work_t;

/* The command line --------------------------------------------------------------------------------------------- */

enum
{
	TOPOLOGY = 256,
	SETTINGS,
	SELF,
	PLAN,
	HELP
};

static const struct option long_options[] = {
		{"topology", required_argument, NULL, TOPOLOGY},
		{"settings", required_argument, NULL, SETTINGS},
		{"self", required_argument, NULL, SELF},
		{"plan", required_argument, NULL, PLAN},
		{"output", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, HELP}, {0}};

/* Returns -1 to go on, or the exit code. last is the option before, which --self's further names follow. */
static int take_option(options_t *options, int option, int last)
{
	switch(option) {
		case TOPOLOGY:
			options->topology = optarg;
			return -1;
		case SETTINGS:
			options->settings[options->settings_count++] = optarg;
			return -1;
		case PLAN:
			options->old = optarg;
			return -1;
		case 'o':
			options->output = optarg;
			return -1;
		case HELP:
			fputs(help, stdout);
			return TOOL_OK;
		case 1:
			if(last != SELF)
				return tool_usage("import", "what is '%s' for?", optarg);
			/* fall through */
		case SELF:
			options->selves[options->self_count++] = ly_cstr(optarg);
			return -1;
		default:
			return -2;
	}
}

static int read_options(int argc, char **argv, options_t *options)
{
	int option, last = 0, code;

	opterr = 0;
	optind = 0; /* begins anew */
	while((option = getopt_long(argc, argv, "-:o:", long_options, NULL))
			!= -1) {
		if(option == ':')
			return tool_usage("import", "%s needs a value", argv[optind - 1]);
		code = take_option(options, option, last);
		if(code == -2)
			return tool_usage("import", "no option '%s'", argv[optind - 1]);
		if(code >= 0)
			return code;
		last = option == 1 ? last : option;
	}
	if(optind < argc)
		return tool_usage("import", "what is '%s' for?", argv[optind]);
	if(!options->topology)
		return tool_usage("import", "which topology? Use --topology FILE");
	if(!options->self_count)
		return tool_usage("import",
				"which gateways of the topology are this SBC? Use --self "
				"FQDN");
	return -1;
}

/* Reading ------------------------------------------------------------------------------------------------------------ */

static ly_report_t report_for(const char *path)
{
	return (ly_report_t){.tell = tool_tell, .to = (void *)path};
}

static int code_of(const ly_report_t *report)
{
	return report->first.line ? TOOL_FINDINGS : TOOL_TROUBLE;
}

static bool read_topology(work_t *work, ly_report_t *report)
{
	ly_slice_t bytes;

	return ly_file_read(work->options->topology, LY_LYNC_MAX_BYTES,
				   &work->arena, report, &bytes)
		   && ly_topology_read(bytes, &work->arena, report, &work->topology);
}

static bool read_settings(work_t *work, const char *path, ly_report_t *report)
{
	ly_slice_t bytes;

	return ly_file_read(path, LY_LYNC_MAX_BYTES, &work->arena, report, &bytes)
		   && ly_settings_read(&work->settings, bytes, report);
}

/* OLD, or a plan with nothing in it. */
static bool read_old(work_t *work, ly_draft_t *draft, ly_report_t *report)
{
	ly_slice_t bytes;

	if(!work->options->old)
		return ly_draft_empty(draft, &work->arena, report);
	return ly_file_read(work->options->old, LY_PLAN_MAX_BYTES, &work->arena,
				   report, &bytes)
		   && ly_draft_read(draft, bytes, &work->arena, report);
}

/* Telling ------------------------------------------------------------------------------------------------------------ */

static void tell_note(void *to, const char *text)
{
	(void)to;
	fprintf(stderr, "note: %s\n", text);
}

static void tell_change(void *to, const char *line)
{
	(void)to;
	fprintf(stderr, "%s\n", line);
}

/* In the plan it stands on several lines. */
static void tell_blank(void *to, unsigned line, ly_slice_t text)
{
	ly_slice_t word;

	fprintf(stderr, "%s:%u: fill in:", (const char *)to, line);
	while((word = ly_word(&text)).len)
		fprintf(stderr, " %.*s", LY_FMT(word));
	fputc('\n', stderr);
}

static void tell_topology(const work_t *work)
{
	const ly_topology_t *topology = &work->topology;
	unsigned servers = 0;

	for(unsigned i = 0; i < topology->pool_count; i++)
		servers += topology->pools[i].server_count;
	fprintf(stderr,
			"%s: Mediation pools %u, servers %u, gateways %u, trunks %u\n",
			work->options->topology, topology->pool_count, servers,
			topology->gateway_count, topology->trunk_count);
}

static bool tell_changes(work_t *work, ly_report_t *report)
{
	ly_draft_t old;
	unsigned count;

	if(!read_old(work, &old, report))
		return false;
	fprintf(stderr, "changes to %s:\n",
			work->options->old ? work->options->old : "an empty plan");
	count = ly_plan_changes(
			&old, &work->draft, &work->arena, tell_change, NULL);
	if(!count)
		fputs("  none\n", stderr);
	return !work->draft.report->count;
}

/* Writing ------------------------------------------------------------------------------------------------------------ */

static int trouble(const char *what)
{
	fprintf(stderr, "lync-sbc import: %s: %m\n", what);
	return TOOL_TROUBLE;
}

static int put_out(FILE *out, ly_slice_t text, const char *name)
{
	bool failed = fwrite(text.s, 1, text.len, out) != text.len;

	failed |= fflush(out) != 0;
	return failed ? trouble(name) : TOOL_OK;
}

/* All of NEW or nothing: never over another file. */
static int write_new(const char *path, ly_slice_t text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	int code;

	if(!out) {
		if(errno == EEXIST)
			return tool_usage("import",
					"%s exists, and nothing is ever overwritten", path);
		return trouble(path);
	}
	code = put_out(out, text, path);
	if(code == TOOL_OK && fsync(fd) != 0 && errno != EINVAL)
		code = trouble(path);
	if(fclose(out) != 0 && code == TOOL_OK)
		code = trouble(path);
	if(code != TOOL_OK)
		unlink(path);
	return code;
}

/* What lync-sbc check would say first. */
static int check(const char *name, ly_slice_t text)
{
	ly_finding_t finding = {0};
	ly_plan_t *plan = ly_plan_parse(text, name, malloc, free, &finding);

	if(!plan) {
		tool_tell((void *)name, &finding);
		fputs("the plan is written, but not right yet: lync-sbc check says "
			  "all that is wrong\n",
				stderr);
	}
	ly_plan_free(plan);
	return plan ? TOOL_OK : TOOL_FINDINGS;
}

static int finish(work_t *work, ly_report_t *report)
{
	const char *output = work->options->output;
	const char *name = output ? output : "(standard output)";
	ly_slice_t text;
	int code;

	if(!ly_plan_write(&work->draft, &text) || !tell_changes(work, report))
		return TOOL_TROUBLE;
	code = output ? write_new(output, text) : put_out(stdout, text, name);
	if(code != TOOL_OK)
		return code;
	ly_plan_blanks(&work->draft, tell_blank, (void *)name);
	return check(name, text);
}

static int run(work_t *work)
{
	const options_t *options = work->options;
	ly_report_t topology = report_for(options->topology);
	ly_report_t old = report_for(options->old ? options->old : "plan");
	ly_import_t import = {.topology = &work->topology,
			.settings = options->settings_count ? &work->settings : NULL,
			.selves = options->selves,
			.self_count = options->self_count,
			.note = tell_note};

	if(!read_topology(work, &topology))
		return code_of(&topology);
	ly_settings_init(&work->settings, &work->arena);
	for(unsigned i = 0; i < options->settings_count; i++) {
		ly_report_t settings = report_for(options->settings[i]);
		if(!read_settings(work, options->settings[i], &settings))
			return code_of(&settings);
	}
	if(!read_old(work, &work->draft, &old))
		return code_of(&old);
	tell_topology(work);
	work->draft.report = &topology;
	if(!ly_plan_import(&import, &work->draft))
		return code_of(&topology);
	return finish(work, &old);
}

int cmd_import(int argc, char **argv)
{
	options_t options = {
			.settings = calloc((size_t)argc, sizeof(*options.settings)),
			.selves = calloc((size_t)argc, sizeof(*options.selves))};
	work_t work = {.options = &options, .arena = {malloc, free, NULL}};
	int code = TOOL_TROUBLE;

	if(!options.settings || !options.selves) {
		trouble("memory");
	} else {
		code = read_options(argc, argv, &options);
		if(code < 0 && options.output && access(options.output, F_OK) == 0)
			code = tool_usage("import",
					"%s exists, and nothing is ever overwritten",
					options.output);
		if(code < 0)
			code = run(&work);
	}
	ly_arena_free(&work.arena);
	free(options.settings);
	free(options.selves);
	return code;
}
