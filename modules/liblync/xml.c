/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/xml.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdint.h>

/*
 * NOENT, the DTD options, XINCLUDE, HUGE and RECOVER stay off: each of them is a way in. IGNORE_ENC: the text is
 * UTF-8 by now, whatever its first line says.
 */
#define OPTIONS                                                            \
	(XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR               \
			| XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS | XML_PARSE_COMPACT \
			| XML_PARSE_IGNORE_ENC)

/*
 * libxml2 keeps lines in 16 bits and means the end of the start tag, but a tag is looked for where it begins. The
 * whole text lies in memory and '<' does not occur inside a tag, so one finds it by going back.
 */
static unsigned line_of_tag(const xmlParserInput *input)
{
	const xmlChar *p = input->cur;
	int line = input->line;

	while(p > input->base && *p != '<') {
		if(*--p == '\n')
			line--;
	}
	return line > 0 ? (unsigned)line : 0;
}

static void on_element(void *context, const xmlChar *name,
		const xmlChar *prefix, const xmlChar *uri, int namespace_count,
		const xmlChar **namespaces, int count, int defaulted,
		const xmlChar **attributes)
{
	const xmlParserCtxt *parser = context;

	xmlSAX2StartElementNs(context, name, prefix, uri, namespace_count,
			namespaces, count, defaulted, attributes);
	if(parser->node && parser->input)
		parser->node->_private = (void *)(uintptr_t)line_of_tag(parser->input);
}

unsigned ly_xml_line(const xmlNode *element)
{
	return (unsigned)(uintptr_t)element->_private;
}

/* The first error only: libxml2 goes on, and what follows is seldom the cause. */
static void on_error(void *context, const xmlError *error)
{
	const xmlParserCtxt *parser = context;
	ly_report_t *report = parser->_private;
	ly_slice_t text = ly_trim(ly_cstr(error->message));

	if(error->level < XML_ERR_ERROR || report->count)
		return;
	if(error->code == XML_ERR_NO_MEMORY)
		ly_found_no_memory(report);
	else
		ly_found(
				report, error->line, "not well-formed XML: %.*s", LY_FMT(text));
}

/* Where it builds the tree, libxml2 leaves out what it has no memory for, and says so here only. */
static bool lost_something(void)
{
	const xmlError *last = xmlGetLastError();

	return last && last->code == XML_ERR_NO_MEMORY;
}

static xmlDoc *parse(ly_slice_t text, ly_report_t *report)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	xmlDoc *doc;

	if(!parser) {
		ly_found_no_memory(report);
		return NULL;
	}
	parser->_private = report;
	parser->sax->startElementNs = on_element;
	/* The handler's type lost and gained a const over libxml2's versions. */
	parser->sax->serror = (xmlStructuredErrorFunc)on_error;
	xmlResetLastError();
	doc = xmlCtxtReadMemory(parser, text.s, (int)text.len, NULL, NULL, OPTIONS);
	/* Every other reason is told to on_error. */
	if(!report->count && (!doc || lost_something()))
		ly_found_no_memory(report);
	xmlFreeParserCtxt(parser);
	return doc;
}

xmlDoc *ly_xml_parse(ly_slice_t bytes, const char *root, ly_arena_t *arena,
		ly_report_t *report)
{
	ly_slice_t text;
	xmlDoc *doc;

	if(!ly_xml_text(bytes, root, arena, report, &text))
		return NULL;
	doc = parse(text, report);
	/* A document comes back from some errors too (an undeclared namespace prefix): the report decides. */
	if(doc && report->count) {
		xmlFreeDoc(doc);
		return NULL;
	}
	return doc;
}
