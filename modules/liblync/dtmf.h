/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digits in INFO: "Signal=5\r\nDuration=160" of application/dtmf-relay, or the digit alone of application/dtmf. No RFC
 * describes either; this is what gateways and their manuals agree on.
 */
#ifndef LIBLYNC_DTMF_H
#define LIBLYNC_DTMF_H

#include "liblync/sip.h"

/* What rtpengine's "play DTMF" takes, and what it is told where nothing was said; milliseconds. */
#define LY_DIGIT_SHORTEST 100
#define LY_DIGIT_LONGEST 5000
#define LY_DIGIT_USUAL 250

typedef struct ly_digit
{
	unsigned event;	   /* 0 to 15, as in RFC 4733 3.2: digits, *, #, A to D */
	unsigned duration; /* from LY_DIGIT_SHORTEST to LY_DIGIT_LONGEST */
} ly_digit_t;

typedef enum ly_info
{
	LY_INFO_OTHER, /* its body is of another kind, or it is no INFO */
	LY_INFO_DIGIT,
	LY_INFO_UNREADABLE /* it should be one, but which one? */
} ly_info_t;

/* Which digit a message tells; *digit is of use for LY_INFO_DIGIT alone. Allocates nothing. */
ly_info_t ly_info_read(const ly_message_t *m, ly_digit_t *digit);

#endif
