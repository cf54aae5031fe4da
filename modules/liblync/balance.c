/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/balance.h"

#include "liblync/hash.h"

#define RELAXED memory_order_relaxed

uint64_t ly_seeker_random(ly_seeker_t *seeker)
{
	return ly_hash_mix(seeker->random += UINT64_C(0x9e3779b97f4a7c15));
}

static bool was_tried(const ly_seeker_t *seeker, uint32_t load)
{
	for(unsigned i = 0; i < seeker->tried_count; i++) {
		if(seeker->tried[i] == load)
			return true;
	}
	return false;
}

static bool has_room(const ly_load_t *load, uint32_t calls, bool unlimited)
{
	uint32_t limit = atomic_load_explicit(&load->limit, RELAXED);

	return !limit || calls < limit || unlimited;
}

bool ly_load_take(ly_load_t *load, bool unlimited)
{
	uint32_t calls = atomic_load_explicit(&load->calls, RELAXED);

	do {
		if(!has_room(load, calls, unlimited))
			return false;
	} while(!atomic_compare_exchange_weak_explicit(
			&load->calls, &calls, calls + 1, RELAXED, RELAXED));
	return true;
}

bool ly_seeker_may(const ly_seeker_t *seeker, const ly_seats_t *seats,
		ly_load_t *const *loads, uint32_t at)
{
	const ly_load_t *load = loads[seats->seat[at].load];

	return (atomic_load_explicit(&load->share, RELAXED) || seeker->desperate)
		   && has_room(load, atomic_load_explicit(&load->calls, RELAXED),
				   seeker->unlimited)
		   && seeker->tried_count < LY_TRIES_MAX
		   && !was_tried(seeker, seats->seat[at].load)
		   && (!seeker->may || seeker->may(seeker->data, at));
}

static void remember(ly_seeker_t *seeker, uint32_t load)
{
	seeker->tried[seeker->tried_count++] = load;
}

bool ly_seeker_take(ly_seeker_t *seeker, const ly_seats_t *seats,
		ly_load_t *const *loads, uint32_t at)
{
	uint32_t load = seats->seat[at].load;

	if(!ly_load_take(loads[load], seeker->unlimited))
		return false;
	remember(seeker, load);
	return true;
}

void ly_load_release(ly_load_t *load)
{
	atomic_fetch_sub_explicit(&load->calls, 1, RELAXED);
}

uint32_t ly_seats_find(const ly_seats_t *seats, uint64_t point)
{
	uint64_t sum = seats->below[seats->count],
			 weight = (uint64_t)((unsigned __int128)point * sum >> 64);
	uint32_t low = 0, high = seats->count;

	/* below[low] <= weight < below[high] */
	while(high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if(seats->below[middle] <= weight)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Seats with less than the mean weight, and others, linked by `other`. */
#define NONE UINT32_MAX

static void push(ly_seat_t *seat, uint32_t *list, uint32_t at)
{
	seat[at].other = *list;
	*list = at;
}

static uint32_t pop(const ly_seat_t *seat, uint32_t *list)
{
	uint32_t at = *list;

	*list = seat[at].other;
	return at;
}

static void keep_all(ly_seat_t *seat, uint32_t *list)
{
	while(*list != NONE) {
		uint32_t at = pop(seat, list);

		seat[at].keep = UINT32_MAX;
		seat[at].other = at;
	}
}

/*
 * Vose's alias method: who has more than the mean fills up, one after the other, those who have less, so that a draw is
 * one look at a seat. has: what each has left, in means.
 */
static void share_out(ly_seat_t *seat, double *has, uint32_t count)
{
	uint32_t poor = NONE, rich = NONE;

	for(uint32_t i = count; i-- > 0;)
		push(seat, has[i] < 1 ? &poor : &rich, i);
	while(poor != NONE && rich != NONE) {
		uint32_t to = pop(seat, &poor), from = rich;

		has[from] -= 1 - has[to];
		if(has[from] < 1) {
			pop(seat, &rich);
			push(seat, &poor, from);
		}
		seat[to].keep = (uint32_t)(has[to] * UINT32_MAX);
		seat[to].other = from;
	}
	keep_all(seat, &poor);
	keep_all(seat, &rich);
}

ly_seats_t ly_seats_build(
		ly_seat_t *seat, uint64_t *below, double *scratch, uint32_t count)
{
	below[0] = 0;
	for(uint32_t i = 0; i < count; i++)
		below[i + 1] = below[i] + seat[i].weight;
	for(uint32_t i = 0; i < count; i++)
		scratch[i] = below[count] ? (double)seat[i].weight * count
											/ (double)below[count]
								  : 1;
	share_out(seat, scratch, count);
	return (ly_seats_t){seat, below, count};
}
