/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/xml_node.h"

bool ly_xml_is(const ly_xml_view_t *view, const xmlNode *node, const char *name)
{
	if(node->type != XML_ELEMENT_NODE || !node->ns)
		return false;
	if(!node->ns->href) {
		/* libxml2 does not look whether its copy of the text succeeded */
		ly_found_no_memory(view->report);
		return false;
	}
	if(name && strcmp((const char *)node->name, name) != 0)
		return false;
	for(const char *const *uri = view->namespaces; *uri; uri++) {
		if(strcmp((const char *)node->ns->href, *uri) == 0)
			return true;
	}
	return false;
}

static const xmlNode *from(
		const ly_xml_view_t *view, const xmlNode *node, const char *name)
{
	while(node && !ly_xml_is(view, node, name))
		node = node->next;
	return node;
}

const xmlNode *ly_xml_first(
		const ly_xml_view_t *view, const xmlNode *parent, const char *name)
{
	return from(view, parent ? parent->children : NULL, name);
}

const xmlNode *ly_xml_next(
		const ly_xml_view_t *view, const xmlNode *node, const char *name)
{
	return from(view, node->next, name);
}

static ly_slice_t text_of(const xmlNode *node)
{
	if(node->type != XML_TEXT_NODE && node->type != XML_CDATA_SECTION_NODE)
		return LY_EMPTY;
	return ly_cstr((const char *)node->content);
}

/* Texts that stand in a row, with comments between them at most. */
static ly_slice_t joined(const ly_xml_view_t *view, const xmlNode *first)
{
	size_t len = 0;
	ly_buf_t b;
	char *copy;

	for(const xmlNode *node = first; node; node = node->next)
		len += text_of(node).len;
	copy = ly_arena_alloc(view->arena, len + 1);
	if(!copy) {
		ly_found_no_memory(view->report);
		return LY_EMPTY;
	}
	b = ly_buf(copy, len);
	for(const xmlNode *node = first; node; node = node->next)
		ly_put(&b, text_of(node));
	return ly_buf_slice(&b);
}

ly_slice_t ly_xml_attribute(
		const ly_xml_view_t *view, const xmlNode *node, const char *name)
{
	const xmlAttr *attr = node ? node->properties : NULL;

	while(attr && (attr->ns || strcmp((const char *)attr->name, name) != 0))
		attr = attr->next;
	return attr ? ly_trim(joined(view, attr->children)) : LY_EMPTY;
}

ly_slice_t ly_xml_content(const ly_xml_view_t *view, const xmlNode *node)
{
	return joined(view, node->children);
}
