/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan_schema.h"

#include "liblync/plan_schema_words.h"

#define PORT .kind = LY_KIND_NUMBER, .min = 1, .max = 65535
/* What a <route> has, whoever is at its end. */
#define ROUTE                                                                \
	{"tier", TIER, .preset = "1", FIELD(ly_route_t, tier), NO_TEXT},         \
			{"weight", WEIGHT, .preset = "100", FIELD(ly_route_t, weight),   \
					NO_TEXT},                                                \
			{"choice", CHOICE(choices), .preset = "load",                    \
					FIELD(ly_route_t, choice), NO_TEXT},                     \
			{"match", LY_KIND_TEXT, FIELD(ly_route_t, match.text), NO_TEXT}, \
	{                                                                        \
		"from-match", LY_KIND_TEXT, FIELD(ly_route_t, from_match.text),      \
				NO_TEXT                                                      \
	}
/* How a side of a call is treated, whoever is there. modes: of early media. */
#define TREATMENT(type, modes)                                                 \
	{"call-id", CHOICE(call_ids), .preset = "mask", FIELD(type, call_id_kept), \
			NO_TEXT},                                                          \
			{"token", CHOICE(token_places), .preset = "user",                  \
					FIELD(type, token_place), NO_TEXT},                        \
			{"prack", CHOICE(pracks), .preset = "pass",                        \
					FIELD(type, strip_100rel), NO_TEXT},                       \
			{"refer", CHOICE(refers), .preset = "refuse",                      \
					FIELD(type, pass_refer), NO_TEXT},                         \
			{"hold", CHOICE(holds), .preset = "transparent",                   \
					FIELD(type, hold), NO_TEXT},                               \
			{"early-media", CHOICE(modes), .preset = "pass",                   \
					FIELD(type, early_media), NO_TEXT},                        \
			{"ringback", LY_KIND_PATH, FIELD(type, ringback), NO_TEXT},        \
	{                                                                          \
		"session-timer", .kind = LY_KIND_NUMBER, .min = 90, .max = 86400,      \
				.or_zero = true, .preset = "1800", FIELD(type, session_timer), \
				NO_TEXT                                                        \
	}
/* How long a call is tried. ringing, time: the presets of those two. */
#define HUNT(type, ringing_preset, time_preset)                           \
	{"answer-limit", DURATION(200, 30 * SECONDS), .preset = "1s",         \
			FIELD(type, patience.answer), NO_TEXT},                       \
			{"ringing-limit", DURATION(1 * SECONDS, 2 * MINUTES),         \
					.or_zero = true, .preset = ringing_preset,            \
					FIELD(type, patience.ringing), NO_TEXT},              \
			{"hunt-tries", .kind = LY_KIND_NUMBER, .min = 1,              \
					.max = LY_HUNT_TRIES_MAX, .preset = "4",              \
					FIELD(type, hunt.tries), NO_TEXT},                    \
	{                                                                     \
		"hunt-time", DURATION(1 * SECONDS, 5 * MINUTES), .or_zero = true, \
				.preset = time_preset, FIELD(type, hunt.time), NO_TEXT    \
	}
#define TIER .kind = LY_KIND_NUMBER, .min = 1, .max = 99
#define WEIGHT .kind = LY_KIND_NUMBER, .min = 0, .max = 10000
#define COUNT .kind = LY_KIND_NUMBER, .min = 1, .max = 1000000
#define STATE(type) \
	{"state", CHOICE(ly_states), .preset = "ready", FIELD(type, state), NO_TEXT}

/* <limit> belongs to what it stands in. */
#define LIMIT(name, type)                                                     \
	static const ly_attribute_t name##_attributes[] = {                       \
			{"max-calls", COUNT, FIELD(type, limit.max_calls), NO_TEXT},      \
			{"max-cps", COUNT, FIELD(type, limit.max_cps), NO_TEXT},          \
			{"mode", CHOICE(limit_modes), .preset = "soft",                   \
					FIELD(type, limit.mode), NO_TEXT},                        \
			{"code", .kind = LY_KIND_NUMBER, .min = 400, .max = 699,          \
					.preset = "503", FIELD(type, limit.code), NO_TEXT},       \
			{0}};                                                             \
	static const ly_element_t name = {"limit", name##_attributes, CHILDREN(), \
			.max = 1, .slot = LY_SLOT_PARENT,                                 \
			.line = offsetof(type, limit.line)}


/* So does <health>. The presets are those of ly_health_rules. */
#define HEALTH(name, type)                                                     \
	static const ly_attribute_t name##_attributes[] = {                        \
			{"options", DURATION(1 * SECONDS, 1 * HOURS), .or_zero = true,     \
					.preset = "30s", FIELD(type, watching.rules.interval),     \
					NO_TEXT},                                                  \
			{"first", DURATION(100, 10 * SECONDS), .preset = "1s",             \
					FIELD(type, watching.rules.first), NO_TEXT},               \
			{"again", DURATION(100, 10 * SECONDS), .preset = "500ms",          \
					FIELD(type, watching.rules.again), NO_TEXT},               \
			{"up-after", .kind = LY_KIND_NUMBER, .min = 1, .max = 100,         \
					.preset = "3", FIELD(type, watching.rules.up_after),       \
					NO_TEXT},                                                  \
			{"failures", .kind = LY_KIND_NUMBER, .min = 0, .max = 1000,        \
					.preset = "5", FIELD(type, watching.rules.failures),       \
					NO_TEXT},                                                  \
			{"ejection", DURATION(1 * SECONDS, 1 * HOURS), .preset = "30s",    \
					FIELD(type, watching.rules.ejection), NO_TEXT},            \
			{"ejection-max", DURATION(1 * SECONDS, 24 * HOURS),                \
					.preset = "10min",                                         \
					FIELD(type, watching.rules.ejection_max), NO_TEXT},        \
			{"memory", DURATION(1 * SECONDS, 24 * HOURS), .preset = "1h",      \
					FIELD(type, watching.rules.memory), NO_TEXT},              \
			{"slow-start", DURATION(0, 1 * HOURS), .preset = "1min",           \
					FIELD(type, watching.rules.slow_start), NO_TEXT},          \
			{0}};                                                              \
	static const ly_element_t name = {"health", name##_attributes, CHILDREN(), \
			.max = 1, .slot = LY_SLOT_PARENT,                                  \
			.line = offsetof(type, watching.line)}

/* A parameter of New-CsTrunkConfiguration that is True or False. */
#define LYNC(parameter, value)                         \
	{#parameter, CHOICE(ly_booleans), .preset = value, \
			FIELD(ly_trunk_t, parameter), NO_TEXT}
#define LYNC_TEXT(parameter) \
	{#parameter, LY_KIND_TEXT, FIELD(ly_trunk_t, parameter), NO_TEXT}

const ly_allowed_t ly_sides[] = {{"lync", LY_LYNC}, {"pstn", LY_PSTN}, {0}};
const ly_allowed_t ly_transports[] = {
		{"udp", LY_UDP}, {"tcp", LY_TCP}, {"tls", LY_TLS}, {0}};
const ly_allowed_t ly_tls_versions[] = {
		{"1.0", LY_TLS_1_0}, {"1.2", LY_TLS_1_2}, {"1.3", LY_TLS_1_3}, {0}};

/* Mediation Servers speak SIP over TLS or TCP only. */
static const ly_allowed_t lync_transports[] = {
		{"tcp", LY_TCP}, {"tls", LY_TLS}, {0}};
static const ly_allowed_t srtp_modes[] = {{"Required", LY_SRTP_REQUIRED},
		{"Optional", LY_SRTP_OPTIONAL}, {"NotSupported", LY_SRTP_NOT_SUPPORTED},
		{0}};
const ly_allowed_t ly_states[] = {
		{"ready", LY_STATE_READY}, {"drain", LY_STATE_DRAIN}, {0}};
static const ly_allowed_t e164_forms[] = {
		{"with-plus", false}, {"without-plus", true}, {0}};
static const ly_allowed_t identities[] = {{"as-sent", LY_IDENTITY_AS_SENT},
		{"none", LY_IDENTITY_NONE}, {"pai", LY_IDENTITY_PAI},
		{"ppi", LY_IDENTITY_PPI}, {"rpid", LY_IDENTITY_RPID}, {0}};
static const ly_allowed_t histories[] = {{"diversion", LY_HISTORY_DIVERSION},
		{"history-info", LY_HISTORY_INFO}, {"none", LY_HISTORY_NONE}, {0}};
static const ly_allowed_t call_ids[] = {{"mask", false}, {"keep", true}, {0}};
static const ly_allowed_t token_places[] = {
		{"user", LY_TOKEN_USER}, {"parameter", LY_TOKEN_PARAMETER}, {0}};
static const ly_allowed_t pracks[] = {{"pass", false}, {"strip", true}, {0}};
static const ly_allowed_t holds[] = {{"transparent", LY_HOLD_TRANSPARENT},
		{"sendonly", LY_HOLD_SENDONLY},
		{"sendonly-0.0.0.0", LY_HOLD_SENDONLY_ZERO},
		{"inactive", LY_HOLD_INACTIVE},
		{"inactive-0.0.0.0", LY_HOLD_INACTIVE_ZERO},
		{"sendrecv", LY_HOLD_SENDRECV}, {0}};
/* the first one of trunks alone */
static const ly_allowed_t early_media[] = {
		{"183-immediate", LY_EARLY_IMMEDIATE}, {"pass", LY_EARLY_PASS},
		{"strip-sdp", LY_EARLY_STRIP_SDP}, {"180-only", LY_EARLY_180_ONLY},
		{0}};
static const ly_allowed_t early_dialogs[] = {
		{"all", false}, {"one", true}, {0}};
static const ly_allowed_t refers[] = {{"refuse", false}, {"pass", true}, {0}};
static const ly_allowed_t redirects[] = {
		{"refuse", false}, {"follow", true}, {0}};
static const ly_allowed_t choices[] = {{"load", LY_BY_LOAD},
		{"round-robin", LY_BY_TURN}, {"priority", LY_BY_ORDER},
		{"called-number", LY_BY_CALLED}, {"calling-number", LY_BY_CALLING},
		{0}};
static const ly_allowed_t versions[] = {{"1", 1}, {0}};
const ly_allowed_t ly_directions[] = {
		{"from-lync", LY_FROM_LYNC}, {"to-lync", LY_TO_LYNC}, {0}};
const ly_allowed_t ly_number_kinds[] = {{"called", LY_CALLED},
		{"calling", LY_CALLING}, {"redirecting", LY_REDIRECTING}, {0}};
static const ly_allowed_t limit_modes[] = {
		{"soft", LY_LIMIT_SOFT}, {"strict", LY_LIMIT_STRICT}, {0}};
const ly_allowed_t ly_target_kinds[] = {{"gateway", LY_TARGET_GATEWAY},
		{"pbx", LY_TARGET_PBX}, {"provider", LY_TARGET_PROVIDER},
		{"emergency", LY_TARGET_EMERGENCY}, {0}};

/* PowerShell shows True, XML says true. */
const ly_allowed_t ly_booleans[] = {{"true", true}, {"false", false},
		{"True", true}, {"False", false}, {0}};

/* Rows: name, what it must be, required or preset, where it goes. */
static const ly_attribute_t interface_attributes[] = {
		{"side", CHOICE(ly_sides), .required = true, CHECKED_ONLY},
		{"address", LY_KIND_ADDRESS, .required = true,
				FIELD(ly_interface_t, address),
				ALSO(ly_interface_t, address_text)},
		{"advertise", LY_KIND_HOST, FIELD(ly_interface_t, advertise), NO_TEXT},
		{0}};
static const ly_element_t interface = {"interface", interface_attributes,
		CHILDREN(), .min = 2, .max = 2, .slot = LY_SLOT_INTERFACE,
		.line = LY_NOWHERE};

static const ly_attribute_t certificate_attributes[] = {
		{"file", LY_KIND_PATH, .required = true,
				FIELD(ly_node_t, certificate.file), NO_TEXT},
		{"key", LY_KIND_PATH, .required = true,
				FIELD(ly_node_t, certificate.key), NO_TEXT},
		{"ca", LY_KIND_PATH, .required = true, FIELD(ly_node_t, certificate.ca),
				NO_TEXT},
		{0}};
static const ly_element_t certificate = {"certificate", certificate_attributes,
		CHILDREN(), .max = 1, .slot = LY_SLOT_PARENT,
		.line = offsetof(ly_node_t, certificate.line)};

static const ly_attribute_t listen_attributes[] = {
		{"side", CHOICE(ly_sides), .required = true, FIELD(ly_listen_t, side),
				NO_TEXT},
		{"transport", CHOICE(ly_transports), .required = true,
				FIELD(ly_listen_t, transport), NO_TEXT},
		{"port", PORT, .required = true, FIELD(ly_listen_t, port), NO_TEXT},
		{"tls-min", CHOICE(ly_tls_versions), .preset = "1.2",
				FIELD(ly_listen_t, tls_min), NO_TEXT},
		{0}};
static const ly_element_t listens = {"listen", listen_attributes, CHILDREN(),
		.min = 1, LIST(ly_node_t, listens, listen_count, ly_listen_t)};

static const ly_attribute_t node_attributes[] = {
		{"name", LY_KIND_NAME, .required = true, FIELD(ly_node_t, name),
				NO_TEXT},
		{"fqdn", LY_KIND_FQDN, .required = true, FIELD(ly_node_t, fqdn),
				NO_TEXT},
		STATE(ly_node_t), {0}};
static const ly_element_t node = {"node", node_attributes,
		CHILDREN(&interface, &certificate, &listens), .min = 1,
		LIST(ly_plan_t, nodes, node_count, ly_node_t)};

static const ly_attribute_t server_attributes[] = {
		{"fqdn", LY_KIND_FQDN, .required = true, FIELD(ly_peer_t, fqdn),
				ALSO(ly_peer_t, name)},
		{"address", LY_KIND_ADDRESS, FIELD(ly_peer_t, address),
				ALSO(ly_peer_t, address_text)},
		{"weight", WEIGHT, .preset = "100", FIELD(ly_peer_t, weight), NO_TEXT},
		STATE(ly_peer_t), {0}};
static const ly_element_t server = {"server", server_attributes, CHILDREN(),
		.min = 1, .slot = LY_SLOT_SERVER, .line = offsetof(ly_peer_t, line)};

LIMIT(pool_limit, ly_pool_t);
HEALTH(pool_health, ly_pool_t);
static const ly_attribute_t pool_attributes[] = {
		{"name", LY_KIND_NAME, .required = true, FIELD(ly_pool_t, name),
				NO_TEXT},
		{"fqdn", LY_KIND_FQDN, .required = true, FIELD(ly_pool_t, fqdn),
				NO_TEXT},
		{"dialect", LY_KIND_DIALECT, .required = true,
				FIELD(ly_pool_t, dialect), NO_TEXT},
		{"tls-min", CHOICE(ly_tls_versions), .preset = "1.2",
				FIELD(ly_pool_t, tls_min), NO_TEXT},
		{"site", LY_KIND_TEXT, FIELD(ly_pool_t, site), NO_TEXT},
		STATE(ly_pool_t), {0}};
static const ly_element_t pool = {"pool", pool_attributes,
		CHILDREN(&server, &pool_limit, &pool_health), .min = 1,
		LIST(ly_plan_t, pools, pool_count, ly_pool_t)};

static const ly_attribute_t target_route_attributes[] = {
		{"trunk", LY_KIND_TRUNK, .required = true, FIELD(ly_route_t, trunk),
				NO_TEXT},
		ROUTE, {0}};
static const ly_element_t target_route = {"route", target_route_attributes,
		CHILDREN(), LIST(ly_peer_t, routes, route_count, ly_route_t)};

LIMIT(target_limit, ly_peer_t);
HEALTH(target_health, ly_peer_t);
static const ly_attribute_t target_attributes[] = {
		{"name", LY_KIND_NAME, .required = true, FIELD(ly_peer_t, name),
				NO_TEXT},
		{"kind", CHOICE(ly_target_kinds), .preset = "gateway",
				FIELD(ly_peer_t, kind), NO_TEXT},
		{"fqdn", LY_KIND_FQDN, FIELD(ly_peer_t, fqdn), NO_TEXT},
		{"address", LY_KIND_ADDRESS, FIELD(ly_peer_t, address),
				ALSO(ly_peer_t, address_text)},
		{"port", PORT, .required = true, FIELD(ly_peer_t, port), NO_TEXT},
		{"transport", CHOICE(ly_transports), .required = true,
				FIELD(ly_peer_t, transport), NO_TEXT},
		{"tls-min", CHOICE(ly_tls_versions), .preset = "1.2",
				FIELD(ly_peer_t, tls_min), NO_TEXT},
		{"dialect", LY_KIND_DIALECT, .preset = "rfc3261",
				FIELD(ly_peer_t, dialect), NO_TEXT},
		{"media", LY_KIND_MEDIA, .preset = "gateway-rtp",
				FIELD(ly_peer_t, media), NO_TEXT},
		{"e164", CHOICE(e164_forms), .preset = "with-plus",
				FIELD(ly_peer_t, e164_without_plus), NO_TEXT},
		{"identity", CHOICE(identities), .preset = "as-sent",
				FIELD(ly_peer_t, identity), NO_TEXT},
		{"trust-identity", CHOICE(ly_booleans), .preset = "true",
				FIELD(ly_peer_t, trust_identity), NO_TEXT},
		{"history", CHOICE(histories), .preset = "diversion",
				FIELD(ly_peer_t, history), NO_TEXT},
		{"own-numbers", LY_KIND_TEXT, FIELD(ly_peer_t, own_numbers.text),
				NO_TEXT},
		{"fallback-number", LY_KIND_DIALLED, FIELD(ly_peer_t, fallback_number),
				NO_TEXT},
		{"numbers", LY_KIND_NUMBERS, FIELD(ly_peer_t, numbers), NO_TEXT},
		{"codes", LY_KIND_CODES, FIELD(ly_peer_t, codes), NO_TEXT},
		{"rules-off", LY_KIND_RULES, FIELD(ly_peer_t, rules_off), NO_TEXT},
		{"rules-on", LY_KIND_RULES, FIELD(ly_peer_t, rules_on), NO_TEXT},
		{"pass-headers", LY_KIND_HEADERS, FIELD(ly_peer_t, pass_headers),
				NO_TEXT},
		TREATMENT(ly_peer_t, early_media + 1), HUNT(ly_peer_t, "0s", "20s"),
		{"redirect", CHOICE(redirects), .preset = "refuse",
				FIELD(ly_peer_t, follow_redirect), NO_TEXT},
		{"early-dialogs", CHOICE(early_dialogs), .preset = "all",
				FIELD(ly_peer_t, one_early_dialog), NO_TEXT},
		STATE(ly_peer_t), {0}};
static const ly_element_t target = {"target", target_attributes,
		CHILDREN(&target_route, &target_limit, &target_health), .min = 1,
		.slot = LY_SLOT_TARGET, .line = offsetof(ly_peer_t, line)};

static const ly_attribute_t trunk_route_attributes[] = {
		{"target", LY_KIND_TARGET, .required = true, FIELD(ly_route_t, target),
				NO_TEXT},
		ROUTE, {0}};
static const ly_element_t trunk_route = {"route", trunk_route_attributes,
		CHILDREN(), LIST(ly_trunk_t, routes, route_count, ly_route_t)};

LIMIT(trunk_limit, ly_trunk_t);
static const ly_attribute_t trunk_attributes[] = {
		{"name", LY_KIND_NAME, .required = true, FIELD(ly_trunk_t, name),
				NO_TEXT},
		{"pool", LY_KIND_POOL, .required = true, FIELD(ly_trunk_t, pool),
				NO_TEXT},
		{"mediation-port", PORT, .required = true,
				FIELD(ly_trunk_t, mediation_port), NO_TEXT},
		{"fqdn", LY_KIND_FQDN, .required = true, FIELD(ly_trunk_t, fqdn),
				NO_TEXT},
		{"port", PORT, .required = true, FIELD(ly_trunk_t, port), NO_TEXT},
		{"transport", CHOICE(lync_transports), .required = true,
				FIELD(ly_trunk_t, transport), NO_TEXT},
		{"dialect", LY_KIND_DIALECT, FIELD(ly_trunk_t, dialect), NO_TEXT},
		{"media", LY_KIND_MEDIA, FIELD(ly_trunk_t, media), NO_TEXT},
		{"numbers", LY_KIND_NUMBERS, FIELD(ly_trunk_t, numbers), NO_TEXT},
		{"codes", LY_KIND_CODES, FIELD(ly_trunk_t, codes), NO_TEXT},
		{"rules-off", LY_KIND_RULES, FIELD(ly_trunk_t, rules_off), NO_TEXT},
		{"rules-on", LY_KIND_RULES, FIELD(ly_trunk_t, rules_on), NO_TEXT},
		{"pass-headers", LY_KIND_HEADERS, FIELD(ly_trunk_t, pass_headers),
				NO_TEXT},
		TREATMENT(ly_trunk_t, early_media), HUNT(ly_trunk_t, "6s", "8s"),
		{"progress-after", DURATION(1 * SECONDS, 1 * MINUTES), .or_zero = true,
				.preset = "6s", FIELD(ly_trunk_t, progress_after), NO_TEXT},
		STATE(ly_trunk_t),
		{"SRTPMode", CHOICE(srtp_modes), .preset = "Required",
				FIELD(ly_trunk_t, SRTPMode), NO_TEXT},
		LYNC(AcceptGatewayPAIForOutboundCalls, "false"),
		LYNC(ConcentratedTopology, "true"), LYNC(Enable3pccRefer, "false"),
		LYNC(EnableBypass, "false"), LYNC(EnableFastFailoverTimer, "true"),
		LYNC(EnableLocationRestriction, "false"),
		LYNC(EnableMobileTrunkSupport, "false"),
		LYNC(EnableOnlineVoice, "false"), LYNC(EnablePIDFLOSupport, "false"),
		LYNC(EnableReferSupport, "true"), LYNC(EnableRTPLatching, "false"),
		LYNC(EnableSessionTimer, "false"), LYNC(EnableSignalBoost, "false"),
		LYNC(ForwardAnonymousCallGatewayPAI, "false"),
		LYNC(ForwardCallHistory, "false"), LYNC(ForwardPAI, "false"),
		LYNC(RemovePlusFromUri, "false"), LYNC(RTCPActiveCalls, "true"),
		LYNC(RTCPCallsOnHold, "true"),
		{"MaxEarlyDialogs", .kind = LY_KIND_NUMBER, .min = 1, .max = 65535,
				.preset = "20", FIELD(ly_trunk_t, MaxEarlyDialogs), NO_TEXT},
		LYNC_TEXT(NetworkSiteID), LYNC_TEXT(PstnUsages), LYNC_TEXT(Description),
		{0}};
const ly_element_t ly_plan_trunk_element = {"trunk", trunk_attributes,
		CHILDREN(&trunk_route, &trunk_limit), .min = 1,
		LIST(ly_plan_t, trunks, trunk_count, ly_trunk_t)};

const ly_hint_t ly_trunk_hints[] = {
		{"Identity", "the trunk's identity is the attribute 'name'"},
		{"EnablePAIPassthrough",
				"ForwardAnonymousCallGatewayPAI has taken its place"},
		{"OutboundTranslationRulesList", "its rules stand in a <numbers> as "
										 "<rule on=\"called\">, and the "
										 "attribute 'numbers' names it"},
		{"OutboundCallingNumberTranslationRulesList",
				"its rules stand in a <numbers> as <rule on=\"calling\">, and "
				"the attribute 'numbers' names it"},
		{"SipResponseCodeTranslationRulesList",
				"its rules stand in a <codes>, and the attribute 'codes' names "
				"it"},
		{0}};

static const ly_attribute_t emergency_attributes[] = {
		{"numbers", LY_KIND_DIALLED_LIST, .required = true,
				FIELD(ly_plan_t, emergency.numbers), NO_TEXT},
		{0}};
static const ly_element_t emergency = {"emergency", emergency_attributes,
		CHILDREN(), .max = 1, .slot = LY_SLOT_PARENT,
		.line = offsetof(ly_plan_t, emergency.line)};

static const ly_attribute_t root_attributes[] = {
		{"version", CHOICE(versions), .required = true, CHECKED_ONLY},
		{"imported-from", LY_KIND_TEXT, FIELD(ly_plan_t, imported_from),
				NO_TEXT},
		{"signature", LY_KIND_TEXT, FIELD(ly_plan_t, signature), NO_TEXT}, {0}};
const ly_element_t ly_plan_root = {"lync-trunks", root_attributes,
		CHILDREN(&node, &pool, &target, &ly_plan_trunk_element,
				&ly_plan_numbers_element, &ly_plan_codes_element,
				&ly_plan_profile_element, &emergency),
		.min = 1, .max = 1, .slot = LY_SLOT_PARENT, .line = LY_NOWHERE};
