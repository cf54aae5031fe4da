/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The schema of what trunks and targets name: numbers, codes, media profiles. */
#include "liblync/plan_schema_words.h"

#define FAILURE                         \
	.kind = LY_KIND_NUMBER, .min = 400, \
	.max = 699 /* codes that refuse a call */

static const ly_allowed_t media_srtp[] = {{"none", LY_MEDIA_RTP},
		{"optional", LY_MEDIA_OPTIONAL}, {"required", LY_MEDIA_SRTP}, {0}};
const ly_allowed_t ly_dtmf_forms[] = {{"rfc4733", LY_DTMF_RFC4733},
		{"inband", LY_DTMF_INBAND}, {"info", LY_DTMF_INFO}, {0}};

static const ly_attribute_t number_rule_attributes[] = {
		{"on", CHOICE(ly_number_kinds), .required = true,
				FIELD(ly_number_rule_t, on), NO_TEXT},
		{"direction", CHOICE(ly_directions), .preset = "from-lync",
				FIELD(ly_number_rule_t, direction), NO_TEXT},
		{"name", LY_KIND_TEXT, .required = true, FIELD(ly_number_rule_t, name),
				NO_TEXT},
		{"pattern", LY_KIND_TEXT, .required = true,
				FIELD(ly_number_rule_t, pattern.text), NO_TEXT},
		{"translation", LY_KIND_TEXT, .required = true,
				FIELD(ly_number_rule_t, translation.text), NO_TEXT},
		{0}};
static const ly_element_t number_rule = {"rule", number_rule_attributes,
		CHILDREN(), .min = 1,
		LIST(ly_numbers_t, rules, rule_count, ly_number_rule_t)};

static const ly_attribute_t numbers_attributes[] = {
		{"name", LY_KIND_NAME, .required = true, FIELD(ly_numbers_t, name),
				NO_TEXT},
		{0}};
const ly_element_t ly_plan_numbers_element = {"numbers", numbers_attributes,
		CHILDREN(&number_rule),
		LIST(ly_plan_t, numbers, numbers_count, ly_numbers_t)};

static const ly_attribute_t code_rule_attributes[] = {
		{"received", .kind = LY_KIND_NUMBER, .min = 300, .max = 699,
				FIELD(ly_code_rule_t, received), NO_TEXT},
		{"cause", .kind = LY_KIND_NUMBER, .min = 1, .max = 127,
				FIELD(ly_code_rule_t, cause), NO_TEXT},
		{"translated", FAILURE, .required = true,
				FIELD(ly_code_rule_t, translated), NO_TEXT},
		{"direction", CHOICE(ly_directions), .preset = "from-lync",
				FIELD(ly_code_rule_t, direction), NO_TEXT},
		{"name", LY_KIND_TEXT, FIELD(ly_code_rule_t, name), NO_TEXT}, {0}};
static const ly_element_t code_rule = {"rule", code_rule_attributes, CHILDREN(),
		.min = 1, LIST(ly_codes_t, rules, rule_count, ly_code_rule_t)};

static const ly_attribute_t codes_attributes[] = {
		{"name", LY_KIND_NAME, .required = true, FIELD(ly_codes_t, name),
				NO_TEXT},
		{0}};
const ly_element_t ly_plan_codes_element = {"codes", codes_attributes,
		CHILDREN(&code_rule), LIST(ly_plan_t, codes, codes_count, ly_codes_t)};

static const ly_attribute_t profile_attributes[] = {
		{"name", LY_KIND_NAME, .required = true,
				FIELD(ly_media_profile_t, name), NO_TEXT},
		{"side", CHOICE(ly_sides), .preset = "pstn",
				FIELD(ly_media_profile_t, side), NO_TEXT},
		{"srtp", CHOICE(media_srtp), .preset = "none",
				FIELD(ly_media_profile_t, srtp), NO_TEXT},
		{"codecs", LY_KIND_CODECS, .required = true,
				FIELD(ly_media_profile_t, codecs),
				ALSO(ly_media_profile_t, codec_names)},
		{"dtmf", CHOICE(ly_dtmf_forms), .preset = "rfc4733",
				FIELD(ly_media_profile_t, dtmf), NO_TEXT},
		{0}};
const ly_element_t ly_plan_profile_element = {"profile", profile_attributes,
		CHILDREN(),
		LIST(ly_plan_t, profiles, profile_count, ly_media_profile_t)};
