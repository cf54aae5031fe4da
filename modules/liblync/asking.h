/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OPTIONS to one address: when it is asked, and what its answers and its silence mean. Nothing here does I/O; times are
 * milliseconds of a clock that never goes back.
 */
#ifndef LIBLYNC_ASKING_H
#define LIBLYNC_ASKING_H

#include "liblync/health.h"

/* All 0: up, and it is asked at once. */
typedef struct ly_asking
{
	ly_health_state_t state; /* up, probing or down */
	char reason[LY_HEALTH_REASON_MAX];
	uint64_t since;	  /* when the state began */
	uint64_t due;	  /* when ly_asking_tick() is wanted next; 0: now */
	unsigned asked;	  /* OPTIONS in a row that have no answer yet */
	unsigned answers; /* in a row, since it was down */
} ly_asking_t;

/*
 * What is due: call it when now has come to a->due. True: an OPTIONS is to be sent. lost: what is known of why the last
 * one had no answer; NULL: nothing.
 */
bool ly_asking_tick(ly_asking_t *a, const ly_health_rules_t *rules,
		const char *lost, uint64_t now);

/* An answer to any OPTIONS that was sent, be it late. well: it is one that a peer gives which takes calls. */
void ly_asking_answered(ly_asking_t *a, const ly_health_rules_t *rules,
		bool well, const char *reason, uint64_t now);

/* It could not be sent: refused, no TLS, a certificate. Nobody waits for an answer to it. */
void ly_asking_failed(ly_asking_t *a, const ly_health_rules_t *rules,
		const char *reason, uint64_t now);

/* There is a reason to ask at that time already, if it is not asked anyway. */
void ly_asking_soon(ly_asking_t *a, uint64_t when);

/* What a peer is that has them all: up while one is, down when all are. There is one. Why is the reason of *of. */
ly_health_state_t ly_asking_all(
		const ly_asking_t *const *all, unsigned count, const ly_asking_t **of);

#endif
