/* SPDX-License-Identifier: GPL-2.0-or-later */
/* re-INVITEs of our own: glare, what becomes of the answer, and what the other side has to know of it. */
#ifndef LYNC_REINVITE_H
#define LYNC_REINVITE_H

#include "liblync/plan.h"
#include "liblync/slice.h"

typedef enum lync_asked
{
	LYNC_ASKED, /* the INVITE is on its way */
	LYNC_ASKED_LATER, /* another one is under way: it is tried again, within seconds */
	LYNC_ASKED_NOBODY, /* no such call is up here, or of that side too little is known */
	LYNC_ASKED_TOO_OFTEN, /* the other side has to speak first: no CSeq number is left */
	LYNC_ASKED_FAILED /* it could not be sent (logged) */
} lync_asked_t;

/*
 * Sends side a re-INVITE with what rtpengine makes of the other side's last SDP. What it answers goes to rtpengine; an
 * answer that would make a silent call ends the call, as do 408 and 481. 491 is tried again by RFC 3261 14.1. Where
 * the media has moved by the answer, the other side gets one too.
 */
lync_asked_t lync_reinvite(ly_slice_t call_id, ly_side_t side);

/*
 * The media of the call begin anew at the media node that its record names, with other ports and keys: Lync is asked,
 * then the other side. lost: there are none now; otherwise they are gone once the first re-INVITE is under way. From
 * then on the call is ended (LYNC_OWN_MEDIA_LOST, logged) where a side cannot be asked or refuses.
 */
lync_asked_t lync_reinvite_anew(ly_slice_t call_id, bool lost);

/* The same as lync_reinvite(), in a moment: whatever becomes of it is logged. */
void lync_reinvite_soon(ly_slice_t call_id, ly_side_t side);

#endif
