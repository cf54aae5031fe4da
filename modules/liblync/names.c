/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/names.h"

static const struct ly_round no_answer_yet;

void ly_name_init(ly_name_t *name, ly_slice_t fqdn, int64_t now)
{
	memset(name, 0, sizeof(*name));
	name->fqdn = fqdn;
	name->ask_at = now;
}

void ly_name_round_begin(ly_name_t *name)
{
	name->round = no_answer_yet;
	name->round.ttl = LY_NAME_TTL_MAX;
}

/* "This network" (RFC 1122 3.2.1.3), multicast and what lies above it; RFC 4291 2.5.2, 2.5.5.2, 2.7. */
static bool usable(const ly_addr_t *a)
{
	static const uint8_t mapped[12] = {[10] = 0xff, 0xff};
	static const uint8_t unspecified[16];

	if(a->family == 4)
		return a->ip[0] != 0 && a->ip[0] < 224;
	return a->family == 6 && a->ip[0] != 0xff
		   && memcmp(a->ip, mapped, sizeof(mapped)) != 0
		   && memcmp(a->ip, unspecified, sizeof(unspecified)) != 0;
}

static bool among(const ly_addr_t *list, unsigned count, const ly_addr_t *one)
{
	for(unsigned i = 0; i < count; i++) {
		if(ly_addr_eq(&list[i], one))
			return true;
	}
	return false;
}

static bool knows(const ly_known_t *known, const ly_addr_t *address)
{
	for(unsigned i = 0; i < known->count; i++) {
		if(ly_addr_eq(&known->at[i].address, address))
			return true;
	}
	return false;
}

static void add(
		ly_known_t *known, const ly_addr_t *address, int64_t drains_until)
{
	if(known->count == LY_NAME_ADDRESSES || knows(known, address))
		return;
	known->at[known->count].address = *address;
	known->at[known->count++].drains_until = drains_until;
	known->current += drains_until == 0;
}

static bool same(const ly_known_t *a, const ly_known_t *b)
{
	if(a->count != b->count || a->current != b->current)
		return false;
	for(unsigned i = 0; i < a->count; i++) {
		if(!ly_addr_eq(&a->at[i].address, &b->at[i].address))
			return false;
	}
	return true;
}

/*
 * What is known after an answer. Those that were current already come first: of an answer with more addresses than
 * are kept, in another order each time, the same are kept.
 */
static bool merge(ly_known_t *known, const ly_addr_t *addresses, unsigned count,
		int64_t now)
{
	ly_known_t next = {0};
	bool changed;

	for(unsigned i = 0; i < known->current; i++) {
		if(among(addresses, count, &known->at[i].address))
			add(&next, &known->at[i].address, 0);
	}
	for(unsigned i = 0; i < count; i++) {
		if(usable(&addresses[i]))
			add(&next, &addresses[i], 0);
	}
	for(unsigned i = 0; i < known->count; i++)
		add(&next, &known->at[i].address,
				i < known->current ? now + LY_NAME_DRAIN_MS
								   : known->at[i].drains_until);
	changed = !same(known, &next);
	*known = next;
	return changed;
}

static bool any_usable(const ly_answer_t *answer)
{
	for(unsigned i = 0; i < answer->count; i++) {
		if(usable(&answer->addresses[i]))
			return true;
	}
	return false;
}

bool ly_name_round_over(const ly_name_t *name)
{
	return name->round.heard == (1u << LY_FAMILIES) - 1;
}

static bool has_told(const ly_name_t *name, ly_answer_kind_t kind)
{
	return name->round.kind[0] == kind || name->round.kind[1] == kind;
}

/* "None of this family" is believed of a name that has addresses of the other: all its addresses of the family drain. */
static bool drain_empty(ly_name_t *name, int64_t now)
{
	bool changed = false;

	if(!ly_name_round_over(name) || !has_told(name, LY_ANSWER_ADDRESSES))
		return false;
	for(unsigned i = 0; i < LY_FAMILIES; i++) {
		if(name->round.kind[i] == LY_ANSWER_EMPTY)
			changed |= merge(&name->family[i], NULL, 0, now);
	}
	return changed;
}

bool ly_name_heard(ly_name_t *name, unsigned family, const ly_answer_t *answer,
		int64_t now)
{
	struct ly_round *round = &name->round;
	ly_answer_kind_t kind = answer->kind;
	int error = answer->error;
	bool changed = false;

	if(kind == LY_ANSWER_ADDRESSES && !any_usable(answer)) {
		kind = LY_ANSWER_NONE;
		error = LY_NAME_UNUSABLE;
	}
	round->kind[family] = kind;
	round->heard |= 1u << family;
	/* An error tells more than "no address of this family". */
	if(kind == LY_ANSWER_NONE || (kind == LY_ANSWER_EMPTY && round->error == 0))
		round->error = error;
	if(kind == LY_ANSWER_ADDRESSES) {
		if(answer->ttl < round->ttl)
			round->ttl = answer->ttl;
		changed = merge(
				&name->family[family], answer->addresses, answer->count, now);
	}
	return drain_empty(name, now) || changed;
}

/* Three quarters to five quarters of it. */
static int64_t jittered(uint32_t seconds, uint32_t random)
{
	int64_t ms = (int64_t)seconds * 1000;

	return ms * 3 / 4 + (ms / 2 * random >> 32);
}

static uint32_t backoff(unsigned failures)
{
	uint32_t seconds = LY_NAME_BACKOFF_MIN;

	while(--failures > 0 && seconds < LY_NAME_BACKOFF_MAX)
		seconds *= 2;
	return seconds < LY_NAME_BACKOFF_MAX ? seconds : LY_NAME_BACKOFF_MAX;
}

ly_name_news_t ly_name_round_end(ly_name_t *name, int64_t now, uint32_t random)
{
	const struct ly_round *round = &name->round;
	uint32_t ttl = round->ttl;
	bool failed_before = name->failures > 0;

	if(!has_told(name, LY_ANSWER_ADDRESSES)) {
		name->error = round->error;
		if(name->failures < UINT32_MAX)
			name->failures++;
		name->ask_at = now + jittered(backoff(name->failures), random);
		return failed_before ? LY_NAME_NO_NEWS : LY_NAME_FAILS;
	}
	/* No answer for one family: its question should not wait for the TTL of the other. */
	name->error = has_told(name, LY_ANSWER_NONE) ? round->error : 0;
	if(name->error && ttl > LY_NAME_BACKOFF_MAX)
		ttl = LY_NAME_BACKOFF_MAX;
	if(ttl < LY_NAME_TTL_MIN)
		ttl = LY_NAME_TTL_MIN;
	name->failures = 0;
	name->ask_at = now + (int64_t)ttl * 1000;
	return failed_before ? LY_NAME_BACK : LY_NAME_NO_NEWS;
}

bool ly_name_expire(ly_name_t *name, int64_t now)
{
	bool changed = false;

	for(unsigned f = 0; f < LY_FAMILIES; f++) {
		ly_known_t *known = &name->family[f];
		unsigned kept = known->current;

		for(unsigned i = known->current; i < known->count; i++) {
			if(known->at[i].drains_until > now)
				known->at[kept++] = known->at[i];
		}
		changed |= kept != known->count;
		known->count = kept;
	}
	return changed;
}

void ly_name_want(ly_name_t *name, bool wanted, int64_t now)
{
	if(wanted && name->forget_at)
		name->ask_at = now;
	if(wanted)
		name->forget_at = 0;
	else if(!name->forget_at)
		name->forget_at = now + LY_NAME_DRAIN_MS;
}

bool ly_name_resolved(const ly_name_t *name)
{
	return name->family[0].current || name->family[1].current;
}

static void put_some(ly_buf_t *out, const ly_name_t *name, bool draining)
{
	const char *between = "";

	for(unsigned f = 0; f < LY_FAMILIES; f++) {
		const ly_known_t *known = &name->family[f];

		for(unsigned i = 0; i < known->count; i++) {
			if((i >= known->current) != draining)
				continue;
			ly_put(out, ly_cstr(between));
			ly_addr_put(out, &known->at[i].address);
			between = ", ";
		}
	}
}

void ly_name_put(ly_buf_t *out, const ly_name_t *name)
{
	put_some(out, name, false);
	for(unsigned f = 0; f < LY_FAMILIES; f++) {
		if(name->family[f].count > name->family[f].current) {
			ly_put(out, LY_LIT("; draining: "));
			put_some(out, name, true);
			return;
		}
	}
}
