/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/hourly.h"

static uint32_t part_at(uint64_t now)
{
	return (uint32_t)(now / LY_HOURLY_PART) + 1;
}

void ly_hourly_add(
		ly_hourly_t *h, ly_hourly_count_t what, uint32_t amount, uint64_t now)
{
	uint32_t part = part_at(now), i = part % LY_HOURLY_PARTS,
			 was = atomic_load_explicit(
					 &h->parts[i].part, memory_order_relaxed);

	/* who is first makes it anew */
	if(was != part
			&& atomic_compare_exchange_strong(&h->parts[i].part, &was, part)) {
		for(int c = 0; c < LY_HOUR_COUNTS; c++)
			atomic_store_explicit(
					&h->parts[i].counts[c], 0, memory_order_relaxed);
	}
	atomic_fetch_add_explicit(
			&h->parts[i].counts[what], amount, memory_order_relaxed);
}

void ly_hourly_sum(
		const ly_hourly_t *h, uint64_t now, uint64_t sums[LY_HOUR_COUNTS])
{
	uint32_t part = part_at(now);

	for(int c = 0; c < LY_HOUR_COUNTS; c++)
		sums[c] = 0;
	for(int i = 0; i < LY_HOURLY_PARTS; i++) {
		uint32_t it = atomic_load(&h->parts[i].part);

		if(!it || part - it >= LY_HOURLY_PARTS)
			continue;
		for(int c = 0; c < LY_HOUR_COUNTS; c++)
			sums[c] += atomic_load(&h->parts[i].counts[c]);
	}
}
