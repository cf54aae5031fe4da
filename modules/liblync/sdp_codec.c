/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/sdp_codec.h"

/* Payload types that need no a=rtpmap (RFC 3551 6): those whose name a rule may bear. */
static const struct
{
	uint8_t type;
	ly_slice_t name;
} named[] = {{13, {"CN", 2}}};

/* Takes a payload type off *text, which ends at end or before a blank; -1 where it is none. */
static int payload_type(const char **text, const char *end)
{
	const char *p = *text, *start;
	int type = 0;

	while(p < end && ly_blank(*p))
		p++;
	for(start = p; p < end && *p >= '0' && *p <= '9'; p++)
		type = type < LY_PAYLOAD_TYPES ? type * 10 + (*p - '0') : type;
	*text = p;
	return p > start && (p == end || ly_blank(*p)) && type < LY_PAYLOAD_TYPES
				   ? type
				   : -1;
}

/* The name that stands first in text, "RED/8000", is name; in any case (RFC 4855 3). */
static bool is_named(ly_slice_t text, ly_slice_t name)
{
	return ly_istarts(text, name)
		   && (text.len == name.len || text.s[name.len] == '/'
				   || ly_blank(text.s[name.len]));
}

/* Index + 1 of the rule that takes out the name that stands first in text; 0 where none does. */
static uint8_t rule_for(ly_rule_set_t rules, ly_slice_t text)
{
	for(ly_rule_set_t left = rules & ly_rules_for(LY_P_SDP_CODEC, text);
			left;) {
		unsigned i = ly_rule_next(&left);

		if(is_named(text, ly_cstr(ly_rules[i].match)))
			return (uint8_t)(i + 1);
	}
	return 0;
}

void ly_codecs_begin(ly_codecs_t *codecs, ly_rule_set_t rules)
{
	codecs->rules = rules;
	codecs->any = false;
	if(!rules)
		return;
	memset(codecs->taken, 0, sizeof(codecs->taken));
	for(size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		uint8_t rule = rule_for(rules, named[i].name);

		codecs->taken[named[i].type] = rule;
		codecs->any |= rule > 0;
	}
}

/* The attribute is called name, which is case-significant (RFC 4566 5). */
static inline bool is_called(ly_slice_t attribute, ly_slice_t name)
{
	return attribute.len > name.len
		   && memcmp(attribute.s, name.s, name.len) == 0;
}
#define RTPMAP LY_LIT("rtpmap:")

void ly_codecs_learn(ly_codecs_t *codecs, ly_slice_t attribute)
{
	const char *p, *end;
	int type;

	if(!is_called(attribute, RTPMAP))
		return;
	p = attribute.s + RTPMAP.len;
	end = attribute.s + attribute.len;
	type = payload_type(&p, end);
	if(type < 0)
		return;
	while(p < end && ly_blank(*p))
		p++;
	codecs->taken[type] = rule_for(codecs->rules, ly_span(p, end));
	codecs->any |= codecs->taken[type] > 0;
}

/* Behind the format at p, from which blanks are gone. */
static const char *behind(const char *p, const char *end)
{
	while(p < end && !ly_blank(*p))
		p++;
	return p;
}

void ly_codecs_leave(ly_codecs_t *codecs, ly_slice_t formats, ly_edits_t *e)
{
	const char *p = formats.s, *end = p + formats.len;
	unsigned before = e->count;
	bool stays = false;

	while(codecs->any && p < end) {
		const char *from = p;
		int type = payload_type(&p, end);
		uint8_t rule = type < 0 ? 0 : codecs->taken[type];

		p = behind(p, end);
		stays |= !rule;
		if(rule)
			ly_edit_remove(e, ly_span(from, p), ly_rules[rule - 1].id);
	}
	if(stays)
		return;
	codecs->any = false;
	e->count = before; /* of this call's edits none is wanted */
}

const char *ly_codecs_rule(const ly_codecs_t *codecs, ly_slice_t attribute)
{
	const char *p = attribute.s;
	int type;

	if(!codecs->any)
		return NULL;
	if(is_called(attribute, RTPMAP))
		p += RTPMAP.len;
	else if(is_called(attribute, LY_LIT("fmtp:")))
		p += LY_LIT("fmtp:").len;
	else if(is_called(attribute, LY_LIT("rtcp-fb:")))
		p += LY_LIT("rtcp-fb:").len;
	else
		return NULL;
	type = payload_type(&p, attribute.s + attribute.len);
	return type >= 0 && codecs->taken[type]
				   ? ly_rules[codecs->taken[type] - 1].id
				   : NULL;
}
