/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/rate.h"

#define WINDOW 1000 /* ms */
#define RELAXED memory_order_relaxed

/* How the calls of a second are laid out: so many in a place, so many places. places * size <= limit. */
typedef struct layout
{
	uint32_t size, places;
} layout_t;

static layout_t layout_of(uint32_t limit)
{
	layout_t l;

	l.size = (limit + LY_RATE_PLACES - 1) / LY_RATE_PLACES;
	l.places = limit / l.size;
	return l;
}

/* The place that call number head comes into has its last call of a second ago, or was never used. */
static bool is_old(
		const ly_rate_t *rate, layout_t l, uint32_t head, uint64_t now)
{
	uint32_t at =
			atomic_load_explicit(&rate->at[head / l.size % l.places], RELAXED);

	return !at || (uint32_t)now + 1 - at >= WINDOW;
}

/* Within a place only the first of its calls has to look. */
static bool may(const ly_rate_t *rate, layout_t l, uint32_t head, uint64_t now)
{
	return head % l.size || is_old(rate, l, head, now);
}

bool ly_rate_may(const ly_rate_t *rate, uint32_t limit, uint64_t now)
{
	return !limit
		   || may(rate, layout_of(limit),
				   atomic_load_explicit(&rate->head, RELAXED), now);
}

bool ly_rate_take(ly_rate_t *rate, uint32_t limit, uint64_t now)
{
	uint32_t head;
	layout_t l;

	if(!limit)
		return true;
	l = layout_of(limit);
	head = atomic_load_explicit(&rate->head, RELAXED);
	do {
		if(!may(rate, l, head, now))
			return false;
	} while(!atomic_compare_exchange_weak_explicit(
			&rate->head, &head, head + 1, RELAXED, RELAXED));
	atomic_store_explicit(
			&rate->at[head / l.size % l.places], (uint32_t)now + 1, RELAXED);
	return true;
}
