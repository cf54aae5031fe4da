/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of an attribute becomes the value of a field, each kind in its own way. */
#include "liblync/plan_reader.h"

#include <stdio.h>

#include "liblync/dialect.h"
#include "liblync/duration.h"
#include "liblync/media.h"
#include "liblync/plan_shape.h"

#define MAX_CHOICES 64 /* there may be as many rules: LY_MAX_RULES */
#define SHOWN 60	   /* bytes of a wrong value that a message repeats */

static void store(const ly_attribute_t *attribute, void *field, long value)
{
	uint16_t two = (uint16_t)value;
	uint32_t four = (uint32_t)value;
	bool one = value != 0;

	if(attribute->size == sizeof(four))
		memcpy(field, &four, sizeof(four));
	else if(attribute->size == sizeof(two))
		memcpy(field, &two, sizeof(two));
	else
		memcpy(field, &one, sizeof(one));
}

static bool number_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	long n = ly_number(text, attribute->max);

	if(n < attribute->min && !(attribute->or_zero && n == 0))
		return false;
	store(attribute, field, n);
	return true;
}

static bool duration_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	long ms = ly_duration(text, attribute->max);

	if(ms < attribute->min && !(attribute->or_zero && ms == 0))
		return false;
	store(attribute, field, ms);
	return true;
}

static bool choice_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	const ly_allowed_t *choice = attribute->choices;

	while(choice->name && !ly_eq(text, ly_cstr(choice->name)))
		choice++;
	if(choice->name && field)
		store(attribute, field, choice->value);
	return choice->name;
}

/* What the text means to people, or to a later step; XML has no control characters but blanks. */
static bool text_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	(void)attribute;
	*(ly_slice_t *)field = text;
	return true;
}

/* The first word that is no rule's id; empty where all are. */
static ly_slice_t odd_rule(ly_slice_t text, ly_rule_set_t *mask)
{
	ly_slice_t id;

	*mask = 0;
	while((id = ly_word(&text)).len) {
		ly_rule_set_t bit = ly_rule_bit(id);
		if(!bit)
			return id;
		*mask |= bit;
	}
	return LY_EMPTY;
}

static bool rules_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	(void)attribute;
	return odd_rule(text, field).len == 0;
}

/* A token (RFC 3261 25.1), or the beginning of one with a '*' behind it. */
static bool header_name(ly_slice_t name)
{
	static const char signs[] = "-.!%_+`'~";

	for(size_t i = 0; i < name.len; i++) {
		char c = name.s[i];
		bool token = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
					 || (c >= '0' && c <= '9')
					 || memchr(signs, c, sizeof(signs) - 1);

		if(!token && (c != '*' || i + 1 < name.len))
			return false;
	}
	return true;
}

static bool headers_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	ly_slice_t rest = text, name;

	(void)attribute;
	*(ly_slice_t *)field = text;
	while((name = ly_word(&rest)).len) {
		if(!header_name(name))
			return false;
	}
	return true;
}

static bool dialect_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	const ly_dialect_t *dialect = ly_dialect(text);

	(void)attribute;
	*(const ly_dialect_t **)field = dialect;
	return dialect;
}

static bool codecs_shape(
		const ly_attribute_t *attribute, ly_slice_t text, void *field)
{
	(void)attribute;
	return ly_media_codecs(text, field).len == 0;
}

/* By ly_kind_t. Kinds without a shape are references, which are known at the end of the file only. */
static const struct
{
	ly_shape_t *shape;
	bool keeps; /* the plan keeps the text itself */
	const char *expected;
	const char *(*names)(void);
} kinds[] = {
		[LY_KIND_NAME] = {ly_name_shape, true,
				"a name of letters, digits, '.', '_' and '-'", NULL},
		[LY_KIND_FQDN] = {ly_fqdn_shape, true,
				"a fully qualified domain name such as sbc1.example.net", NULL},
		[LY_KIND_HOST] = {ly_host_shape, true,
				"a fully qualified domain name or an IP address", NULL},
		[LY_KIND_ADDRESS] = {ly_address_shape, true,
				"the IPv4 or IPv6 address of a host, such as 192.0.2.1", NULL},
		[LY_KIND_PATH] = {ly_path_shape, true,
				"an absolute path without quotes and backslashes", NULL},
		[LY_KIND_DIALLED] = {ly_dialled_shape, true,
				"a telephone number such as +4930123456: '+' and digits", NULL},
		[LY_KIND_DIALLED_LIST] = {ly_dialled_list_shape, true,
				"telephone numbers with blanks between them, such as '112 "
				"911'",
				NULL},
		[LY_KIND_TEXT] = {text_shape, true, NULL, NULL},
		[LY_KIND_NUMBER] = {number_shape, false, NULL, NULL},
		[LY_KIND_DURATION] = {duration_shape, false, NULL, NULL},
		[LY_KIND_CHOICE] = {choice_shape, false, NULL, NULL},
		[LY_KIND_DIALECT] = {dialect_shape, false, NULL, ly_dialect_names},
		[LY_KIND_RULES] = {rules_shape, false, NULL, NULL},
		[LY_KIND_HEADERS] = {headers_shape, true,
				"names of headers with blanks between them, such as "
				"'User-to-User X-Cisco-*'",
				NULL},
		[LY_KIND_CODECS] = {codecs_shape, true, NULL, ly_media_codec_names},
		[LY_KIND_POOL] = {NULL, true, NULL, NULL},
		[LY_KIND_TARGET] = {NULL, true, NULL, NULL},
		[LY_KIND_TRUNK] = {NULL, true, NULL, NULL},
		[LY_KIND_NUMBERS] = {NULL, true, NULL, NULL},
		[LY_KIND_MEDIA] = {NULL, true, NULL, NULL},
		[LY_KIND_CODES] = {NULL, true, NULL, NULL},
};

/* "a, b, c", a list of choices or the ids of rules, as slices. */
static size_t known_names(const ly_attribute_t *attribute, ly_slice_t *known)
{
	size_t count = 0;

	if(attribute->kind == LY_KIND_CHOICE) {
		for(const ly_allowed_t *c = attribute->choices;
				c->name && count < MAX_CHOICES; c++)
			known[count++] = ly_cstr(c->name);
		return count;
	}
	if(attribute->kind == LY_KIND_RULES) {
		for(; count < ly_rule_count && count < MAX_CHOICES; count++)
			known[count] = ly_cstr(ly_rules[count].id);
		return count;
	}
	for(ly_slice_t rest = ly_cstr(kinds[attribute->kind].names());
			rest.len && count < MAX_CHOICES;) {
		size_t comma = ly_find(rest, ',');
		known[count++] = ly_trim(ly_slice(rest.s, comma));
		rest = ly_from(rest, comma + 1);
	}
	return count;
}

/* Of a list of words the one that is wrong; else the whole text. *what: how the message names it. */
static ly_slice_t wrong_part(
		const ly_attribute_t *attribute, ly_slice_t text, const char **what)
{
	ly_rule_set_t rules;
	ly_codec_set_t codecs;

	*what = attribute->kind == LY_KIND_RULES	? "has the rule"
			: attribute->kind == LY_KIND_CODECS ? "has the codec"
												: "is";
	if(attribute->kind == LY_KIND_RULES)
		return odd_rule(text, &rules);
	return attribute->kind == LY_KIND_CODECS ? ly_media_codecs(text, &codecs)
											 : text;
}

static void wrong_duration(ly_reader_t *reader, unsigned line,
		const ly_attribute_t *attribute, const char *start)
{
	char least[LY_DURATION_MAX], most[LY_DURATION_MAX];
	ly_buf_t min = ly_buf(least, sizeof(least)),
			 max = ly_buf(most, sizeof(most));

	ly_put_duration(&min, (unsigned long)attribute->min);
	ly_put_duration(&max, (unsigned long)attribute->max);
	ly_found(reader->report, line,
			"%s; expected %sa duration from %.*s to %.*s, such as 500ms, 30s, "
			"10min or 1h",
			start, attribute->or_zero ? "0s or " : "",
			LY_FMT(ly_buf_slice(&min)), LY_FMT(ly_buf_slice(&max)));
}

static void wrong(ly_reader_t *reader, const ly_spot_t *spot,
		const ly_attribute_t *attribute, ly_slice_t text)
{
	ly_slice_t known[MAX_CHOICES];
	char start[200];
	const char *what;
	size_t shown, count;

	text = wrong_part(attribute, text, &what);
	shown = text.len;
	if(shown > SHOWN) {
		shown = SHOWN;
		while(shown && ((unsigned char)text.s[shown] & 0xc0) == 0x80)
			shown--; /* not inside a character of UTF-8 */
	}
	snprintf(start, sizeof(start), "element <%s>: attribute '%s' %s '%.*s%s'",
			spot->element->name, attribute->name, what, (int)shown, text.s,
			shown < text.len ? "..." : "");
	if(attribute->kind == LY_KIND_NUMBER)
		ly_found(reader->report, spot->line,
				"%s; expected %sa number from %ld to %ld", start,
				attribute->or_zero ? "0 or " : "", attribute->min,
				attribute->max);
	else if(attribute->kind == LY_KIND_DURATION)
		wrong_duration(reader, spot->line, attribute, start);
	else if(kinds[attribute->kind].expected)
		ly_found(reader->report, spot->line, "%s; expected %s", start,
				kinds[attribute->kind].expected);
	else {
		count = known_names(attribute, known);
		ly_found_unknown(reader->report, spot->line, text, known, count,
				"%s, which is unknown", start);
	}
}

static void refer(ly_reader_t *reader, const ly_spot_t *spot,
		const ly_attribute_t *attribute, ly_slice_t text)
{
	ly_reference_t *reference =
			ly_arena_alloc(reader->scratch, sizeof(*reference));

	if(!reference) {
		ly_found_no_memory(reader->report);
		return;
	}
	*reference = (ly_reference_t){.element = spot->element->name,
			.attribute = attribute->name,
			.kind = attribute->kind,
			.name = text,
			.field = (char *)spot->item + attribute->offset,
			.line = spot->line};
	*reader->references_end = reference;
	reader->references_end = &reference->next;
}

void ly_plan_value(ly_reader_t *reader, const ly_spot_t *spot,
		const ly_attribute_t *attribute, ly_slice_t text)
{
	char *item = spot->item;
	void *field =
			attribute->offset == LY_NOWHERE ? NULL : item + attribute->offset;

	if(text.len > LY_VALUE_MAX) {
		ly_found(reader->report, spot->line,
				"element <%s>: attribute '%s' has %zu bytes, more than %d",
				spot->element->name, attribute->name, text.len, LY_VALUE_MAX);
		return;
	}
	text = ly_trim(text);
	if(kinds[attribute->kind].keeps)
		text = ly_arena_copy(&reader->plan->arena, text);
	if(!text.s)
		ly_found_no_memory(reader->report);
	else if(!kinds[attribute->kind].shape)
		refer(reader, spot, attribute, text);
	else if(!kinds[attribute->kind].shape(attribute, text, field))
		wrong(reader, spot, attribute, text);
	else if(attribute->text != LY_NOWHERE)
		memcpy(item + attribute->text, &text, sizeof(text));
}
