/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/sdp.h"

#include "liblync/sdp_codec.h"
#include "liblync/sdp_media.h"

/* Those of the active rules that act on an SDP; of the last three there is one at most, NULL where there is none. */
typedef struct sdp_rules
{
	ly_rule_set_t attributes;
	ly_rule_set_t lines;
	ly_rule_set_t codecs;
	const char *one_crypto, *origin, *streams;
} sdp_rules_t;

/* The m= section that a line stands in; before the first one it is the session. */
typedef struct section
{
	bool refused;	  /* by sdp_rules_t.streams */
	const char *keep; /* the one a=crypto line to keep; NULL: all stay */
	ly_codecs_t codecs;
} section_t;

static const char *rule_at(ly_place_t place, ly_rule_set_t active)
{
	ly_rule_set_t rules = active & ly_rules_at(place);

	return rules ? ly_rules[ly_rule_next(&rules)].id : NULL;
}

static sdp_rules_t rules_of(ly_rule_set_t active)
{
	return (sdp_rules_t){.attributes = active & ly_rules_at(LY_P_SDP_ATTRIBUTE),
			.lines = active & ly_rules_at(LY_P_SDP_LINE),
			.codecs = active & ly_rules_at(LY_P_SDP_CODEC),
			.one_crypto = rule_at(LY_P_SDP_CRYPTO, active),
			.origin = rule_at(LY_P_SDP_ORIGIN, active),
			.streams = rule_at(LY_P_SDP_STREAM, active)};
}

/* The id of the rule that wants an attribute gone; NULL where none does. */
static const char *attribute_rule(ly_slice_t attribute, ly_rule_set_t rules)
{
	ly_slice_t name = ly_slice(attribute.s, ly_find(attribute, ':'));

	for(ly_rule_set_t left = rules & ly_rules_for(LY_P_SDP_ATTRIBUTE, name);
			left;) {
		unsigned i = ly_rule_next(&left);

		if(ly_pattern_match(ly_rules[i].match, name))
			return ly_rules[i].id;
	}
	return NULL;
}

/* The same for another line. */
static const char *line_rule(const ly_sdp_line_t *line, ly_rule_set_t rules)
{
	for(ly_rule_set_t left = rules & ly_rules_for(LY_P_SDP_LINE, line->line);
			left;) {
		unsigned i = ly_rule_next(&left);
		const char *match = ly_rules[i].match;

		if(line->type == match[0] && ly_istarts(line->line, ly_cstr(match)))
			return ly_rules[i].id;
	}
	return NULL;
}

/* Of two lines that can be used the one without an MKI is the better, and of those the first. */
static void choose_crypto(const ly_sdp_line_t *line, section_t *s, bool *mki)
{
	ly_crypto_t crypto;

	if((s->keep && !*mki) || !ly_crypto_parse(line->value, &crypto)
			|| !ly_crypto_usable(&crypto) || (s->keep && crypto.mki))
		return;
	s->keep = line->line.s;
	*mki = crypto.mki;
}

/* Whether a line may be rtpmap or crypto, by its letters alone: most are not, and need not be read twice. */
static bool tells(ly_slice_t rest)
{
	char letter = rest.len > 2 ? rest.s[2] : 0;

	return rest.s[0] != 'a' || letter == 'r' || (letter | 0x20) == 'c';
}

/* What has to be known of a section before its first line is looked at; rest is what stands behind its m= line. */
static void look_ahead(
		ly_slice_t rest, const sdp_rules_t *rules, section_t *section)
{
	bool mki = false;
	ly_sdp_line_t line;

	section->keep = NULL;
	ly_codecs_begin(&section->codecs, rules->codecs);
	while(rest.len) {
		if(!tells(rest)) {
			rest = ly_from(rest, ly_find(rest, '\n') + 1);
			continue;
		}
		ly_sdp_next(&rest, &line);
		if(line.type == 'm')
			return;
		if(line.type == 'a' && rules->one_crypto)
			choose_crypto(&line, section, &mki);
		if(line.type == 'a' && rules->codecs)
			ly_codecs_learn(&section->codecs, line.value);
	}
}

/* taken: the call has its stream already. */
static void begin_section(ly_slice_t media, ly_slice_t rest,
		const sdp_rules_t *rules, bool *taken, section_t *section,
		ly_edits_t *e)
{
	ly_stream_t stream = ly_stream_read(media);
	bool call = stream.audio && stream.open && !*taken;

	*taken |= call;
	section->refused = rules->streams && !call;
	if(!section->refused) {
		look_ahead(rest, rules, section);
		ly_codecs_leave(&section->codecs, stream.formats, e);
	} else if(stream.port.len) {
		ly_edit_replace(e, stream.port, LY_LIT("0"), rules->streams);
	}
}

/* The id of the rule by which a line goes; NULL where it stays. */
static const char *removing(const ly_sdp_line_t *line, const sdp_rules_t *rules,
		const section_t *section)
{
	const char *rule;

	/* its address stays: rtpengine writes ours there, and without one the SDP has not its form */
	if(section->refused && line->type != 'c')
		return rules->streams;
	if(line->type != 'a')
		return line_rule(line, rules->lines);
	if(section->keep && line->line.s != section->keep
			&& ly_istarts(line->value, LY_LIT("crypto:")))
		return rules->one_crypto;
	rule = ly_codecs_rule(&section->codecs, line->value);
	return rule ? rule : attribute_rule(line->value, rules->attributes);
}

void ly_sdp_normalise(ly_slice_t sdp, ly_rule_set_t active, ly_edits_t *e)
{
	const sdp_rules_t rules = rules_of(active);
	section_t section;
	ly_sdp_line_t line;
	bool taken = false;
	const char *rule;

	section.refused = false;
	section.keep = NULL;
	ly_codecs_begin(&section.codecs, 0);
	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'm')
			begin_section(line.value, sdp, &rules, &taken, &section, e);
		else if((rule = removing(&line, &rules, &section)))
			ly_edit_remove(e, line.line, rule);
		else if(line.type == 'o' && rules.origin) /* "gw 4711 1 IN IP4 …" */
			ly_edit_replace(e, ly_word(&line.value), LY_LIT("-"), rules.origin);
	}
}
