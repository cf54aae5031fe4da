/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/hunt.h"

bool ly_hunt_may(
		const ly_hunt_t *hunt, unsigned tries, unsigned elapsed, unsigned least)
{
	if(tries >= hunt->tries)
		return false;
	return !hunt->time
		   || (elapsed < hunt->time && hunt->time - elapsed >= least);
}

ly_patience_t ly_hunt_patience(
		const ly_hunt_t *hunt, const ly_patience_t *called, unsigned elapsed)
{
	ly_patience_t p = *called;

	if(hunt->time && elapsed < hunt->time && hunt->time - elapsed < p.answer)
		p.answer = hunt->time - elapsed;
	return p;
}
