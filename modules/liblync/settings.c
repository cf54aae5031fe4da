/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/settings.h"

static const struct
{
	ly_slice_t prefix;
	ly_scope_t scope;
} scopes[] = {
		{LY_LIT("Service:PstnGateway:"), LY_SCOPE_TRUNK},
		{LY_LIT("PstnGateway:"), LY_SCOPE_TRUNK},
		{LY_LIT("Site:"), LY_SCOPE_SITE},
		{LY_LIT("Global"), LY_SCOPE_GLOBAL},
};

#define SCOPES (sizeof(scopes) / sizeof(scopes[0]))

/* The row of scopes; SCOPES where the identity has none of them. */
static size_t row_of(ly_slice_t identity)
{
	size_t row = 0;

	while(row < SCOPES && !ly_istarts(identity, scopes[row].prefix))
		row++;
	return row;
}

/* What follows on the prefix of a scope. */
static ly_slice_t owner_in(ly_slice_t identity)
{
	size_t row = row_of(identity);

	return row < SCOPES ? ly_from(identity, scopes[row].prefix.len) : identity;
}

/* "MediationServer:medpool.contoso.com" and the like. */
static ly_slice_t behind_colon(ly_slice_t text)
{
	size_t colon = ly_find(text, ':');

	return colon < text.len ? ly_from(text, colon + 1) : text;
}

/* Reading ------------------------------------------------------------------------------------------------------------ */

typedef struct reader
{
	ly_settings_t *settings;
	ly_report_t *report;
} reader_t;

static void *take(const reader_t *reader, size_t size)
{
	void *p = ly_arena_alloc(reader->settings->arena, size);

	if(!p)
		ly_found_no_memory(reader->report);
	return p;
}

/* What had the key before, or item; NULL without memory. */
static void *put(
		const reader_t *reader, ly_set_t *set, ly_slice_t key, void *item)
{
	const ly_set_entry_t *entry = ly_set_add(set, key, item, 0);

	if(!entry)
		ly_found_no_memory(reader->report);
	return entry ? entry->item : NULL;
}

static void read_configuration(
		const reader_t *reader, const ly_clixml_value_t *object)
{
	ly_slice_t identity = ly_trim(ly_clixml_text(object, "Identity"));
	size_t row = row_of(identity);
	ly_configuration_t *configuration;
	const void *first;

	if(row == SCOPES) {
		ly_found(reader->report, object->line,
				"a trunk configuration has the Identity '%.*s'; expected "
				"Global, Site:NAME or Service:PstnGateway:NAME",
				LY_FMT(identity));
		return;
	}
	configuration = take(reader, sizeof(*configuration));
	if(!configuration)
		return;
	*configuration = (ly_configuration_t){.identity = identity,
			.scope = scopes[row].scope,
			.owner = owner_in(identity),
			.object = object};
	first = put(reader, &reader->settings->configurations[configuration->scope],
			configuration->owner, configuration);
	if(first && first != configuration)
		ly_found(reader->report, object->line,
				"the trunk configuration '%.*s' stands in the settings twice; "
				"expected one export of it",
				LY_FMT(identity));
}

/* The routes to one trunk. */
typedef struct routes
{
	ly_voice_route_t *first;
	ly_voice_route_t **end;
} routes_t;

static void add_route(const reader_t *reader, ly_slice_t trunk,
		const ly_clixml_value_t *object)
{
	ly_voice_route_t *route = take(reader, sizeof(*route));
	routes_t *fresh = take(reader, sizeof(*fresh)), *routes;

	if(!route || !fresh)
		return;
	if(++reader->settings->route_count == LY_CLIXML_MAX_VALUES)
		ly_found(reader->report, object->line,
				"the voice routes name trunks more than %d times",
				LY_CLIXML_MAX_VALUES);
	route->name = ly_clixml_text(object, "Identity");
	route->pattern = ly_clixml_text(object, "NumberPattern");
	fresh->end = &fresh->first;
	routes = put(reader, &reader->settings->routes, trunk, fresh);
	if(routes) {
		*routes->end = route;
		routes->end = &route->next;
	}
}

static void read_route(const reader_t *reader, const ly_clixml_value_t *object)
{
	const ly_clixml_value_t *list =
			ly_clixml_property(object, "PstnGatewayList");

	/* One list may be that of many routes. */
	for(const ly_clixml_value_t *item = list ? list->items : NULL;
			item && !reader->report->count; item = item->next)
		add_route(reader, owner_in(ly_trim(item->text)), object);
}

static void read_trunk(const reader_t *reader, const ly_clixml_value_t *object)
{
	ly_settings_t *settings = reader->settings;
	ly_listed_trunk_t *trunk = take(reader, sizeof(*trunk));

	if(!trunk)
		return;
	trunk->name = owner_in(ly_trim(ly_clixml_text(object, "Identity")));
	trunk->pool = behind_colon(ly_clixml_text(object, "MediationServer"));
	*settings->trunks_end = trunk;
	settings->trunks_end = &trunk->next;
}

/* By the end of the type's name. */
static const struct
{
	const char *type;
	void (*read)(const reader_t *reader, const ly_clixml_value_t *object);
} kinds[] = {
		{"TrunkConfiguration.TrunkConfiguration", read_configuration},
		{"Policy.Voice.Route", read_route},
		{"Xds.DisplayPstnGateway", read_trunk},
};

void ly_settings_init(ly_settings_t *settings, ly_arena_t *arena)
{
	ly_set_t empty = {.arena = arena};

	*settings = (ly_settings_t){.arena = arena,
			.configurations = {empty, empty, empty},
			.routes = empty};
	settings->trunks_end = &settings->trunks;
}

bool ly_settings_read(
		ly_settings_t *settings, ly_slice_t bytes, ly_report_t *report)
{
	reader_t reader = {settings, report};
	const ly_clixml_value_t *first;
	unsigned known = 0;

	if(!ly_clixml_read(bytes, settings->arena, report, &first))
		return false;
	for(const ly_clixml_value_t *object = first; object;
			object = object->next) {
		for(size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			if(!ly_clixml_is(object, kinds[i].type))
				continue;
			kinds[i].read(&reader, object);
			known++;
		}
	}
	if(!known)
		ly_found(report, 0,
				"no object in the file is a trunk, a trunk configuration or a "
				"voice route; expected an export of Get-CsTrunkConfiguration, "
				"Get-CsTrunk or Get-CsVoiceRoute");
	return !report->count;
}

/* Asking ------------------------------------------------------------------------------------------------------------- */

const ly_configuration_t *ly_settings_for(
		const ly_settings_t *settings, ly_slice_t trunk, ly_slice_t site)
{
	const ly_slice_t owners[LY_SCOPES] = {[LY_SCOPE_GLOBAL] = LY_EMPTY,
			[LY_SCOPE_SITE] = site,
			[LY_SCOPE_TRUNK] = trunk};

	for(int scope = LY_SCOPE_TRUNK; scope >= LY_SCOPE_GLOBAL; scope--) {
		const ly_configuration_t *found =
				ly_set_find(&settings->configurations[scope], owners[scope]);
		if(found)
			return found;
	}
	return NULL;
}

const ly_voice_route_t *ly_settings_routes(
		const ly_settings_t *settings, ly_slice_t trunk)
{
	const routes_t *routes = ly_set_find(&settings->routes, trunk);

	return routes ? routes->first : NULL;
}

/* A list may be that of many configurations: no more of it than shows that it is too long. */
static bool joined(const ly_settings_t *settings,
		const ly_clixml_value_t *first, ly_report_t *report, ly_slice_t *text)
{
	size_t len = 0;
	char *buffer;
	ly_buf_t b;

	for(const ly_clixml_value_t *item = first;
			item && len <= LY_SETTINGS_MAX_LIST; item = item->next)
		len += item->text.len + 1;
	buffer = ly_arena_alloc(settings->arena, len);
	if(!buffer) {
		ly_found_no_memory(report);
		return false;
	}
	b = ly_buf(buffer, len);
	for(const ly_clixml_value_t *item = first; item && !b.full;
			item = item->next) {
		if(item != first)
			ly_putc(&b, ',');
		ly_put(&b, item->text);
	}
	*text = ly_buf_slice(&b);
	return true;
}

bool ly_settings_value(const ly_settings_t *settings,
		const ly_configuration_t *configuration, const char *parameter,
		ly_report_t *report, ly_slice_t *text)
{
	const ly_clixml_value_t *value =
			ly_clixml_property(configuration->object, parameter);

	*text = value ? ly_trim(value->text) : LY_EMPTY;
	if(value && value->list)
		return joined(settings, value->items, report, text);
	return value;
}

ly_rules_state_t ly_settings_rules(const ly_configuration_t *configuration,
		const char *parameter, const ly_clixml_value_t **first)
{
	const ly_clixml_value_t *list =
			ly_clixml_property(configuration->object, parameter);

	*first = list ? list->items : NULL;
	if(!list || list->kind == LY_CLIXML_NULL)
		return LY_RULES_ABSENT;
	return ly_clixml_text_only(list) ? LY_RULES_COLLAPSED : LY_RULES_READ;
}
