/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of a plan say must fit together: ports, transports, certificates, media. */
#include "liblync/plan_reader.h"

#include <stdio.h>

#include "liblync/media.h"
#include "liblync/set.h"

#define KEY_MAX 700 /* two names of 255 bytes and some numbers */

/*
 * Adds what must be unique. The older entry where something else has the key already, else NULL.
 * Keys are texts: names of the plan hold no blank, so a blank parts them.
 */
static const ly_set_entry_t *clash(ly_reader_t *reader, ly_set_t *set,
		const char *key, void *item, unsigned line)
{
	const ly_set_entry_t *entry = ly_set_add(set, ly_cstr(key), item, line);

	if(!entry)
		ly_found_no_memory(reader->report);
	return entry && entry->item != item ? entry : NULL;
}

/* The same text for the same address, however it was written. */
static const char *put_addr(char *buffer, const ly_addr_t *addr)
{
	for(int i = 0; i < (addr->family == 6 ? 16 : 4); i++)
		snprintf(buffer + 2 * i, 3, "%02x", addr->ip[i]);
	return buffer;
}

/* Nodes -------------------------------------------------------------------------------------------------------------- */

static void check_listen(ly_reader_t *reader, const ly_node_t *node,
		ly_listen_t *listen, ly_set_t *seen)
{
	const ly_set_entry_t *other;
	char key[KEY_MAX], addr[33];

	/* TLS runs over TCP: both want the same port of the kernel. */
	snprintf(key, sizeof(key), "%s %s %u",
			put_addr(addr, &node->side[listen->side].address),
			listen->transport == LY_UDP ? "udp" : "tcp", listen->port);
	other = clash(reader, seen, key, listen, listen->line);
	if(other)
		ly_found(reader->report, listen->line,
				"element <listen>: port %u over %s at %.*s is taken by the "
				"<listen> of line %u; expected a port of its own",
				listen->port, ly_transport_name(listen->transport),
				LY_FMT(node->side[listen->side].address_text), other->line);
	if(listen->side == LY_LYNC && listen->transport == LY_UDP)
		ly_found(reader->report, listen->line,
				"element <listen>: side 'lync' has transport 'udp'; expected "
				"'tls' or 'tcp', Mediation Servers speak no other");
	if(listen->transport == LY_TLS && !node->certificate.file.len)
		ly_found(reader->report, listen->line,
				"element <listen>: transport 'tls' needs a certificate, but "
				"node "
				"'%.*s' has no <certificate file= key= ca=>",
				LY_FMT(node->name));
}

static void check_nodes(ly_reader_t *reader)
{
	for(unsigned i = 0; i < reader->plan->node_count; i++) {
		ly_node_t *node = &reader->plan->nodes[i];
		ly_set_t seen = {.arena = reader->scratch};
		for(unsigned j = 0; j < node->listen_count; j++)
			check_listen(reader, node, &node->listens[j], &seen);
	}
}

/* A node that has the port open; fqdn empty: any node. */
static bool somebody_listens(const ly_plan_t *plan, ly_slice_t fqdn,
		ly_side_t side, ly_transport_t transport, unsigned port)
{
	for(unsigned i = 0; i < plan->node_count; i++) {
		const ly_node_t *node = &plan->nodes[i];
		if(fqdn.len && !ly_ieq(fqdn, node->fqdn))
			continue;
		for(unsigned j = 0; j < node->listen_count; j++) {
			const ly_listen_t *listen = &node->listens[j];
			if(listen->side == side && listen->transport == transport
					&& (port == 0 || listen->port == port))
				return true;
		}
	}
	return false;
}

/* Peers -------------------------------------------------------------------------------------------------------------- */

/* A peer is known by where its packets come from; source ports tell nothing over TCP and TLS. */
static void check_address(ly_reader_t *reader, ly_peer_t *peer, ly_set_t *seen)
{
	const ly_set_entry_t *other;
	char key[KEY_MAX], addr[33];

	snprintf(key, sizeof(key), "%s %s %s", ly_side_name(peer->side),
			peer->pool ? "any" : ly_transport_name(peer->transport),
			put_addr(addr, &peer->address));
	other = clash(reader, seen, key, peer, peer->line);
	if(other && peer->pool)
		ly_found(reader->report, peer->line,
				"element <server>: the address %.*s is that of the <server> of "
				"line %u too, and nothing would tell them apart",
				LY_FMT(peer->address_text), other->line);
	else if(other)
		ly_found(reader->report, peer->line,
				"element <target>: the address %.*s over %s is that of the "
				"<target> of line %u too, and nothing would tell them apart",
				LY_FMT(peer->address_text), ly_transport_name(peer->transport),
				other->line);
}

static void check_target(ly_reader_t *reader, const ly_peer_t *peer)
{
	const char *transport = ly_transport_name(peer->transport);

	if(peer->transport == LY_TLS && !peer->fqdn.len)
		ly_found(reader->report, peer->line,
				"element <target>: transport 'tls' needs the attribute 'fqdn', "
				"the name that its certificate must carry");
	if(peer->media->srtp && peer->transport != LY_TLS)
		ly_found(reader->report, peer->line,
				"element <target>: media '%.*s' is SRTP, whose keys would "
				"cross "
				"the network in the clear over %s; expected transport 'tls' or "
				"media without SRTP",
				LY_FMT(peer->media->name), transport);
	if(!somebody_listens(reader->plan, LY_EMPTY, LY_PSTN, peer->transport, 0))
		ly_found(reader->report, peer->line,
				"element <target>: transport is '%s', but no node has a "
				"<listen "
				"side=\"pstn\" transport=\"%s\">, from which to call it",
				transport, transport);
}

static void check_peers(ly_reader_t *reader)
{
	ly_set_t seen = {.arena = reader->scratch};

	for(unsigned i = 0; i < reader->plan->peer_count; i++) {
		ly_peer_t *peer = &reader->plan->peers[i];
		check_address(reader, peer, &seen);
		if(!peer->pool)
			check_target(reader, peer);
	}
}

/* Trunks ------------------------------------------------------------------------------------------------------------- */

/* The node that a trunk's FQDN means; NULL where it is another name in the certificates, which any node may serve. */
static const ly_node_t *node_of(const ly_plan_t *plan, const ly_trunk_t *trunk)
{
	for(unsigned i = 0; i < plan->node_count; i++) {
		if(ly_ieq(plan->nodes[i].fqdn, trunk->fqdn))
			return &plan->nodes[i];
	}
	return NULL;
}

/*
 * Lync itself refuses two trunks of a pool and a gateway with one pair of ports. A call tells the trunk by the port
 * and the node that it came to, so a name that any node serves clashes with that of each.
 */
static void check_pair(ly_reader_t *reader, ly_trunk_t *trunk, ly_set_t *pairs)
{
	const ly_node_t *node = node_of(reader->plan, trunk);
	const ly_set_entry_t *other = NULL;
	char pair[KEY_MAX], key[KEY_MAX + 300];

	snprintf(pair, sizeof(pair), "%.*s %u %u", LY_FMT(trunk->pool->name),
			trunk->mediation_port, trunk->port);
	/* One key for each node that serves the trunk. */
	for(unsigned i = 0; i < reader->plan->node_count && !other; i++) {
		if(node && node != &reader->plan->nodes[i])
			continue;
		snprintf(key, sizeof(key), "%s %u", pair, i);
		other = clash(reader, pairs, key, trunk, trunk->line);
	}
	if(other)
		ly_found(reader->report, trunk->line,
				"element <trunk>: pool '%.*s' with mediation-port %u and port "
				"%u "
				"is the trunk of line %u already; expected another pair of "
				"ports",
				LY_FMT(trunk->pool->name), trunk->mediation_port, trunk->port,
				other->line);
}

/* With TCP Lync takes SRTPMode for NotSupported, whatever is configured: SRTP implies TLS. */
static void check_media(ly_reader_t *reader, const ly_trunk_t *trunk)
{
	bool srtp = trunk->media->srtp;
	bool tls = trunk->transport == LY_TLS;

	if(!tls && trunk->SRTPMode != LY_SRTP_NOT_SUPPORTED)
		ly_found(reader->report, trunk->line,
				"element <trunk>: over 'tcp' Lync forces SRTPMode to "
				"NotSupported; expected SRTPMode=\"NotSupported\" or transport "
				"'tls'");
	else if(srtp && trunk->SRTPMode == LY_SRTP_NOT_SUPPORTED)
		ly_found(reader->report, trunk->line,
				"element <trunk>: media '%.*s' is SRTP, but SRTPMode is "
				"NotSupported; expected media 'lync-rtp'",
				LY_FMT(trunk->media->name));
	else if(!srtp && trunk->SRTPMode == LY_SRTP_REQUIRED)
		ly_found(reader->report, trunk->line,
				"element <trunk>: media '%.*s' is without SRTP, but SRTPMode "
				"is "
				"Required; expected media 'lync-srtp-required'",
				LY_FMT(trunk->media->name));
}

static void check_trunks(ly_reader_t *reader)
{
	ly_set_t pairs = {.arena = reader->scratch};

	for(unsigned i = 0; i < reader->plan->trunk_count; i++) {
		ly_trunk_t *trunk = &reader->plan->trunks[i];
		const ly_node_t *node = node_of(reader->plan, trunk);
		check_pair(reader, trunk, &pairs);
		check_media(reader, trunk);
		if(somebody_listens(reader->plan, node ? node->fqdn : LY_EMPTY, LY_LYNC,
				   trunk->transport, trunk->port))
			continue;
		ly_found(reader->report, trunk->line,
				"element <trunk>: %s listens for it; expected a <listen "
				"side=\"lync\" transport=\"%s\" port=\"%u\"> there",
				node ? "its node does not have a port that" : "no node",
				ly_transport_name(trunk->transport), trunk->port);
	}
}

void ly_plan_check(ly_reader_t *reader)
{
	static void (*const checks[])(ly_reader_t *) = {
			check_nodes, check_peers, check_trunks};

	for(size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if(!reader->report->no_memory)
			checks[i](reader);
	}
}
