/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a peer is well: by its answers to OPTIONS (asking.h), which find out that it is dead, and by how its calls end,
 * which find out that it answers OPTIONS and no call. Nothing here does I/O; times are milliseconds of a clock that never
 * goes back. One writer at a time; who only reads a state gets one that was true a moment ago.
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
			memory; /* after so long without another ejection the first one is the first again; so with its being down */
	uint32_t
			slow_start; /* so long it takes until one that is back gets as many calls as others; 0: at once */
} ly_health_rules_t;

extern const ly_health_rules_t ly_health_rules;

typedef enum ly_health_state
{
	LY_HEALTH_UP,
	LY_HEALTH_PROBING, /* something had no answer, and it is asked again */
	LY_HEALTH_DOWN,	   /* it does not answer OPTIONS */
	LY_HEALTH_EJECTED /* it answers OPTIONS, and fails calls, or was down too often */
} ly_health_state_t;

const char *ly_health_state_name(ly_health_state_t state);

#define LY_HEALTH_REASON_MAX 64

/* All 0: up. */
typedef struct ly_health
{
	ly_health_state_t state;
	char reason
			[LY_HEALTH_REASON_MAX]; /* of what is wrong, "" where nothing is: "503 x5" */
	uint64_t since;					/* when the state began */
	unsigned failures;				/* calls in a row */
	unsigned ejections;
	uint64_t ejected_until, ejected_last;
	unsigned downs; /* how often it was down */
	uint64_t down_last;
	uint64_t back; /* when it came back last; 0: it was never away */
} ly_health_t;

/*
 * Whether the time of an ejection is over. *changed, here and below: the state is another one, for somebody to log.
 */
void ly_health_tick(ly_health_t *h, uint64_t now, bool *changed);

/*
 * What OPTIONS say: after an answer and after a loss. One that was down more than once is left out for a while when it is
 * back, longer each time, as after an ejection.
 */
void ly_health_asked(ly_health_t *h, const ly_health_rules_t *rules,
		ly_health_state_t found, const char *reason, uint64_t now,
		bool *changed);

/* A call has not reached it, or had no answer at all: for who asks it at once. */
void ly_health_suspect(
		ly_health_t *h, const char *reason, uint64_t now, bool *changed);

/* It wants no calls for so many ms. */
void ly_health_away(ly_health_t *h, uint32_t ms, const char *reason,
		uint64_t now, bool *changed);

/*
 * A call has come to its end, or to an answer. failed: in a way of which the target is to blame (no answer, 408, 5xx).
 * may_eject: ly_health_may_eject() of its pool.
 */
void ly_health_call(ly_health_t *h, const ly_health_rules_t *rules, bool failed,
		const char *reason, bool may_eject, uint64_t now, bool *changed);

/* Calls may still go to one that is probed, where nobody else can have them. */
#define LY_SHARE_LAST 1

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
