/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the peers are: what workers tell of their calls, and what they may ask.
 *
 * Workers write news, in shared memory. One process, the health prober (lync_health_prober.c), reads them, sends OPTIONS and
 * decides; what comes out of it stands in the load of the peer's slot, where whoever chooses looks at it. So there is one
 * writer of every state, and no worker ever waits: writing news takes a lock for as long as a line of text is copied.
 *
 * Where the parameter health is 0 nothing of this is done, and every peer has its whole share.
 */
#ifndef LYNC_HEALTH_H
#define LYNC_HEALTH_H

#include "core/ip_addr.h"
#include "liblync/asking.h"
#include "liblync/penalty.h"
#include "lync_state.h"

/* Of the number by which an answer finds its end; above it stands which try it is to. */
#define LYNC_PLACE_BITS 30

/* One address and port of a peer that is asked. */
typedef struct lync_end
{
	ly_asking_t asking;
	ly_addr_t address;
	uint16_t port;
	ly_transport_t transport;
	unsigned trunk;	 /* index in the plan: who we are there; of a server */
	uint32_t place;	 /* what an answer knows it by */
	uint64_t secret; /* of those that may be answered; 0: none */
	bool spread;	 /* over the interval; at first it is asked early */
	unsigned code;	 /* of its last answer; 0: none yet */
	uint64_t sent_at, answered_at;
	uint64_t
			opened_at; /* when its connection is opened anew because it was closed */
	unsigned took; /* ms to the last answer */
} lync_end_t;

#define LYNC_ENDS_MAX 64
#define LYNC_DOWN_MAX 16

typedef struct lync_down
{
	_Atomic(uint32_t) count;
	_Atomic(uint64_t) key[LYNC_DOWN_MAX];
} lync_down_t;

/* Of one peer. Written by the prober, in the lock; it stays as long as its slot. */
typedef struct lync_health
{
	ly_health_t health;
	ly_penalty_t penalty;
	lync_end_t *ends;
	unsigned end_count;
	bool panic;		/* of its group: an ejection does not count */
	bool wanted;	/* it is in the plan */
	unsigned index; /* of it among those that are */
	int told;		/* lync_peer_state_t: what was logged last */
	/* addresses, and ports, where nothing answers though it does at others: read without the lock */
	lync_down_t addresses, ports;
} lync_health_t;

typedef enum lync_news_kind
{
	LYNC_NEWS_ANSWER, /* to OPTIONS */
	LYNC_NEWS_WELL,	  /* a call has reached it, and it has said so */
	LYNC_NEWS_FAILED, /* a call has failed by its fault */
	LYNC_NEWS_RANG,
	LYNC_NEWS_NO_TLS, /* a handshake with that address has failed */
	LYNC_NEWS_CLOSED, /* a connection to that address */
} lync_news_kind_t;

typedef struct lync_news
{
	lync_news_kind_t kind;
	uint64_t at;
	lync_slot_t *slot; /* of calls */
	uint32_t place;	   /* of an answer, this and the next */
	uint64_t secret;
	unsigned
			number; /* code of an answer; ms until it rang; seconds of Retry-After, 0: none */
	bool silent;	   /* a call that had no answer at all */
	ly_addr_t address; /* of a connection, this and the next */
	uint16_t port;
	char reason[LY_HEALTH_REASON_MAX];
} lync_news_t;

/* From mod_init(). Returns 0, or -1 after an error line. */
int lync_health_init(void);

/* Whether there is a prober. */
bool lync_health_is_on(void);

/* For workers ---------------------------------------------------------------------------------------------------------- */

/* A call that was given to the peer: it has answered, whatever. */
void lync_health_well(const ly_peer_t *peer);

/* It has failed by its fault, with a reason as "503". silent: nothing came from it. retry_after: seconds; 0: it said none. */
void lync_health_failed(const ly_peer_t *peer, const char *reason, bool silent,
		unsigned retry_after);

/* It has rung, or was answered without, ms after its INVITE. */
void lync_health_rang(const ly_peer_t *peer, unsigned ms);

/* A TLS handshake with that address has failed: "certificate expired". */
void lync_health_no_tls(
		const struct ip_addr *ip, unsigned short port, const char *why);

/* Whether that address of a peer does not answer OPTIONS. Takes no lock. */
bool lync_health_avoids(const ly_peer_t *peer, const ly_addr_t *address);

/* Whether a server does not answer at the port of that trunk, though it does at others. Takes no lock. */
bool lync_health_no_port(const ly_peer_t *peer, const ly_trunk_t *trunk);

static inline uint64_t lync_port_key(uint16_t port, ly_transport_t transport)
{
	return (uint64_t)port << 8 | transport;
}

/* For the prober, and for who shows what it knows ---------------------------------------------------------------------- */

/* Of a slot; NULL: nothing is known, and it gets calls. */
static inline lync_health_t *lync_health_of(const lync_slot_t *slot)
{
	return atomic_load(&slot->health);
}

/* Its slot goes. */
void lync_health_forget(const lync_slot_t *slot);

/* The lock of everything in a lync_health_t. */
void lync_health_lock(void);
void lync_health_unlock(void);

/* All news since it was last asked; they stay until it is asked again. Returns how many. */
unsigned lync_health_take(const lync_news_t **news);

/* Until there are news that matter, or so many ms have passed. */
void lync_health_sleep(unsigned ms);

#endif
