/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_media.h"

#include "core/dprint.h"
#include "liblync/content.h"
#include "liblync/early.h"
#include "liblync/sdp.h"
#include "liblync/sdp_hold.h"
#include "liblync/sdp_key.h"
#include "liblync/sdp_payload.h"
#include "lync.h"
#include "lync_crossing.h"
#include "lync_explain.h"
#include "lync_fork.h"
#include "lync_hold.h"
#include "lync_reinvite.h"
#include "lync_relay.h"

const ly_media_profile_t *lync_media_profile(
		const lync_call_t *call, ly_side_t side)
{
	if(side == LY_LYNC)
		return !call->trunk	 ? NULL
			   : call->plain ? call->trunk->media->plain
							 : call->trunk->media;
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

/* The one tag that rtpengine hears and says: see liblync/sdp_key.h. */
#define TAG LY_LIT("1")

static ly_slice_t offered_tag(const lync_current_t *c)
{
	const char *tag = c->call.offered.tag;

	return ly_slice(tag, strnlen(tag, sizeof(c->call.offered.tag)));
}

static void set_offered_tag(lync_current_t *c, ly_slice_t sdp)
{
	ly_slice_t tag = ly_sdp_crypto_tag(sdp);

	memset(c->call.offered.tag, 0, sizeof(c->call.offered.tag));
	if(tag.len <= sizeof(c->call.offered.tag) && tag.len)
		memcpy(c->call.offered.tag, tag.s, tag.len);
}

/* With that tag in its key lines. Returns it, in memory (LYNC_SDP_MAX) where it had another. */
static ly_slice_t retag(ly_slice_t sdp, ly_slice_t tag, char *memory)
{
	static char none[LY_SDP_HOLD_TEXT];
	static ly_edits_t edits;
	ly_buf_t out = ly_buf(memory, LYNC_SDP_MAX);

	if(!tag.len || !ly_sdp_crypto_tag(sdp).len
			|| ly_eq(ly_sdp_crypto_tag(sdp), tag))
		return sdp;
	ly_edits_begin(&edits, sdp, none, sizeof(none));
	ly_sdp_retag(sdp, tag, &edits);
	return ly_edits_finish(&edits) && ly_edits_apply(&edits, &out)
				   ? ly_buf_slice(&out)
				   : LY_EMPTY;
}

/* What went to who answers. */
static void keep_offered(lync_current_t *c, ly_slice_t sdp)
{
	c->call.offered.payloads = ly_sdp_payloads(sdp);
	c->call.offered.begins = c->call.initial;
	if(c->message.request && !c->own)
		lync_call_keep(&c->call);
}

/* What is wrong with the SDP that came; NULL: nothing. */
static const char *fault(const lync_current_t *c, ly_slice_t sdp,
		const ly_streams_t *streams, const ly_media_profile_t *profile)
{
	const char *wrong = ly_sdp_form(sdp);

	if(!wrong)
		wrong = ly_streams_check(
				streams, is_answer(c) ? c->call.offered.streams : 0);
	if(wrong || !profile)
		return wrong;
	if(!is_answer(c))
		return ly_sdp_check(sdp, profile);
	wrong = ly_sdp_check_answer(sdp, profile, TAG);
	return wrong ? wrong : ly_sdp_check_codecs(sdp, &c->call.offered.payloads);
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
		if(!c->own)
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

/* Who has answered Lync by a 183 of our own (lync_progress.h) speaks of the session that this has begun. */
static ly_slice_t in_one_session(
		const lync_current_t *c, ly_slice_t sdp, char *memory)
{
	ly_buf_t out = ly_buf(memory, LYNC_SDP_MAX);
	const lync_call_t *call = &c->call;

	if(lync_receiver(c) != LY_LYNC || call->caller != LY_LYNC || !call->trunk
			|| call->trunk->early_media != LY_EARLY_IMMEDIATE)
		return sdp;
	return ly_early_session(sdp, ly_name_hash(lync_call_id(c)), &out)
				   ? ly_buf_slice(&out)
				   : LY_EMPTY;
}

bool lync_media_normalise(lync_current_t *c, ly_slice_t sdp, bool answer)
{
	static char text[LY_SDP_HOLD_TEXT], normal[LYNC_SDP_MAX],
			retagged[LYNC_SDP_MAX], session[LYNC_SDP_MAX];
	static ly_edits_t edits;
	const ly_crossing_t x = lync_crossing(c);
	ly_buf_t out = ly_buf(normal, sizeof(normal));

	if(ly_crossing_may_choose_srtp(&x, answer))
		sdp = choose_srtp(c, sdp);
	ly_edits_begin(&edits, sdp, text, sizeof(text));
	ly_sdp_normalise(sdp, ly_crossing_rules(&x), &edits);
	if(answer)
		ly_sdp_hold_answer(sdp, c->call.offered.direction, &edits);
	if(!ly_edits_finish(&edits) || !ly_edits_apply(&edits, &out))
		return false;
	lync_explain(c, &edits);
	if(!answer)
		set_offered_tag(c, ly_buf_slice(&out));
	c->sdp_taken = in_one_session(
			c, retag(ly_buf_slice(&out), TAG, retagged), session);
	return c->sdp_taken.len;
}

lync_sdp_result_t lync_media_take(struct sip_msg *msg, lync_current_t *c)
{
	const ly_crossing_t x = lync_crossing(c);
	ly_side_t side = lync_other_side(x.to);
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
	/* what was offered in a 200 its transaction has forgotten */
	if(c->message.request && is_answer(c))
		lync_record_offered(c, &c->call.offered);
	if(ly_crossing_may_choose_srtp(&x, is_answer(c)))
		sdp = choose_srtp(c, sdp);
	streams = ly_sdp_streams(sdp);
	wrong = fault(c, sdp, &streams, lync_media_profile(&c->call, side));
	if(wrong)
		return refuse(c, side, wrong);
	if(side == LY_LYNC && is_answer(c)) /* SRTPMode Optional: it may decline */
		c->call.plain = !ly_sdp_crypto_tag(sdp).len;
	if(!lync_media_normalise(c, sdp, is_answer(c)))
		return refuse(c, side, "it is too large");
	if(!is_answer(c))
		lync_hold_keep(c, &streams);
	return LYNC_SDP_READY;
}

/*
 * An offer within the call was refused, so what was agreed before still holds (RFC 3261 14.1) - but rtpengine has heard
 * the offer, and would send to where nobody listens, or with keys that nobody has. Where it has forgotten its own key
 * for the one in the refused offer, that side is told the new one in a re-INVITE of ours.
 */
static void take_back(const lync_current_t *c)
{
	static lync_record_t record;
	static char memory[LYNC_RECORD_MEMORY];

	uint64_t made[2];

	/* who is asked knows no such call: a BYE has overtaken the offer, with which rtpengine has begun anew */
	if(c->message.status == 481) {
		lync_record_drop(lync_call_id(c), false);
		lync_relay_end(c);
		return;
	}
	if(!lync_record_refused(c, &record, memory)
			|| !lync_relay_renew(&record, LY_EMPTY, made))
		return;
	for(int side = 0; side < 2; side++) {
		if(record.told[side] && made[side] != record.told[side])
			lync_reinvite_soon(record.own.call_id, (ly_side_t)side);
	}
}

static bool refuses_offer(const lync_current_t *c)
{
	ly_slice_t method = ly_message_method(&c->message);

	return !c->message.request && c->message.status >= 300 && !c->call.initial
		   && (ly_eq(method, LY_LIT("INVITE"))
				   || ly_eq(method, LY_LIT("UPDATE")));
}

lync_sdp_result_t lync_media_pass(struct sip_msg *msg, lync_current_t *c)
{
	lync_sdp_result_t result;

	if(refuses_offer(c))
		take_back(c);
	result = lync_media_take(msg, c);
	if(result == LYNC_SDP_NONE)
		lync_relay_choose(c);
	if(result == LYNC_SDP_READY
			&& !(is_answer(c) ? lync_fork_answer(c) : lync_relay(c, false)))
		return LYNC_SDP_FAILED;
	return result;
}

static ly_slice_t other_body(const lync_current_t *c)
{
	const ly_crossing_t x = lync_crossing(c);

	return ly_content_other(&c->message, ly_crossing_keeps_location(&x));
}

bool lync_media_result(lync_current_t *c, ly_slice_t *sdp)
{
	ly_side_t side = lync_receiver(c);
	const ly_media_profile_t *profile = lync_media_profile(&c->call, side);
	static const ly_payloads_t any;
	static char retagged[LYNC_SDP_MAX];
	const char *wrong;

	*sdp = c->sdp_made;
	if(c->sdp_refused)
		return false;
	if(!sdp->s) {
		if(!carries_sdp(&c->message)) {
			*sdp = other_body(c);
			return true;
		}
		/* Sent as it came it would carry the sender's address, and its keys. */
		log_refusal(c, side, "no SDP from rtpengine for",
				"the script did not ask it, or it did not answer");
		return false;
	}
	if((wrong = ly_sdp_check_codecs(*sdp, &any))
			|| (profile && (wrong = ly_sdp_check_made(*sdp, profile)))) {
		log_refusal(c, side, "what rtpengine made must not go to", wrong);
		return false;
	}
	if(is_answer(c))
		*sdp = retag(*sdp, offered_tag(c), retagged);
	else
		keep_offered(c, *sdp);
	c->sdp_sent = ly_sdp_place(*sdp);
	if(!is_answer(c))
		*sdp = lync_hold_form(c, *sdp);
	return true;
}
