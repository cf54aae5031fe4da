/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/plan_schema.h"

/* The field of a structure: where it lies and how wide it is. */
#define FIELD(type, member) \
	.offset = offsetof(type, member), .size = sizeof(((type *)0)->member)
#define ALSO(type, member) .text = offsetof(type, member)
#define NO_TEXT .text = LY_NOWHERE
#define CHECKED_ONLY .offset = LY_NOWHERE, .text = LY_NOWHERE
#define LIST(type, pointer, number, item)                          \
	.slot = LY_SLOT_LIST, .list = offsetof(type, pointer),         \
	.count = offsetof(type, number), .line = offsetof(item, line), \
	.size = sizeof(item)
#define CHILDREN(...)                   \
	(const ly_element_t *const[])       \
	{                                   \
		__VA_ARGS__ __VA_OPT__(, ) NULL \
	}
#define PORT .kind = LY_KIND_NUMBER, .min = 1, .max = 65535
#define TIER .kind = LY_KIND_NUMBER, .min = 1, .max = 99
#define WEIGHT .kind = LY_KIND_NUMBER, .min = 0, .max = 10000
#define CHOICE(list) .kind = LY_KIND_CHOICE, .choices = (list)

const ly_choice_t ly_sides[] = {{"lync", LY_LYNC}, {"pstn", LY_PSTN}, {0}};
const ly_choice_t ly_transports[] = {
		{"udp", LY_UDP}, {"tcp", LY_TCP}, {"tls", LY_TLS}, {0}};
const ly_choice_t ly_tls_versions[] = {
		{"1.0", LY_TLS_1_0}, {"1.2", LY_TLS_1_2}, {"1.3", LY_TLS_1_3}, {0}};

/* Mediation Servers speak SIP over TLS or TCP only. */
static const ly_choice_t lync_transports[] = {
		{"tcp", LY_TCP}, {"tls", LY_TLS}, {0}};
static const ly_choice_t srtp_modes[] = {{"Required", LY_SRTP_REQUIRED},
		{"Optional", LY_SRTP_OPTIONAL}, {"NotSupported", LY_SRTP_NOT_SUPPORTED},
		{0}};
static const ly_choice_t states[] = {
		{"ready", LY_STATE_READY}, {"drain", LY_STATE_DRAIN}, {0}};
static const ly_choice_t e164_forms[] = {
		{"with-plus", false}, {"without-plus", true}, {0}};
static const ly_choice_t versions[] = {{"1", 1}, {0}};

const char *ly_choice_name(const ly_choice_t *choices, int value)
{
	while(choices->name && choices->value != value)
		choices++;
	return choices->name ? choices->name : "?";
}

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
		CHILDREN(), .max = 1, .slot = LY_SLOT_PARENT, .line = LY_NOWHERE};

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
		{0}};
static const ly_element_t node = {"node", node_attributes,
		CHILDREN(&interface, &certificate, &listens), .min = 1,
		LIST(ly_plan_t, nodes, node_count, ly_node_t)};

static const ly_attribute_t server_attributes[] = {
		{"fqdn", LY_KIND_FQDN, .required = true, FIELD(ly_peer_t, fqdn),
				ALSO(ly_peer_t, name)},
		{"address", LY_KIND_ADDRESS, .required = true,
				FIELD(ly_peer_t, address), ALSO(ly_peer_t, address_text)},
		{"weight", WEIGHT, .preset = "100", FIELD(ly_peer_t, weight), NO_TEXT},
		{"state", CHOICE(states), .preset = "ready", FIELD(ly_peer_t, state),
				NO_TEXT},
		{0}};
static const ly_element_t server = {"server", server_attributes, CHILDREN(),
		.min = 1, .slot = LY_SLOT_SERVER, .line = offsetof(ly_peer_t, line)};

static const ly_attribute_t pool_attributes[] = {
		{"name", LY_KIND_NAME, .required = true, FIELD(ly_pool_t, name),
				NO_TEXT},
		{"fqdn", LY_KIND_FQDN, .required = true, FIELD(ly_pool_t, fqdn),
				NO_TEXT},
		{"dialect", LY_KIND_DIALECT, .required = true,
				FIELD(ly_pool_t, dialect), NO_TEXT},
		{"tls-min", CHOICE(ly_tls_versions), .preset = "1.2",
				FIELD(ly_pool_t, tls_min), NO_TEXT},
		{0}};
static const ly_element_t pool = {"pool", pool_attributes, CHILDREN(&server),
		.min = 1, LIST(ly_plan_t, pools, pool_count, ly_pool_t)};

static const ly_attribute_t target_route_attributes[] = {
		{"trunk", LY_KIND_TRUNK, .required = true, FIELD(ly_route_t, trunk),
				NO_TEXT},
		{"tier", TIER, .preset = "1", FIELD(ly_route_t, tier), NO_TEXT},
		{"weight", WEIGHT, .preset = "100", FIELD(ly_route_t, weight), NO_TEXT},
		{0}};
static const ly_element_t target_route = {"route", target_route_attributes,
		CHILDREN(), LIST(ly_peer_t, routes, route_count, ly_route_t)};

static const ly_attribute_t target_attributes[] = {
		{"name", LY_KIND_NAME, .required = true, FIELD(ly_peer_t, name),
				NO_TEXT},
		{"fqdn", LY_KIND_FQDN, FIELD(ly_peer_t, fqdn), NO_TEXT},
		{"address", LY_KIND_ADDRESS, .required = true,
				FIELD(ly_peer_t, address), ALSO(ly_peer_t, address_text)},
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
		{"state", CHOICE(states), .preset = "ready", FIELD(ly_peer_t, state),
				NO_TEXT},
		{0}};
static const ly_element_t target = {"target", target_attributes,
		CHILDREN(&target_route), .min = 1, .slot = LY_SLOT_TARGET,
		.line = offsetof(ly_peer_t, line)};

static const ly_attribute_t trunk_route_attributes[] = {
		{"target", LY_KIND_TARGET, .required = true, FIELD(ly_route_t, target),
				NO_TEXT},
		{"tier", TIER, .preset = "1", FIELD(ly_route_t, tier), NO_TEXT},
		{"weight", WEIGHT, .preset = "100", FIELD(ly_route_t, weight), NO_TEXT},
		{0}};
static const ly_element_t trunk_route = {"route", trunk_route_attributes,
		CHILDREN(), LIST(ly_trunk_t, routes, route_count, ly_route_t)};

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
		{"SRTPMode", CHOICE(srtp_modes), .preset = "Required",
				FIELD(ly_trunk_t, SRTPMode), NO_TEXT},
		{0}};
static const ly_element_t trunk = {"trunk", trunk_attributes,
		CHILDREN(&trunk_route), .min = 1,
		LIST(ly_plan_t, trunks, trunk_count, ly_trunk_t)};

static const ly_attribute_t root_attributes[] = {
		{"version", CHOICE(versions), .required = true, CHECKED_ONLY}, {0}};
const ly_element_t ly_plan_root = {"lync-trunks", root_attributes,
		CHILDREN(&node, &pool, &target, &trunk), .min = 1, .max = 1,
		.slot = LY_SLOT_PARENT, .line = LY_NOWHERE};
