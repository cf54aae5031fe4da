/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lync-sbc match: what the SBC would do with a call, step by step, by the same functions. */
#include <stdio.h>
#include <stdlib.h>

#include "liblync/caller.h"
#include "liblync/choose.h"
#include "liblync/numbering.h"
#include "liblync/plan_walk.h"
#include "liblync/uri.h"
#include "tool.h"

static const char help[] =
		"Usage: lync-sbc match PLAN --from NUMBER --to NUMBER --trunk NAME\n"
		"       lync-sbc match PLAN --from NUMBER --to NUMBER --target NAME\n\n"
		"Says what the SBC would do with a call: which rules rewrite its "
		"numbers, which routes\n"
		"it takes, in which order, why not the others, and which settings "
		"apply.\n\n"
		"  --from NUMBER   who calls, as it stands in From\n"
		"  --to NUMBER     who is called, as it stands in the Request-URI\n"
		"  --trunk NAME    the call comes from Lync over this trunk\n"
		"  --target NAME   the call comes from this target\n\n"
		"Exit code: 0 it has a way, 1 it has none or the plan is not right, 2 "
		"it could not\nbe done.\n";

/* The call that is asked about. */
typedef struct call
{
	const ly_plan_t *plan;
	const ly_trunk_t *trunk; /* where it comes from: this, or */
	const ly_peer_t *target; /* this */
	ly_direction_t direction;
	ly_matcher_t *matcher;
} call_t;

/* Its numbers on the way: called and calling. */
typedef struct numbers
{
	ly_slice_t number[2];
	ly_number_room_t arrived[2], left[2];
} numbers_t;

/* Numbers ------------------------------------------------------------------------------------------------------------ */

static void put_change(const ly_number_step_t *step, ly_number_kind_t kind,
		ly_slice_t old, const ly_numbers_t *rules, const char *plus)
{
	if(!step->rule && !step->plus && ly_eq(old, step->number))
		return;
	printf("    %-8s %.*s -> %.*s  ", ly_number_kind_name(kind), LY_FMT(old),
			LY_FMT(step->number));
	if(step->rule)
		printf("rule '%.*s' of numbers '%.*s' (line %u)%s%s%s",
				LY_FMT(step->rule->name), LY_FMT(rules->name), step->rule->line,
				step->trouble ? ", not applied: " : "",
				step->trouble ? step->trouble : "", step->plus ? "; " : "");
	puts(step->plus		 ? plus
			: step->rule ? ""
						 : "separators mean nothing (RFC 3966 3)");
}

/* As the call comes in; numbering.h says the steps. */
static void arrive(const call_t *call, numbers_t *n)
{
	const ly_numbering_t way = ly_numbering(
			call->direction, call->trunk, call->target, call->matcher);

	for(ly_number_kind_t kind = LY_CALLED; kind <= LY_CALLING; kind++) {
		ly_slice_t old = n->number[kind];
		ly_number_step_t step =
				ly_number_arrives(&way, kind, old, &n->arrived[kind]);
		put_change(&step, kind, old, way.sender,
				call->trunk ? "RemovePlusFromUri" : "e164=\"without-plus\"");
		n->number[kind] = step.number;
	}
}

static void put_fallback(
		const call_t *call, const ly_peer_t *target, ly_slice_t calling)
{
	const ly_caller_terms_t terms =
			ly_caller_terms(LY_PSTN, false, NULL, target);

	if(ly_caller_is_unknown(&terms, calling, call->matcher))
		printf("    %-8s %.*s -> %.*s  fallback-number: own-numbers does not "
			   "fit\n",
				ly_number_kind_name(LY_CALLING), LY_FMT(calling),
				LY_FMT(terms.fallback));
}

static void leave(const call_t *call, numbers_t *n, const ly_choice_t *choice)
{
	const ly_trunk_t *trunk = call->trunk ? call->trunk : choice->trunk;
	const ly_peer_t *target = call->trunk ? choice->peer : call->target;
	const ly_numbering_t way =
			ly_numbering(call->direction, trunk, target, call->matcher);

	for(ly_number_kind_t kind = LY_CALLED; kind <= LY_CALLING; kind++) {
		ly_slice_t old = n->number[kind];
		ly_number_step_t step =
				ly_number_leaves(&way, kind, old, &n->left[kind]);
		put_change(&step, kind, old, way.receiver, "e164=\"without-plus\"");
		if(kind == LY_CALLING && call->trunk)
			put_fallback(call, target, step.number);
	}
}

/* Routes ------------------------------------------------------------------------------------------------------------ */

static void put_route(const ly_route_t *route, const char *refusal)
{
	ly_slice_t to = route->target ? route->target->name : route->trunk->name;

	printf("  %-5s %s %.*s (line %u): ", refusal ? "no" : "yes",
			route->target ? "target" : "trunk", LY_FMT(to), route->line);
	if(refusal)
		printf("%s", refusal);
	else
		printf("tier %u, weight %u", route->tier, route->weight);
	if(route->match.text.len)
		printf(", match %.*s", LY_FMT(route->match.text));
	if(route->from_match.text.len)
		printf(", from-match %.*s", LY_FMT(route->from_match.text));
	putchar('\n');
}

static void put_routes(const call_t *call, const ly_call_numbers_t *asked)
{
	const ly_route_t *routes =
			call->trunk ? call->trunk->routes : call->target->routes;
	unsigned count =
			call->trunk ? call->trunk->route_count : call->target->route_count;

	printf("Routes:%s\n", count ? "" : " none");
	for(unsigned i = 0; i < count; i++)
		put_route(&routes[i], ly_route_refusal(&routes[i], asked));
}

/* The chance in percent to be the first of its tier. */
static unsigned chance(const ly_choice_t *choices, unsigned count, unsigned i)
{
	uint64_t all = 0;

	for(unsigned j = 0; j < count; j++)
		all += choices[j].tier == choices[i].tier ? choices[j].weight : 0;
	return all ? (unsigned)((100 * (uint64_t)choices[i].weight + all / 2) / all)
			   : 0;
}

static void put_place(const call_t *call, const ly_choice_t *choice)
{
	const ly_peer_t *peer = choice->peer;
	const ly_trunk_t *over = call->trunk ? NULL : choice->trunk;
	ly_transport_t transport = over ? over->transport : peer->transport;

	printf("%s %.*s", over ? "server" : "target", LY_FMT(peer->name));
	if(over)
		printf(" over trunk %.*s", LY_FMT(over->name));
	printf(", %s %.*s:%u", ly_transport_name(transport),
			LY_FMT(peer->address.family ? peer->address_text : peer->fqdn),
			over ? over->mediation_port : peer->port);
}

/* By tier, and in one tier in the order of the plan. */
static void put_choices(const call_t *call, const ly_choice_t *choices,
		unsigned count, numbers_t *arrived)
{
	unsigned done = 0;

	puts("Order:");
	for(unsigned tier = 1; done < count; tier++) {
		for(unsigned i = 0; i < count; i++) {
			if(choices[i].tier != tier)
				continue;
			done++;
			printf("  tier %u, %u%%: ", tier, chance(choices, count, i));
			put_place(call, &choices[i]);
			putchar('\n');
			leave(call, arrived, &choices[i]);
		}
	}
}

/* Settings ---------------------------------------------------------------------------------------------------------- */

static void settings_element(void *to, const char *name, bool begins)
{
	unsigned *depth = to;

	(void)name;
	*depth += begins ? 1u : -1u;
}

static void settings_attribute(void *to, const ly_told_attribute_t *attribute)
{
	const unsigned *depth = to;

	if(*depth == 1)
		printf("  %-32s %.*s%s\n", attribute->name, LY_FMT(attribute->value),
				attribute->standard ? "  (standard)" : "");
}

static void put_settings(const ly_trunk_t *trunk)
{
	unsigned depth = 0;
	const ly_listener_t listener = {
			&depth, NULL, settings_element, settings_attribute};

	printf("Settings of trunk %.*s (line %u):\n", LY_FMT(trunk->name),
			trunk->line);
	ly_plan_walk_trunk(trunk, &listener);
}

/* The settings of a trunk once, however many of its servers may get the call. */
static void put_all_settings(
		const call_t *call, const ly_choice_t *choices, unsigned count)
{
	if(call->trunk)
		put_settings(call->trunk);
	for(unsigned i = 0; !call->trunk && i < count; i++) {
		bool told = false;
		for(unsigned j = 0; j < i; j++)
			told |= choices[j].trunk == choices[i].trunk;
		if(!told)
			put_settings(choices[i].trunk);
	}
}

/* All of it --------------------------------------------------------------------------------------------------------- */

static int explain(const call_t *call, ly_slice_t from, ly_slice_t to)
{
	static ly_choice_t choices[LY_MAX_CHOICES];
	numbers_t n = {.number = {to, from}};
	ly_call_numbers_t asked;
	unsigned count;

	printf("A call from %s %.*s (line %u), %.*s calls %.*s:\n",
			call->trunk ? "Lync over trunk" : "target",
			LY_FMT(call->trunk ? call->trunk->name : call->target->name),
			call->trunk ? call->trunk->line : call->target->line, LY_FMT(from),
			LY_FMT(to));
	arrive(call, &n);
	asked = (ly_call_numbers_t){
			n.number[LY_CALLED], n.number[LY_CALLING], call->matcher};
	put_routes(call, &asked);
	count = ly_choices(call->trunk ? &call->trunk->ways : &call->target->ways,
			&asked, choices);
	if(count)
		put_choices(call, choices, count, &n);
	else
		puts("The call has no way: it is refused.");
	put_all_settings(call, choices, count);
	return count ? TOOL_OK : TOOL_FINDINGS;
}

/* False after saying that there is no such thing in the plan. */
static bool find_origin(call_t *call, const char *trunk, const char *target)
{
	if(trunk)
		call->trunk = ly_plan_trunk(call->plan, ly_cstr(trunk));
	else
		call->target = ly_plan_target(call->plan, ly_cstr(target));
	call->direction = trunk ? LY_FROM_LYNC : LY_TO_LYNC;
	if(call->trunk || call->target)
		return true;
	tool_usage("match", "the plan has no %s '%s'", trunk ? "trunk" : "target",
			trunk ? trunk : target);
	return false;
}

/* What can be the user part of a URI. */
static bool is_number(const char *text)
{
	return strlen(text) <= LY_NUMBER_MAX && *text && !strpbrk(text, "@:;<>\" ");
}

int cmd_match(int argc, char **argv)
{
	const char *path = NULL, *from = NULL, *to = NULL, *trunk = NULL,
			   *target = NULL;
	const tool_option_t options[] = {{"from", &from, NULL}, {"to", &to, NULL},
			{"trunk", &trunk, NULL}, {"target", &target, NULL}, {0}};
	int code = tool_arguments(argc, argv, help, options, &path);
	ly_plan_t *plan;
	call_t call = {0};

	if(code >= 0)
		return code;
	if(!from || !to)
		return tool_usage(argv[0], "who calls whom? Use --from and --to");
	if(!trunk == !target)
		return tool_usage(argv[0], "where does the call come from? Use either "
								   "--trunk or --target");
	if(!is_number(from) || !is_number(to))
		return tool_usage(
				argv[0], "'%s' is no number", is_number(from) ? to : from);
	plan = tool_load(path, &code);
	if(!plan)
		return code;
	call.plan = plan;
	call.matcher = ly_matcher_new();
	code = call.matcher && find_origin(&call, trunk, target)
				   ? explain(&call, ly_cstr(from), ly_cstr(to))
				   : TOOL_TROUBLE;
	ly_matcher_free(call.matcher);
	ly_plan_free(plan);
	return code;
}
