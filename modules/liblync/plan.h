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
#include "liblync/dialect.h"
#include "liblync/finding.h"
#include "liblync/health.h"
#include "liblync/hunt.h"
#include "liblync/media.h"
#include "liblync/plan_words.h"
#include "liblync/prefixes.h"
#include "liblync/slice.h"
#include "liblync/translation.h"
#include "liblync/ways.h"

typedef struct ly_addr
{
	uint8_t family; /* 4 or 6; 0 = none given */
	uint8_t ip[16]; /* network order; the first four bytes for family 4 */
} ly_addr_t;

/* What is an emergency call. */
typedef struct ly_emergency_plan
{
	ly_slice_t
			numbers; /* with blanks between them; of LY_EMERGENCY_NUMBERS where the plan says nothing */
	unsigned line;	 /* 0: the plan has no <emergency> */
} ly_emergency_plan_t;

/* How many calls. 0: as many as come. */
typedef struct ly_limit
{
	unsigned max_calls; /* at a time */
	unsigned max_cps;	/* that begin in one second */
	ly_limit_mode_t mode;
	uint16_t
			code; /* with which a call above it is refused; 0: the plan has no <limit> here */
	unsigned line; /* likewise */
} ly_limit_t;

/* When a target, or a server of a pool, is well, and how that is found out. */
typedef struct ly_watching
{
	ly_health_rules_t rules; /* ly_health_rules where the plan says nothing */
	unsigned line;			 /* 0: the plan has no <health> here */
} ly_watching_t;

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
	ly_addr_t address; /* bound: SIP and media */
	ly_slice_t address_text;
	ly_slice_t advertise; /* what the other side is told; empty = address */
} ly_interface_t;

typedef struct ly_certificate
{
	ly_slice_t file; /* PEM, the chain included */
	ly_slice_t key;
	ly_slice_t ca; /* whom we trust */
	unsigned line; /* 0: the node has none */
} ly_certificate_t;

/* One SBC of the cluster. */
typedef struct ly_node
{
	ly_slice_t name;
	ly_slice_t fqdn;		/* "the gateway" of Lync's topology */
	ly_interface_t side[2]; /* indexed by ly_side_t */
	ly_certificate_t certificate;
	ly_listen_t *listens;
	unsigned listen_count;
	ly_state_t state;
	unsigned line;
} ly_node_t;

/* One of New-CsOutboundTranslationRule and its like, in their .NET form. */
typedef struct ly_number_rule
{
	ly_slice_t name;
	ly_number_kind_t on;
	ly_direction_t direction;
	ly_regex_t pattern;
	ly_translation_t translation;
	unsigned line;
} ly_number_rule_t;

/* Number rules in the order in which they are tried; for one number and direction the first that matches is applied. */
typedef struct ly_numbers
{
	ly_slice_t name;
	ly_number_rule_t *rules;
	unsigned rule_count;
	ly_prefixes_t by_prefix[LY_DIRECTIONS][LY_NUMBER_KINDS]; /* of rules */
	unsigned line;
} ly_numbers_t;

/* One of New-CsSipResponseCodeTranslationRule. */
typedef struct ly_code_rule
{
	ly_slice_t name;
	uint16_t received; /* 0: any */
	uint16_t cause;	   /* Q.850, of the Reason header; 0: any, or none */
	uint16_t translated;
	ly_direction_t direction;
	unsigned line;
} ly_code_rule_t;

/* Rules for the codes of refused calls; the first that fits is applied. */
typedef struct ly_codes
{
	ly_slice_t name;
	ly_code_rule_t *rules;
	unsigned rule_count;
	unsigned line;
} ly_codes_t;

/* Who is at the other end of a leg, whichever side: a Mediation Server or a target. */
typedef struct ly_peer
{
	ly_slice_t name; /* unique in the plan; a server's is its FQDN */
	ly_side_t side;
	ly_slice_t fqdn; /* the name its certificate must carry; empty = none */
	ly_addr_t
			address; /* family 0: the plan has none, fqdn is looked up in the DNS */
	ly_slice_t address_text;
	uint16_t
			port; /* where it listens; 0 for a server: its trunk says (mediation-port) */
	ly_transport_t transport; /* of a target; a server's is its trunk's */
	ly_tls_version_t tls_min;
	unsigned weight;
	ly_state_t state;
	unsigned index; /* in plan->peers */
	uint32_t hash;	/* ly_name_hash() of name: who it is in a token */
	unsigned line;
	struct ly_pool *pool; /* of a server, else NULL */
	const struct ly_dialect *dialect;
	const struct ly_media_profile *media; /* of a target; a trunk has its own */
	ly_target_kind_t kind;				  /* of a target */
	bool e164_without_plus; /* the target writes +4930… as 4930… */
	/* of a target: what it is told of who calls and who has forwarded, and whether it is believed about that */
	ly_identity_t identity;
	ly_history_t history;
	bool trust_identity;
	ly_regex_t own_numbers;		/* callers that it knows; without a text: any */
	ly_slice_t fallback_number; /* in place of others; empty: none */
	ly_rule_set_t rules_off;	/* rules of dialects that are not applied */
	ly_rule_set_t rules_on;		/* rules that are, whatever the dialects say */
	ly_slice_t pass_headers; /* names of headers that it gets, '*' at an end */
	/* of a target; a server's are its trunk's, so the next eight */
	ly_token_place_t token_place; /* in the Contact that it is given */
	unsigned
			session_timer; /* seconds, in an INVITE to it that has none; 0: none */
	bool call_id_kept;	   /* it sees names and addresses in a Call-ID */
	bool strip_100rel; /* it is not offered reliable provisional responses */
	bool pass_refer;   /* its REFER goes to the other side */
	ly_hold_t hold;	   /* in which form it is put on hold */
	ly_early_media_t early_media; /* of provisional answers to its calls */
	ly_slice_t
			ringback; /* a file it hears after SDP in one until audio comes */
	/* of a target: its calls offer no reliable provisional answers, so that it sees one dialog, whoever rings */
	bool one_early_dialog;
	bool follow_redirect; /* of a target: its 3xx leads to another target */
	ly_patience_t
			patience; /* of a target, with it; a server's is its trunk's */
	ly_hunt_t hunt;	  /* of a target, for its calls */
	const ly_numbers_t
			*numbers; /* of a target; NULL where it has none, so the next */
	const ly_codes_t *codes;
	ly_limit_t limit;				 /* of a target */
	ly_watching_t watching;			 /* of a target */
	const ly_health_rules_t *health; /* its own, or those of its pool */
	struct ly_route *routes;		 /* of a target: where its calls go */
	unsigned route_count;
	ly_ways_t ways; /* the routes, as a call looks at them */
} ly_peer_t;

/* A Mediation pool. */
typedef struct ly_pool
{
	ly_slice_t name;
	ly_slice_t fqdn;
	ly_slice_t site; /* of Lync's topology, for people */
	const struct ly_dialect *dialect;
	ly_tls_version_t tls_min; /* of our calls to its servers */
	ly_state_t state;
	ly_limit_t limit;
	ly_watching_t watching;
	ly_peer_t **servers;
	unsigned server_count;
	unsigned index; /* in plan->pools */
	unsigned line;
} ly_pool_t;

/* One way on: from a trunk to a target, or from a target to a trunk. */
typedef struct ly_route
{
	struct ly_peer *target; /* where the owner is a trunk */
	struct ly_trunk *trunk; /* where the owner is a target */
	ly_regex_t match;		/* on the called number; without a text: any */
	ly_regex_t from_match;	/* and on the calling number */
	unsigned tier;			/* 1 is tried first */
	unsigned weight;
	ly_choice_by_t
			choice; /* how one of those is chosen that fit and have this tier */
	unsigned line;
} ly_route_t;

/*
 * Lync's trunk: pool + Mediation port + our FQDN + our port. Members with Lync's names are the parameters of
 * New-CsTrunkConfiguration: they say how Lync is configured, and so what it sends, expects and leaves to us.
 */
typedef struct ly_trunk
{
	ly_slice_t name;
	ly_pool_t *pool;
	uint16_t mediation_port;
	ly_slice_t
			fqdn; /* of ours, as the topology has it: a node's FQDN or another name in its certificate */
	uint16_t port; /* of ours */
	const ly_node_t
			*node; /* whose FQDN it is; NULL: the trunk is every node's */
	ly_transport_t transport;
	const struct ly_dialect *dialect; /* the pool's, unless overridden */
	const struct ly_media_profile *media;
	ly_state_t state;
	ly_rule_set_t rules_off; /* as a target's, so the next eleven */
	ly_rule_set_t rules_on;
	ly_slice_t pass_headers;
	ly_token_place_t token_place;
	unsigned session_timer;
	bool call_id_kept;
	bool strip_100rel;
	bool pass_refer;
	ly_hold_t hold;
	ly_early_media_t early_media;
	ly_slice_t ringback;
	ly_patience_t patience; /* with the servers of its pool */
	ly_hunt_t hunt;			/* for Lync's calls */
	/* ms after which Lync gets a 183 of ours where nothing rings; 0: none */
	unsigned progress_after;
	const ly_numbers_t *numbers;
	const ly_codes_t *codes;
	ly_limit_t limit;
	ly_slice_t Description;
	ly_slice_t NetworkSiteID;
	ly_slice_t PstnUsages; /* names with commas between them */
	unsigned MaxEarlyDialogs;
	ly_srtp_mode_t SRTPMode;
	bool AcceptGatewayPAIForOutboundCalls;
	bool ConcentratedTopology;
	bool Enable3pccRefer;
	bool EnableBypass;
	bool EnableFastFailoverTimer;
	bool EnableLocationRestriction;
	bool EnableMobileTrunkSupport;
	bool EnableOnlineVoice;
	bool EnablePIDFLOSupport;
	bool EnableReferSupport;
	bool EnableRTPLatching;
	bool EnableSessionTimer;
	bool EnableSignalBoost;
	bool ForwardAnonymousCallGatewayPAI;
	bool ForwardCallHistory;
	bool ForwardPAI;
	bool RemovePlusFromUri;
	bool RTCPActiveCalls;
	bool RTCPCallsOnHold;
	ly_route_t *routes; /* where Lync's calls go */
	unsigned route_count;
	ly_ways_t ways; /* the routes, as a call looks at them */
	unsigned index; /* in plan->trunks */
	uint32_t hash;	/* ly_name_hash() of name */
	unsigned line;
} ly_trunk_t;

typedef struct ly_plan
{
	ly_arena_t arena;
	ly_slice_t file; /* for messages */
	ly_slice_t
			imported_from; /* the topology that lync-sbc import read, and its signature: a later import compares */
	ly_slice_t signature;
	ly_node_t *nodes;
	unsigned node_count;
	ly_pool_t *pools;
	unsigned pool_count;
	ly_peer_t *peers; /* all servers of all pools, then all targets */
	unsigned peer_count;
	ly_trunk_t *trunks;
	unsigned trunk_count;
	ly_numbers_t *numbers;
	unsigned numbers_count;
	ly_codes_t *codes;
	unsigned codes_count;
	ly_media_profile_t *profiles; /* the plan's own */
	unsigned profile_count;
	ly_emergency_plan_t emergency;
	/* For match.h. */
	ly_index_t trunks_by_hash;
	ly_index_t trunks_by_place;
	ly_index_t peers_by_hash;
	ly_index_t peers_by_address;
	ly_index_t peers_by_fqdn; /* those without an address: the DNS knows it */
} ly_plan_t;

#define LY_PLAN_MAX_BYTES \
	(8u << 20) /* libxml2 2.9 may refuse 10 MB; 2,000 trunks are 0.5 MB */

/*
 * Reads and checks a plan file. Blocks on the disk; for start-up, reload and the tool, never for a SIP worker's
 * message. take and give are where the plan's memory comes from (malloc/free, or Kamailio's shared memory).
 * Returns the plan, to be freed with ly_plan_free(), or NULL with the first finding filled in.
 */
ly_plan_t *ly_plan_load(const char *path, void *(*take)(size_t),
		void (*give)(void *), ly_finding_t *finding);

/* The same from memory; name stands for the file in messages. */
ly_plan_t *ly_plan_parse(ly_slice_t xml, const char *name,
		void *(*take)(size_t), void (*give)(void *), ly_finding_t *finding);

/*
 * ly_plan_load() for a caller that wants every finding: each goes to report->tell, in the order in which they are
 * found; report->first is the one that ly_plan_load() gives. Reading, references and checks are steps: a later one
 * is taken only where the one before found nothing. Where report->warn is set, a good plan is looked over for what
 * will not work as it may be meant: warnings, with which it is a good plan still.
 */
ly_plan_t *ly_plan_load_reporting(const char *path, void *(*take)(size_t),
		void (*give)(void *), ly_report_t *report);

/* Gives back all memory of a plan; NULL is nothing to free. */
void ly_plan_free(ly_plan_t *plan);

/* By name; NULL where there is none. An empty name finds the node when there is only one. */
const ly_node_t *ly_plan_node(const ly_plan_t *plan, ly_slice_t name);
/* By name, whatever the case of its letters; NULL where there is none. For people's requests: looks at each. */
const ly_trunk_t *ly_plan_trunk(const ly_plan_t *plan, ly_slice_t name);
const ly_peer_t *ly_plan_target(const ly_plan_t *plan, ly_slice_t name);

bool ly_addr_parse(ly_slice_t text, ly_addr_t *addr);
bool ly_addr_eq(const ly_addr_t *a, const ly_addr_t *b);
/* As text, without brackets. */
void ly_addr_put(ly_buf_t *out, const ly_addr_t *addr);

#endif
