/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of our own in calls that are up: BYE to both sides, and re-INVITE. From any process that may send (RPC,
 * timer, worker).
 */
#ifndef LYNC_OWN_H
#define LYNC_OWN_H

#include "liblync/slice.h"
#include "liblync/plan.h"

/* Before the fork; 0, or -1 after an error line. */
int lync_own_init(void);

/*
 * Ends the call: BYE to each end that is known, with the header line reason ("Reason: …" with its line end; may be
 * empty); its media is deleted. Returns to how many ends a BYE went, 0 where one could not be sent; -1 where no such
 * call is up here.
 */
int lync_own_bye(ly_slice_t call_id, ly_slice_t reason);

typedef enum lync_asked
{
	LYNC_ASKED,			/* the INVITE is on its way */
	LYNC_ASKED_LATER,	/* another one is under way: it is tried again, within seconds */
	LYNC_ASKED_NOBODY,	/* no such call is up here, or of that side too little is known */
	LYNC_ASKED_TOO_OFTEN, /* the other side has to speak first: no CSeq number is left */
	LYNC_ASKED_FAILED	/* it could not be sent (logged) */
} lync_asked_t;

/*
 * Sends side a re-INVITE with what rtpengine makes of the other side's last SDP. What it answers goes to rtpengine; an
 * answer that would make a silent call ends the call, as do 408 and 481. 491 is tried again by RFC 3261 14.1. Where
 * the media has moved by the answer, the other side gets one too.
 */
lync_asked_t lync_own_invite(ly_slice_t call_id, ly_side_t side);

#endif
