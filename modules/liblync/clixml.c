/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/clixml.h"

#include "liblync/clixml_text.h"
#include "liblync/set.h"
#include "liblync/xml.h"
#include "liblync/xml_node.h"

static const char *const namespaces[] = {
		"http://schemas.microsoft.com/powershell/2004/04", NULL};

typedef ly_clixml_value_t value_t;

typedef struct reader
{
	ly_xml_view_t view;
	ly_set_t types;	  /* RefId of a <TN>: ly_clixml_types_t */
	ly_set_t objects; /* RefId of an <Obj> that has been read: value_t */
	unsigned values;
} reader_t;

/* A list whose end is known. */
typedef struct chain
{
	const value_t **end;
} chain_t;

static void append(chain_t *chain, value_t *value)
{
	*chain->end = value;
	chain->end = &value->next;
}

static void *take(reader_t *reader, size_t count, size_t size)
{
	void *p = ly_arena_alloc(reader->view.arena, count * size);

	if(!p)
		ly_found_no_memory(reader->view.report);
	return p;
}

static void remember(
		reader_t *reader, ly_set_t *set, const xmlNode *node, void *item)
{
	ly_slice_t id = ly_xml_attribute(&reader->view, node, "RefId");

	if(id.len && !ly_set_add(set, id, item, 0))
		ly_found_no_memory(reader->view.report);
}

static void *recall(reader_t *reader, const ly_set_t *set, const xmlNode *node)
{
	return ly_set_find(set, ly_xml_attribute(&reader->view, node, "RefId"));
}

/* Attributes and names are escaped as texts are. */
static ly_slice_t text_of(reader_t *reader, ly_slice_t raw)
{
	ly_slice_t text;

	if(!ly_clixml_unescape(raw, reader->view.arena, &text))
		ly_found_no_memory(reader->view.report);
	return text;
}

static ly_slice_t content(reader_t *reader, const xmlNode *node)
{
	return text_of(reader, ly_xml_content(&reader->view, node));
}

/* Reading goes on only while all is well: what is wrong with one value is so with thousands. */
static bool well(const reader_t *reader)
{
	return reader->view.report->count == 0;
}

/* <TN RefId="0"><T>Microsoft.Rtc.…</T><T>System.Object</T></TN> */
static const ly_clixml_types_t *read_types(
		reader_t *reader, const xmlNode *node)
{
	ly_clixml_types_t *types = take(reader, 1, sizeof(*types));
	const xmlNode *first = ly_xml_first(&reader->view, node, "T");
	unsigned count = 0;

	for(const xmlNode *t = first; t; t = ly_xml_next(&reader->view, t, "T"))
		count++;
	if(types)
		types->names = take(reader, count, sizeof(*types->names));
	if(!types || !types->names)
		return NULL;
	for(const xmlNode *t = first; t; t = ly_xml_next(&reader->view, t, "T"))
		types->names[types->count++] = ly_trim(content(reader, t));
	remember(reader, &reader->types, node, types);
	return types;
}

/* Values ------------------------------------------------------------------------------------------------------------- */

static value_t *read_value(
		reader_t *reader, const xmlNode *node, unsigned depth);

static void read_values(
		reader_t *reader, const xmlNode *parent, chain_t *chain, unsigned depth)
{
	for(const xmlNode *node = ly_xml_first(&reader->view, parent, NULL);
			node && well(reader);
			node = ly_xml_next(&reader->view, node, NULL)) {
		value_t *value = read_value(reader, node, depth);
		if(value)
			append(chain, value);
	}
}

/* What the parts of an <Obj> are. Those that are none of these are simple values: the object is a boxed one. */
typedef enum part
{
	PART_TYPES,
	PART_TYPES_AGAIN,
	PART_TEXT,
	PART_PROPERTIES,
	PART_ITEMS,
	PART_VALUE
} part_t;

static const struct
{
	const char *name;
	part_t part;
} parts[] = {
		{"TN", PART_TYPES}, {"TNRef", PART_TYPES_AGAIN},
		{"ToString", PART_TEXT},
		{"Props", PART_PROPERTIES}, /* those of the object */
		{"MS", PART_PROPERTIES},	/* those that PowerShell gave it */
		{"LST", PART_ITEMS}, {"IE", PART_ITEMS}, {"STK", PART_ITEMS},
		{"QUE", PART_ITEMS},
		{"DCT", PART_ITEMS}, /* <En> with a Key and a Value each */
};

static part_t part_of(const xmlNode *node)
{
	for(size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if(strcmp((const char *)node->name, parts[i].name) == 0)
			return parts[i].part;
	}
	return PART_VALUE;
}

static void read_part(reader_t *reader, const xmlNode *node, value_t *object,
		chain_t *properties, chain_t *items, unsigned depth)
{
	switch(part_of(node)) {
		case PART_TYPES:
			object->types = read_types(reader, node);
			break;
		case PART_TYPES_AGAIN:
			object->types = recall(reader, &reader->types, node);
			break;
		case PART_TEXT:
			object->text = content(reader, node);
			break;
		case PART_PROPERTIES:
			read_values(reader, node, properties, depth + 1);
			break;
		case PART_ITEMS:
			object->list = true;
			read_values(reader, node, items, depth + 1);
			break;
		case PART_VALUE:
			if(!object->text.len)
				object->text = content(reader, node);
			break;
	}
}

/* It is remembered when it is complete, so no object can come to lie in itself. */
static void read_object(
		reader_t *reader, const xmlNode *node, value_t *object, unsigned depth)
{
	chain_t properties = {&object->properties}, items = {&object->items};

	object->kind = LY_CLIXML_OBJECT;
	if(depth > LY_CLIXML_MAX_DEPTH) {
		ly_found(reader->view.report, object->line,
				"objects lie more than %d deep in each other; expected an "
				"export with Export-Clixml -Depth 4",
				LY_CLIXML_MAX_DEPTH);
		return;
	}
	for(const xmlNode *part = ly_xml_first(&reader->view, node, NULL);
			part && well(reader); part = ly_xml_next(&reader->view, part, NULL))
		read_part(reader, part, object, &properties, &items, depth);
	remember(reader, &reader->objects, node, object);
}

/* The same object again, under the name that it has here. */
static void read_again(reader_t *reader, const xmlNode *node, value_t *value)
{
	const value_t *object = recall(reader, &reader->objects, node);
	ly_slice_t name = value->name;

	if(!object)
		return; /* it stays null: an object around this one, or none */
	*value = *object;
	value->name = name;
	value->next = NULL;
}

static value_t *read_value(
		reader_t *reader, const xmlNode *node, unsigned depth)
{
	const char *tag = (const char *)node->name;
	value_t *value;

	if(++reader->values > LY_CLIXML_MAX_VALUES) {
		ly_found(reader->view.report, ly_xml_line(node),
				"the file has more than %d values; expected an export of the "
				"cmdlets for trunks alone",
				LY_CLIXML_MAX_VALUES);
		return NULL;
	}
	value = take(reader, 1, sizeof(*value));
	if(!value)
		return NULL;
	value->line = ly_xml_line(node);
	value->name = text_of(reader, ly_xml_attribute(&reader->view, node, "N"));
	if(strcmp(tag, "Obj") == 0) {
		read_object(reader, node, value, depth);
	} else if(strcmp(tag, "En") == 0) {
		value->kind = LY_CLIXML_OBJECT;
		read_values(reader, node, &(chain_t){&value->properties}, depth + 1);
	} else if(strcmp(tag, "Ref") == 0) {
		read_again(reader, node, value);
	} else if(strcmp(tag, "Nil") != 0) {
		value->kind = LY_CLIXML_TEXT;
		value->text = content(reader, node);
	}
	return value;
}

bool ly_clixml_read(ly_slice_t bytes, ly_arena_t *arena, ly_report_t *report,
		const ly_clixml_value_t **first)
{
	ly_set_t empty = {.arena = arena};
	reader_t reader = {.view = {namespaces, arena, report},
			.types = empty,
			.objects = empty};
	chain_t chain = {first};
	xmlDoc *doc = ly_xml_parse(bytes, "<Objs> of Export-Clixml", arena, report);
	const xmlNode *root;

	*first = NULL;
	if(!doc)
		return false;
	root = xmlDocGetRootElement(doc);
	if(ly_xml_is(&reader.view, root, "Objs"))
		read_values(&reader, root, &chain, 1);
	else
		ly_found(report, ly_xml_line(root),
				"the document is a <%.60s>; expected the <Objs> that "
				"Export-Clixml writes (not Export-Csv or ConvertTo-Xml)",
				(const char *)root->name);
	xmlFreeDoc(doc);
	return well(&reader);
}

/* Looking --------------------------------------------------------------------------------------------------------- */

const ly_clixml_value_t *ly_clixml_property(
		const ly_clixml_value_t *object, const char *name)
{
	const value_t *p = object->properties;

	while(p && !ly_ieq(p->name, ly_cstr(name)))
		p = p->next;
	return p;
}

ly_slice_t ly_clixml_text(const ly_clixml_value_t *object, const char *name)
{
	const value_t *p = ly_clixml_property(object, name);

	return p ? p->text : LY_EMPTY;
}

/* What a display adds ("#Decorated") and what a remote session does ("Deserialized.") are no part of the name. */
static bool ends_with(ly_slice_t name, ly_slice_t end)
{
	name.len = ly_find(name, '#');
	if(name.len < end.len || !ly_ieq(ly_from(name, name.len - end.len), end))
		return false;
	return name.len == end.len || name.s[name.len - end.len - 1] == '.';
}

bool ly_clixml_is(const ly_clixml_value_t *object, const char *type)
{
	const ly_clixml_types_t *types = object->types;

	for(unsigned i = 0; types && i < types->count; i++) {
		if(ends_with(types->names[i], ly_cstr(type)))
			return true;
	}
	return false;
}

bool ly_clixml_text_only(const ly_clixml_value_t *list)
{
	const value_t *item = list->items;

	if(!list->list)
		return list->kind != LY_CLIXML_NULL && list->text.len
			   && !list->properties;
	while(item && item->kind != LY_CLIXML_TEXT)
		item = item->next;
	return item;
}
