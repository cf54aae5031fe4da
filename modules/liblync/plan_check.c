/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of a plan say must fit together: ports, transports, certificates. */
#include "liblync/plan_reader.h"

#include <stdarg.h>
#include <stdio.h>

#include "liblync/codes.h"
#include "liblync/set.h"
#include "liblync/token.h"

#define KEY_MAX 800 /* two names of 255 bytes and some numbers */

/* Who has what. Keys are texts whose parts a blank parts, since no name holds one. */
typedef struct ly_checker
{
	ly_reader_t *reader;
	ly_set_t ports; /* node, address, udp or tcp, port: its listen */
	ly_set_t
			open; /* node's FQDN or "any", side, transport, port or "some": a listen */
	ly_set_t fqdns;		/* a node */
	ly_set_t addresses; /* side, transport, address: the peer */
	ly_set_t
			pairs; /* pool, mediation-port, port, node's FQDN or "any" or "some": the trunk */
	ly_set_t peer_hashes, trunk_hashes;
	char key[KEY_MAX];
} ly_checker_t;

/* Valid until the next one. */
static ly_slice_t key(ly_checker_t *checker, const char *format, ...)
		__attribute__((format(printf, 2, 3)));

static ly_slice_t key(ly_checker_t *checker, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(checker->key, sizeof(checker->key), format, args);
	va_end(args);
	return ly_cstr(checker->key);
}

/* What had the key before, or NULL: then item has it from now on. */
static void *claim(ly_checker_t *checker, ly_set_t *set, ly_slice_t name,
		void *item, unsigned line)
{
	const ly_set_entry_t *entry = ly_set_add(set, name, item, line);

	if(!entry)
		ly_found_no_memory(checker->reader->report);
	return entry && entry->item != item ? entry->item : NULL;
}

/* The same text for the same address, however it was written. */
static const char *hex(char *buffer, const ly_addr_t *addr)
{
	for(int i = 0; i < (addr->family == 6 ? 16 : 4); i++)
		snprintf(buffer + 2 * i, 3, "%02x", addr->ip[i]);
	return buffer;
}

/* The state of a call names its trunk and its peers by a hash, which must mean one of them. */
static void check_hash(ly_checker_t *checker, ly_set_t *hashes,
		const char *element, ly_slice_t name, void *item, unsigned line)
{
	unsigned hash = ly_name_hash(name);
	const ly_set_entry_t *first =
			ly_set_add(hashes, key(checker, "%08x", hash), item, line);

	if(!first)
		ly_found_no_memory(checker->reader->report);
	else if(first->item != item)
		ly_found(checker->reader->report, line,
				"element <%s>: the name '%.*s' has the same 32-bit hash as "
				"that "
				"of line %u, an accident; expected any other name",
				element, LY_FMT(name), first->line);
}

/* Nodes -------------------------------------------------------------------------------------------------------------- */

/* TLS runs over TCP: both want the same port of the kernel. */
static void check_port(
		ly_checker_t *checker, const ly_node_t *node, ly_listen_t *listen)
{
	const ly_interface_t *face = &node->side[listen->side];
	const ly_listen_t *first;
	char addr[33];

	first = claim(checker, &checker->ports,
			key(checker, "%.*s %s %s %u", LY_FMT(node->name),
					hex(addr, &face->address),
					listen->transport == LY_UDP ? "udp" : "tcp", listen->port),
			listen, listen->line);
	if(first)
		ly_found(checker->reader->report, listen->line,
				"element <listen>: port %u over %s at %.*s is taken by the "
				"<listen> of line %u; expected a port of its own",
				listen->port, ly_transport_name(listen->transport),
				LY_FMT(face->address_text), first->line);
}

static void check_listen(
		ly_checker_t *checker, const ly_node_t *node, ly_listen_t *listen)
{
	ly_report_t *report = checker->reader->report;

	check_port(checker, node, listen);
	if(listen->side == LY_LYNC && listen->transport == LY_UDP)
		ly_found(report, listen->line,
				"element <listen>: side 'lync' has transport 'udp'; expected "
				"'tls' or 'tcp', Mediation Servers speak no other");
	if(listen->transport == LY_TLS && !node->certificate.file.len)
		ly_found(report, listen->line,
				"element <listen>: transport 'tls' needs a certificate; "
				"expected "
				"a <certificate> in node '%.*s'",
				LY_FMT(node->name));
}

static void note_open(
		ly_checker_t *checker, const ly_node_t *node, ly_listen_t *listen)
{
	const char *side = ly_side_name(listen->side);
	const char *transport = ly_transport_name(listen->transport);

	claim(checker, &checker->open,
			key(checker, "any %s %s some", side, transport), listen,
			listen->line);
	claim(checker, &checker->open,
			key(checker, "any %s %s %u", side, transport, listen->port), listen,
			listen->line);
	claim(checker, &checker->open,
			key(checker, "%.*s %s %s %u", LY_FMT(node->fqdn), side, transport,
					listen->port),
			listen, listen->line);
}

static void check_nodes(ly_checker_t *checker)
{
	ly_plan_t *plan = checker->reader->plan;

	for(unsigned i = 0; i < plan->node_count; i++) {
		ly_node_t *node = &plan->nodes[i];
		claim(checker, &checker->fqdns, node->fqdn, node, node->line);
		for(unsigned j = 0; j < node->listen_count; j++) {
			check_listen(checker, node, &node->listens[j]);
			note_open(checker, node, &node->listens[j]);
		}
	}
}

/* Peers -------------------------------------------------------------------------------------------------------------- */

/*
 * A peer is known by where its packets come from, or by the name whose addresses the DNS tells; over TCP and TLS source
 * ports tell nothing.
 */
static void check_address(ly_checker_t *checker, ly_peer_t *peer)
{
	const char *transport =
			peer->pool ? "any" : ly_transport_name(peer->transport);
	const char *element = peer->pool ? "server" : "target";
	bool named = !peer->address.family;
	ly_slice_t text = named ? peer->fqdn : peer->address_text;
	const ly_peer_t *first;
	char addr[33];

	/* No two servers have one name. */
	if(named && (peer->pool || !peer->fqdn.len))
		return;
	first = claim(checker, &checker->addresses,
			key(checker, "%s %s %.*s", ly_side_name(peer->side), transport,
					LY_FMT(named ? text : ly_cstr(hex(addr, &peer->address)))),
			peer, peer->line);
	if(first)
		ly_found(checker->reader->report, peer->line,
				"element <%s>: the %s %.*s over %s transport is that of the "
				"<%s> of line %u too, and nothing would tell them apart; "
				"expected an address of its own",
				element, named ? "fqdn" : "address", LY_FMT(text), transport,
				element, first->line);
}

static void check_target(ly_checker_t *checker, const ly_peer_t *peer)
{
	ly_report_t *report = checker->reader->report;
	const char *transport = ly_transport_name(peer->transport);

	if(!peer->address.family && !peer->fqdn.len)
		ly_found(report, peer->line,
				"element <target>: neither address nor fqdn; expected the "
				"address, or a name that the DNS knows");
	if(peer->transport == LY_TLS && !peer->fqdn.len)
		ly_found(report, peer->line,
				"element <target>: transport 'tls' needs the attribute 'fqdn', "
				"the name that the target's certificate must carry");
	if(!ly_set_find(
			   &checker->open, key(checker, "any pstn %s some", transport)))
		ly_found(report, peer->line,
				"element <target>: transport is '%s', for which no node has a "
				"port; expected a <listen side=\"pstn\" transport=\"%s\">",
				transport, transport);
}

static void check_peers(ly_checker_t *checker)
{
	ly_plan_t *plan = checker->reader->plan;

	for(unsigned i = 0; i < plan->peer_count; i++) {
		ly_peer_t *peer = &plan->peers[i];
		check_hash(checker, &checker->peer_hashes,
				peer->pool ? "server" : "target", peer->name, peer, peer->line);
		check_address(checker, peer);
		if(!peer->pool)
			check_target(checker, peer);
	}
}

/* Trunks ------------------------------------------------------------------------------------------------------------- */

static bool of_a_node(const ly_checker_t *checker, const ly_trunk_t *trunk)
{
	return ly_set_find(&checker->fqdns, trunk->fqdn) != NULL;
}

static ly_slice_t pair_key(
		ly_checker_t *checker, const ly_trunk_t *trunk, ly_slice_t where)
{
	return key(checker, "%.*s %u %u %.*s", LY_FMT(trunk->pool->name),
			trunk->mediation_port, trunk->port, LY_FMT(where));
}

/*
 * Lync itself refuses two trunks of a pool and a gateway with one pair of ports. A call tells its trunk by the port
 * and the node that it comes to: so a pair may stand once for each node, and where the FQDN is no node's, any node
 * serves the trunk, and it clashes with all of them.
 */
static void check_pair(ly_checker_t *checker, ly_trunk_t *trunk)
{
	bool one = of_a_node(checker, trunk);
	ly_slice_t any = LY_LIT("any"), some = LY_LIT("some");
	const ly_trunk_t *first;

	first = claim(checker, &checker->pairs,
			pair_key(checker, trunk, one ? trunk->fqdn : any), trunk,
			trunk->line);
	if(!first)
		first = ly_set_find(
				&checker->pairs, pair_key(checker, trunk, one ? any : some));
	claim(checker, &checker->pairs, pair_key(checker, trunk, some), trunk,
			trunk->line);
	if(first)
		ly_found(checker->reader->report, trunk->line,
				"element <trunk>: pool '%.*s' with mediation-port %u and port "
				"%u "
				"is the trunk of line %u already; expected another pair of "
				"ports",
				LY_FMT(trunk->pool->name), trunk->mediation_port, trunk->port,
				first->line);
}

static void check_listener(ly_checker_t *checker, const ly_trunk_t *trunk)
{
	bool one = of_a_node(checker, trunk);
	ly_slice_t who = one ? trunk->fqdn : LY_LIT("any");
	const char *transport = ly_transport_name(trunk->transport);

	if(ly_set_find(&checker->open, key(checker, "%.*s lync %s %u", LY_FMT(who),
										   transport, trunk->port)))
		return;
	ly_found(checker->reader->report, trunk->line,
			"element <trunk>: %s on port %u over %s; expected a "
			"<listen "
			"side=\"lync\" transport=\"%s\" port=\"%u\">",
			one ? "the node with this fqdn does not listen" : "no node listens",
			trunk->port, transport, transport, trunk->port);
}

static void check_trunks(ly_checker_t *checker)
{
	ly_plan_t *plan = checker->reader->plan;

	for(unsigned i = 0; i < plan->trunk_count; i++) {
		ly_trunk_t *trunk = &plan->trunks[i];
		check_hash(checker, &checker->trunk_hashes, "trunk", trunk->name, trunk,
				trunk->line);
		check_pair(checker, trunk);
		check_listener(checker, trunk);
	}
}

/* Limits and rules ------------------------------------------------------------------------------------------------- */

static void check_limit(ly_checker_t *checker, const ly_limit_t *limit)
{
	if(limit->line && !limit->max_calls && !limit->max_cps)
		ly_found(checker->reader->report, limit->line,
				"element <limit>: nothing is limited; expected 'max-calls' or "
				"'max-cps'");
}

static void check_limits(ly_checker_t *checker)
{
	const ly_plan_t *plan = checker->reader->plan;

	for(unsigned i = 0; i < plan->pool_count; i++)
		check_limit(checker, &plan->pools[i].limit);
	for(unsigned i = 0; i < plan->peer_count; i++)
		check_limit(checker, &plan->peers[i].limit);
	for(unsigned i = 0; i < plan->trunk_count; i++)
		check_limit(checker, &plan->trunks[i].limit);
}

static void check_codes(ly_checker_t *checker)
{
	const ly_plan_t *plan = checker->reader->plan;

	for(unsigned i = 0; i < plan->codes_count; i++) {
		const ly_codes_t *codes = &plan->codes[i];
		for(unsigned j = 0; j < codes->rule_count; j++) {
			const ly_code_rule_t *rule = &codes->rules[j];
			if(!rule->received && !rule->cause)
				ly_found(checker->reader->report, rule->line,
						"element <rule>: it would translate every code to %u; "
						"expected 'received', 'cause' or both",
						rule->translated);
			if(ly_code_is_sips_own(rule->translated))
				ly_found(checker->reader->report, rule->line,
						"element <rule>: code %u does not refuse a call, SIP "
						"itself works with it; expected another code",
						rule->translated);
		}
	}
}

static void check_routes(ly_checker_t *checker)
{
	ly_plan_check_routes(checker->reader);
}

static void check_hunt(ly_checker_t *checker)
{
	ly_plan_check_hunt(checker->reader);
}

static void check_media(ly_checker_t *checker)
{
	ly_plan_check_media(checker->reader);
}

void ly_plan_check(ly_reader_t *reader)
{
	static void (*const checks[])(ly_checker_t *) = {check_nodes, check_peers,
			check_trunks, check_routes, check_hunt, check_media, check_limits,
			check_codes};
	ly_set_t empty = {.arena = reader->scratch};
	ly_checker_t checker = {.reader = reader,
			.ports = empty,
			.open = empty,
			.fqdns = empty,
			.addresses = empty,
			.pairs = empty,
			.peer_hashes = empty,
			.trunk_hashes = empty};

	for(size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if(!reader->report->no_memory)
			checks[i](&checker);
	}
}
