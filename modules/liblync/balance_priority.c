/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first of the list that can have the call: the others are there for when it cannot. */
#include "liblync/balance.h"

int ly_balance_priority(
		const ly_seats_t *seats, ly_load_t *const *loads, ly_seeker_t *seeker)
{
	for(uint32_t i = 0; i < seats->count; i++) {
		if(ly_seeker_may(seeker, seats, loads, i)
				&& ly_seeker_take(seeker, seats, loads, i))
			return (int)i;
	}
	return -1;
}
