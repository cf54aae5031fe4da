/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Digits that a gateway tells in SIP INFO become digits of the media: a Mediation Server takes telephone-event alone.
 */
#ifndef LYNC_DTMF_H
#define LYNC_DTMF_H

#include "core/parser/msg_parser.h"

enum
{
	LYNC_DTMF_PRESSED = 1,
	LYNC_DTMF_OTHER = -1,	   /* no digit, or none for us: it passes */
	LYNC_DTMF_UNREADABLE = -2, /* answer 400 */
	LYNC_DTMF_NO_MEDIA = -3	   /* nobody can play it; answer 503 */
};

/*
 * lync_dtmf(): where the profile of who sends this INFO has dtmf="info", the media node plays its digit to the other side.
 * Request route, in a dialog, behind t_newtran(). Waits for nothing. Logs one line where nothing can be played.
 */
int ki_lync_dtmf(struct sip_msg *msg);

#endif
