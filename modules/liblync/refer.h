/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transfers: what a REFER asks its receiver to do (RFC 3515), and messages that name another dialog by its Call-ID and
 * tags (RFC 3891, 3911). Each leg has tags of its own, so those of one side mean nothing on the other.
 */
#ifndef LIBLYNC_REFER_H
#define LIBLYNC_REFER_H

#include "liblync/sip.h"

typedef enum ly_refer
{
	LY_REFER_CALL, /* to place a call, which comes back to us */
	/* no Refer-To or two of them (RFC 3515 2.4.2), or no URI that can be called */
	LY_REFER_UNREADABLE,
	LY_REFER_DIALOG, /* to take the place of another dialog */
	LY_REFER_OTHER	 /* to send something else than INVITE */
} ly_refer_t;

ly_refer_t ly_refer_read(const ly_message_t *refer);

/* An INVITE that is to take the place of another dialog, or to join one. */
bool ly_names_dialog(const ly_message_t *invite);

/*
 * What may pass of the body in which a NOTIFY tells how the transfer goes: the status line. The headers behind it are
 * those of the referred call, with the names of who sends it. Empty where it is no such body; points into m.
 */
ly_slice_t ly_refer_progress(const ly_message_t *notify);

#endif
