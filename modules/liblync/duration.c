/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/duration.h"

/* The largest first, so that "ms" is not taken for a number and "s". */
static const struct
{
	const char *name;
	long ms;
} units[] = {{"h", 3600000}, {"min", 60000}, {"ms", 1}, {"s", 1000}};

#define UNITS (sizeof(units) / sizeof(units[0]))

long ly_duration(ly_slice_t text, long max)
{
	for(size_t i = 0; i < UNITS; i++) {
		ly_slice_t unit = ly_cstr(units[i].name);
		long n;

		if(text.len <= unit.len
				|| !ly_eq(ly_from(text, text.len - unit.len), unit))
			continue;
		n = ly_number(ly_slice(text.s, text.len - unit.len), max / units[i].ms);
		return n < 0 ? -1 : n * units[i].ms;
	}
	return -1;
}

void ly_put_duration(ly_buf_t *out, unsigned long ms)
{
	static const unsigned by_size[] = {0, 1, 3, 2};

	for(size_t i = 0; i < UNITS; i++) {
		unsigned long unit = (unsigned long)units[by_size[i]].ms;
		if((ms && ms % unit == 0) || (!ms && unit == 1000)) {
			ly_putf(out, "%lu%s", ms / unit, units[by_size[i]].name);
			return;
		}
	}
}
