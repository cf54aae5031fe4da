/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which Mediation pools, servers and trunks a Lync deployment has, read from what an administrator can export:
 *   (Get-CsTopology -AsXml).ToString()   the published topology
 *   a .tbxml file                        what Topology Builder saves, published or not
 * Nothing is required that the SBC does not need: what a document says wrongly or not at all about others does not
 * hinder the reading. Whoever uses a trunk or pool looks whether it is complete.
 */
#ifndef LIBLYNC_TOPOLOGY_H
#define LIBLYNC_TOPOLOGY_H

#include "liblync/plan.h"

/* Read completely into memory, several times that when parsed: an upper bound far above real ones (1 to 5 MB). */
#define LY_LYNC_MAX_BYTES (16u << 20)

/* A Mediation Server. */
typedef struct ly_topology_server
{
	ly_slice_t fqdn;
	ly_slice_t
			address; /* where the topology fixes one for its PSTN side; mostly empty: DNS knows */
} ly_topology_server_t;

/* Where the servers of a pool listen for gateways: count ports from port on. */
typedef struct ly_topology_port
{
	ly_transport_t transport;
	uint16_t port;
	unsigned count;
} ly_topology_port_t;

typedef struct ly_topology_pool
{
	ly_slice_t fqdn;
	ly_slice_t site;
	unsigned
			version; /* ServiceVersion: 5 = Lync 2010 … 8 = SfB 2019; 0 = not said */
	ly_topology_server_t *servers;
	unsigned server_count;
	ly_topology_port_t *ports;
	unsigned port_count;
	unsigned line;
} ly_topology_pool_t;

/* A trunk: what the topology calls a PstnGateway service. */
typedef struct ly_topology_trunk
{
	ly_slice_t name; /* behind "PstnGateway:" in cmdlets */
	ly_slice_t site;
	ly_slice_t gateway; /* by which Lync knows the gateway: FQDN or address */
	uint16_t port;		/* of the gateway; 0 = not said */
	ly_transport_t transport;		/* LY_TCP or LY_TLS */
	const ly_topology_pool_t *pool; /* NULL where it depends on none */
	uint16_t mediation_port;		/* 0 = not said */
	bool root;						/* the first trunk of its gateway */
	unsigned line;
} ly_topology_trunk_t;

typedef struct ly_topology
{
	ly_slice_t domain;	  /* the default SIP domain: which deployment it is */
	ly_slice_t signature; /* changes with each publishing */
	ly_topology_pool_t *pools;
	unsigned pool_count;
	ly_topology_trunk_t *trunks;
	unsigned trunk_count;
	ly_slice_t *gateways; /* each once, in the order of the trunks */
	unsigned gateway_count;
} ly_topology_t;

/*
 * Reads a topology document in any encoding that ly_xml_parse() knows. Everything in *topology lies in the arena.
 * false with a finding: no XML, neither kind of document, or no memory.
 */
bool ly_topology_read(ly_slice_t bytes, ly_arena_t *arena, ly_report_t *report,
		ly_topology_t *topology);

/* The servers of the pool listen for gateways on that port. */
bool ly_topology_listens(const ly_topology_pool_t *pool,
		ly_transport_t transport, unsigned port);

#endif
