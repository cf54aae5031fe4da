/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a target is well: by its answers to OPTIONS, which find out that it is dead, and by how its calls end, which
 * find out that it answers OPTIONS and no call. Nothing here does I/O; times are milliseconds of a clock that never goes
 * back. One writer at a time; who only reads a state gets one that was true a moment ago.
 *
 * The numbers are of facts: cluster.md 2.3.
 */
#ifndef LIBLYNC_HEALTH_H
#define LIBLYNC_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ly_health_rules
{
	uint32_t interval; /* between two OPTIONS */
	uint32_t first;	   /* so long nobody asks a second time … */
	uint32_t
			again; /* … and so long after each more: with both tries it is down after first + 2 x again */
	unsigned up_after; /* answers in a row that bring back one that was down */
	unsigned
			failures; /* calls in a row that fail: then it gets no more for a while; 0: never */
	uint32_t
			ejection; /* for so long; twice as long the second time, and so on … */
	uint32_t ejection_max; /* … but not longer */
	uint32_t
			memory; /* after so long without another ejection the first one is the first again */
	uint32_t
			slow_start; /* so long it takes until one that is back gets as many calls as others; 0: at once */
} ly_health_rules_t;

extern const ly_health_rules_t ly_health_rules;

typedef enum ly_health_state
{
	LY_HEALTH_UP,
	LY_HEALTH_PROBING, /* it has not answered, and is asked again */
	LY_HEALTH_DOWN,	   /* it does not answer OPTIONS */
	LY_HEALTH_EJECTED  /* it answers OPTIONS, and fails calls */
} ly_health_state_t;

const char *ly_health_state_name(ly_health_state_t state);

#define LY_HEALTH_REASON_MAX 64

typedef struct ly_health
{
	ly_health_state_t state;
	char reason
			[LY_HEALTH_REASON_MAX]; /* of what is wrong, "" where nothing is: "503 x5" */
	uint64_t since;					/* when the state began */
	uint64_t due;	   /* when ly_health_tick() is wanted next; 0: now */
	unsigned asked;	   /* OPTIONS in a row that have no answer yet */
	unsigned answers;  /* in a row, since it was down */
	unsigned failures; /* calls in a row */
	unsigned ejections;
	uint64_t ejected_until, ejected_last;
	uint64_t back; /* when it came back last; 0: it was never away */
} ly_health_t;

/*
 * What is due: call it when now has come to h->due. True: an OPTIONS is to be sent. *changed, here and below: the state is
 * another one, for somebody to log.
 */
bool ly_health_tick(ly_health_t *h, const ly_health_rules_t *rules,
		uint64_t now, bool *changed);

/* An answer to any OPTIONS that was sent, be it late. well: it is one that a target gives which takes calls. */
void ly_health_answered(ly_health_t *h, const ly_health_rules_t *rules,
		bool well, const char *reason, uint64_t now, bool *changed);

/* It could not be sent: refused, no TLS, a certificate. Nobody waits for an answer to it. */
void ly_health_unreachable(ly_health_t *h, const ly_health_rules_t *rules,
		const char *reason, uint64_t now, bool *changed);

/*
 * A call has come to its end, or to an answer. failed: in a way of which the target is to blame (no answer, 408, 5xx).
 * may_eject: ly_health_may_eject() of its pool.
 */
void ly_health_call(ly_health_t *h, const ly_health_rules_t *rules, bool failed,
		const char *reason, bool may_eject, uint64_t now, bool *changed);

/*
 * How much of its weight counts: from 0 (it takes no calls) to LY_SHARE_ALL. panic: ly_health_panics() of its pool, where an
 * ejection does not count.
 */
unsigned ly_health_share(const ly_health_t *h, const ly_health_rules_t *rules,
		bool panic, uint64_t now);

/* Calls may take out one target of a pool, or a tenth of them. */
bool ly_health_may_eject(unsigned ejected, unsigned count);

/* With less than half of a pool usable it is not its members that are ill. */
bool ly_health_panics(unsigned usable, unsigned count);

#endif
