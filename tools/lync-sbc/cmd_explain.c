/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc explain: what the SBC changes in a message, and why, by the same functions. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "explain.h"
#include "tool.h"

static const char help[] =
		"Usage: lync-sbc explain --plan PLAN --direction DIRECTION [OPTION...] "
		"[FILE]\n\n"
		"Reads a SIP message, request or reply, from FILE or standard input, "
		"and shows what the\n"
		"other side gets of it: each line that is changed, the rules that "
		"change it, and why.\n\n"
		"  --plan PLAN      the plan that the SBC works by\n"
		"  --direction DIRECTION\n"
		"                   lync-to-pstn or pstn-to-lync: the way of this "
		"message\n"
		"  --trunk NAME     the trunk of the call; else the first that fits\n"
		"  --target NAME    the target of the call; else the first that fits\n"
		"  --color WHEN     always, never, or auto: on a terminal\n"
		"  --json           the edits with their places and reasons, and the "
		"result, for programs\n"
		"  --raw            the result alone, byte for byte\n\n"
		"Exit code: 0 explained, 1 the SBC refuses the message or the plan is "
		"not right, 2 it\ncould not be done.\n";

typedef struct options
{
	const char *plan, *trunk, *target, *direction, *color, *file;
	bool json, raw;
} options_t;

/* Trunk and target ------------------------------------------------------------------------------------------------- */

/* Whether calls go from the one to the other, in the direction or, where back, against it. */
static bool fit(const ly_trunk_t *trunk, const ly_peer_t *target, ly_side_t to,
		bool back)
{
	bool from_lync = (to == LY_PSTN) != back;
	unsigned count = from_lync ? trunk->route_count : target->route_count;

	for(unsigned i = 0; i < count; i++) {
		if(from_lync ? trunk->routes[i].target == target
					 : target->routes[i].trunk == trunk)
			return true;
	}
	return false;
}

/* The first pair that fits; of the given ones, where they are given. */
static bool find_pair(const ly_plan_t *plan, ly_crossing_t *x, bool back)
{
	for(unsigned i = 0; i < plan->trunk_count; i++) {
		const ly_trunk_t *trunk = &plan->trunks[i];

		if(x->trunk && x->trunk != trunk)
			continue;
		for(unsigned j = 0; j < plan->peer_count; j++) {
			const ly_peer_t *target = &plan->peers[j];

			if(target->pool || (x->target && x->target != target)
					|| !fit(trunk, target, x->to, back))
				continue;
			x->trunk = trunk;
			x->target = target;
			return true;
		}
	}
	return false;
}

/* Of the first server of its pool, as the node whose trunk it is. False after saying what is wrong. */
static bool find_ends(
		const ly_plan_t *plan, const options_t *o, ly_crossing_t *x)
{
	if(o->trunk && !(x->trunk = ly_plan_trunk(plan, ly_cstr(o->trunk)))) {
		tool_usage("explain", "the plan has no trunk '%s'", o->trunk);
		return false;
	}
	if(o->target && !(x->target = ly_plan_target(plan, ly_cstr(o->target)))) {
		tool_usage("explain", "the plan has no target '%s'", o->target);
		return false;
	}
	/* a call goes the one way, its replies and half of its requests the other */
	if(!find_pair(plan, x, false) && !find_pair(plan, x, true)) {
		tool_usage("explain", "no route leads between %s%s and %s%s",
				o->trunk ? "trunk " : "a trunk", o->trunk ? o->trunk : "",
				o->target ? "target " : "a target", o->target ? o->target : "");
		return false;
	}
	x->server = x->trunk->pool->servers[0];
	x->node = x->trunk->node ? x->trunk->node : &plan->nodes[0];
	return true;
}

/* The message ------------------------------------------------------------------------------------------------------ */

/* All of it, and a byte more where it is too long. Returns an exit code, or -1 to go on. */
static int read_all(const char *path, char *text, size_t size, ly_slice_t *raw)
{
	FILE *f = path ? fopen(path, "rb") : stdin;
	const char *name = path ? path : "standard input";
	size_t len;
	bool failed;

	if(!f)
		return tool_usage("explain", "%s: %s", path, strerror(errno));
	len = fread(text, 1, size, f);
	failed = ferror(f);
	if(path)
		fclose(f);
	if(failed)
		return tool_usage("explain", "%s cannot be read", name);
	*raw = ly_slice(text, len);
	return -1;
}

static int complain(const char *path, unsigned line, const char *wrong)
{
	ly_finding_t finding = {LY_ERROR, line, ""};

	snprintf(finding.text, sizeof(finding.text), "%s", wrong);
	tool_tell((void *)(path ? path : "standard input"), &finding);
	return TOOL_FINDINGS;
}

/* Output ------------------------------------------------------------------------------------------------------------ */

static bool wants_colour(const char *color)
{
	if(!color || strcmp(color, "auto") == 0)
		return isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
	return strcmp(color, "always") == 0;
}

/* Of the terminal; of COLUMNS, where it is none. */
static unsigned width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long n = columns ? ly_number(ly_cstr(columns), 1000) : -1;

	if(ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return n > 0 ? (unsigned)n : 120;
}

static int put_raw(const explanation_t *e)
{
	static char text[EXPLAIN_MESSAGE_MAX + EXPLAIN_TEXT_MAX];
	ly_buf_t out = ly_buf(text, sizeof(text));

	ly_edits_apply(&e->edits, &out);
	return fwrite(text, 1, out.len, stdout) == out.len ? TOOL_OK : TOOL_TROUBLE;
}

static int put(const explanation_t *e, const options_t *o)
{
	if(o->raw)
		return put_raw(e);
	if(o->json)
		explain_json(e);
	else
		explain_show(e, width(), wants_colour(o->color));
	return TOOL_OK;
}

/* The whole --------------------------------------------------------------------------------------------------------- */

static int explain_by(const ly_plan_t *plan, const options_t *o)
{
	static char text[EXPLAIN_MESSAGE_MAX + 1];
	static explanation_t e;
	ly_slice_t raw;
	int code;

	e.plan = plan;
	e.x.to = strcmp(o->direction, "lync-to-pstn") == 0 ? LY_PSTN : LY_LYNC;
	if(!find_ends(plan, o, &e.x))
		return TOOL_TROUBLE;
	if((code = read_all(o->file, text, sizeof(text), &raw)) >= 0)
		return code;
	if(raw.len > EXPLAIN_MESSAGE_MAX)
		return complain(o->file, 0, "it is longer than 65535 bytes");
	if(raw.len == 0)
		return complain(o->file, 0, "there is no message in it");
	e.x.matcher = ly_matcher_new();
	if(!e.x.matcher || sodium_init() < 0)
		return tool_usage("explain", "out of memory");
	explain(&e, raw);
	code = e.wrong ? complain(o->file, e.line, e.wrong) : put(&e, o);
	ly_matcher_free(e.x.matcher);
	return code;
}

static const char *wrong_options(const options_t *o)
{
	if(!o->plan)
		return "which plan? Use --plan";
	if(!o->direction
			|| (strcmp(o->direction, "lync-to-pstn") != 0
					&& strcmp(o->direction, "pstn-to-lync") != 0))
		return "which way does the message go? Use --direction lync-to-pstn "
			   "or pstn-to-lync";
	if(o->json && o->raw)
		return "either --json or --raw";
	if(o->color && strcmp(o->color, "always") != 0
			&& strcmp(o->color, "never") != 0 && strcmp(o->color, "auto") != 0)
		return "--color is always, never or auto";
	return NULL;
}

int cmd_explain(int argc, char **argv)
{
	options_t o = {0};
	const tool_option_t options[] = {{"plan", &o.plan, NULL},
			{"trunk", &o.trunk, NULL}, {"target", &o.target, NULL},
			{"direction", &o.direction, NULL}, {"color", &o.color, NULL},
			{"json", NULL, &o.json}, {"raw", NULL, &o.raw}, {0}};
	int code = tool_options(argc, argv, help, options, "message", &o.file);
	const char *wrong;
	ly_plan_t *plan;

	if(code >= 0)
		return code;
	if((wrong = wrong_options(&o)))
		return tool_usage(argv[0], "%s", wrong);
	plan = tool_load(o.plan, &code);
	if(!plan)
		return code;
	code = explain_by(plan, &o);
	ly_plan_free(plan);
	return code;
}
