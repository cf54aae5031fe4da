/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How Lync is set up to use its trunks, read from Export-Clixml of
 *   Get-CsTrunkConfiguration             configurations, each for all trunks, those of a site, or one
 *   Get-CsTrunk (2010: Get-CsService -PstnGateway)
 *   Get-CsVoiceRoute                     which numbers Lync sends to which trunks
 * in one file or several; other objects in them are passed over. Names of trunks and sites are found in any case.
 */
#ifndef LIBLYNC_SETTINGS_H
#define LIBLYNC_SETTINGS_H

#include "liblync/clixml.h"
#include "liblync/set.h"

#define LY_SETTINGS_MAX_LIST \
	4096 /* bytes of a list as a text, about; a plan holds less */

/* For whom New-CsTrunkConfiguration made a configuration. */
typedef enum ly_scope
{
	LY_SCOPE_GLOBAL,
	LY_SCOPE_SITE,
	LY_SCOPE_TRUNK,
	LY_SCOPES
} ly_scope_t;

typedef struct ly_configuration
{
	ly_slice_t
			identity; /* as Lync writes it: "Service:PstnGateway:sbc1.contoso.com" */
	ly_scope_t scope;
	ly_slice_t owner; /* the site or the trunk; empty for all */
	const ly_clixml_value_t *object;
} ly_configuration_t;

/* A voice route that leads to a trunk. */
typedef struct ly_voice_route
{
	struct ly_voice_route
			*next; /* to the same trunk, as they stand in the file */
	ly_slice_t name;
	ly_slice_t pattern; /* regular expression on the called number */
} ly_voice_route_t;

/* A trunk as Get-CsTrunk knows it. */
typedef struct ly_listed_trunk
{
	struct ly_listed_trunk
			*next; /* of all of them, as they stand in the file */
	ly_slice_t name;
	ly_slice_t pool; /* its FQDN */
} ly_listed_trunk_t;

typedef struct ly_settings
{
	ly_arena_t *arena;
	ly_set_t configurations[LY_SCOPES]; /* owner: ly_configuration_t */
	ly_set_t routes;	  /* trunk: what ly_settings_routes() gives */
	unsigned route_count; /* of all trunks */
	ly_listed_trunk_t *trunks;
	ly_listed_trunk_t **trunks_end;
} ly_settings_t;

/* What a configuration says of a list of rules. */
typedef enum ly_rules_state
{
	LY_RULES_ABSENT, /* nothing: that version of Lync has no such rules */
	LY_RULES_COLLAPSED, /* there are some, but the export does not go deep enough to show them */
	LY_RULES_READ
} ly_rules_state_t;

/* No settings yet; what comes will lie in the arena. */
void ly_settings_init(ly_settings_t *settings, ly_arena_t *arena);

/*
 * Adds what stands in one more file. The report is a fresh one, for this file. false with a finding: no Clixml,
 * nothing in it that matters here, one thing configured twice, or no memory.
 */
bool ly_settings_read(
		ly_settings_t *settings, ly_slice_t bytes, ly_report_t *report);

/* The configuration that holds for a trunk of a site: the most specific one. NULL where there is none. */
const ly_configuration_t *ly_settings_for(
		const ly_settings_t *settings, ly_slice_t trunk, ly_slice_t site);

/* The first voice route that leads to the trunk; NULL where none does. */
const ly_voice_route_t *ly_settings_routes(
		const ly_settings_t *settings, ly_slice_t trunk);

/*
 * The value of a parameter of New-CsTrunkConfiguration as text, of a list with commas, in settings->arena; empty for
 * null. false where the configuration does not know the parameter, and without memory, which the report says.
 */
bool ly_settings_value(const ly_settings_t *settings,
		const ly_configuration_t *configuration, const char *parameter,
		ly_report_t *report, ly_slice_t *text);

/* The rules of a list such as "OutboundTranslationRulesList"; *first may be NULL: the list is empty. */
ly_rules_state_t ly_settings_rules(const ly_configuration_t *configuration,
		const char *parameter, const ly_clixml_value_t **first);

#endif
