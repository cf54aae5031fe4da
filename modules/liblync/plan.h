/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan: the compiled form of lync-trunks.xml. One plan describes the whole cluster.
 *
 * It is built once (plan_xml.c), then never changed: whoever holds a pointer to it may read it without a lock.
 * Every pointer and slice in it lives in its arena and ends with it.
 */
#ifndef LIBLYNC_PLAN_H
#define LIBLYNC_PLAN_H

#include <stdint.h>

#include "liblync/arena.h"
#include "liblync/finding.h"
#include "liblync/slice.h"

typedef enum ly_side
{
	LY_LYNC, /* Mediation Servers */
	LY_PSTN	 /* targets: gateways, PBXs, providers */
} ly_side_t;

typedef enum ly_transport
{
	LY_UDP,
	LY_TCP,
	LY_TLS
} ly_transport_t;

typedef enum ly_tls_version
{
	LY_TLS_1_0, /* Lync 2010 and 2013 on old Windows speak nothing newer */
	LY_TLS_1_2,
	LY_TLS_1_3
} ly_tls_version_t;

typedef enum ly_srtp_mode /* New-CsTrunkConfiguration -SRTPMode */
{
	LY_SRTP_REQUIRED,
	LY_SRTP_OPTIONAL,
	LY_SRTP_NOT_SUPPORTED
} ly_srtp_mode_t;

typedef enum ly_state
{
	LY_STATE_READY,
	LY_STATE_DRAIN /* running calls go on, no new ones */
} ly_state_t;

typedef struct ly_addr
{
	uint8_t family; /* 4 or 6; 0 = none given */
	uint8_t ip[16]; /* network order; the first four bytes for family 4 */
} ly_addr_t;

/* Where we listen. */
typedef struct ly_listen
{
	ly_side_t side;
	ly_transport_t transport;
	uint16_t port;
	ly_tls_version_t tls_min;
	unsigned line; /* of the plan file, for messages */
} ly_listen_t;

/* One face of a node. */
typedef struct ly_interface
{
	bool present;
	ly_addr_t address;		/* bound: SIP and media */
	ly_slice_t address_text;
	ly_slice_t advertise;	/* what the other side is told instead of address; empty = address */
} ly_interface_t;

typedef struct ly_certificate
{
	ly_slice_t file; /* PEM, the chain included */
	ly_slice_t key;
	ly_slice_t ca;	 /* whom we trust */
} ly_certificate_t;

/* One SBC of the cluster. */
typedef struct ly_node
{
	ly_slice_t name;
	ly_slice_t fqdn; /* "the gateway" of Lync's topology */
	ly_interface_t side[2]; /* indexed by ly_side_t */
	ly_certificate_t certificate;
	ly_listen_t *listens;
	unsigned listen_count;
	unsigned line;
} ly_node_t;

/* Who is at the other end of a leg, whichever side: a Mediation Server or a target. */
typedef struct ly_peer
{
	ly_slice_t name;   /* unique in the plan; a server's is its FQDN */
	ly_side_t side;
	ly_slice_t fqdn;   /* the name its certificate must carry; empty = none */
	ly_addr_t address;
	ly_slice_t address_text;
	uint16_t port;	   /* where it listens; 0 for a server: its trunk says (mediation-port) */
	ly_transport_t transport; /* of a target; a server's is its trunk's */
	ly_tls_version_t tls_min;
	unsigned weight;
	ly_state_t state;
	unsigned index;	   /* in plan->peers */
	uint32_t hash;	   /* ly_name_hash() of name: who it is in a token */
	unsigned line;
	struct ly_pool *pool; /* of a server, else NULL */
	const struct ly_dialect *dialect;
	const struct ly_media_profile *media; /* of a target; a trunk has its own */
	bool e164_without_plus; /* the target writes +4930… as 4930… */
	struct ly_route *routes; /* of a target: where its calls go */
	unsigned route_count;
} ly_peer_t;

/* A Mediation pool. */
typedef struct ly_pool
{
	ly_slice_t name;
	ly_slice_t fqdn;
	const struct ly_dialect *dialect;
	ly_tls_version_t tls_min; /* of our calls to its servers */
	ly_peer_t **servers;
	unsigned server_count;
	unsigned line;
} ly_pool_t;

/* One way on: from a trunk to a target, or from a target to a trunk. */
typedef struct ly_route
{
	struct ly_peer *target; /* where the owner is a trunk */
	struct ly_trunk *trunk; /* where the owner is a target */
	unsigned tier;			/* 1 is tried first */
	unsigned weight;
	unsigned line;
} ly_route_t;

/* Lync's trunk: pool + Mediation port + our FQDN + our port. */
typedef struct ly_trunk
{
	ly_slice_t name;
	ly_pool_t *pool;
	uint16_t mediation_port;
	ly_slice_t fqdn; /* of ours, as the topology has it: a node's FQDN or another name in its certificate */
	uint16_t port;	 /* of ours */
	ly_transport_t transport;
	const struct ly_dialect *dialect; /* the pool's, unless overridden */
	const struct ly_media_profile *media;
	ly_srtp_mode_t SRTPMode;
	ly_route_t *routes; /* where Lync's calls go */
	unsigned route_count;
	unsigned index; /* in plan->trunks */
	uint32_t hash; /* ly_name_hash() of name */
	unsigned line;
} ly_trunk_t;

typedef struct ly_plan
{
	ly_arena_t arena;
	ly_slice_t file; /* for messages */
	ly_node_t *nodes;
	unsigned node_count;
	ly_pool_t *pools;
	unsigned pool_count;
	ly_peer_t *peers; /* all servers of all pools, then all targets */
	unsigned peer_count;
	ly_trunk_t *trunks;
	unsigned trunk_count;
} ly_plan_t;

#define LY_PLAN_MAX_BYTES (8u << 20) /* libxml2 2.9 may refuse 10 MB; 2,000 trunks are 0.5 MB */

/*
 * Reads and checks a plan file. Blocks on the disk; for start-up, reload and the tool, never for a SIP worker's
 * message. take and give are where the plan's memory comes from (malloc/free, or Kamailio's shared memory).
 * Returns the plan, to be freed with ly_plan_free(), or NULL with the first finding filled in.
 */
ly_plan_t *ly_plan_load(const char *path, void *(*take)(size_t), void (*give)(void *), ly_finding_t *finding);

/* The same from memory; name stands for the file in messages. */
ly_plan_t *ly_plan_parse(ly_slice_t xml, const char *name, void *(*take)(size_t), void (*give)(void *),
		ly_finding_t *finding);

/*
 * ly_plan_load() for a caller that wants every finding: each goes to report->tell, in the order in which they are
 * found; report->first is the one that ly_plan_load() gives. Reading, references and checks are steps: a later one
 * is taken only where the one before found nothing.
 */
ly_plan_t *ly_plan_load_reporting(
		const char *path, void *(*take)(size_t), void (*give)(void *), ly_report_t *report);

/* Gives back all memory of a plan; NULL is nothing to free. */
void ly_plan_free(ly_plan_t *plan);

/* By name; NULL where there is none. An empty name finds the node when there is only one. */
const ly_node_t *ly_plan_node(const ly_plan_t *plan, ly_slice_t name);

const char *ly_transport_name(ly_transport_t transport);	 /* "udp", "tcp", "tls" */
const char *ly_tls_version_name(ly_tls_version_t version); /* "1.0", "1.2", "1.3" */
const char *ly_side_name(ly_side_t side);					 /* "lync", "pstn" */
bool ly_addr_parse(ly_slice_t text, ly_addr_t *addr);
bool ly_addr_eq(const ly_addr_t *a, const ly_addr_t *b);

#endif
