/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/health.h"

#include <stdio.h>

#include "liblync/balance.h"

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

/* Being left out --------------------------------------------------------------------------------------------------- */

/* Longer each time. */
static void leave_out(ly_health_t *h, const ly_health_rules_t *rules,
		unsigned times, uint64_t now)
{
	uint64_t lasts = (uint64_t)rules->ejection * times;
	uint64_t until =
			now + (lasts < rules->ejection_max ? lasts : rules->ejection_max);

	if(until > h->ejected_until)
		h->ejected_until = until;
}

void ly_health_tick(ly_health_t *h, uint64_t now, bool *changed)
{
	if(h->state == LY_HEALTH_EJECTED && now >= h->ejected_until)
		go(h, LY_HEALTH_UP, "", now, changed);
}

void ly_health_away(ly_health_t *h, uint32_t ms, const char *reason,
		uint64_t now, bool *changed)
{
	if(now + ms > h->ejected_until)
		h->ejected_until = now + ms;
	if(h->state != LY_HEALTH_DOWN)
		go(h, LY_HEALTH_EJECTED, reason, now, changed);
}

/* OPTIONS ------------------------------------------------------------------------------------------------------------ */

static void go_down(ly_health_t *h, const ly_health_rules_t *rules,
		const char *reason, uint64_t now, bool *changed)
{
	if(h->state != LY_HEALTH_DOWN) {
		if(now - h->down_last > rules->memory)
			h->downs = 0;
		h->downs++;
		h->down_last = now;
	}
	go(h, LY_HEALTH_DOWN, reason, now, changed);
}

static void come_back(ly_health_t *h, const ly_health_rules_t *rules,
		uint64_t now, bool *changed)
{
	char text[LY_HEALTH_REASON_MAX];

	h->failures = 0;
	if(h->downs > 1)
		leave_out(h, rules, h->downs - 1, now);
	if(now >= h->ejected_until) {
		go(h, LY_HEALTH_UP, "", now, changed);
		return;
	}
	snprintf(text, sizeof(text), h->downs > 1 ? "was down x%u" : "is back",
			h->downs);
	go(h, LY_HEALTH_EJECTED, text, now, changed);
}

void ly_health_asked(ly_health_t *h, const ly_health_rules_t *rules,
		ly_health_state_t found, const char *reason, uint64_t now,
		bool *changed)
{
	if(found == LY_HEALTH_DOWN)
		go_down(h, rules, reason, now, changed);
	else if(found == LY_HEALTH_PROBING && h->state == LY_HEALTH_UP)
		go(h, LY_HEALTH_PROBING, reason, now, changed);
	else if(found == LY_HEALTH_UP && h->state == LY_HEALTH_PROBING)
		go(h, LY_HEALTH_UP, "", now, changed);
	else if(found == LY_HEALTH_UP && h->state == LY_HEALTH_DOWN)
		come_back(h, rules, now, changed);
}

void ly_health_suspect(
		ly_health_t *h, const char *reason, uint64_t now, bool *changed)
{
	if(h->state == LY_HEALTH_UP)
		go(h, LY_HEALTH_PROBING, reason, now, changed);
}

/* Calls -------------------------------------------------------------------------------------------------------------- */

static void eject(ly_health_t *h, const ly_health_rules_t *rules,
		const char *reason, uint64_t now, bool *changed)
{
	char text[LY_HEALTH_REASON_MAX];

	if(now - h->ejected_last > rules->memory)
		h->ejections = 0;
	h->ejected_last = now;
	leave_out(h, rules, ++h->ejections, now);
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
	if(h->state == LY_HEALTH_PROBING)
		return LY_SHARE_LAST;
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
