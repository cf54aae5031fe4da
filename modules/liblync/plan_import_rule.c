/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One rule of Lync becomes one of the plan, if the plan can hold it: else one rule would spoil it all. */
#include "liblync/plan_importer.h"
#include "liblync/translation.h"

#define SHOWN 200 /* bytes of a wrong value that a message repeats */

/* An attribute of a rule, trimmed as the plan does, or false: it is too long. */
static bool set_text(ly_importer_t *importer, ly_item_t *item, const char *name,
		ly_slice_t value, ly_buf_t *why)
{
	value = ly_trim(value);
	ly_item_set(importer->draft, item, name, value);
	if(value.len <= LY_VALUE_MAX)
		return true;
	ly_putf(why, "its %s has %zu bytes, more than %d", name, value.len,
			LY_VALUE_MAX);
	return false;
}

/* "its pattern '^(' has …"; the reason is what follows. */
static bool complain(ly_importer_t *importer, const char *what, ly_slice_t text,
		const ly_buf_t *reason, ly_buf_t *why)
{
	if(!reason->len)
		ly_found_no_memory(importer->draft->report);
	ly_putf(why, "its %s '%.*s' %.*s", what,
			LY_FMT(ly_import_short(text, SHOWN)), LY_FMT(ly_buf_slice(reason)));
	return false;
}

static bool compiles(ly_importer_t *importer, ly_regex_compiler_t *compiler,
		ly_slice_t pattern, ly_slice_t translation, ly_buf_t *why)
{
	ly_regex_t regex = {.text = pattern};
	ly_translation_t into = {.text = translation};
	char text[240];
	ly_buf_t reason = ly_buf(text, sizeof(text));

	if(!pattern.len) {
		ly_put(why, LY_LIT("it has no pattern"));
		return false;
	}
	if(!ly_regex_compile(compiler, &regex, &reason))
		return complain(importer, "pattern", pattern, &reason, why);
	if(!ly_translation_compile(&into, &regex, importer->draft->arena, &reason))
		return complain(importer, "translation", translation, &reason, why);
	return true;
}

bool ly_import_number_rule(ly_importer_t *importer,
		ly_regex_compiler_t *compiler, const ly_clixml_value_t *rule,
		const char *on, ly_item_t *item, ly_buf_t *why)
{
	ly_slice_t pattern = ly_trim(ly_clixml_text(rule, "Pattern"));
	ly_slice_t translation = ly_trim(ly_clixml_text(rule, "Translation"));

	ly_item_set(importer->draft, item, "on", ly_cstr(on));
	return set_text(importer, item, "name", ly_clixml_text(rule, "Name"), why)
		   && set_text(importer, item, "pattern", pattern, why)
		   && set_text(importer, item, "translation", translation, why)
		   && compiles(importer, compiler, pattern, translation, why);
}

/* By Lync's names. The plan's bounds are in its tables; Lync's own are the same, but nobody has read its file yet. */
static const struct
{
	const char *property;
	const char *attribute;
	long min, max;
} codes[] = {
		{"ReceivedResponseCode", "received", 400, 699},
		{"ReceivedISUPCauseValue", "cause", 1, 127},
		{"TranslatedResponseCode", "translated", 400, 699},
};

bool ly_import_code_rule(ly_importer_t *importer, const ly_clixml_value_t *rule,
		ly_item_t *item, ly_buf_t *why)
{
	for(size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		ly_slice_t text = ly_trim(ly_clixml_text(rule, codes[i].property));
		long n = ly_number(text, codes[i].max);
		if(n >= codes[i].min)
			ly_import_set_number(
					importer, item, codes[i].attribute, (unsigned)n);
		else if(text.len && n != 0) { /* 0 is any */
			ly_putf(why, "its %s is '%.*s', not %ld to %ld", codes[i].property,
					LY_FMT(ly_import_short(text, SHOWN)), codes[i].min,
					codes[i].max);
			return false;
		}
	}
	if(!ly_item_get(item, "translated").s
			|| (!ly_item_get(item, "received").s
					&& !ly_item_get(item, "cause").s)) {
		ly_put(why, LY_LIT("it does not say which code becomes which"));
		return false;
	}
	return set_text(importer, item, "name", ly_clixml_text(rule, "Name"), why);
}
