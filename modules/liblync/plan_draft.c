/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan_draft.h"

#include <stdarg.h>
#include <stdio.h>

#include "liblync/plan_schema.h"
#include "liblync/xml.h"

#define MAX_DEPTH \
	16 /* of elements; each line of a deep one begins with blanks */

/* Memory ------------------------------------------------------------------------------------------------------------- */

static void *take(ly_draft_t *draft, size_t size)
{
	void *p = ly_arena_alloc(draft->arena, size);

	if(!p)
		ly_found_no_memory(draft->report);
	return p;
}

static ly_slice_t copy(ly_draft_t *draft, ly_slice_t text)
{
	ly_slice_t s = ly_arena_copy(draft->arena, text);

	if(!s.s)
		ly_found_no_memory(draft->report);
	return s;
}

ly_slice_t ly_draft_text(ly_draft_t *draft, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = len < 0 ? NULL : take(draft, (size_t)len + 1);
	if(!text)
		return LY_EMPTY;
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return ly_slice(text, (size_t)len);
}

/* The tree ----------------------------------------------------------------------------------------------------------- */

static ly_item_t *new_item(
		ly_draft_t *draft, ly_item_kind_t kind, unsigned line)
{
	ly_item_t *item = take(draft, sizeof(*item));

	if(item) {
		item->kind = kind;
		item->line = line;
	}
	return item;
}

/* Behind after, or before all others where after is NULL. */
static void insert(ly_item_t *parent, ly_item_t *after, ly_item_t *item)
{
	item->parent = parent;
	item->before = after;
	item->next = after ? after->next : parent->first;
	if(item->next)
		item->next->before = item;
	else
		parent->last = item;
	if(after)
		after->next = item;
	else
		parent->first = item;
}

void ly_item_remove(ly_item_t *item)
{
	ly_item_t *parent = item->parent;

	if(item->before)
		item->before->next = item->next;
	else
		parent->first = item->next;
	if(item->next)
		item->next->before = item->before;
	else
		parent->last = item->before;
}

bool ly_item_is(const ly_item_t *item, const char *name)
{
	ly_slice_t local = item->name;
	size_t colon = ly_find(local, ':');

	if(colon < local.len)
		local = ly_from(local, colon + 1);
	return item->kind == LY_ITEM_ELEMENT && ly_eq(local, ly_cstr(name));
}

static ly_item_t *from(ly_item_t *item, const char *name)
{
	while(item && !ly_item_is(item, name))
		item = item->next;
	return item;
}

ly_item_t *ly_item_first(const ly_item_t *parent, const char *name)
{
	return parent ? from(parent->first, name) : NULL;
}

ly_item_t *ly_item_next(const ly_item_t *item, const char *name)
{
	return from(item->next, name);
}

/* What the plan's tables say of an element; NULL where they do not know it. */
static const ly_element_t *schema_of(const ly_item_t *item)
{
	const ly_element_t *around;

	if(!item->parent || !item->parent->parent)
		return ly_item_is(item, ly_plan_root.name) ? &ly_plan_root : NULL;
	around = schema_of(item->parent);
	for(const ly_element_t *const *child = around ? around->children : NULL;
			child && *child; child++) {
		if(ly_item_is(item, (*child)->name))
			return *child;
	}
	return NULL;
}

/* The place of an element in the order of the tables; behind all where they do not know it. */
static size_t rank(const ly_element_t *around, const ly_item_t *item)
{
	size_t i = 0;

	while(around && around->children[i]
			&& !ly_item_is(item, around->children[i]->name))
		i++;
	return i;
}

/* Behind the last one that should stand before it; the first one stands behind the comments that were there. */
static void insert_in_order(ly_item_t *parent, ly_item_t *item)
{
	const ly_element_t *around = schema_of(parent);
	size_t mine = rank(around, item);
	ly_item_t *after = parent->last;
	bool alone = true;

	for(; after; after = after->before) {
		if(after->kind != LY_ITEM_ELEMENT)
			continue;
		alone = false;
		if(rank(around, after) <= mine)
			break;
	}
	insert(parent, alone ? parent->last : after, item);
}

ly_item_t *ly_draft_add(ly_draft_t *draft, ly_item_t *parent, const char *name)
{
	ly_item_t *item = parent ? new_item(draft, LY_ITEM_ELEMENT, 0) : NULL;
	ly_slice_t prefix = draft->root ? draft->root->name : LY_EMPTY;

	if(!item)
		return NULL;
	prefix.len = ly_find(prefix, ':');
	item->name = draft->root && prefix.len < draft->root->name.len
						 ? ly_draft_text(draft, "%.*s:%s", LY_FMT(prefix), name)
						 : copy(draft, ly_cstr(name));
	insert_in_order(parent, item);
	return item;
}

void ly_draft_comment(ly_draft_t *draft, ly_item_t *parent, ly_item_t *before,
		ly_slice_t text)
{
	ly_item_t *after = before ? before->before : NULL;
	ly_item_t *comment;

	if(!parent)
		return;
	for(ly_item_t *c = before ? after : parent->first;
			c && c->kind == LY_ITEM_COMMENT; c = before ? c->before : c->next) {
		if(ly_eq(ly_trim(c->text), ly_trim(text)))
			return;
	}
	comment = new_item(draft, LY_ITEM_COMMENT, 0);
	if(!comment)
		return;
	comment->text = copy(draft, text);
	insert(parent, after, comment);
}

/* Attributes --------------------------------------------------------------------------------------------------------- */

static ly_item_attribute_t **find(ly_item_t *item, const char *name)
{
	ly_item_attribute_t **place = &item->attributes;

	while(*place && !ly_eq((*place)->name, ly_cstr(name)))
		place = &(*place)->next;
	return place;
}

ly_slice_t ly_item_get(const ly_item_t *item, const char *name)
{
	const ly_item_attribute_t *attribute = item ? item->attributes : NULL;

	while(attribute && !ly_eq(attribute->name, ly_cstr(name)))
		attribute = attribute->next;
	return attribute ? attribute->value : LY_EMPTY;
}

void ly_item_set(
		ly_draft_t *draft, ly_item_t *item, const char *name, ly_slice_t value)
{
	ly_item_attribute_t **place = item ? find(item, name) : NULL;

	if(!item)
		return;
	if(!*place) {
		*place = take(draft, sizeof(**place));
		if(!*place)
			return;
		(*place)->name = copy(draft, ly_cstr(name));
	}
	(*place)->value = copy(draft, value);
}

void ly_item_unset(ly_item_t *item, const char *name)
{
	ly_item_attribute_t **place = item ? find(item, name) : NULL;

	if(place && *place)
		*place = (*place)->next;
}

/* Reading ------------------------------------------------------------------------------------------------------------ */

static ly_slice_t qualified(
		ly_draft_t *draft, const xmlNs *ns, const xmlChar *name)
{
	return ns && ns->prefix
				   ? ly_draft_text(draft, "%s:%s", (const char *)ns->prefix,
							 (const char *)name)
				   : copy(draft, ly_cstr((const char *)name));
}

/* Only texts stand in an attribute, since nothing declares entities. */
static ly_slice_t value_of(ly_draft_t *draft, const xmlAttr *attr)
{
	xmlChar *text = attr->children
							? xmlNodeListGetString(attr->doc, attr->children, 1)
							: xmlStrdup((const xmlChar *)"");
	ly_slice_t value = LY_EMPTY;

	if(text)
		value = copy(draft, ly_cstr((const char *)text));
	else
		ly_found_no_memory(draft->report);
	xmlFree(text);
	return value;
}

static void read_attributes(
		ly_draft_t *draft, const xmlNode *node, ly_item_t *item)
{
	ly_item_attribute_t **end = &item->attributes;

	for(const xmlNs *ns = node->nsDef; ns; ns = ns->next) {
		ly_item_attribute_t *a = take(draft, sizeof(*a));
		if(!a)
			return;
		a->name = ns->prefix ? ly_draft_text(draft, "xmlns:%s",
									   (const char *)ns->prefix)
							 : copy(draft, LY_LIT("xmlns"));
		a->value = copy(draft, ly_cstr((const char *)ns->href));
		*end = a;
		end = &a->next;
	}
	for(const xmlAttr *attr = node->properties; attr; attr = attr->next) {
		ly_item_attribute_t *a = take(draft, sizeof(*a));
		if(!a)
			return;
		a->name = qualified(draft, attr->ns, attr->name);
		a->value = value_of(draft, attr);
		*end = a;
		end = &a->next;
	}
}

static void read_node(ly_draft_t *draft, const xmlNode *node, ly_item_t *parent,
		unsigned depth)
{
	static const struct
	{
		xmlElementType type;
		ly_item_kind_t kind;
	} kinds[] = {{XML_ELEMENT_NODE, LY_ITEM_ELEMENT},
			{XML_COMMENT_NODE, LY_ITEM_COMMENT},
			{XML_PI_NODE, LY_ITEM_INSTRUCTION}};
	size_t i = 0;
	ly_item_t *item;

	while(i < 3 && kinds[i].type != node->type)
		i++;
	if(i == 3)
		return;
	item = new_item(draft, kinds[i].kind,
			node->type == XML_ELEMENT_NODE ? ly_xml_line(node) : 0);
	if(!item)
		return;
	insert(parent, parent->last, item);
	if(item->kind != LY_ITEM_ELEMENT)
		item->text = copy(draft, ly_cstr((const char *)node->content));
	if(item->kind == LY_ITEM_INSTRUCTION)
		item->name = copy(draft, ly_cstr((const char *)node->name));
	if(item->kind != LY_ITEM_ELEMENT)
		return;
	item->name = qualified(draft, node->ns, node->name);
	read_attributes(draft, node, item);
	if(depth > MAX_DEPTH) {
		ly_found(draft->report, item->line,
				"elements lie more than %d deep in each other, as in no plan",
				MAX_DEPTH);
		return;
	}
	for(const xmlNode *child = node->children; child && !draft->report->count;
			child = child->next)
		read_node(draft, child, item, depth + 1);
}

static bool is_plan(const xmlNode *root)
{
	return root->ns && root->ns->href
		   && strcmp((const char *)root->ns->href, LY_PLAN_NAMESPACE) == 0
		   && strcmp((const char *)root->name, ly_plan_root.name) == 0;
}

static void read_document(ly_draft_t *draft, const xmlDoc *doc)
{
	for(const xmlNode *node = doc->children; node; node = node->next)
		read_node(draft, node, draft->document, 1);
	draft->root = ly_item_first(draft->document, ly_plan_root.name);
	if(!draft->root && !draft->report->count)
		ly_found_no_memory(draft->report);
}

static bool begin(ly_draft_t *draft, ly_arena_t *arena, ly_report_t *report)
{
	*draft = (ly_draft_t){.arena = arena, .report = report};
	draft->document = new_item(draft, LY_ITEM_ELEMENT, 0);
	return draft->document;
}

bool ly_draft_read(ly_draft_t *draft, ly_slice_t bytes, ly_arena_t *arena,
		ly_report_t *report)
{
	xmlDoc *doc = ly_xml_parse(bytes,
			"<lync-trunks xmlns=\"" LY_PLAN_NAMESPACE "\">", arena, report);

	if(!doc)
		return false;
	if(!is_plan(xmlDocGetRootElement(doc)))
		ly_found(report, ly_xml_line(xmlDocGetRootElement(doc)),
				"the document is no plan; expected <lync-trunks "
				"xmlns=\"%s\">",
				LY_PLAN_NAMESPACE);
	else if(begin(draft, arena, report))
		read_document(draft, doc);
	xmlFreeDoc(doc);
	return !report->count;
}

bool ly_draft_empty(ly_draft_t *draft, ly_arena_t *arena, ly_report_t *report)
{
	if(!begin(draft, arena, report))
		return false;
	draft->root = ly_draft_add(draft, draft->document, ly_plan_root.name);
	ly_item_set(draft, draft->root, "xmlns", LY_LIT(LY_PLAN_NAMESPACE));
	ly_item_set(draft, draft->root, "version", LY_LIT("1"));
	return !report->count;
}
