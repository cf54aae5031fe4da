/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parameters of New-CsTrunkConfiguration. Which there are the plan's own tables say: those attributes of <trunk>
 * whose names begin with a capital, as Lync's do.
 */
#include "liblync/plan_importer.h"

#define MAX_PARAMETERS 64

/* A configuration in the plan's words: for each attribute of <trunk> its value; s is NULL where Lync says nothing. */
typedef struct prepared
{
	ly_slice_t values[MAX_PARAMETERS];
} prepared_t;

static const ly_attribute_t *trunk_attributes(void)
{
	const ly_element_t *const *child = ly_plan_root.children;

	while(strcmp((*child)->name, "trunk") != 0)
		child++;
	return (*child)->attributes;
}

static bool is_parameter(const ly_attribute_t *attribute)
{
	return attribute->name[0] >= 'A' && attribute->name[0] <= 'Z';
}

/* PowerShell's True is the plan's true: the first of the choices that mean the same. */
static ly_slice_t choice_of(const ly_attribute_t *attribute, ly_slice_t text)
{
	const ly_allowed_t *choice = attribute->choices;

	while(choice->name && !ly_ieq(text, ly_cstr(choice->name)))
		choice++;
	return choice->name
				   ? ly_cstr(ly_choice_name(attribute->choices, choice->value))
				   : LY_EMPTY;
}

/* The value as the plan writes it; s is NULL where the plan has no such value. */
static ly_slice_t plan_value(const ly_attribute_t *attribute, ly_slice_t text)
{
	long n;

	switch(attribute->kind) {
		case LY_KIND_CHOICE:
			return choice_of(attribute, text);
		case LY_KIND_NUMBER:
			n = ly_number(text, attribute->max);
			return n < attribute->min ? LY_EMPTY : text;
		default:
			return text.len <= LY_VALUE_MAX ? text : LY_EMPTY;
	}
}

static ly_slice_t value_in(ly_importer_t *importer,
		const ly_configuration_t *configuration,
		const ly_attribute_t *attribute)
{
	ly_slice_t text, value;

	if(!ly_settings_value(importer->in->settings, configuration,
			   attribute->name, importer->draft->report, &text))
		return LY_EMPTY;
	if(!text.len)
		return attribute->kind == LY_KIND_TEXT ? LY_LIT("") : LY_EMPTY;
	value = plan_value(attribute, text);
	if(!value.s)
		ly_import_note(importer,
				"%s of the trunk configuration '%.*s' is left out: a plan "
				"cannot say '%.*s%s'",
				attribute->name, LY_FMT(configuration->identity),
				(int)(text.len < 60 ? text.len : 60), text.s,
				text.len < 60 ? "" : "...");
	return value;
}

/* Once for each configuration, however many trunks it holds for. */
static const prepared_t *prepare(ly_importer_t *importer, ly_set_t *done,
		const ly_configuration_t *configuration)
{
	const ly_attribute_t *attributes = trunk_attributes();
	prepared_t *prepared = ly_set_find(done, configuration->identity);

	if(prepared)
		return prepared;
	prepared = ly_arena_alloc(importer->draft->arena, sizeof(*prepared));
	if(!prepared) {
		ly_found_no_memory(importer->draft->report);
		return NULL;
	}
	for(size_t i = 0; i < MAX_PARAMETERS && attributes[i].name; i++) {
		if(is_parameter(&attributes[i]))
			prepared->values[i] =
					value_in(importer, configuration, &attributes[i]);
	}
	ly_import_put(importer, done, configuration->identity, prepared);
	return prepared;
}

/* What is as New-CsTrunkConfiguration has it by default need not be said, but may be. */
static void apply(ly_importer_t *importer, ly_item_t *item,
		const ly_attribute_t *attribute, ly_slice_t value)
{
	ly_slice_t now = ly_item_get(item, attribute->name);
	bool text = attribute->kind == LY_KIND_TEXT;

	if(text && !value.len)
		ly_item_unset(item, attribute->name);
	else if(now.s && (text ? ly_eq(now, value) : ly_ieq(ly_trim(now), value)))
		return;
	else if(now.s || !attribute->preset
			|| !ly_eq(value, ly_cstr(attribute->preset)))
		ly_item_set(importer->draft, item, attribute->name, value);
}

static void apply_all(
		ly_importer_t *importer, ly_item_t *item, const prepared_t *prepared)
{
	const ly_attribute_t *attributes = trunk_attributes();

	for(size_t i = 0; i < MAX_PARAMETERS && attributes[i].name; i++) {
		if(prepared->values[i].s)
			apply(importer, item, &attributes[i], prepared->values[i]);
	}
}

/* Lync forces this over TCP, whatever is configured. */
static void without_srtp(ly_importer_t *importer, const ly_our_trunk_t *trunk)
{
	if(trunk->lync->transport == LY_TCP)
		ly_import_set(
				importer, trunk->item, "SRTPMode", LY_LIT("NotSupported"));
}

void ly_import_settings(ly_importer_t *importer)
{
	const ly_settings_t *settings = importer->in->settings;
	ly_set_t done = {.arena = importer->draft->arena};
	bool unknown = false;

	for(unsigned i = 0; i < importer->trunk_count; i++) {
		const ly_our_trunk_t *trunk = &importer->trunks[i];
		const ly_configuration_t *configuration =
				settings ? ly_settings_for(settings, trunk->lync->name,
								   trunk->lync->site)
						 : NULL;
		const prepared_t *prepared =
				configuration ? prepare(importer, &done, configuration) : NULL;
		if(prepared)
			apply_all(importer, trunk->item, prepared);
		else
			unknown |= trunk->fresh || settings;
		without_srtp(importer, trunk);
	}
	if(unknown)
		ly_import_note(importer,
				"no settings say how Lync uses %s; where the plan says "
				"nothing either, the defaults of New-CsTrunkConfiguration are "
				"assumed: see --settings",
				settings ? "some of the trunks" : "the trunks");
}
