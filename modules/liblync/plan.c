/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "liblync/file.h"
#include "liblync/plan_reader.h"
#include "liblync/xml.h"

const char *ly_choice_name(const ly_allowed_t *choices, int value)
{
	while(choices->name && choices->value != value)
		choices++;
	return choices->name ? choices->name : "?";
}

const char *ly_transport_name(ly_transport_t transport)
{
	return ly_choice_name(ly_transports, (int)transport);
}

const char *ly_tls_version_name(ly_tls_version_t version)
{
	return ly_choice_name(ly_tls_versions, (int)version);
}

const char *ly_side_name(ly_side_t side)
{
	return ly_choice_name(ly_sides, (int)side);
}

const char *ly_state_name(ly_state_t state)
{
	return ly_choice_name(ly_states, (int)state);
}

const char *ly_direction_name(ly_direction_t direction)
{
	return ly_choice_name(ly_directions, (int)direction);
}

const char *ly_number_kind_name(ly_number_kind_t kind)
{
	return ly_choice_name(ly_number_kinds, (int)kind);
}

const char *ly_target_kind_name(ly_target_kind_t kind)
{
	return ly_choice_name(ly_target_kinds, (int)kind);
}

const char *ly_dtmf_name(ly_dtmf_t form)
{
	return ly_choice_name(ly_dtmf_forms, (int)form);
}

bool ly_addr_parse(ly_slice_t text, ly_addr_t *addr)
{
	char s[INET6_ADDRSTRLEN];
	bool six = ly_find(text, ':') < text.len;

	if(text.len >= sizeof(s) || ly_find(text, '\0') < text.len)
		return false;
	memcpy(s, text.len ? text.s : "", text.len);
	s[text.len] = '\0';
	memset(addr, 0, sizeof(*addr));
	if(inet_pton(six ? AF_INET6 : AF_INET, s, addr->ip) != 1)
		return false;
	addr->family = six ? 6 : 4;
	return true;
}

bool ly_addr_eq(const ly_addr_t *a, const ly_addr_t *b)
{
	return a->family == b->family && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

void ly_addr_put(ly_buf_t *out, const ly_addr_t *addr)
{
	char s[INET6_ADDRSTRLEN];

	if(inet_ntop(
			   addr->family == 6 ? AF_INET6 : AF_INET, addr->ip, s, sizeof(s)))
		ly_put(out, ly_cstr(s));
}

const ly_node_t *ly_plan_node(const ly_plan_t *plan, ly_slice_t name)
{
	if(!name.len)
		return plan->node_count == 1 ? &plan->nodes[0] : NULL;
	for(unsigned i = 0; i < plan->node_count; i++) {
		if(ly_ieq(plan->nodes[i].name, name))
			return &plan->nodes[i];
	}
	return NULL;
}

const ly_trunk_t *ly_plan_trunk(const ly_plan_t *plan, ly_slice_t name)
{
	for(unsigned i = 0; i < plan->trunk_count; i++) {
		if(ly_ieq(plan->trunks[i].name, name))
			return &plan->trunks[i];
	}
	return NULL;
}

const ly_peer_t *ly_plan_target(const ly_plan_t *plan, ly_slice_t name)
{
	for(unsigned i = 0; i < plan->peer_count; i++) {
		if(!plan->peers[i].pool && ly_ieq(plan->peers[i].name, name))
			return &plan->peers[i];
	}
	return NULL;
}

void ly_plan_free(ly_plan_t *plan)
{
	/* The plan itself lies in the arena that it owns. */
	ly_arena_t arena = plan ? plan->arena : (ly_arena_t){0};

	ly_arena_free(&arena);
}

static ly_plan_t *new_plan(const char *name, void *(*take)(size_t),
		void (*give)(void *), ly_report_t *report)
{
	ly_arena_t arena = {take, give, NULL};
	ly_plan_t *plan = ly_arena_alloc(&arena, sizeof(*plan));

	if(plan) {
		plan->arena = arena;
		plan->file = ly_arena_copy(&plan->arena, ly_cstr(name));
		if(plan->file.s)
			return plan;
		ly_plan_free(plan);
	}
	ly_found_no_memory(report);
	return NULL;
}

/* Each step needs that the one before found nothing. */
static bool fill(ly_reader_t *reader, const xmlNode *root)
{
	static void (*const steps[])(ly_reader_t *) = {
			ly_plan_link, ly_plan_compile, ly_plan_check, ly_plan_index};

	reader->references_end = &reader->references;
	ly_plan_read(reader, root);
	for(size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if(!reader->report->count)
			steps[i](reader);
	}
	if(!reader->report->count && reader->report->warn)
		ly_plan_warn(reader);
	return !reader->report->count;
}

ly_plan_t *ly_plan_build(ly_slice_t xml, const char *name,
		void *(*take)(size_t), void (*give)(void *), ly_arena_t *scratch,
		ly_report_t *report)
{
	ly_reader_t reader = {.scratch = scratch, .report = report};
	xmlDoc *doc;

	if(xml.len > LY_PLAN_MAX_BYTES) {
		ly_found(report, 0,
				"the plan has %zu bytes, more than the %u that are read",
				xml.len, LY_PLAN_MAX_BYTES);
		return NULL;
	}
	doc = ly_xml_parse(xml, "<lync-trunks xmlns=\"" LY_PLAN_NAMESPACE "\">",
			scratch, report);
	if(!doc)
		return NULL;
	reader.plan = new_plan(name, take, give, report);
	if(reader.plan && !fill(&reader, xmlDocGetRootElement(doc))) {
		ly_plan_free(reader.plan);
		reader.plan = NULL;
	}
	xmlFreeDoc(doc);
	return reader.plan;
}

/* What is needed only while reading does not come from take: Kamailio's shared memory is scarce. */
static ly_arena_t new_scratch(void)
{
	return (ly_arena_t){malloc, free, NULL};
}

ly_plan_t *ly_plan_load_reporting(const char *path, void *(*take)(size_t),
		void (*give)(void *), ly_report_t *report)
{
	ly_arena_t scratch = new_scratch();
	ly_plan_t *plan = NULL;
	ly_slice_t xml;

	if(ly_file_read(path, LY_PLAN_MAX_BYTES, &scratch, report, &xml))
		plan = ly_plan_build(xml, path, take, give, &scratch, report);
	ly_arena_free(&scratch);
	return plan;
}

ly_plan_t *ly_plan_load(const char *path, void *(*take)(size_t),
		void (*give)(void *), ly_finding_t *finding)
{
	ly_report_t report = {0};
	ly_plan_t *plan = ly_plan_load_reporting(path, take, give, &report);

	*finding = report.first;
	return plan;
}

ly_plan_t *ly_plan_parse(ly_slice_t xml, const char *name,
		void *(*take)(size_t), void (*give)(void *), ly_finding_t *finding)
{
	ly_arena_t scratch = new_scratch();
	ly_report_t report = {0};
	ly_plan_t *plan = ly_plan_build(xml, name, take, give, &scratch, &report);

	ly_arena_free(&scratch);
	*finding = report.first;
	return plan;
}
