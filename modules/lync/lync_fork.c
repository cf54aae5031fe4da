/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_fork.h"

#include "liblync/content.h"
#include "liblync/sdp_payload.h"
#include "lync.h"
#include "lync_media.h"
#include "lync_relay.h"

/* Another telephone than the one whose answer rtpengine has heard last. */
static bool is_another(lync_current_t *c)
{
	const ly_header_t *to = ly_header(&c->message, LY_H_TO);
	ly_nameaddr_t na;
	uint32_t before = c->call.answered_by, now = 0;

	if(to && ly_nameaddr_split(to->value, &na))
		now = ly_name_hash(ly_param(na.params, LY_LIT("tag")));
	if(now != before) {
		c->call.answered_by = now;
		lync_call_keep_answered_by(&c->call);
	}
	return before && now != before;
}

static bool is_silent(ly_slice_t sdp)
{
	static const ly_payloads_t any;

	return ly_sdp_check_codecs(sdp, &any) != NULL;
}

/* The request that c answers, as its sender wrote it. */
static bool find_request(const lync_current_t *c, lync_current_t *offer)
{
	const struct cell *t = lync_tm.t_gett();
	const struct sip_msg *request =
			t && t != T_UNDEFINED ? t->uas.request : NULL;

	*offer = *c;
	return request
		   && !ly_message_parse(
				   ly_slice(request->buf, request->len), &offer->message);
}

static bool offer_again(const lync_current_t *c)
{
	static lync_current_t offer;
	ly_slice_t sdp;

	if(!find_request(c, &offer))
		return false;
	sdp = ly_sdp_of(&offer.message);
	/* it is for the node alone: of no transaction, of a call that is there */
	offer.message.raw = LY_EMPTY;
	offer.own = true;
	offer.call.initial = false;
	return sdp.len && lync_media_normalise(&offer, sdp, false)
		   && lync_relay(&offer, false);
}

/* The answer's own SDP lies where that of the offer was normalised. */
static bool begin_anew(lync_current_t *c)
{
	return offer_again(c)
		   && lync_media_normalise(c, ly_sdp_of(&c->message), true);
}

bool lync_fork_answer(lync_current_t *c)
{
	if(c->call.initial && !c->stray && is_another(c) && !begin_anew(c))
		return false;
	if(!lync_relay(c, true))
		return false;
	return !is_silent(c->sdp_made) || (begin_anew(c) && lync_relay(c, true));
}
