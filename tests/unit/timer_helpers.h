/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of session timers share. Included once per test program, not compiled apart. */
#ifndef TESTS_UNIT_TIMER_HELPERS_H
#define TESTS_UNIT_TIMER_HELPERS_H

#include "message_helpers.h"

#include "liblync/timer.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define INVITE "INVITE sip:+4930123456@gw.example SIP/2.0\r\nCSeq: 1 INVITE\r\n"
#define UPDATE "UPDATE sip:+4930123456@gw.example SIP/2.0\r\nCSeq: 2 UPDATE\r\n"
#define OK "SIP/2.0 200 OK\r\nCSeq: 1 INVITE\r\n"
#define TOO_SMALL "SIP/2.0 422 Session Interval Too Small\r\nCSeq: 1 INVITE\r\n"

/* The message that begins so, with these header lines; it stays until the next call. */
static inline const ly_message_t *message(const char *start, const char *lines)
{
	static ly_message_t m;
	char raw[2000];

	assert_true(snprintf(raw, sizeof(raw), "%s%s\r\n", start, lines)
				< (int)sizeof(raw));
	parse(text(raw), &m);
	return &m;
}

#endif
