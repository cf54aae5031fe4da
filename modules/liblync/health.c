/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/health.h"

#include <stdio.h>

#include "liblync/balance.h"

#define TRIES 3		   /* OPTIONS without an answer, and it is down */
#define SHARE_FIRST 26 /* a tenth: what a slow start begins with */

const ly_health_rules_t ly_health_rules = {.interval = 30000,
		.first = 1000,
		.again = 500,
		.up_after = 3,
		.failures = 5,
		.ejection = 30000,
		.ejection_max = 600000,
		.memory = 3600000,
		.slow_start = 60000};

const char *ly_health_state_name(ly_health_state_t state)
{
	static const char *const names[] = {"up", "probing", "down", "ejected"};

	return names[state];
}

static bool is_away(ly_health_state_t state)
{
	return state == LY_HEALTH_DOWN || state == LY_HEALTH_EJECTED;
}

static void go(ly_health_t *h, ly_health_state_t state, const char *reason,
		uint64_t now, bool *changed)
{
	snprintf(h->reason, sizeof(h->reason), "%s", reason);
	if(h->state == state)
		return;
	if(!is_away(state) && is_away(h->state))
		h->back = now;
	h->state = state;
	h->since = now;
	*changed = true;
}

/* OPTIONS ------------------------------------------------------------------------------------------------------------ */

/* The last one has had its time. */
static void give_up(ly_health_t *h, uint64_t now, bool *changed)
{
	char reason[LY_HEALTH_REASON_MAX];

	if(h->state == LY_HEALTH_DOWN)
		return; /* with the reason that it had */
	snprintf(reason, sizeof(reason), "no answer to %u OPTIONS", h->asked);
	go(h, LY_HEALTH_DOWN, reason, now, changed);
}

static bool ask(ly_health_t *h, const ly_health_rules_t *rules, uint64_t now)
{
	h->asked++;
	h->due = now + (h->asked == 1 ? rules->first : rules->again);
	return true;
}

static void rest(ly_health_t *h, const ly_health_rules_t *rules, uint64_t now)
{
	h->asked = 0;
	/* one that is on its way back is not kept waiting */
	h->due = now
			 + (h->state == LY_HEALTH_DOWN && h->answers ? rules->first
														 : rules->interval);
}

bool ly_health_tick(ly_health_t *h, const ly_health_rules_t *rules,
		uint64_t now, bool *changed)
{
	if(h->state == LY_HEALTH_EJECTED && now >= h->ejected_until)
		go(h, LY_HEALTH_UP, "", now, changed);
	if(now < h->due)
		return false;
	if(!h->asked)
		return ask(h, rules, now);
	if(h->asked < TRIES && h->state != LY_HEALTH_DOWN) {
		if(h->state == LY_HEALTH_UP)
			go(h, LY_HEALTH_PROBING, "no answer to OPTIONS", now, changed);
		return ask(h, rules, now);
	}
	give_up(h, now, changed);
	h->answers = 0;
	rest(h, rules, now);
	return false;
}

void ly_health_answered(ly_health_t *h, const ly_health_rules_t *rules,
		bool well, const char *reason, uint64_t now, bool *changed)
{
	if(!well) {
		ly_health_unreachable(h, rules, reason, now, changed);
		return;
	}
	if(h->state == LY_HEALTH_PROBING)
		go(h, LY_HEALTH_UP, "", now, changed);
	if(h->state == LY_HEALTH_DOWN && ++h->answers >= rules->up_after) {
		h->failures = 0;
		go(h, LY_HEALTH_UP, "", now, changed);
	}
	rest(h, rules, now);
}

void ly_health_unreachable(ly_health_t *h, const ly_health_rules_t *rules,
		const char *reason, uint64_t now, bool *changed)
{
	h->answers = 0;
	/* it is known at once, so the next try is, too */
	if(h->asked < TRIES && h->state != LY_HEALTH_DOWN) {
		if(h->state == LY_HEALTH_UP)
			go(h, LY_HEALTH_PROBING, reason, now, changed);
		h->due = now + rules->again;
		return;
	}
	go(h, LY_HEALTH_DOWN, reason, now, changed);
	rest(h, rules, now);
}

/* Calls -------------------------------------------------------------------------------------------------------------- */

static void eject(ly_health_t *h, const ly_health_rules_t *rules,
		const char *reason, uint64_t now, bool *changed)
{
	char text[LY_HEALTH_REASON_MAX];
	uint64_t lasts;

	if(now - h->ejected_last > rules->memory)
		h->ejections = 0;
	lasts = (uint64_t)rules->ejection * ++h->ejections;
	h->ejected_last = now;
	h->ejected_until =
			now + (lasts < rules->ejection_max ? lasts : rules->ejection_max);
	snprintf(text, sizeof(text), "%s x%u", reason, h->failures);
	h->failures = 0;
	go(h, LY_HEALTH_EJECTED, text, now, changed);
}

void ly_health_call(ly_health_t *h, const ly_health_rules_t *rules, bool failed,
		const char *reason, bool may_eject, uint64_t now, bool *changed)
{
	h->failures = failed ? h->failures + 1 : 0;
	if(rules->failures && h->failures >= rules->failures && may_eject
			&& !is_away(h->state))
		eject(h, rules, reason, now, changed);
}

unsigned ly_health_share(const ly_health_t *h, const ly_health_rules_t *rules,
		bool panic, uint64_t now)
{
	uint64_t passed = now - h->back;

	if(h->state == LY_HEALTH_DOWN || (h->state == LY_HEALTH_EJECTED && !panic))
		return 0;
	/* never at the start: there is no one else who has the calls */
	if(!h->back || h->state == LY_HEALTH_EJECTED || passed >= rules->slow_start)
		return LY_SHARE_ALL;
	return SHARE_FIRST
		   + (unsigned)((LY_SHARE_ALL - SHARE_FIRST) * passed
						/ rules->slow_start);
}

bool ly_health_may_eject(unsigned ejected, unsigned count)
{
	unsigned most = count / 10 ? count / 10 : 1;

	return ejected < most;
}

bool ly_health_panics(unsigned usable, unsigned count)
{
	return usable * 2 < count;
}
