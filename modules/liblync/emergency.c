/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/emergency.h"

#include "liblync/multipart.h"

const char *ly_emergency_name(ly_emergency_t emergency)
{
	static const char *const names[] = {"", "number", "priority", "location"};

	return names[emergency];
}

static ly_slice_t without_plus(ly_slice_t number)
{
	return ly_from(number, number.len && number.s[0] == '+');
}

bool ly_emergency_number(ly_slice_t numbers, ly_slice_t number)
{
	ly_slice_t one;

	number = without_plus(number);
	while((one = ly_word(&numbers)).len) {
		if(number.len && ly_eq(without_plus(one), number))
			return true;
	}
	return false;
}

static bool is_location(ly_slice_t type)
{
	return ly_type_is(type, LY_LIT("application"), LY_LIT("pidf+xml"));
}

static bool has_location(const ly_message_t *m)
{
	const ly_header_t *type = ly_header(m, LY_H_CONTENT_TYPE);
	ly_multipart_t multipart;

	if(!type || !m->body.len)
		return false;
	if(is_location(type->value))
		return true;
	if(!ly_type_is(type->value, LY_LIT("multipart"), LY_EMPTY))
		return false;
	multipart.count = 0;
	ly_multipart_parse(type->value, m->body, &multipart);
	for(unsigned i = 0; i < multipart.count; i++) {
		if(is_location(multipart.parts[i].type))
			return true;
	}
	return false;
}

ly_emergency_t ly_emergency_of(const ly_message_t *m)
{
	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];

		if(h->id == LY_H_OTHER && ly_ieq(h->name, LY_LIT("Priority"))
				&& ly_ieq(h->value, LY_LIT("emergency")))
			return LY_EMERGENCY_BY_PRIORITY;
	}
	return has_location(m) ? LY_EMERGENCY_BY_LOCATION : LY_NO_EMERGENCY;
}
