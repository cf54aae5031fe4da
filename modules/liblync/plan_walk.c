/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way back from the structures of the plan to the words of the file, by the tables of plan_schema.c. */
#include "liblync/plan_walk.h"

#include "liblync/dialect.h"
#include "liblync/duration.h"
#include "liblync/media.h"
#include "liblync/plan_schema.h"

/* References are told by the name of what they mean, which is the first thing in it. */
_Static_assert(offsetof(ly_pool_t, name) == 0, "");
_Static_assert(offsetof(ly_peer_t, name) == 0, "");
_Static_assert(offsetof(ly_trunk_t, name) == 0, "");
_Static_assert(offsetof(ly_numbers_t, name) == 0, "");
_Static_assert(offsetof(ly_codes_t, name) == 0, "");
_Static_assert(offsetof(ly_dialect_t, name) == 0, "");
_Static_assert(offsetof(ly_media_profile_t, name) == 0, "");

typedef struct walk
{
	const ly_plan_t *plan;
	const ly_listener_t *listener;
} walk_t;

/* Attributes --------------------------------------------------------------------------------------------------------- */

static long number_at(const char *field, size_t size)
{
	uint32_t four;
	uint16_t two;

	if(size == sizeof(four)) {
		memcpy(&four, field, sizeof(four));
		return four;
	}
	if(size == sizeof(two)) {
		memcpy(&two, field, sizeof(two));
		return two;
	}
	return *field != 0;
}

static void put_rules(ly_buf_t *out, const char *field)
{
	ly_rule_set_t mask;

	memcpy(&mask, field, sizeof(mask));
	for(unsigned i = 0; i < ly_rule_count; i++) {
		if(mask >> i & 1)
			ly_putf(out, "%s%s", out->len ? " " : "", ly_rules[i].id);
	}
}

/* The text of a value; empty where there is none. */
static void put_value(
		ly_buf_t *out, const ly_attribute_t *attribute, const char *item)
{
	const char *field = item + attribute->offset;
	const ly_slice_t *named;
	long number;

	switch(attribute->kind) {
		case LY_KIND_NUMBER:
			number = number_at(field, attribute->size);
			if(number >= attribute->min || attribute->or_zero)
				ly_putf(out, "%ld", number);
			break;
		case LY_KIND_DURATION:
			ly_put_duration(
					out, (unsigned long)number_at(field, attribute->size));
			break;
		case LY_KIND_CHOICE:
			ly_putf(out, "%s",
					ly_choice_name(attribute->choices,
							(int)number_at(field, attribute->size)));
			break;
		case LY_KIND_RULES:
			put_rules(out, field);
			break;
		case LY_KIND_ADDRESS:
		case LY_KIND_CODECS:
			ly_put(out, *(const ly_slice_t *)(item + attribute->text));
			break;
		case LY_KIND_DIALECT:
		case LY_KIND_MEDIA:
		case LY_KIND_POOL:
		case LY_KIND_TARGET:
		case LY_KIND_TRUNK:
		case LY_KIND_NUMBERS:
		case LY_KIND_CODES:
			memcpy(&named, field, sizeof(named));
			ly_put(out, named ? *named : LY_EMPTY);
			break;
		default:
			ly_put(out, *(const ly_slice_t *)field);
	}
}

static ly_told_t what_of(const ly_attribute_t *attribute)
{
	if(attribute->kind == LY_KIND_NUMBER)
		return LY_TOLD_NUMBER;
	return attribute->kind == LY_KIND_CHOICE
						   && attribute->choices == ly_booleans
				   ? LY_TOLD_BOOLEAN
				   : LY_TOLD_TEXT;
}

static void tell(
		const walk_t *walk, const ly_attribute_t *attribute, ly_slice_t value)
{
	ly_told_attribute_t told = {attribute->name, value, what_of(attribute),
			attribute->preset && ly_eq(value, ly_cstr(attribute->preset))};

	if(value.len)
		walk->listener->attribute(walk->listener->to, &told);
}

static void walk_attributes(
		const walk_t *walk, const ly_element_t *element, const char *item)
{
	char text[LY_MAX_RULES * 32 + LY_VALUE_MAX];

	for(const ly_attribute_t *a = element->attributes; a->name; a++) {
		ly_buf_t value = ly_buf(text, sizeof(text));
		if(a->offset == LY_NOWHERE)
			continue;
		put_value(&value, a, item);
		tell(walk, a, ly_buf_slice(&value));
	}
}

/* Elements ----------------------------------------------------------------------------------------------------------- */

static void walk_children(
		const walk_t *walk, const ly_element_t *element, const char *item);

static void walk_element(
		const walk_t *walk, const ly_element_t *element, const char *item)
{
	walk->listener->element(walk->listener->to, element->name, true);
	walk_attributes(walk, element, item);
	walk_children(walk, element, item);
	walk->listener->element(walk->listener->to, element->name, false);
}

/* An interface is known by its place, which its attribute side names. */
static void walk_interfaces(
		const walk_t *walk, const ly_element_t *element, const ly_node_t *node)
{
	for(ly_side_t side = LY_LYNC; side <= LY_PSTN; side++) {
		walk->listener->element(walk->listener->to, element->name, true);
		tell(walk, &element->attributes[0], ly_cstr(ly_side_name(side)));
		walk_attributes(walk, element, (const char *)&node->side[side]);
		walk->listener->element(walk->listener->to, element->name, false);
	}
}

static void walk_servers(
		const walk_t *walk, const ly_element_t *element, const ly_pool_t *pool)
{
	for(unsigned i = 0; i < pool->server_count; i++)
		walk_element(walk, element, (const char *)pool->servers[i]);
}

static void walk_targets(const walk_t *walk, const ly_element_t *element)
{
	for(unsigned i = 0; i < walk->plan->peer_count; i++) {
		if(!walk->plan->peers[i].pool)
			walk_element(walk, element, (const char *)&walk->plan->peers[i]);
	}
}

static void walk_list(
		const walk_t *walk, const ly_element_t *element, const char *parent)
{
	const char *list;
	unsigned count;

	memcpy(&list, parent + element->list, sizeof(list));
	memcpy(&count, parent + element->count, sizeof(count));
	for(unsigned i = 0; i < count; i++)
		walk_element(walk, element, list + i * element->size);
}

/* It has no structure of its own: it was in the file where its line is known. */
static void walk_part(
		const walk_t *walk, const ly_element_t *element, const char *parent)
{
	if(number_at(parent + element->line, sizeof(unsigned)))
		walk_element(walk, element, parent);
}

static void walk_child(
		const walk_t *walk, const ly_element_t *element, const char *parent)
{
	switch(element->slot) {
		case LY_SLOT_PARENT:
			walk_part(walk, element, parent);
			break;
		case LY_SLOT_INTERFACE:
			walk_interfaces(walk, element, (const ly_node_t *)parent);
			break;
		case LY_SLOT_SERVER:
			walk_servers(walk, element, (const ly_pool_t *)parent);
			break;
		case LY_SLOT_TARGET:
			walk_targets(walk, element);
			break;
		default:
			walk_list(walk, element, parent);
	}
}

static void walk_children(
		const walk_t *walk, const ly_element_t *element, const char *item)
{
	const ly_listener_t *listener = walk->listener;

	for(const ly_element_t *const *child = element->children; *child; child++) {
		bool list = listener->list && (*child)->max != 1;
		if(list)
			listener->list(listener->to, (*child)->name, true);
		walk_child(walk, *child, item);
		if(list)
			listener->list(listener->to, (*child)->name, false);
	}
}

void ly_plan_walk(const ly_plan_t *plan, const ly_listener_t *listener)
{
	const walk_t walk = {plan, listener};
	const ly_attribute_t *version = ly_plan_root.attributes;

	listener->element(listener->to, ly_plan_root.name, true);
	tell(&walk, version, ly_cstr(version->choices->name));
	walk_attributes(&walk, &ly_plan_root, (const char *)plan);
	walk_children(&walk, &ly_plan_root, (const char *)plan);
	listener->element(listener->to, ly_plan_root.name, false);
}

void ly_plan_walk_trunk(const ly_trunk_t *trunk, const ly_listener_t *listener)
{
	const walk_t walk = {NULL, listener};

	walk_element(&walk, &ly_plan_trunk_element, (const char *)trunk);
}
