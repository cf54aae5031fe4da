/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lync's lists of rules, and its voice routes. Lync applies the rules itself: numbers come to the SBC as they have
 * left them. So each list becomes a <numbers> or <codes> called "lync-…" that no trunk refers to, for the
 * administrator to see, and to use once he has emptied the list in Lync. As soon as something refers to it, it is his.
 */
#include "liblync/plan_importer.h"

#define MAX_ROUTES 20	 /* of one trunk, shown in a comment */
#define MAX_RULES 50000	 /* a plan of 8 MB holds no more */
#define MAX_LEFT_OUT 100 /* of one list, said each */
#define SHOWN 200		 /* bytes of a name in a message */
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
	ly_regex_compiler_t *compiler;
	ly_set_t names;	   /* blocks of this import */
	ly_set_t done;	   /* identity of a configuration: its name in blocks */
	ly_set_t referred; /* "numbers lync-global": somebody refers to it */
	ly_set_t blocks;   /* the same: the block as the plan had it */
	ly_set_t kept;	   /* the same: it stays */
	unsigned count;	   /* of rules */
	unsigned left_out; /* of the list */
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

/* One list ----------------------------------------------------------------------------------------------------------- */

/* A rule that the plan cannot hold is said, and stands in a comment for whoever uses the list. */
static void leave_out(rules_t *rules, const ly_configuration_t *configuration,
		size_t list, const ly_clixml_value_t *rule, ly_item_t *item,
		ly_slice_t why)
{
	ly_slice_t name = ly_import_short(ly_clixml_text(rule, "Name"), SHOWN);
	ly_item_t *block = item->parent;

	ly_item_remove(item);
	if(++rules->left_out > MAX_LEFT_OUT)
		return;
	ly_import_note(rules->importer,
			"the rule '%.*s' of %s of the trunk configuration '%.*s' (line %u "
			"of the export) is left out: %.*s",
			LY_FMT(name), lists[list].parameter,
			LY_FMT(ly_import_short(configuration->identity, SHOWN)), rule->line,
			LY_FMT(why));
	ly_import_comment(rules->importer, block, NULL,
			LY_FILL_IN "the rule '%.*s' of Lync, before these rules are used: "
					   "%.*s",
			LY_FMT(name), LY_FMT(why));
}

static void say_how_many_more(rules_t *rules,
		const ly_configuration_t *configuration, size_t list, ly_item_t *block)
{
	unsigned more = rules->left_out - MAX_LEFT_OUT;

	if(rules->left_out <= MAX_LEFT_OUT)
		return;
	ly_import_note(rules->importer,
			"%u more rules of %s of the trunk configuration '%.*s' are left "
			"out",
			more, lists[list].parameter,
			LY_FMT(ly_import_short(configuration->identity, SHOWN)));
	ly_import_comment(rules->importer, block, NULL,
			LY_FILL_IN "%u more rules of Lync, before these rules are used",
			more);
}

static void add_rule(rules_t *rules, const ly_configuration_t *configuration,
		size_t list, const ly_clixml_value_t *rule, ly_item_t *block)
{
	ly_item_t *item = ly_draft_add(rules->importer->draft, block, "rule");
	char text[500];
	ly_buf_t why = ly_buf(text, sizeof(text));
	bool right;

	if(!item)
		return;
	/* A list may be that of many configurations. */
	if(++rules->count > MAX_RULES) {
		ly_found(rules->importer->draft->report, 0,
				"the trunk configurations have more than %d rules", MAX_RULES);
		return;
	}
	right = lists[list].on
					? ly_import_number_rule(rules->importer, rules->compiler,
							  rule, lists[list].on, item, &why)
					: ly_import_code_rule(rules->importer, rule, item, &why);
	if(!right)
		leave_out(rules, configuration, list, rule, item, ly_buf_slice(&why));
}

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
			LY_FMT(ly_import_short(configuration->identity, SHOWN)), element,
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
	rules->left_out = 0;
	for(; block && rule && !ly_import_over(rules->importer); rule = rule->next)
		add_rule(rules, configuration, list, rule, block);
	say_how_many_more(rules, configuration, list, block);
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
					LY_FMT(ly_import_short(configuration->identity, SHOWN)));
	}
}

static void remark_routes(
		ly_importer_t *importer, ly_item_t *item, const ly_voice_route_t *first)
{
	char text[MAX_ROUTES * 150];
	ly_buf_t b = ly_buf(text, sizeof(text));
	unsigned count = 0;

	for(const ly_voice_route_t *route = first; route; route = route->next) {
		if(++count <= MAX_ROUTES)
			ly_putf(&b, "%s '%.*s' %.*s", count > 1 ? "," : "",
					LY_FMT(ly_import_short(route->name, 60)),
					LY_FMT(ly_import_short(route->pattern, 60)));
	}
	if(count > MAX_ROUTES)
		ly_putf(&b, " and %u more", count - MAX_ROUTES);
	if(count)
		ly_import_comment(importer, item, NULL,
				LY_FROM_LYNC "voice routes to this trunk:%.*s",
				LY_FMT(ly_buf_slice(&b)));
}

static void import_all(rules_t *rules, const ly_settings_t *settings)
{
	ly_importer_t *importer = rules->importer;

	for(unsigned i = 0; i < importer->trunk_count && !ly_import_over(importer);
			i++) {
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
		import_lists(rules, configuration);
		remark_collapsed(importer, trunk->item, configuration);
	}
}

void ly_import_rules(ly_importer_t *importer)
{
	ly_set_t empty = {.arena = importer->draft->arena};
	rules_t rules = {importer, NULL, empty, empty, empty, empty, empty, 0, 0};

	if(!importer->in->settings)
		return;
	rules.compiler = ly_regex_compiler_new(importer->draft->arena);
	if(!rules.compiler) {
		ly_found_no_memory(importer->draft->report);
		return;
	}
	note_references(&rules, "trunk");
	note_references(&rules, "target");
	note_blocks(&rules, "numbers");
	note_blocks(&rules, "codes");
	import_all(&rules, importer->in->settings);
	remove_stale(&rules, "numbers");
	remove_stale(&rules, "codes");
	ly_regex_compiler_free(rules.compiler);
}
