/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Emergency calls from Lync: by the number that is called, by Priority: emergency (RFC 3261 20.26), or by a location in
 * the body (PIDF-LO, RFC 6442). Any of them is enough: who is wrongly taken for one loses nothing.
 */
#ifndef LIBLYNC_EMERGENCY_H
#define LIBLYNC_EMERGENCY_H

#include "liblync/sip.h"

typedef enum ly_emergency
{
	LY_NO_EMERGENCY,
	LY_EMERGENCY_BY_NUMBER,
	LY_EMERGENCY_BY_PRIORITY,
	LY_EMERGENCY_BY_LOCATION
} ly_emergency_t;

/* Of a plan that says nothing. */
#define LY_EMERGENCY_NUMBERS "112 911"

/* "number", "priority", "location"; "" for none. */
const char *ly_emergency_name(ly_emergency_t emergency);

/*
 * Whether number is one of numbers, which have blanks between them. A '+' before it, there or here, means nothing: no
 * number of a country is so short, and Lync writes one before whatever its rules do not know.
 */
bool ly_emergency_number(ly_slice_t numbers, ly_slice_t number);

/* By what else than its number an INVITE is one. Of a multipart body that is broken, the parts before the fault count. */
ly_emergency_t ly_emergency_of(const ly_message_t *m);

#endif
