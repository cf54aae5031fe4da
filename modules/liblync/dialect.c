/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/dialect.h"

/* Ids double as indexes, so that a dialect can name its rules. */
enum
{
	MS_HEADERS,
	X_MS_HEADERS,
	P_DLG,
	USER_AGENT,
	SERVER,
	REFERRED_BY,
	FROM_EPID,
	TO_EPID,
	RURI_USER_PARAMS,
	FROM_USER_PARAMS,
	TO_USER_PARAMS,
	PAI_USER_PARAMS,
	SDP_CRYPTOSCALE,
	SDP_ONE_CRYPTO,
	SDP_ENCRYPTION,
	SDP_TCAP,
	SDP_PCFG,
	SDP_LABEL,
	SDP_X,
	SDP_MAXPTIME,
	SDP_BANDWIDTH,
	SDP_CANDIDATE,
	SDP_REMOTE_CANDIDATE,
	SDP_SSRC,
	SDP_ICE,
	SPOOFED_MS,
	SPOOFED_X_MS,
	ROUTE,
	RURI_ADD_PLUS,
	TO_ADD_PLUS,
	FROM_ADD_PLUS,
	PAI_ADD_PLUS,
	RURI_REMOVE_PLUS,
	TO_REMOVE_PLUS,
	FROM_REMOVE_PLUS,
	PAI_REMOVE_PLUS,
	RURI_HOST,
	TO_HOST,
	FROM_HOST,
	PAI_HOST,
	RURI_PHONE,
	TO_PHONE,
	FROM_PHONE,
	PAI_PHONE,
};
#define BIT(i) (UINT64_C(1) << (i))

#define INSIDE "shows the inside of Lync and means nothing to others"
#define KEYS "would carry Lync's SRTP keys to the other side"
#define CLIENT "belongs between Lync clients, not on a trunk"
#define WITHOUT                                            \
	"the target writes E.164 numbers without '+' (target " \
	"e164=\"without-plus\")"

/* clang-format off */
const ly_rule_t ly_rules[] = {
	/* id, place, match, action, condition, reason */
	[MS_HEADERS]       = {"ms-headers",       LY_P_HEADER,        "ms-*",        LY_A_REMOVE, 0, INSIDE},
	[X_MS_HEADERS]     = {"x-ms-headers",     LY_P_HEADER,        "x-ms-*",      LY_A_REMOVE, 0, INSIDE},
	[P_DLG]            = {"p-dlg",            LY_P_HEADER,        "P-Dlg*",      LY_A_REMOVE, 0, INSIDE},
	[USER_AGENT]       = {"user-agent",       LY_P_HEADER,        "User-Agent",  LY_A_REMOVE, 0, "tells which product and version stands behind the SBC"},
	[SERVER]           = {"server",           LY_P_HEADER,        "Server",      LY_A_REMOVE, 0, "tells which product and version stands behind the SBC"},
	[REFERRED_BY]      = {"referred-by",      LY_P_HEADER,        "Referred-By", LY_A_REMOVE, 0, "1-2 kB signed by a Lync server, with names of the inside"},
	[FROM_EPID]        = {"from-epid",        LY_P_FROM,          "epid",        LY_A_REMOVE_PARAM, 0, INSIDE},
	[TO_EPID]          = {"to-epid",          LY_P_TO,            "epid",        LY_A_REMOVE_PARAM, 0, INSIDE},
	[RURI_USER_PARAMS] = {"ruri-user-params", LY_P_REQUEST_URI,   "",            LY_A_REMOVE_USER_PARAMS, 0, ";ext= and ;phone-context= are Lync's numbering, not the carrier's"},
	[FROM_USER_PARAMS] = {"from-user-params", LY_P_FROM,          "",            LY_A_REMOVE_USER_PARAMS, 0, ";ext= and ;phone-context= are Lync's numbering, not the carrier's"},
	[TO_USER_PARAMS]   = {"to-user-params",   LY_P_TO,            "",            LY_A_REMOVE_USER_PARAMS, 0, ";ext= and ;phone-context= are Lync's numbering, not the carrier's"},
	[PAI_USER_PARAMS]  = {"pai-user-params",  LY_P_IDENTITY,      "",            LY_A_REMOVE_USER_PARAMS, 0, ";ext= and ;phone-context= are Lync's numbering, not the carrier's"},

	[SDP_CRYPTOSCALE]  = {"sdp-cryptoscale",  LY_P_SDP_ATTRIBUTE, "cryptoscale", LY_A_REMOVE, 0, KEYS},
	[SDP_ONE_CRYPTO]   = {"sdp-one-crypto",   LY_P_SDP_CRYPTO,    "",            LY_A_ONE_CRYPTO, 0, "rtpengine takes the first line, and with an MKI in it every packet would need one"},
	[SDP_ENCRYPTION]   = {"sdp-encryption",   LY_P_SDP_ATTRIBUTE, "encryption",  LY_A_REMOVE, 0, "said by the m= line on the other side"},
	[SDP_TCAP]         = {"sdp-tcap",         LY_P_SDP_ATTRIBUTE, "tcap",        LY_A_REMOVE, 0, "RFC 5939 capability of Lync's leg, not of the other"},
	[SDP_PCFG]         = {"sdp-pcfg",         LY_P_SDP_ATTRIBUTE, "pcfg",        LY_A_REMOVE, 0, "RFC 5939 capability of Lync's leg, not of the other"},
	[SDP_LABEL]        = {"sdp-label",        LY_P_SDP_ATTRIBUTE, "label",       LY_A_REMOVE, 0, INSIDE},
	[SDP_X]            = {"sdp-x",            LY_P_SDP_ATTRIBUTE, "x-*",         LY_A_REMOVE, 0, CLIENT},
	[SDP_MAXPTIME]     = {"sdp-maxptime",     LY_P_SDP_ATTRIBUTE, "maxptime",    LY_A_REMOVE, 0, "200 ms comes from clients; gateways fail on it"},
	[SDP_BANDWIDTH]    = {"sdp-bandwidth",    LY_P_SDP_LINE,      "b=",          LY_A_REMOVE, 0, "b=CT:1000 speaks of Lync's network"},
	[SDP_CANDIDATE]    = {"sdp-candidate",    LY_P_SDP_ATTRIBUTE, "candidate",   LY_A_REMOVE, 0, "ICE ends at the SBC; old forms carry addresses and passwords that rtpengine leaves in"},
	[SDP_REMOTE_CANDIDATE] = {"sdp-remote-candidate", LY_P_SDP_ATTRIBUTE, "remote-candidate*", LY_A_REMOVE, 0, "ICE ends at the SBC"},
	[SDP_SSRC]         = {"sdp-ssrc",         LY_P_SDP_ATTRIBUTE, "ssrc*",       LY_A_REMOVE, 0, "its cname says user and address of the sender's machine (RFC 5576)"},
	[SDP_ICE]          = {"sdp-ice",          LY_P_SDP_ATTRIBUTE, "ice-*",       LY_A_REMOVE, 0, "a Mediation Server refuses ICE on a trunk with 488"},

	[SPOOFED_MS]       = {"spoofed-ms",       LY_P_HEADER,        "ms-*",        LY_A_REMOVE, 0, "nobody outside may speak Lync's own headers to it"},
	[SPOOFED_X_MS]     = {"spoofed-x-ms",     LY_P_HEADER,        "x-ms-*",      LY_A_REMOVE, 0, "nobody outside may speak Lync's own headers to it"},
	[ROUTE]            = {"route",            LY_P_HEADER,        "Route",       LY_A_REMOVE, 0, "where a call goes is decided here, not by the caller"},
	[RURI_ADD_PLUS]    = {"ruri-add-plus",    LY_P_REQUEST_URI,   "", LY_A_ADD_PLUS, LY_IF_E164_WITHOUT_PLUS, WITHOUT},
	[TO_ADD_PLUS]      = {"to-add-plus",      LY_P_TO,            "", LY_A_ADD_PLUS, LY_IF_E164_WITHOUT_PLUS, WITHOUT},
	[FROM_ADD_PLUS]    = {"from-add-plus",    LY_P_FROM,          "", LY_A_ADD_PLUS, LY_IF_E164_WITHOUT_PLUS, WITHOUT},
	[PAI_ADD_PLUS]     = {"pai-add-plus",     LY_P_IDENTITY,      "", LY_A_ADD_PLUS, LY_IF_E164_WITHOUT_PLUS, WITHOUT},

	[RURI_REMOVE_PLUS] = {"ruri-remove-plus", LY_P_REQUEST_URI,   "", LY_A_REMOVE_PLUS, LY_IF_E164_WITHOUT_PLUS, WITHOUT},
	[TO_REMOVE_PLUS]   = {"to-remove-plus",   LY_P_TO,            "", LY_A_REMOVE_PLUS, LY_IF_E164_WITHOUT_PLUS, WITHOUT},
	[FROM_REMOVE_PLUS] = {"from-remove-plus", LY_P_FROM,          "", LY_A_REMOVE_PLUS, LY_IF_E164_WITHOUT_PLUS, WITHOUT},
	[PAI_REMOVE_PLUS]  = {"pai-remove-plus",  LY_P_IDENTITY,      "", LY_A_REMOVE_PLUS, LY_IF_E164_WITHOUT_PLUS, WITHOUT},
	[RURI_HOST]        = {"ruri-host",        LY_P_REQUEST_URI,   "", LY_A_HOST_PEER, 0, "the receiver answers for its own name only"},
	[TO_HOST]          = {"to-host",          LY_P_TO,            "", LY_A_HOST_PEER, 0, "same as the Request-URI; some stacks answer 488 to another"},
	[FROM_HOST]        = {"from-host",        LY_P_FROM,          "", LY_A_HOST_OURS, 0, "the other side's domain stays hidden; to Lync we are the gateway's FQDN"},
	[PAI_HOST]         = {"pai-host",         LY_P_IDENTITY,      "", LY_A_HOST_OURS, 0, "the other side's domain stays hidden; to Lync we are the gateway's FQDN"},
	[RURI_PHONE]       = {"ruri-user-phone",  LY_P_REQUEST_URI,   "", LY_A_USER_PHONE, 0, "Lync reads a user part as a number only with it"},
	[TO_PHONE]         = {"to-user-phone",    LY_P_TO,            "", LY_A_USER_PHONE, 0, "Lync reads a user part as a number only with it"},
	[FROM_PHONE]       = {"from-user-phone",  LY_P_FROM,          "", LY_A_USER_PHONE, 0, "Lync reads a user part as a number only with it"},
	[PAI_PHONE]        = {"pai-user-phone",   LY_P_IDENTITY,      "", LY_A_USER_PHONE, 0, "Lync reads a user part as a number only with it"},
};
/* clang-format on */
const unsigned ly_rule_count = sizeof(ly_rules) / sizeof(ly_rules[0]);
_Static_assert(sizeof(ly_rules) / sizeof(ly_rules[0]) <= LY_MAX_RULES,
		"a rule is one bit");

#define RANGE(first, last) ((BIT(last) - BIT(first)) | BIT(last))

#define LYNC_LEAVING (RANGE(MS_HEADERS, SDP_ICE) | BIT(ROUTE))
#define LYNC_ARRIVING RANGE(RURI_HOST, PAI_PHONE)
#define PSTN_LEAVING                                                 \
	(RANGE(SPOOFED_MS, PAI_ADD_PLUS) | BIT(USER_AGENT) | BIT(SERVER) \
			| BIT(SDP_BANDWIDTH) | RANGE(SDP_CANDIDATE, SDP_ICE))
#define PSTN_ARRIVING RANGE(RURI_REMOVE_PLUS, PAI_HOST)

/*
 * The Lync versions differ in what they send, not yet in what is done with it: a rule for one of them goes here when
 * a difference is known.
 */
static const ly_dialect_t dialects[] = {
		{LY_LIT("lync2010"), "Lync Server 2010", LYNC_LEAVING, LYNC_ARRIVING},
		{LY_LIT("lync2013"), "Lync Server 2013", LYNC_LEAVING, LYNC_ARRIVING},
		{LY_LIT("sfb2015"), "Skype for Business Server 2015", LYNC_LEAVING,
				LYNC_ARRIVING},
		{LY_LIT("sfb2019"),
				"Skype for Business Server 2019 and Subscription Edition",
				LYNC_LEAVING, LYNC_ARRIVING},
		{LY_LIT("rfc3261"), "gateways, PBXs and providers", PSTN_LEAVING,
				PSTN_ARRIVING},
};
#define DIALECT_COUNT (sizeof(dialects) / sizeof(dialects[0]))

const ly_dialect_t *ly_dialect(ly_slice_t name)
{
	for(unsigned i = 0; i < DIALECT_COUNT; i++) {
		if(ly_eq(dialects[i].name, name))
			return &dialects[i];
	}
	return NULL;
}

const char *ly_dialect_names(void)
{
	return "lync2010, lync2013, sfb2015, sfb2019, rfc3261";
}

uint64_t ly_rule_bit(ly_slice_t id)
{
	for(unsigned i = 0; i < ly_rule_count; i++) {
		if(ly_eq(ly_cstr(ly_rules[i].id), id))
			return BIT(i);
	}
	return 0;
}

/* Bits of rules by place and first letter of what they match; letters differ in their low five bits. */
static uint64_t by_letter[LY_P_COUNT][32];
static uint64_t by_place[LY_P_COUNT];
static uint64_t by_condition[LY_CONDITION_BITS];

__attribute__((constructor)) static void index_rules(void)
{
	for(unsigned i = 0; i < ly_rule_count; i++) {
		const ly_rule_t *rule = &ly_rules[i];
		by_place[rule->place] |= BIT(i);
		by_letter[rule->place][rule->match[0] & 31] |= BIT(i);
		for(unsigned c = 0; c < LY_CONDITION_BITS; c++) {
			if(rule->condition >> c & 1)
				by_condition[c] |= BIT(i);
		}
	}
}

uint64_t ly_rules_at(ly_place_t place)
{
	return by_place[place];
}

uint64_t ly_rules_if(unsigned conditions)
{
	uint64_t rules = 0;

	for(unsigned c = 0; c < LY_CONDITION_BITS; c++) {
		if(conditions >> c & 1)
			rules |= by_condition[c];
	}
	return rules;
}

uint64_t ly_rules_for(ly_place_t place, ly_slice_t name)
{
	return name.len ? by_letter[place][name.s[0] & 31] : 0;
}

bool ly_pattern_match(const char *pattern, ly_slice_t text)
{
	size_t len = strlen(pattern);

	if(len && pattern[len - 1] == '*')
		return ly_istarts(text, ly_slice(pattern, len - 1));
	return ly_ieq(text, ly_slice(pattern, len));
}
