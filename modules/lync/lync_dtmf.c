/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_dtmf.h"

#include "core/dprint.h"
#include "liblync/dtmf.h"
#include "lync.h"
#include "lync_call.h"
#include "lync_media.h"
#include "lync_relay.h"

static int fail(const lync_current_t *c, int why, const char *text)
{
	LM_WARN("call %.*s: a digit in INFO of %.*s is lost: %s\n",
			LY_FMT(lync_call_id(c)),
			LY_FMT(lync_peer_on(&c->call, c->call.sender)->name), text);
	return why;
}

int ki_lync_dtmf(struct sip_msg *msg)
{
	const lync_current_t *c = lync_current_get(msg);
	ly_digit_t digit;

	if(!c || !c->in_dialog) {
		LM_BUG("lync_dtmf() is for an INFO in a dialog, after lync_accept()\n");
		return LYNC_DTMF_OTHER;
	}
	if(lync_media_profile(&c->call, c->call.sender)->dtmf != LY_DTMF_INFO)
		return LYNC_DTMF_OTHER;
	switch(ly_info_read(&c->message, &digit)) {
		case LY_INFO_OTHER:
			return LYNC_DTMF_OTHER;
		case LY_INFO_UNREADABLE:
			return fail(c, LYNC_DTMF_UNREADABLE,
					"it names none, or a duration that is no number; look at "
					"what its sender writes");
		default:
			return lync_relay_press(c, &digit)
						   ? LYNC_DTMF_PRESSED
						   : fail(c, LYNC_DTMF_NO_MEDIA,
									 "the media node of the call does not "
									 "answer; look at lync.media");
	}
}
