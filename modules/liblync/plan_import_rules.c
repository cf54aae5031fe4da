/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lync's lists of rules, and its voice routes. Lync applies the rules itself: numbers come to the SBC as they have
 * left them. So each list becomes a <numbers> or <codes> called "lync-…" that no trunk refers to, for the
 * administrator to see, and to use once he has emptied the list in Lync. As soon as something refers to it, it is his.
 */
#include "liblync/plan_importer.h"

#define MAX_ROUTES 30 /* of one trunk, shown in a comment */
#define COLLAPSED "the rules of "

static const struct
{
	const char *parameter;
	const char *element; /* and the attribute that refers to it */
	const char *on;		 /* which number; NULL: codes */
} lists[] = {
		{"OutboundTranslationRulesList", "numbers", "called"},
		{"OutboundCallingNumberTranslationRulesList", "numbers", "calling"},
		{"SipResponseCodeTranslationRulesList", "codes", NULL},
};

#define LISTS (sizeof(lists) / sizeof(lists[0]))

typedef struct rules
{
	ly_importer_t *importer;
	ly_set_t names;	   /* blocks of this import */
	ly_set_t done;	   /* identity of a configuration: its name in blocks */
	ly_set_t referred; /* "numbers lync-global": somebody refers to it */
	ly_set_t blocks;   /* the same: the block as the plan had it */
	ly_set_t kept;	   /* the same: it stays */
} rules_t;

static ly_slice_t key_of(
		const rules_t *rules, const char *element, ly_slice_t name)
{
	return ly_draft_text(
			rules->importer->draft, "%s %.*s", element, LY_FMT(name));
}

static void put(rules_t *rules, ly_set_t *set, const char *element,
		ly_slice_t name, void *item)
{
	ly_import_put(rules->importer, set, key_of(rules, element, name), item);
}

static void *get(const rules_t *rules, const ly_set_t *set, const char *element,
		ly_slice_t name)
{
	return ly_set_find(set, key_of(rules, element, name));
}

/* What there was ----------------------------------------------------------------------------------------------------- */

static void note_references(rules_t *rules, const char *owner)
{
	static const char *const references[] = {"numbers", "codes"};

	for(ly_item_t *item = ly_item_first(rules->importer->draft->root, owner);
			item; item = ly_item_next(item, owner)) {
		for(size_t i = 0; i < 2; i++) {
			ly_slice_t name = ly_trim(ly_item_get(item, references[i]));
			if(name.len)
				put(rules, &rules->referred, references[i], name, item);
		}
	}
}

static void note_blocks(rules_t *rules, const char *element)
{
	for(ly_item_t *b = ly_item_first(rules->importer->draft->root, element); b;
			b = ly_item_next(b, element)) {
		ly_slice_t name = ly_trim(ly_item_get(b, "name"));
		if(ly_istarts(name, LY_LIT(LY_LYNC_RULES)))
			put(rules, &rules->blocks, element, name, b);
	}
}

/* One rule ----------------------------------------------------------------------------------------------------------- */

/* An attribute of a rule, or false: the plan cannot hold it. */
static bool set_text(
		rules_t *rules, ly_item_t *item, const char *name, ly_slice_t value)
{
	ly_item_set(rules->importer->draft, item, name, value);
	return value.len <= LY_VALUE_MAX;
}

static bool fill_number_rule(rules_t *rules, const ly_clixml_value_t *rule,
		const char *on, ly_item_t *item)
{
	ly_slice_t pattern = ly_clixml_text(rule, "Pattern");

	return set_text(rules, item, "on", ly_cstr(on))
		   && set_text(rules, item, "name", ly_clixml_text(rule, "Name"))
		   && set_text(rules, item, "pattern", pattern)
		   && set_text(rules, item, "translation",
				   ly_clixml_text(rule, "Translation"))
		   && pattern.len;
}

/* A number that the plan may hold; absent where Lync has none. */
static bool set_number(rules_t *rules, ly_item_t *item, const char *name,
		ly_slice_t value, long min, long max)
{
	long n = ly_number(ly_trim(value), max);

	if(n > 0)
		ly_import_set_number(rules->importer, item, name, (unsigned)n);
	return n == 0 || n >= min || !value.len;
}

static bool fill_code_rule(rules_t *rules, const ly_clixml_value_t *rule,
		const char *on, ly_item_t *item)
{
	ly_slice_t received = ly_clixml_text(rule, "ReceivedResponseCode");
	ly_slice_t cause = ly_clixml_text(rule, "ReceivedISUPCauseValue");
	ly_slice_t translated = ly_clixml_text(rule, "TranslatedResponseCode");

	(void)on;
	return set_number(rules, item, "received", received, 400, 699)
		   && set_number(rules, item, "cause", cause, 1, 127)
		   && set_number(rules, item, "translated", translated, 400, 699)
		   && set_text(rules, item, "name", ly_clixml_text(rule, "Name"))
		   && ly_item_get(item, "translated").s
		   && (ly_item_get(item, "received").s || ly_item_get(item, "cause").s);
}

static void add_rule(rules_t *rules, const ly_configuration_t *configuration,
		size_t list, const ly_clixml_value_t *rule, ly_item_t *block)
{
	ly_item_t *item = ly_draft_add(rules->importer->draft, block, "rule");
	bool (*fill)(rules_t *, const ly_clixml_value_t *, const char *,
			ly_item_t *) = lists[list].on ? fill_number_rule : fill_code_rule;

	if(!item || fill(rules, rule, lists[list].on, item))
		return;
	ly_item_remove(item);
	ly_import_note(rules->importer,
			"a rule of %s of the trunk configuration '%.*s' is left out (line "
			"%u of the export): the plan cannot say what it does",
			lists[list].parameter, LY_FMT(configuration->identity), rule->line);
}

/* One list ----------------------------------------------------------------------------------------------------------- */

static void empty_block(ly_item_t *block)
{
	while(block->first)
		ly_item_remove(block->first);
}

/* The block for the rules of a configuration, emptied where this import has not begun it; NULL: it is not ours. */
static ly_item_t *block_for(rules_t *rules,
		const ly_configuration_t *configuration, size_t list, ly_slice_t name)
{
	ly_importer_t *importer = rules->importer;
	const char *element = lists[list].element;
	ly_item_t *block = get(rules, &rules->blocks, element, name);

	if(get(rules, &rules->referred, element, name)) {
		ly_import_note(importer,
				"%s=\"%.*s\" is in use, while Lync applies the rules of %s of "
				"'%.*s' itself: they are applied twice; empty the list in "
				"Lync",
				element, LY_FMT(name), lists[list].parameter,
				LY_FMT(configuration->identity));
		return NULL;
	}
	if(get(rules, &rules->kept, element, name))
		return block;
	if(block) {
		empty_block(block);
	} else {
		block = ly_draft_add(importer->draft, importer->draft->root, element);
		ly_item_set(importer->draft, block, "name", name);
		put(rules, &rules->blocks, element, name, block);
	}
	put(rules, &rules->kept, element, name, block);
	ly_import_comment(importer, block, NULL,
			LY_FROM_LYNC
			"Lync applies these rules of the trunk configuration '%.*s' "
			"itself, so no trunk refers to them. To have the SBC apply them, "
			"empty the list in Lync (Set-CsTrunkConfiguration) and give the "
			"trunk %s=\"%.*s\".",
			LY_FMT(ly_import_short(configuration->identity)), element,
			LY_FMT(name));
	return block;
}

static void import_list(rules_t *rules, const ly_configuration_t *configuration,
		size_t list, ly_slice_t name)
{
	const ly_clixml_value_t *rule;
	ly_rules_state_t state =
			ly_settings_rules(configuration, lists[list].parameter, &rule);
	ly_item_t *block;

	if(state == LY_RULES_COLLAPSED)
		put(rules, &rules->kept, lists[list].element, name, rules);
	if(state != LY_RULES_READ || !rule)
		return;
	block = block_for(rules, configuration, list, name);
	for(; block && rule; rule = rule->next)
		add_rule(rules, configuration, list, rule, block);
}

/* "lync-global", "lync-site-Redmond", "lync-sbc1.contoso.com" */
static ly_slice_t block_name(
		rules_t *rules, const ly_configuration_t *configuration)
{
	static const char *const beginnings[LY_SCOPES] = {
			[LY_SCOPE_GLOBAL] = LY_LYNC_RULES "global",
			[LY_SCOPE_SITE] = LY_LYNC_RULES "site-",
			[LY_SCOPE_TRUNK] = LY_LYNC_RULES};
	ly_slice_t wanted = ly_draft_text(rules->importer->draft, "%s%.*s",
			beginnings[configuration->scope], LY_FMT(configuration->owner));

	return ly_import_name(
			rules->importer, &rules->names, wanted, rules->importer);
}

/* Each configuration once, however many trunks it holds for. */
static void import_lists(
		rules_t *rules, const ly_configuration_t *configuration)
{
	ly_slice_t name;

	if(ly_set_find(&rules->done, configuration->identity))
		return;
	ly_import_put(rules->importer, &rules->done, configuration->identity,
			rules->importer);
	name = block_name(rules, configuration);
	for(size_t list = 0; list < LISTS; list++)
		import_list(rules, configuration, list, name);
}

/* Blocks of former imports whose list is empty by now, and those in which no rule could be kept. */
static void remove_stale(rules_t *rules, const char *element)
{
	ly_item_t *next;

	for(ly_item_t *b = ly_item_first(rules->importer->draft->root, element); b;
			b = next) {
		ly_slice_t name = ly_trim(ly_item_get(b, "name"));
		next = ly_item_next(b, element);
		if(ly_istarts(name, LY_LIT(LY_LYNC_RULES))
				&& !get(rules, &rules->referred, element, name)
				&& (!get(rules, &rules->kept, element, name)
						|| !ly_item_first(b, "rule")))
			ly_item_remove(b);
	}
}

/* Comments in trunks ------------------------------------------------------------------------------------------------ */

static void remark_collapsed(ly_importer_t *importer, ly_item_t *item,
		const ly_configuration_t *configuration)
{
	for(size_t list = 0; list < LISTS; list++) {
		const ly_clixml_value_t *rule;
		if(ly_settings_rules(configuration, lists[list].parameter, &rule)
				== LY_RULES_COLLAPSED)
			ly_import_comment(importer, item, NULL,
					LY_FILL_IN COLLAPSED
					"%s of the trunk configuration '%.*s': the export shows "
					"that there are some, but not which; export it again with "
					"Export-Clixml -Depth 4 and import that",
					lists[list].parameter,
					LY_FMT(ly_import_short(configuration->identity)));
	}
}

static void remark_routes(
		ly_importer_t *importer, ly_item_t *item, const ly_voice_route_t *first)
{
	ly_draft_t *draft = importer->draft;
	ly_slice_t text = LY_LIT("");
	unsigned count = 0;

	for(const ly_voice_route_t *route = first; route; route = route->next) {
		if(++count <= MAX_ROUTES)
			text = ly_draft_text(draft, "%.*s%s '%.*s' %.*s", LY_FMT(text),
					count > 1 ? "," : "", LY_FMT(ly_import_short(route->name)),
					LY_FMT(ly_import_short(route->pattern)));
	}
	if(count > MAX_ROUTES)
		text = ly_draft_text(
				draft, "%.*s and %u more", LY_FMT(text), count - MAX_ROUTES);
	if(count)
		ly_import_comment(importer, item, NULL,
				LY_FROM_LYNC "voice routes to this trunk:%.*s", LY_FMT(text));
}

void ly_import_rules(ly_importer_t *importer)
{
	const ly_settings_t *settings = importer->in->settings;
	ly_set_t empty = {.arena = importer->draft->arena};
	rules_t rules = {importer, empty, empty, empty, empty, empty};

	if(!settings)
		return;
	note_references(&rules, "trunk");
	note_references(&rules, "target");
	note_blocks(&rules, "numbers");
	note_blocks(&rules, "codes");
	for(unsigned i = 0; i < importer->trunk_count; i++) {
		const ly_our_trunk_t *trunk = &importer->trunks[i];
		const ly_configuration_t *configuration =
				ly_settings_for(settings, trunk->lync->name, trunk->lync->site);
		if(settings->routes.count)
			ly_import_forget(trunk->item, LY_FROM_LYNC);
		ly_import_forget(trunk->item, LY_FILL_IN COLLAPSED);
		remark_routes(importer, trunk->item,
				ly_settings_routes(settings, trunk->lync->name));
		if(!configuration)
			continue;
		import_lists(&rules, configuration);
		remark_collapsed(importer, trunk->item, configuration);
	}
	remove_stale(&rules, "numbers");
	remove_stale(&rules, "codes");
}
