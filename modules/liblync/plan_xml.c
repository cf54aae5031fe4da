/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tree of lync-trunks.xml becomes the structures of the plan, by the tables of plan_schema.c. */
#include "liblync/plan_reader.h"

#include "liblync/xml.h"

#define MAX_KNOWN 64
#define XSI "http://www.w3.org/2001/XMLSchema-instance"

static bool is(const xmlNode *node, const ly_element_t *element)
{
	return node->type == XML_ELEMENT_NODE
		   && strcmp((const char *)node->name, element->name) == 0;
}

static unsigned count_of(const xmlNode *parent, const ly_element_t *element)
{
	unsigned count = 0;

	for(const xmlNode *node = parent->children; node; node = node->next)
		count += is(node, element);
	return count;
}

/* The child of the table that has the name; NULL where none has. */
static const ly_element_t *child_named(
		const ly_element_t *element, ly_slice_t name)
{
	for(const ly_element_t *const *child = element->children; *child; child++) {
		if(ly_eq(name, ly_cstr((*child)->name)))
			return *child;
	}
	return NULL;
}

static void *take(ly_reader_t *reader, size_t count, size_t size)
{
	void *p = ly_arena_alloc(&reader->plan->arena, count * size);

	if(!p)
		ly_found_no_memory(reader->report);
	return p;
}

/* Attributes --------------------------------------------------------------------------------------------------------- */

static const ly_attribute_t *attribute_named(
		const ly_element_t *element, ly_slice_t name)
{
	const ly_attribute_t *attribute = element->attributes;

	while(attribute->name && !ly_eq(name, ly_cstr(attribute->name)))
		attribute++;
	return attribute->name ? attribute : NULL;
}

static void unknown_attribute(
		ly_reader_t *reader, const ly_spot_t *spot, ly_slice_t name)
{
	ly_slice_t known[MAX_KNOWN];
	size_t count = 0;

	for(const ly_hint_t *h = ly_trunk_hints; h->name; h++) {
		if(!ly_eq(name, ly_cstr(h->name)))
			continue;
		ly_found(reader->report, spot->line,
				"element <%s>: attribute '%s' is none of a plan: %s",
				spot->element->name, h->name, h->hint);
		return;
	}
	for(const ly_attribute_t *a = spot->element->attributes;
			a->name && count < MAX_KNOWN; a++)
		known[count++] = ly_cstr(a->name);
	ly_found_unknown(reader->report, spot->line, name, known, count,
			"element <%s>: attribute '%.60s' is unknown", spot->element->name,
			name.s);
}

/* Where a schema-aware editor finds the XSD; no business of ours. */
static bool for_the_editor(const xmlAttr *attr)
{
	return attr->ns && strcmp((const char *)attr->ns->href, XSI) == 0;
}

/* The text of an attribute, to be freed with xmlFree(); NULL only without memory. */
static xmlChar *text_of(ly_reader_t *reader, const xmlAttr *attr)
{
	xmlChar *text = attr->children
							? xmlNodeListGetString(attr->doc, attr->children, 1)
							: xmlStrdup((const xmlChar *)"");

	if(!text)
		ly_found_no_memory(reader->report);
	return text;
}

static void read_value(ly_reader_t *reader, const ly_spot_t *spot,
		const ly_attribute_t *attribute, const xmlAttr *attr)
{
	xmlChar *text = text_of(reader, attr);

	if(text)
		ly_plan_value(reader, spot, attribute, ly_cstr((const char *)text));
	xmlFree(text);
}

static const xmlAttr *find_attr(const xmlNode *node, const char *name)
{
	const xmlAttr *attr = node->properties;

	while(attr && (attr->ns || strcmp((const char *)attr->name, name) != 0))
		attr = attr->next;
	return attr;
}

static void read_attributes(
		ly_reader_t *reader, const ly_spot_t *spot, const xmlNode *node)
{
	for(const xmlAttr *attr = node->properties; attr; attr = attr->next) {
		ly_slice_t name = ly_cstr((const char *)attr->name);
		const ly_attribute_t *attribute =
				attr->ns ? NULL : attribute_named(spot->element, name);
		if(attribute)
			read_value(reader, spot, attribute, attr);
		else if(!for_the_editor(attr))
			unknown_attribute(reader, spot, name);
	}
	for(const ly_attribute_t *a = spot->element->attributes; a->name; a++) {
		if(find_attr(node, a->name))
			continue;
		if(a->required)
			ly_found(reader->report, spot->line,
					"element <%s>: attribute '%s' is missing",
					spot->element->name, a->name);
		else if(a->preset)
			ly_plan_value(reader, spot, a, ly_cstr(a->preset));
	}
}

/* Where an element's structure lies ------------------------------------------------------------------------------ */

static void *next_in_list(const ly_element_t *element, void *parent)
{
	unsigned *count = (unsigned *)((char *)parent + element->count);
	char *list;

	memcpy(&list, (char *)parent + element->list, sizeof(list));
	return list + element->size * (*count)++;
}

static void *interface_of(
		ly_reader_t *reader, ly_node_t *node, const xmlNode *xml, unsigned line)
{
	const xmlAttr *side = find_attr(xml, "side");
	xmlChar *text = side ? text_of(reader, side) : NULL;
	bool pstn = text && strcmp((const char *)text, "pstn") == 0;
	ly_interface_t *face = &node->side[pstn ? LY_PSTN : LY_LYNC];

	xmlFree(text);
	if(face->present)
		ly_found(reader->report, line,
				"element <interface>: the node has two for side '%s'; expected "
				"one for 'lync' and one for 'pstn'",
				ly_side_name(pstn ? LY_PSTN : LY_LYNC));
	face->present = true;
	return face;
}

static void *next_server(ly_reader_t *reader, ly_pool_t *pool)
{
	ly_peer_t *peer = &reader->plan->peers[reader->servers++];

	peer->side = LY_LYNC;
	peer->pool = pool;
	peer->tls_min = pool->tls_min;
	peer->dialect = pool->dialect;
	pool->servers[pool->server_count++] = peer;
	return peer;
}

static void *next_target(ly_reader_t *reader)
{
	ly_peer_t *peer =
			&reader->plan->peers[reader->server_total + reader->targets++];

	peer->side = LY_PSTN;
	return peer;
}

static void *place(ly_reader_t *reader, const ly_element_t *element,
		void *parent, const xmlNode *xml, unsigned line)
{
	switch(element->slot) {
		case LY_SLOT_LIST:
			return next_in_list(element, parent);
		case LY_SLOT_INTERFACE:
			return interface_of(reader, parent, xml, line);
		case LY_SLOT_SERVER:
			return next_server(reader, parent);
		case LY_SLOT_TARGET:
			return next_target(reader);
		case LY_SLOT_PARENT:
		default:
			return parent;
	}
}

/* Elements ----------------------------------------------------------------------------------------------------------- */

/* Room for the structures of an element's children, whose number the tree tells beforehand. */
static bool reserve(ly_reader_t *reader, const ly_element_t *element,
		void *item, const xmlNode *xml)
{
	for(const ly_element_t *const *child = element->children; *child; child++) {
		void *list;
		unsigned count = count_of(xml, *child);
		if((*child)->slot == LY_SLOT_SERVER) {
			ly_pool_t *pool = item;
			pool->servers = take(reader, count, sizeof(*pool->servers));
			if(!pool->servers)
				return false;
		}
		if((*child)->slot != LY_SLOT_LIST)
			continue;
		list = take(reader, count, (*child)->size);
		if(!list)
			return false;
		memcpy((char *)item + (*child)->list, &list, sizeof(list));
	}
	return true;
}

static void check_counts(
		ly_reader_t *reader, const ly_spot_t *spot, const xmlNode *xml)
{
	for(const ly_element_t *const *child = spot->element->children; *child;
			child++) {
		unsigned count = count_of(xml, *child);
		if(count < (*child)->min)
			ly_found(reader->report, spot->line,
					"element <%s>: %u <%s> in it; expected at least %u",
					spot->element->name, count, (*child)->name, (*child)->min);
		else if((*child)->max && count > (*child)->max)
			ly_found(reader->report, spot->line,
					"element <%s>: %u <%s> in it; expected at most %u",
					spot->element->name, count, (*child)->name, (*child)->max);
	}
}

static void unknown_element(
		ly_reader_t *reader, const ly_element_t *parent, const xmlNode *xml)
{
	ly_slice_t known[MAX_KNOWN], name = ly_cstr((const char *)xml->name);
	size_t count = 0;

	for(const ly_element_t *const *child = parent->children;
			*child && count < MAX_KNOWN; child++)
		known[count++] = ly_cstr((*child)->name);
	ly_found_unknown(reader->report, ly_xml_line(xml), name, known, count,
			"element <%.60s> is unknown in <%s>", name.s, parent->name);
}

/* Element of our namespace, or said why not. */
static bool ours(ly_reader_t *reader, const xmlNode *xml)
{
	const char *uri = xml->ns ? (const char *)xml->ns->href : "";

	/* libxml2 does not look whether its copy of the text succeeded */
	if(!uri) {
		ly_found_no_memory(reader->report);
		return false;
	}
	if(strcmp(uri, LY_PLAN_NAMESPACE) == 0)
		return true;
	ly_found(reader->report, ly_xml_line(xml),
			"element <%.60s> belongs to the namespace '%.60s'; expected '%s'",
			(const char *)xml->name, uri, LY_PLAN_NAMESPACE);
	return false;
}

static void read_children(
		ly_reader_t *reader, const ly_spot_t *spot, const xmlNode *xml);

/* Goes no deeper than the tables do, so recursion is bounded. */
static void read_element(ly_reader_t *reader, const ly_element_t *element,
		void *parent, const xmlNode *xml)
{
	ly_spot_t spot = {element, NULL, ly_xml_line(xml)};

	spot.item = place(reader, element, parent, xml, spot.line);
	if(element->line != LY_NOWHERE)
		memcpy((char *)spot.item + element->line, &spot.line,
				sizeof(spot.line));
	read_attributes(reader, &spot, xml);
	check_counts(reader, &spot, xml);
	if(reserve(reader, element, spot.item, xml))
		read_children(reader, &spot, xml);
}

static void read_children(
		ly_reader_t *reader, const ly_spot_t *spot, const xmlNode *xml)
{
	for(const xmlNode *node = xml->children; node && !reader->report->no_memory;
			node = node->next) {
		const ly_element_t *child;
		if(node->type == XML_TEXT_NODE
				&& ly_trim(ly_cstr((const char *)node->content)).len)
			ly_found(reader->report, spot->line,
					"element <%s>: there is text in it; expected elements only",
					spot->element->name);
		if(node->type != XML_ELEMENT_NODE || !ours(reader, node))
			continue;
		child = child_named(spot->element, ly_cstr((const char *)node->name));
		if(child)
			read_element(reader, child, spot->item, node);
		else
			unknown_element(reader, spot->element, node);
	}
}

/* Servers and targets share one list, the servers first, whatever the order in the file. */
static bool reserve_peers(ly_reader_t *reader, const xmlNode *root)
{
	unsigned targets = 0;

	for(const xmlNode *node = root->children; node; node = node->next) {
		if(node->type != XML_ELEMENT_NODE)
			continue;
		const ly_element_t *child =
				child_named(&ly_plan_root, ly_cstr((const char *)node->name));
		targets += child && child->slot == LY_SLOT_TARGET;
		for(const ly_element_t *const *c = child ? child->children : NULL;
				c && *c; c++)
			reader->server_total +=
					(*c)->slot == LY_SLOT_SERVER ? count_of(node, *c) : 0;
	}
	reader->plan->peer_count = reader->server_total + targets;
	reader->plan->peers =
			take(reader, reader->plan->peer_count, sizeof(ly_peer_t));
	for(unsigned i = 0; reader->plan->peers && i < reader->plan->peer_count;
			i++)
		reader->plan->peers[i].index = i;
	return reader->plan->peers;
}

void ly_plan_read(ly_reader_t *reader, const xmlNode *root)
{
	if(!is(root, &ly_plan_root)) {
		ly_found(reader->report, ly_xml_line(root),
				"the document is a <%.60s>; expected <lync-trunks "
				"xmlns=\"%s\">",
				(const char *)root->name, LY_PLAN_NAMESPACE);
		return;
	}
	if(ours(reader, root) && reserve_peers(reader, root))
		read_element(reader, &ly_plan_root, reader->plan, root);
}
