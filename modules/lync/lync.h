/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all files of the module share: its settings, the plan in force, the keys, tm.
 */
#ifndef LYNC_H
#define LYNC_H

#include <time.h>

#include "core/str.h"
#include "liblync/plan.h"
#include "liblync/token.h"
#include "modules/tm/tm_load.h"

/* The modparams. */
typedef struct lync_cfg
{
	str plan; /* path of lync-trunks.xml */
	str node; /* which node of the plan this is; empty = the only one */
	/* the plan-bindings number that listen.cfg and tls.cfg were generated with */
	str bindings;
	/* path of the file with the cluster's secret; empty = one made at start */
	str token_secret;
	str redis;		 /* host:port or path of a socket; empty = no Redis */
	str dns_servers; /* address[:port],…; empty = those of /etc/resolv.conf */
	str rtpengine;	 /* media nodes: udp:ADDRESS:PORT=WEIGHT …, see lync_ng.h */
	str event_callback; /* function of a KEMI script that is told of events */
	int health;			/* 0: nobody is asked by OPTIONS, nor left out */
	int media_workers;	/* for each media node; 0: who receives works on it */
	int media_look;		/* seconds between two looks at the media of a call */
	int media_patience; /* seconds that a media node may be away */
	int media_timeout;	/* seconds that a side may send nothing; 0: any */
	int session_timer_grace; /* seconds behind the end of a session */
	int max_calls;			 /* at a time, for which there are records */
	int loop_rounds;		 /* of a call that comes back; 0: any number */
	int forget_after; /* seconds that the record of a silent call is kept */
} lync_cfg_t;

extern lync_cfg_t lync_cfg;
extern struct tm_binds lync_tm;

/* The plan in force and this node in it; in shared memory, set before the fork, never changed. */
extern const ly_plan_t *lync_plan;
extern const ly_node_t *lync_node;

/* The cluster's keys: the first seals, all open; this process's copy: lync_key.h */
extern ly_keys_t lync_keys;

static inline ly_slice_t lync_slice(const str *s)
{
	return ly_slice(s->s, s->len < 0 ? 0 : (size_t)s->len);
}

/* Milliseconds of a clock that is the same for all processes and never goes back. */
static inline uint64_t lync_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A str for functions of the core that take one; the text stays where it is. */
static inline str lync_str(ly_slice_t s)
{
	return (str){(char *)s.s, (int)s.len};
}

#endif
