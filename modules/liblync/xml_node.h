/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking at the tree that ly_xml_parse() makes, by namespace and local name: prefixes are the writer's business.
 * Inside liblync only.
 */
#ifndef LIBLYNC_XML_NODE_H
#define LIBLYNC_XML_NODE_H

#include <libxml/tree.h>

#include "liblync/arena.h"
#include "liblync/finding.h"

/* Whose elements are looked at, where texts are copied to, and who hears that there is no memory. */
typedef struct ly_xml_view
{
	const char *const *namespaces; /* ends with NULL */
	ly_arena_t *arena;
	ly_report_t *report;
} ly_xml_view_t;

/* An element of one of the namespaces that has the local name; NULL: whatever name. */
bool ly_xml_is(
		const ly_xml_view_t *view, const xmlNode *node, const char *name);

/* The first such element below parent (NULL has none), or after node beside it; NULL where there is none. */
const xmlNode *ly_xml_first(
		const ly_xml_view_t *view, const xmlNode *parent, const char *name);
const xmlNode *ly_xml_next(
		const ly_xml_view_t *view, const xmlNode *node, const char *name);

/*
 * The value of an attribute without a prefix, blanks at its ends removed, in the arena; empty where it is absent,
 * blank, or node is NULL.
 */
ly_slice_t ly_xml_attribute(
		const ly_xml_view_t *view, const xmlNode *node, const char *name);

/* The text right below the element as it stands there, in the arena; never NULL but without memory. */
ly_slice_t ly_xml_content(const ly_xml_view_t *view, const xmlNode *node);

#endif
