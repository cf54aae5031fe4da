/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_hold.h"

#include "liblync/sdp_hold.h"
#include "lync_media.h"

void lync_hold_keep(lync_current_t *c, const ly_streams_t *offer)
{
	if(c->call.offered.direction == offer->direction
			&& c->call.offered.streams == offer->count)
		return;
	c->call.offered.direction = offer->direction;
	c->call.offered.streams = offer->count;
	if(c->message.request)
		lync_call_keep(&c->call);
}

static ly_hold_t form_of(const lync_current_t *c)
{
	const lync_call_t *call = &c->call;

	if(lync_receiver(c) == LY_LYNC)
		return call->trunk ? call->trunk->hold : LY_HOLD_TRANSPARENT;
	return call->target ? call->target->hold : LY_HOLD_TRANSPARENT;
}

ly_slice_t lync_hold_form(const lync_current_t *c, ly_slice_t sdp)
{
	static char text[LY_SDP_HOLD_TEXT], formed[LYNC_SDP_MAX];
	static ly_edits_t edits;
	ly_buf_t out = ly_buf(formed, sizeof(formed));

	ly_edits_begin(&edits, sdp, text, sizeof(text));
	ly_sdp_hold_offer(sdp, form_of(c), &edits);
	return edits.count && ly_edits_finish(&edits)
						   && ly_edits_apply(&edits, &out)
				   ? ly_buf_slice(&out)
				   : sdp;
}
