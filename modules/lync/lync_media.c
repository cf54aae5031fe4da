/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_media.h"

#include "core/dprint.h"
#include "liblync/content.h"
#include "liblync/sdp.h"
#include "liblync/sdp_hold.h"
#include "lync.h"
#include "lync_crossing.h"
#include "lync_explain.h"
#include "lync_hold.h"
#include "lync_relay.h"

const ly_media_profile_t *lync_media_profile(
		const lync_call_t *call, ly_side_t side)
{
	if(side == LY_LYNC && call->plain)
		return ly_media_profile(LY_LIT("lync-rtp"));
	if(side == LY_LYNC)
		return call->trunk ? call->trunk->media : NULL;
	return call->target ? call->target->media : NULL;
}

static bool carries_sdp(const ly_message_t *m)
{
	return ly_sdp_of(m).len > 0;
}

/* One line for a call that is refused because of its SDP. */
static void log_refusal(const lync_current_t *c, ly_side_t side,
		const char *what, const char *why)
{
	const ly_peer_t *peer = lync_peer_on(&c->call, side);
	ly_slice_t name = peer ? peer->name : LY_LIT("-");

	LM_ERR("call %.*s: %s %.*s: %s; compare SRTPMode and media of its trunk "
		   "with what it is set to\n",
			LY_FMT(lync_call_id(c)), what, LY_FMT(name), why);
}

/* The SDP of the current message answers one that we sent: in the reply, or in the ACK of an offer in the 200. */
static bool is_answer(const lync_current_t *c)
{
	if(c->message.request)
		return ly_eq(c->message.method, LY_LIT("ACK"));
	return c->call.offer_in_request;
}

static ly_slice_t offered_tag(const lync_current_t *c)
{
	const char *tag = c->call.offered_tag;

	return c->message.request
				   ? LY_EMPTY
				   : ly_slice(tag, strnlen(tag, sizeof(c->call.offered_tag)));
}

/* The answer to this offer must have the tag of its key line. */
static void keep_offered_tag(lync_current_t *c, ly_slice_t sdp)
{
	ly_slice_t tag = ly_sdp_crypto_tag(sdp);

	memset(c->call.offered_tag, 0, sizeof(c->call.offered_tag));
	if(tag.len == 0 || tag.len > sizeof(c->call.offered_tag))
		return;
	memcpy(c->call.offered_tag, tag.s, tag.len);
	lync_call_keep(&c->call);
}

/* What is wrong with the SDP that came; NULL: nothing. */
static const char *fault(const lync_current_t *c, ly_slice_t sdp,
		const ly_streams_t *streams, const ly_media_profile_t *profile)
{
	const char *wrong = ly_sdp_form(sdp);

	if(!wrong) /* of what was offered in a 200 its ACK knows nothing */
		wrong = ly_streams_check(
				streams, is_answer(c) ? c->call.offered_streams : 0);
	if(wrong || !profile)
		return wrong;
	return is_answer(c) ? ly_sdp_check_answer(sdp, profile, offered_tag(c))
						: ly_sdp_check(sdp, profile);
}

/* Lync leaves the choice to us: SRTP where it offers a key. Returns its offer in the words of RFC 4568. */
static ly_slice_t choose_srtp(lync_current_t *c, ly_slice_t offer)
{
	static char none[1], meant[LYNC_SDP_MAX];
	static ly_edits_t edits;
	ly_buf_t out = ly_buf(meant, sizeof(meant));
	bool plain;

	ly_edits_begin(&edits, offer, none, sizeof(none));
	plain = !ly_sdp_mean_srtp(offer, &edits);
	if(plain != c->call.plain) {
		c->call.plain = plain;
		lync_call_keep(&c->call);
	}
	return ly_edits_finish(&edits) && ly_edits_apply(&edits, &out)
				   ? ly_buf_slice(&out)
				   : offer;
}

static lync_sdp_result_t refuse(
		lync_current_t *c, ly_side_t side, const char *why)
{
	c->sdp_refused = true;
	if(why)
		log_refusal(c, side, "refused SDP of", why);
	return LYNC_SDP_REFUSED;
}

lync_sdp_result_t lync_media_take(struct sip_msg *msg, lync_current_t *c)
{
	static char text[LY_SDP_HOLD_TEXT], normal[LYNC_SDP_MAX];
	static ly_edits_t edits;
	const ly_crossing_t x = lync_crossing(c);
	ly_side_t side = lync_other_side(x.to);
	ly_buf_t out = ly_buf(normal, sizeof(normal));
	ly_slice_t sdp;
	ly_streams_t streams;
	const char *wrong = ly_content_sdp(&c->message, &sdp);

	c->sdp_made = LY_EMPTY;
	if(!wrong && sdp.len == 0)
		return LYNC_SDP_NONE;
	lync_call_name(msg, c);
	/* the same answer again, of a call that has ended by it */
	if(c->call.ended)
		return refuse(c, side, NULL);
	if(wrong)
		return refuse(c, side, wrong);
	if(ly_crossing_may_choose_srtp(&x, is_answer(c)))
		sdp = choose_srtp(c, sdp);
	streams = ly_sdp_streams(sdp);
	wrong = fault(c, sdp, &streams, lync_media_profile(&c->call, side));
	if(wrong)
		return refuse(c, side, wrong);
	ly_edits_begin(&edits, sdp, text, sizeof(text));
	ly_sdp_normalise(sdp, ly_crossing_rules(&x), &edits);
	if(is_answer(c))
		ly_sdp_hold_answer(sdp, c->call.offered_direction, &edits);
	if(!ly_edits_finish(&edits) || !ly_edits_apply(&edits, &out))
		return refuse(c, side, "it is too large");
	lync_explain(c, &edits);
	if(c->message.request && !is_answer(c))
		lync_hold_keep(c, &streams);
	c->sdp_taken = ly_buf_slice(&out);
	return LYNC_SDP_READY;
}

lync_sdp_result_t lync_media_pass(struct sip_msg *msg, lync_current_t *c)
{
	lync_sdp_result_t result = lync_media_take(msg, c);

	if(result == LYNC_SDP_NONE)
		lync_relay_choose(c);
	if(result == LYNC_SDP_READY && !lync_relay(c, is_answer(c)))
		return LYNC_SDP_FAILED;
	return result;
}

bool lync_media_result(lync_current_t *c, ly_slice_t *sdp)
{
	ly_side_t side = lync_receiver(c);
	const ly_media_profile_t *profile = lync_media_profile(&c->call, side);
	const char *wrong;

	*sdp = c->sdp_made;
	if(c->sdp_refused)
		return false;
	if(!sdp->s) {
		if(!carries_sdp(&c->message)) {
			*sdp = ly_content_other(&c->message);
			return true;
		}
		/* Sent as it came it would carry the sender's address, and its keys. */
		log_refusal(c, side, "no SDP from rtpengine for",
				"the script did not ask it, or it did not answer");
		return false;
	}
	if(profile && (wrong = ly_sdp_check(*sdp, profile))) {
		log_refusal(c, side, "what rtpengine made must not go to", wrong);
		return false;
	}
	if(c->message.request && profile && profile->srtp)
		keep_offered_tag(c, *sdp);
	c->sdp_sent = ly_sdp_place(*sdp);
	if(!is_answer(c))
		*sdp = lync_hold_form(c, *sdp);
	return true;
}
