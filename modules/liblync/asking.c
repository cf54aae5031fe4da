/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/asking.h"

#include <stdio.h>

#define TRIES 3 /* OPTIONS without an answer, and it is down */

static void go(ly_asking_t *a, ly_health_state_t state, const char *reason,
		uint64_t now)
{
	snprintf(a->reason, sizeof(a->reason), "%s", reason);
	if(a->state != state)
		a->since = now;
	a->state = state;
}

/* The last one has had its time. */
static void give_up(ly_asking_t *a, const char *lost, uint64_t now)
{
	char reason[LY_HEALTH_REASON_MAX];

	if(a->state == LY_HEALTH_DOWN && !lost)
		return; /* with the reason that it had */
	snprintf(reason, sizeof(reason), "no answer to %u OPTIONS", a->asked);
	go(a, LY_HEALTH_DOWN, lost ? lost : reason, now);
}

static bool ask(ly_asking_t *a, const ly_health_rules_t *rules, uint64_t now)
{
	a->asked++;
	a->due = now + (a->asked == 1 ? rules->first : rules->again);
	return true;
}

static void rest(ly_asking_t *a, const ly_health_rules_t *rules, uint64_t now)
{
	a->asked = 0;
	/* one that is on its way back is not kept waiting */
	a->due = now
			 + (a->state == LY_HEALTH_DOWN && a->answers ? rules->first
														 : rules->interval);
}

bool ly_asking_tick(ly_asking_t *a, const ly_health_rules_t *rules,
		const char *lost, uint64_t now)
{
	if(now < a->due)
		return false;
	if(!a->asked)
		return ask(a, rules, now);
	if(a->asked < TRIES && a->state != LY_HEALTH_DOWN) {
		if(a->state == LY_HEALTH_UP)
			go(a, LY_HEALTH_PROBING, lost ? lost : "no answer to OPTIONS", now);
		return ask(a, rules, now);
	}
	give_up(a, lost, now);
	a->answers = 0;
	rest(a, rules, now);
	return false;
}

void ly_asking_answered(ly_asking_t *a, const ly_health_rules_t *rules,
		bool well, const char *reason, uint64_t now)
{
	if(!well) {
		ly_asking_failed(a, rules, reason, now);
		return;
	}
	if(a->state == LY_HEALTH_PROBING
			|| (a->state == LY_HEALTH_DOWN && ++a->answers >= rules->up_after))
		go(a, LY_HEALTH_UP, "", now);
	rest(a, rules, now);
}

void ly_asking_failed(ly_asking_t *a, const ly_health_rules_t *rules,
		const char *reason, uint64_t now)
{
	a->answers = 0;
	/* it is known at once, so the next try is, too */
	if(a->asked < TRIES && a->state != LY_HEALTH_DOWN) {
		if(a->state == LY_HEALTH_UP)
			go(a, LY_HEALTH_PROBING, reason, now);
		a->due = now + rules->again;
		return;
	}
	go(a, LY_HEALTH_DOWN, reason, now);
	rest(a, rules, now);
}

void ly_asking_soon(ly_asking_t *a, uint64_t when)
{
	if(!a->asked && a->state == LY_HEALTH_UP && when < a->due)
		a->due = when;
}

ly_health_state_t ly_asking_all(
		const ly_asking_t *const *all, unsigned count, const ly_asking_t **of)
{
	*of = all[0];
	for(unsigned i = 1; i < count; i++) {
		if(all[i]->state < (*of)->state)
			*of = all[i];
	}
	return (*of)->state;
}
