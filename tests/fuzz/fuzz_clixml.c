/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a file of Export-Clixml: objects without a cycle and within the limits, or a finding. */
#include "fuzz.h"

/* A block for each piece, so that the sanitizer sees whoever writes past one. */
#define BLOCK_BYTES 1
#include "liblync/arena.c"
#include "liblync/settings.h"

/* What XML 1.0 allows, in UTF-8: else no plan could be written that holds it. */
static void check_text(ly_slice_t text)
{
	for(size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.s[i];
		must(c >= 0x20 || c == '\t' || c == '\n' || c == '\r',
				"no control character comes out of an escape");
	}
}

/* Shared objects are looked at each time that they are met, but no more than this in all. */
static unsigned budget;

static void walk(const ly_clixml_value_t *first, unsigned depth)
{
	must(depth <= 2 * LY_CLIXML_MAX_DEPTH + 256, "no object lies in itself");
	for(const ly_clixml_value_t *v = first; v && budget; v = v->next) {
		budget--;
		check_text(v->name);
		check_text(v->text);
		must(v->list || !v->items, "items are in lists");
		must(v->kind == LY_CLIXML_OBJECT || (!v->properties && !v->list),
				"only objects have parts");
		(void)ly_clixml_text_only(v);
		(void)ly_clixml_is(v, "TrunkConfiguration");
		walk(v->properties, depth + 1);
		walk(v->items, depth + 1);
	}
}

static void check_settings(ly_slice_t bytes, ly_arena_t *arena)
{
	static const char *const parameters[] = {
			"SRTPMode", "PstnUsages", "OutboundTranslationRulesList"};
	ly_report_t report = {0};
	ly_settings_t settings;
	const ly_configuration_t *configuration;

	ly_settings_init(&settings, arena);
	if(!ly_settings_read(&settings, bytes, &report))
		return;
	configuration = ly_settings_for(&settings, LY_LIT("a"), LY_LIT("b"));
	(void)ly_settings_routes(&settings, LY_LIT("a"));
	for(size_t i = 0; configuration && i < 3; i++) {
		const ly_clixml_value_t *rule;
		ly_slice_t text;
		if(ly_settings_value(
				   &settings, configuration, parameters[i], &report, &text))
			check_text(text);
		if(ly_settings_rules(configuration, parameters[i], &rule)
				== LY_RULES_READ)
			walk(rule, 0);
	}
	must(!report.count, "asking finds nothing wrong");
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_arena_t arena = {malloc, free, NULL};
	ly_report_t report = {0};
	ly_slice_t bytes = copy_of(data, size);
	const ly_clixml_value_t *first;

	budget = 20000;
	if(ly_clixml_read(bytes, &arena, &report, &first))
		walk(first, 0);
	must((report.count > 0) == (report.first.text[0] != '\0'),
			"a finding says what");
	check_settings(bytes, &arena);
	ly_arena_free(&arena);
	give_back(bytes);
	return 0;
}
