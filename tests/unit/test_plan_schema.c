/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The XSD that editors use and the tables that the reader uses say the same. */
#include "plan_helpers.h"

#include <glob.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include "liblync/plan_schema.h"

#define XSD "kamailio-cfg/lync-trunks.xsd"

static xmlDoc *xsd;

/* The XSD as a tree ---------------------------------------------------------------------------------------------- */

static bool is(const xmlNode *node, const char *tag)
{
	return node->type == XML_ELEMENT_NODE
		   && strcmp((const char *)node->name, tag) == 0;
}

static bool says(const xmlNode *node, const char *name, const char *value)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	bool same = text ? value && strcmp((const char *)text, value) == 0 : !value;

	xmlFree(text);
	return same;
}

/* The first node with the tag (and name) under one, at any depth. */
static xmlNode *under(const xmlNode *top, const char *tag, const char *name)
{
	for(xmlNode *node = top->children; node; node = node->next) {
		xmlNode *found;
		if(is(node, tag) && (!name || says(node, "name", name)))
			return node;
		found = under(node, tag, name);
		if(found)
			return found;
	}
	return NULL;
}

static bool documented(const xmlNode *node)
{
	for(const xmlNode *child = node->children; child; child = child->next) {
		if(is(child, "annotation"))
			return under(child, "documentation", NULL) != NULL;
	}
	return false;
}

/* The definition behind type="…", or the one that stands inside. */
static xmlNode *type_of(const xmlNode *node, const char *tag)
{
	xmlChar *name = xmlGetNoNsProp(node, (const xmlChar *)"type");
	xmlNode *type =
			name ? under(xmlDocGetRootElement(xsd), tag, (const char *)name)
				 : under(node, tag, NULL);

	xmlFree(name);
	return type;
}

/* Comparing ---------------------------------------------------------------------------------------------------------- */

static unsigned attributes_compared;

static void same_choices(const ly_attribute_t *attribute, const xmlNode *node)
{
	const xmlNode *restriction =
			under(type_of(node, "simpleType"), "restriction", NULL);
	unsigned in_xsd = 0, in_table = 0;

	for(const xmlNode *n = restriction->children; n; n = n->next)
		in_xsd += is(n, "enumeration");
	for(const ly_allowed_t *c = attribute->choices; c->name; c++) {
		bool found = false;
		in_table++;
		for(const xmlNode *n = restriction->children; n; n = n->next)
			found |= is(n, "enumeration") && says(n, "value", c->name);
		if(!found)
			fail_msg(
					"%s: the XSD lacks the value %s", attribute->name, c->name);
	}
	assert_int_equal(in_xsd, in_table);
}

static void same_attribute(const char *element, const ly_attribute_t *attribute,
		const xmlNode *node)
{
	if(!says(node, "use", attribute->required ? "required" : NULL))
		fail_msg("<%s %s>: required or not?", element, attribute->name);
	if(!says(node, "default", attribute->preset))
		fail_msg("<%s %s>: another default", element, attribute->name);
	if(!documented(node))
		fail_msg("<%s %s>: no documentation", element, attribute->name);
	if(attribute->kind == LY_KIND_CHOICE)
		same_choices(attribute, node);
	attributes_compared++;
}

static void same_element(const ly_element_t *element, const xmlNode *node)
{
	const xmlNode *type = type_of(node, "complexType");
	unsigned in_xsd = 0, in_table = 0;

	if(!type || (!documented(type) && !documented(node)))
		fail_msg("<%s>: no documentation", element->name);
	for(const xmlNode *n = type->children; n; n = n->next)
		in_xsd += is(n, "attribute");
	for(const ly_attribute_t *a = element->attributes; a->name; a++) {
		const xmlNode *attribute = under(type, "attribute", a->name);
		if(!attribute)
			fail_msg("<%s %s> is not in the XSD", element->name, a->name);
		same_attribute(element->name, a, attribute);
		in_table++;
	}
	if(in_xsd != in_table)
		fail_msg("<%s>: %u attributes in the XSD, %u in the table",
				element->name, in_xsd, in_table);
	in_xsd = in_table = 0;
	for(const xmlNode *group = type->children; group; group = group->next) {
		for(const xmlNode *n = group->children; n; n = n->next)
			in_xsd += is(n, "element");
	}
	for(const ly_element_t *const *c = element->children; *c; c++) {
		const xmlNode *child = under(type, "element", (*c)->name);
		if(!child)
			fail_msg(
					"<%s> is not in the XSD's <%s>", (*c)->name, element->name);
		same_element(*c, child);
		in_table++;
	}
	if(in_xsd != in_table)
		fail_msg("<%s>: %u elements in the XSD, %u in the table", element->name,
				in_xsd, in_table);
}

static void xsd_and_tables_agree(void **state)
{
	(void)state;
	same_element(&ly_plan_root,
			under(xmlDocGetRootElement(xsd), "element", ly_plan_root.name));
	assert_true(attributes_compared >= 100);
}

/* Validating ---------------------------------------------------------------------------------------------------------- */

static int validate(const char *path)
{
	xmlSchemaParserCtxt *parser = xmlSchemaNewParserCtxt(XSD);
	xmlSchema *schema = xmlSchemaParse(parser);
	xmlSchemaValidCtxt *context = xmlSchemaNewValidCtxt(schema);
	xmlDoc *doc = xmlReadFile(path, NULL, 0);
	int result;

	assert_non_null(schema);
	assert_non_null(doc);
	result = xmlSchemaValidateDoc(context, doc);
	xmlFreeDoc(doc);
	xmlSchemaFreeValidCtxt(context);
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(parser);
	return result;
}

static void good_plans_are_valid(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(validate(EXAMPLE), 0);
	assert_int_equal(glob(GOOD "*.xml", 0, NULL, &files), 0);
	for(size_t i = 0; i < files.gl_pathc; i++) {
		if(validate(files.gl_pathv[i]) != 0)
			fail_msg("%s is not valid by the XSD", files.gl_pathv[i]);
	}
	globfree(&files);
}

static void quiet(void *to, const char *format, ...)
{
	(void)to;
	(void)format;
}

/* An editor marks these too; references and the like it cannot know. */
static void bad_values_are_invalid(void **state)
{
	static const char *const files[] = {"unknown-attribute",
			"missing-attribute", "wrong-version", "bad-port", "bad-number",
			"bad-weight", "bad-tier", "bad-fqdn", "bad-name", "bad-path",
			"bad-transport", "lync-trunk-udp", "bad-side", "bad-tls-version",
			"bad-SRTPMode", "bad-boolean", "bad-state", "bad-direction",
			"bad-code", "bad-cause", "bad-call-id", "bad-token", "bad-prack",
			"bad-refer", "bad-hold", "bad-session-timer", "long-session-timer",
			"bad-redirect", "bad-hunt-tries", "bad-early-media",
			"bad-early-dialogs", "redirect-of-trunk", "limit-zero", "no-rule",
			"unknown-element", "misplaced-element", "no-server", "text",
			"unknown-codec", "profile-without-codecs", "bad-srtp", "bad-dtmf"};

	(void)state;
	xmlSetGenericErrorFunc(NULL, quiet);
	for(size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[200];
		snprintf(path, sizeof(path), BAD "%s.xml", files[i]);
		if(validate(path) == 0)
			fail_msg("%s is valid by the XSD", path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
			TEST(xsd_and_tables_agree),
			TEST(good_plans_are_valid),
			TEST(bad_values_are_invalid),
	};
	int failed;

	xsd = xmlReadFile(XSD, NULL, 0);
	failed = xsd ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
	xmlFreeDoc(xsd);
	return failed;
}
