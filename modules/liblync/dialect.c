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
	REFER_TO_USER_PARAMS,
	MULTIPART_OTHERS,
	EMERGENCY_BODY,
	SDP_CRYPTOSCALE,
	SDP_ONE_CRYPTO,
	SDP_ENCRYPTION,
	SDP_TCAP,
	SDP_PCFG,
	SDP_LABEL,
	SDP_X,
	SDP_MAXPTIME,
	SDP_BANDWIDTH,
	SDP_RED,
	SDP_CN,
	SDP_RTAUDIO,
	SDP_SIREN,
	SDP_G7221,
	SDP_SILK,
	SDP_FEC,
	SDP_CANDIDATE,
	SDP_REMOTE_CANDIDATE,
	SDP_SSRC,
	SDP_ORIGIN,
	SDP_OTHER_STREAMS,
	SDP_ICE,
	SDP_SESSION_NAME,
	SPOOFED_MS,
	SPOOFED_X_MS,
	ROUTE,
	CALLER,
	PRIVACY,
	HISTORY,
	ALLOW_REFER,
	RURI_NUMBERS,
	TO_NUMBERS,
	FROM_NUMBERS,
	PAI_NUMBERS,
	REFER_TO_NUMBERS,
	DIVERSION_NUMBERS,
	FROM_FALLBACK,
	PAI_FALLBACK,
	RURI_HOST,
	TO_HOST,
	FROM_HOST,
	PAI_HOST,
	REFER_TO_HOST,
	DIVERSION_HOST,
	FROM_ANONYMOUS,
	RURI_PHONE,
	TO_PHONE,
	FROM_PHONE,
	PAI_PHONE,
	REFER_TO_PHONE,
	DIVERSION_PHONE,
	FROM_ANONYMOUS_OURS,
	ACCEPT,
	ACCEPT_ENCODING,
	WWW_AUTHENTICATE,
	AUTHORIZATION,
	PROXY_AUTHENTICATION,
	AUTHENTICATION_INFO,
	CONTENT,
	MIME_VERSION,
	EXPIRES,
	INFO_PACKAGE,
	RECV_INFO,
	REASON,
	REFER_SUB,
	RETRY_AFTER,
	RSEQ,
	SUBSCRIPTION_STATE,
	UNSUPPORTED,
	EMERGENCY_GEOLOCATION,
	EMERGENCY_PRIORITY,
	OTHER_HEADERS,
	OPTION_100REL,
	OPTION_TIMER,
	OPTION_NOREFERSUB,
	OTHER_OPTIONS,
	MERGE_LISTS,
};
#define BIT(i) ((ly_rule_set_t)1 << (i))

#define INSIDE "shows the inside of Lync and means nothing to others"
#define KEYS "would carry Lync's SRTP keys to the other side"
#define CLIENT "belongs between Lync clients, not on a trunk"
#define DIGEST \
	"a provider's challenge and its answer: who asks for it is who gets it"
#define WIDE \
	"a codec of Lync's clients; towards telephone networks a call is G.711"
#define NUMBERS                                                               \
	"the plan's <numbers> of both sides, e164=\"without-plus\" of a target, " \
	"RemovePlusFromUri of a trunk"
#define UNKNOWN                                                               \
	"the target refuses callers that are not its own (own-numbers): it gets " \
	"its fallback-number"

/* clang-format off */
const ly_rule_t ly_rules[] = {
	/* id, place, match, action, reason */
	[MS_HEADERS]       = {"ms-headers",       LY_P_HEADER,        "ms-*",        LY_A_FORBID, INSIDE},
	[X_MS_HEADERS]     = {"x-ms-headers",     LY_P_HEADER,        "x-ms-*",      LY_A_FORBID, INSIDE},
	[P_DLG]            = {"p-dlg",            LY_P_HEADER,        "P-Dlg*",      LY_A_REMOVE, INSIDE},
	[USER_AGENT]       = {"user-agent",       LY_P_HEADER,        "User-Agent",  LY_A_REMOVE, "tells which product and version stands behind the SBC"},
	[SERVER]           = {"server",           LY_P_HEADER,        "Server",      LY_A_REMOVE, "tells which product and version stands behind the SBC"},
	[REFERRED_BY]      = {"referred-by",      LY_P_HEADER,        "Referred-By", LY_A_REMOVE, "1-2 kB signed by a Lync server, with names of the inside"},
	[FROM_EPID]        = {"from-epid",        LY_P_FROM,          "epid",        LY_A_REMOVE_PARAM, INSIDE},
	[TO_EPID]          = {"to-epid",          LY_P_TO,            "epid",        LY_A_REMOVE_PARAM, INSIDE},
	[RURI_USER_PARAMS] = {"ruri-user-params", LY_P_REQUEST_URI,   "",            LY_A_REMOVE_USER_PARAMS, ";ext= and ;phone-context= are Lync's numbering, not the carrier's"},
	[FROM_USER_PARAMS] = {"from-user-params", LY_P_FROM,          "",            LY_A_REMOVE_USER_PARAMS, ";ext= and ;phone-context= are Lync's numbering, not the carrier's"},
	[TO_USER_PARAMS]   = {"to-user-params",   LY_P_TO,            "",            LY_A_REMOVE_USER_PARAMS, ";ext= and ;phone-context= are Lync's numbering, not the carrier's"},
	[PAI_USER_PARAMS]  = {"pai-user-params",  LY_P_IDENTITY,      "",            LY_A_REMOVE_USER_PARAMS, ";ext= and ;phone-context= are Lync's numbering, not the carrier's"},
	[REFER_TO_USER_PARAMS] = {"refer-to-user-params", LY_P_REFER_TO, "",         LY_A_REMOVE_USER_PARAMS, ";ext= and ;phone-context= are Lync's numbering, not the carrier's"},

	[MULTIPART_OTHERS] = {"multipart-others", LY_P_BODY,          "",            LY_A_REMOVE, "a location or ISUP beside the SDP is for the sender's own network, and few trunks take a multipart body"},
	[EMERGENCY_BODY]   = {"emergency-body",   LY_P_BODY,          "",            LY_A_PASS_IN_EMERGENCY, "the location is for whoever answers the emergency call; a target that refuses such a body with 415 is asked once more with the SDP alone"},
	[SDP_CRYPTOSCALE]  = {"sdp-cryptoscale",  LY_P_SDP_ATTRIBUTE, "cryptoscale", LY_A_REMOVE, KEYS},
	[SDP_ONE_CRYPTO]   = {"sdp-one-crypto",   LY_P_SDP_CRYPTO,    "",            LY_A_ONE_CRYPTO, "rtpengine takes the first line, and with an MKI in it every packet would need one"},
	[SDP_ENCRYPTION]   = {"sdp-encryption",   LY_P_SDP_ATTRIBUTE, "encryption",  LY_A_REMOVE, "said by the m= line on the other side"},
	[SDP_TCAP]         = {"sdp-tcap",         LY_P_SDP_ATTRIBUTE, "tcap",        LY_A_REMOVE, "RFC 5939 capability of Lync's leg, not of the other"},
	[SDP_PCFG]         = {"sdp-pcfg",         LY_P_SDP_ATTRIBUTE, "pcfg",        LY_A_REMOVE, "RFC 5939 capability of Lync's leg, not of the other"},
	[SDP_LABEL]        = {"sdp-label",        LY_P_SDP_ATTRIBUTE, "label",       LY_A_REMOVE, INSIDE},
	[SDP_X]            = {"sdp-x",            LY_P_SDP_ATTRIBUTE, "x-*",         LY_A_REMOVE, CLIENT},
	[SDP_MAXPTIME]     = {"sdp-maxptime",     LY_P_SDP_ATTRIBUTE, "maxptime",    LY_A_REMOVE, "200 ms comes from clients; gateways fail on it"},
	[SDP_BANDWIDTH]    = {"sdp-bandwidth",    LY_P_SDP_LINE,      "b=",          LY_A_REMOVE, "b=CT:1000 speaks of Lync's network"},
	[SDP_RED]          = {"sdp-red",          LY_P_SDP_CODEC,     "RED",         LY_A_REMOVE, "redundant audio (RFC 2198) of older Mediation Servers; gateways do not expect it"},
	[SDP_CN]           = {"sdp-cn",           LY_P_SDP_CODEC,     "CN",          LY_A_REMOVE, "comfort noise (RFC 3389): without it Lync sends audio in silence too, and nobody hears clicks or misses packets"},
	[SDP_RTAUDIO]      = {"sdp-rtaudio",      LY_P_SDP_CODEC,     "x-msrta",     LY_A_REMOVE, WIDE},
	[SDP_SIREN]        = {"sdp-siren",        LY_P_SDP_CODEC,     "SIREN",       LY_A_REMOVE, WIDE},
	[SDP_G7221]        = {"sdp-g7221",        LY_P_SDP_CODEC,     "G7221",       LY_A_REMOVE, WIDE},
	[SDP_SILK]         = {"sdp-silk",         LY_P_SDP_CODEC,     "SILK",        LY_A_REMOVE, WIDE},
	[SDP_FEC]          = {"sdp-fec",          LY_P_SDP_CODEC,     "x-ulpfecuc",  LY_A_REMOVE, "error correction between Lync's clients; nobody else can use it"},
	[SDP_CANDIDATE]    = {"sdp-candidate",    LY_P_SDP_ATTRIBUTE, "candidate",   LY_A_REMOVE, "ICE ends at the SBC; old forms carry addresses and passwords that rtpengine leaves in"},
	[SDP_REMOTE_CANDIDATE] = {"sdp-remote-candidate", LY_P_SDP_ATTRIBUTE, "remote-candidate*", LY_A_REMOVE, "ICE ends at the SBC"},
	[SDP_SSRC]         = {"sdp-ssrc",         LY_P_SDP_ATTRIBUTE, "ssrc*",       LY_A_REMOVE, "its cname says user and address of the sender's machine (RFC 5576)"},
	[SDP_ORIGIN]       = {"sdp-origin",       LY_P_SDP_ORIGIN,    "",            LY_A_DASH, "the user name in o= is often the product's, or the login of who runs it (RFC 4566 5.2)"},
	[SDP_OTHER_STREAMS] = {"sdp-other-streams", LY_P_SDP_STREAM,  "",            LY_A_REFUSE, "a trunk carries one audio stream; the others stay as m= lines with port 0 (RFC 3264 5.1)"},
	[SDP_ICE]          = {"sdp-ice",          LY_P_SDP_ATTRIBUTE, "ice-*",       LY_A_REMOVE, "a Mediation Server refuses ICE on a trunk with 488"},
	[SDP_SESSION_NAME] = {"sdp-session-name", LY_P_SDP_NAME,      "",            LY_A_DASH, "stacks write product and version into s= (RFC 4566 5.3: a single character where there is no name)"},

	[SPOOFED_MS]       = {"spoofed-ms",       LY_P_HEADER,        "ms-*",        LY_A_FORBID, "nobody outside may speak Lync's own headers to it"},
	[SPOOFED_X_MS]     = {"spoofed-x-ms",     LY_P_HEADER,        "x-ms-*",      LY_A_FORBID, "nobody outside may speak Lync's own headers to it"},
	[ROUTE]            = {"route",            LY_P_HEADER,        "Route",       LY_A_FORBID, "where a call goes is decided here, not by the caller"},
	[CALLER]           = {"caller",           LY_P_CALL,          "", LY_A_CALLER, "each receiver wants the caller's identity in one header (target identity=, trunk ForwardPAI), and believes not everybody"},
	[PRIVACY]          = {"privacy",          LY_P_CALL,          "", LY_A_PRIVACY, "who does not want to be shown on one side is not shown on the other (RFC 3323)"},
	[HISTORY]          = {"history",          LY_P_CALL,          "", LY_A_HISTORY, "Lync writes History-Info, telephone networks read Diversion (RFC 7544; target history=, trunk ForwardCallHistory)"},
	[ALLOW_REFER]      = {"allow-refer",      LY_P_ALLOW,         "REFER", LY_A_REMOVE, "whose REFER is refused here (refer of the trunk or target) is not to believe in it; the others see what the other end says"},
	[RURI_NUMBERS]     = {"ruri-numbers",     LY_P_REQUEST_URI,   "", LY_A_NUMBERS, NUMBERS},
	[TO_NUMBERS]       = {"to-numbers",       LY_P_TO,            "", LY_A_NUMBERS, NUMBERS},
	[FROM_NUMBERS]     = {"from-numbers",     LY_P_FROM,          "", LY_A_NUMBERS, NUMBERS},
	[PAI_NUMBERS]      = {"pai-numbers",      LY_P_IDENTITY,      "", LY_A_NUMBERS, NUMBERS},
	[REFER_TO_NUMBERS] = {"refer-to-numbers", LY_P_REFER_TO,      "", LY_A_NUMBERS, NUMBERS},
	[DIVERSION_NUMBERS] = {"diversion-numbers", LY_P_DIVERSION,   "", LY_A_NUMBERS, NUMBERS},
	[FROM_FALLBACK]    = {"from-fallback",    LY_P_FROM,          "", LY_A_FALLBACK, UNKNOWN},
	[PAI_FALLBACK]     = {"pai-fallback",     LY_P_IDENTITY,      "", LY_A_FALLBACK, UNKNOWN},

	[RURI_HOST]        = {"ruri-host",        LY_P_REQUEST_URI,   "", LY_A_HOST_PEER, "the receiver answers for its own name only"},
	[TO_HOST]          = {"to-host",          LY_P_TO,            "", LY_A_HOST_PEER, "same as the Request-URI; some stacks answer 488 to another"},
	[FROM_HOST]        = {"from-host",        LY_P_FROM,          "", LY_A_HOST_OURS, "the other side's domain stays hidden; to Lync we are the gateway's FQDN"},
	[PAI_HOST]         = {"pai-host",         LY_P_IDENTITY,      "", LY_A_HOST_OURS, "the other side's domain stays hidden; to Lync we are the gateway's FQDN"},
	[REFER_TO_HOST]    = {"refer-to-host",    LY_P_REFER_TO,      "", LY_A_HOST_OURS, "the referred call has to come to us; the other side's names mean nothing to who places it"},
	[DIVERSION_HOST]   = {"diversion-host",   LY_P_DIVERSION,     "", LY_A_HOST_OURS, "the other side's domain stays hidden"},
	[FROM_ANONYMOUS]   = {"from-anonymous",   LY_P_FROM,          "anonymous.invalid", LY_A_ANONYMOUS, "a caller who withholds his name is shown to nobody (RFC 3323 4.1.1.3); Lync 2010 writes his alias"},
	[RURI_PHONE]       = {"ruri-user-phone",  LY_P_REQUEST_URI,   "", LY_A_USER_PHONE, "Lync reads a user part as a number only with it"},
	[TO_PHONE]         = {"to-user-phone",    LY_P_TO,            "", LY_A_USER_PHONE, "Lync reads a user part as a number only with it"},
	[FROM_PHONE]       = {"from-user-phone",  LY_P_FROM,          "", LY_A_USER_PHONE, "Lync reads a user part as a number only with it"},
	[PAI_PHONE]        = {"pai-user-phone",   LY_P_IDENTITY,      "", LY_A_USER_PHONE, "Lync reads a user part as a number only with it"},
	[REFER_TO_PHONE]   = {"refer-to-user-phone", LY_P_REFER_TO,   "", LY_A_USER_PHONE, "Lync reads a user part as a number only with it"},
	[DIVERSION_PHONE]  = {"diversion-user-phone", LY_P_DIVERSION, "", LY_A_USER_PHONE, "says that the user part is a number"},
	[FROM_ANONYMOUS_OURS] = {"from-anonymous-ours", LY_P_FROM,    "", LY_A_ANONYMOUS, "Lync takes a caller for withheld whose user part is anonymous"},

	/* What passes of headers that no other row names; the last one stands for all that has no row. */
	[ACCEPT]           = {"accept",           LY_P_HEADER, "Accept",              LY_A_PASS, "which bodies its sender reads (RFC 3261 20.1)"},
	[ACCEPT_ENCODING]  = {"accept-encoding",  LY_P_HEADER, "Accept-Encoding",     LY_A_PASS, "how bodies may be packed for its sender (RFC 3261 20.2)"},
	[WWW_AUTHENTICATE] = {"www-authenticate", LY_P_HEADER, "WWW-Authenticate",    LY_A_PASS, DIGEST},
	[AUTHORIZATION]    = {"authorization",    LY_P_HEADER, "Authorization",       LY_A_PASS, DIGEST},
	[PROXY_AUTHENTICATION] = {"proxy-authentication", LY_P_HEADER, "Proxy-Auth*", LY_A_PASS, DIGEST},
	[AUTHENTICATION_INFO] = {"authentication-info", LY_P_HEADER, "Authentication-Info", LY_A_PASS, DIGEST},
	[CONTENT]          = {"content",          LY_P_HEADER, "Content-*",           LY_A_PASS, "belongs to the body (RFC 3261 20.11 - 20.15)"},
	[MIME_VERSION]     = {"mime-version",     LY_P_HEADER, "MIME-Version",        LY_A_PASS, "belongs to the body (RFC 3261 20.24)"},
	[EXPIRES]          = {"expires",          LY_P_HEADER, "Expires",             LY_A_PASS, "how long the caller lets it ring (RFC 3261 13.2.1)"},
	[INFO_PACKAGE]     = {"info-package",     LY_P_HEADER, "Info-Package",        LY_A_PASS, "what an INFO carries (RFC 6086)"},
	[RECV_INFO]        = {"recv-info",        LY_P_HEADER, "Recv-Info",           LY_A_PASS, "which INFO its sender takes (RFC 6086)"},
	[REASON]           = {"reason",           LY_P_HEADER, "Reason",              LY_A_PASS, "the cause by Q.850, which both sides and the <codes> go by (RFC 3326)"},
	[REFER_SUB]        = {"refer-sub",        LY_P_HEADER, "Refer-Sub",           LY_A_PASS, "whether a REFER is reported on (RFC 4488)"},
	[RETRY_AFTER]      = {"retry-after",      LY_P_HEADER, "Retry-After",         LY_A_PASS, "when the same request may come again (RFC 3261 20.33); the refusal of a call is in the SBC's words and has none"},
	[RSEQ]             = {"rseq",             LY_P_HEADER, "RSeq",                LY_A_PASS, "the number that a PRACK answers to (RFC 3262 7.1)"},
	[SUBSCRIPTION_STATE] = {"subscription-state", LY_P_HEADER, "Subscription-State", LY_A_PASS, "whether more NOTIFYs of a transfer come (RFC 6665 8.2.3)"},
	[UNSUPPORTED]      = {"unsupported",      LY_P_HEADER, "Unsupported",         LY_A_PASS, "which option a 420 is about (RFC 3261 20.40)"},
	[EMERGENCY_GEOLOCATION] = {"emergency-geolocation", LY_P_HEADER, "Geolocation*", LY_A_PASS_IN_EMERGENCY, "says where in the body the location is, and whether it may be routed by (RFC 6442)"},
	[EMERGENCY_PRIORITY] = {"emergency-priority", LY_P_HEADER, "Priority",        LY_A_PASS_IN_EMERGENCY, "says that it is one (RFC 3261 20.26)"},
	[OTHER_HEADERS]    = {"other-headers",    LY_P_HEADER, "*",                   LY_A_REMOVE, "nothing that the other side needs, and it may tell of this side's inside; pass-headers lets single ones pass"},

	[OPTION_100REL]    = {"option-100rel",    LY_P_OPTION, "100rel",              LY_A_PASS, "PRACK passes (RFC 3262; prack of the trunk or target)"},
	[OPTION_TIMER]     = {"option-timer",     LY_P_OPTION, "timer",               LY_A_PASS, "session timers pass (RFC 4028)"},
	[OPTION_NOREFERSUB] = {"option-norefersub", LY_P_OPTION, "norefersub",        LY_A_PASS, "goes with Refer-Sub (RFC 4488)"},
	[OTHER_OPTIONS]    = {"other-options",    LY_P_OPTION, "*",                   LY_A_REMOVE, "the SBC does not do it, as an end of each leg would have to: replaces, gruu, histinfo and the like"},
	[MERGE_LISTS]      = {"merge-lists",      LY_P_LISTS,  "",                    LY_A_MERGE, "Lync writes ALLOW: ACK and Allow: CANCEL,... as two headers, and there are gateways that read the first alone"},
};
/* clang-format on */
const unsigned ly_rule_count = sizeof(ly_rules) / sizeof(ly_rules[0]);
_Static_assert(sizeof(ly_rules) / sizeof(ly_rules[0]) <= LY_MAX_RULES,
		"a rule is one bit");

#define RANGE(first, last) ((BIT(last) - BIT(first)) | BIT(last))

#define BOTH_WAYS RANGE(CALLER, DIVERSION_NUMBERS)
#define PASSING RANGE(ACCEPT, MERGE_LISTS)
#define EMERGENCY \
	(BIT(EMERGENCY_BODY) | RANGE(EMERGENCY_GEOLOCATION, EMERGENCY_PRIORITY))
#define LYNC_LEAVING \
	(RANGE(MS_HEADERS, SDP_ICE) | BIT(ROUTE) | BOTH_WAYS | PASSING)
#define LYNC_ARRIVING                                                          \
	(RANGE(RURI_HOST, DIVERSION_HOST) | RANGE(RURI_PHONE, FROM_ANONYMOUS_OURS) \
			| BOTH_WAYS)
#define PSTN_LEAVING                                                \
	(RANGE(SDP_SESSION_NAME, ROUTE) | BIT(USER_AGENT) | BIT(SERVER) \
			| BIT(MULTIPART_OTHERS) | BIT(SDP_BANDWIDTH)            \
			| RANGE(SDP_CANDIDATE, SDP_ICE) | BOTH_WAYS             \
			| (PASSING & ~EMERGENCY))
#define PSTN_ARRIVING (RANGE(FROM_FALLBACK, FROM_ANONYMOUS) | BOTH_WAYS)

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

const ly_dialect_t *ly_dialect_at(unsigned i)
{
	return i < DIALECT_COUNT ? &dialects[i] : NULL;
}

const char *ly_dialect_names(void)
{
	return "lync2010, lync2013, sfb2015, sfb2019, rfc3261";
}

ly_rule_set_t ly_rule_bit(ly_slice_t id)
{
	for(unsigned i = 0; i < ly_rule_count; i++) {
		if(ly_eq(ly_cstr(ly_rules[i].id), id))
			return BIT(i);
	}
	return 0;
}

ly_rule_set_t ly_emergency_rules(void)
{
	return EMERGENCY;
}

/* Bits of rules by place and first letter of what they match; letters differ in their low five bits. */
static ly_rule_set_t by_letter[LY_P_COUNT][32];
static ly_rule_set_t by_place[LY_P_COUNT];

__attribute__((constructor)) static void index_rules(void)
{
	for(unsigned i = 0; i < ly_rule_count; i++) {
		const ly_rule_t *rule = &ly_rules[i];
		by_place[rule->place] |= BIT(i);
		for(unsigned letter = 0; letter < 32; letter++) {
			if(rule->match[0] == '*' || (rule->match[0] & 31) == (int)letter)
				by_letter[rule->place][letter] |= BIT(i);
		}
	}
}

ly_rule_set_t ly_rules_at(ly_place_t place)
{
	return by_place[place];
}

ly_rule_set_t ly_rules_for(ly_place_t place, ly_slice_t name)
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
