/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/dtmf.h"

#include "liblync/multipart.h"

#define DURATION_MAX 65535 /* nobody means more */

/* One character, or its number where one is not enough for it: "10" is *. */
static bool read_signal(ly_slice_t text, ly_digit_t *digit)
{
	static const char events[] = "0123456789*#ABCDabcd";
	const char *at;
	long number;

	if(text.len == 1) {
		at = memchr(events, text.s[0], sizeof(events) - 1);
		digit->event = at ? (unsigned)(at - events) : 0;
		if(digit->event > 15)
			digit->event -= 4;
		return at;
	}
	number = text.len == 2 ? ly_number(text, 15) : -1;
	digit->event = (unsigned)number;
	return number >= 10;
}

static bool read_duration(ly_slice_t text, ly_digit_t *digit)
{
	long ms = ly_number(text, DURATION_MAX);

	digit->duration = ms < LY_DIGIT_SHORTEST  ? LY_DIGIT_SHORTEST
					  : ms > LY_DIGIT_LONGEST ? LY_DIGIT_LONGEST
											  : (unsigned)ms;
	return ms >= 0;
}

/* "Signal=5", "Duration = 160", a line each; what else there is has no meaning here. */
static bool read_relay(ly_slice_t body, ly_digit_t *digit)
{
	unsigned signals = 0;

	while(body.len) {
		size_t end = ly_find(body, '\n');
		ly_slice_t line = ly_slice(body.s, end);
		size_t equals = ly_find(line, '=');
		ly_slice_t name = ly_trim(ly_slice(line.s, equals));
		ly_slice_t value = ly_trim(ly_from(line, equals + 1));

		body = ly_from(body, end + 1);
		if(ly_ieq(name, LY_LIT("Signal"))) {
			if(signals++ || !read_signal(value, digit))
				return false;
		} else if(ly_ieq(name, LY_LIT("Duration"))
				  && !read_duration(value, digit)) {
			return false;
		}
	}
	return signals;
}

ly_info_t ly_info_read(const ly_message_t *m, ly_digit_t *digit)
{
	const ly_header_t *type = ly_header(m, LY_H_CONTENT_TYPE);
	bool readable;

	digit->duration = LY_DIGIT_USUAL;
	if(!type || !ly_eq(m->method, LY_LIT("INFO")))
		return LY_INFO_OTHER;
	if(ly_type_is(type->value, LY_LIT("application"), LY_LIT("dtmf-relay")))
		readable = read_relay(m->body, digit);
	else if(ly_type_is(type->value, LY_LIT("application"), LY_LIT("dtmf")))
		readable = read_signal(ly_trim(m->body), digit);
	else
		return LY_INFO_OTHER;
	return readable ? LY_INFO_DIGIT : LY_INFO_UNREADABLE;
}
