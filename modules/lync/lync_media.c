/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_media.h"

#include "core/dprint.h"
#include "core/pvar.h"
#include "liblync/content.h"
#include "liblync/sdp.h"
#include "liblync/sdp_hold.h"
#include "lync.h"
#include "lync_crossing.h"
#include "lync_explain.h"
#include "lync_hold.h"
#include "modules/rtpengine/api.h"

static pv_spec_t *sdp_in, *sdp_out;
static rtpengine_api_t rtpengine; /* empty where rtpengine.so is not loaded */

static int find_variable(const char *name, pv_spec_t **spec)
{
	str s = {(char *)name, (int)strlen(name)};

	*spec = pv_cache_get(&s);
	if(*spec)
		return 0;
	LM_ERR("%s is not known: load pv.so before lync.so\n", name);
	return -1;
}

/* rtpengine.so may be absent: then only its script functions are missed, where a script has none. */
static void load_rtpengine(void)
{
	bind_rtpengine_f bind =
			(bind_rtpengine_f)(void *)find_export("bind_rtpengine", 0, 0);

	if(bind)
		bind(&rtpengine);
}

int lync_media_init(void)
{
	load_rtpengine();
	if(find_variable("$var(lync_sdp_in)", &sdp_in) < 0)
		return -1;
	return find_variable("$var(lync_sdp_out)", &sdp_out);
}

static int set_variable(struct sip_msg *msg, pv_spec_t *spec, ly_slice_t text)
{
	pv_value_t value = {.rs = lync_str(text), .flags = PV_VAL_STR};

	return pv_set_spec_value(msg, spec, 0, text.s ? &value : NULL);
}

static const ly_media_profile_t *profile_of(
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

	set_variable(msg, sdp_out, LY_EMPTY);
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
	wrong = fault(c, sdp, &streams, profile_of(&c->call, side));
	if(wrong)
		return refuse(c, side, wrong);
	ly_edits_begin(&edits, sdp, text, sizeof(text));
	ly_sdp_normalise(sdp, ly_crossing_rules(&x), &edits);
	if(is_answer(c))
		ly_sdp_hold_answer(sdp, c->call.offered_direction, &edits);
	if(!ly_edits_finish(&edits) || !ly_edits_apply(&edits, &out)
			|| set_variable(msg, sdp_in, ly_buf_slice(&out)) < 0)
		return refuse(c, side, "it is too large");
	lync_explain(c, &edits);
	if(c->message.request && !is_answer(c))
		lync_hold_keep(c, &streams);
	c->sdp_taken = true;
	return LYNC_SDP_READY;
}

bool lync_media_result(struct sip_msg *msg, lync_current_t *c, ly_slice_t *sdp)
{
	ly_side_t side = lync_receiver(c);
	const ly_media_profile_t *profile = profile_of(&c->call, side);
	pv_value_t value;
	const char *wrong;

	*sdp = LY_EMPTY;
	if(c->sdp_refused)
		return false;
	/* A $var outlives its message; one that was emptied is the number 0. */
	if(c->sdp_taken && pv_get_spec_value(msg, sdp_out, &value) == 0
			&& (value.flags & PV_VAL_STR) && !(value.flags & PV_VAL_INT)
			&& value.rs.len > 0)
		*sdp = lync_slice(&value.rs);
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

/*
 * One constant tag a side instead of the dialog's: a call that forks has several To-tags, and rtpengine would open a
 * leg without keys for each.
 */
static void put_tags(ly_buf_t *out, ly_side_t from, bool with_to)
{
	ly_put(out, LY_LIT("from-tag="));
	ly_put(out, ly_cstr(ly_side_name(from)));
	if(with_to) {
		ly_put(out, LY_LIT(" to-tag="));
		ly_put(out, ly_cstr(ly_side_name(lync_other_side(from))));
	}
	ly_putc(out, ' ');
}

/*
 * EnableRTPLatching: media of that side goes where its first packet came from, whatever its SDP says, and is taken from
 * there alone from then on. What rtpengine is told with an SDP holds for who sent it.
 */
static void put_latching(const lync_current_t *c, ly_side_t from, ly_buf_t *out)
{
	if(from == LY_LYNC && c->call.trunk && c->call.trunk->EnableRTPLatching)
		ly_put(out, LY_LIT(" endpoint-learning-immediate"));
}

void lync_media_offer_flags(const lync_current_t *c, ly_buf_t *out)
{
	ly_side_t to = lync_receiver(c), from = lync_other_side(to);
	const ly_media_profile_t *profile = profile_of(&c->call, to),
							 *theirs = profile_of(&c->call, from);

	if(!profile || !theirs)
		return;
	put_tags(out, from, !c->call.initial);
	/* also later in the call: an rtpengine that does not know it, since it was started anew, begins it then */
	ly_put(out, from == LY_LYNC ? LY_LIT("direction=lync direction=pstn ")
								: LY_LIT("direction=pstn direction=lync "));
	ly_media_offer(theirs, profile, out);
	put_latching(c, from, out);
}

void lync_media_answer_flags(const lync_current_t *c, ly_buf_t *out)
{
	ly_side_t to = lync_receiver(c);
	ly_side_t from = lync_other_side(to);
	const ly_media_profile_t *profile = profile_of(&c->call, to),
							 *theirs = profile_of(&c->call, from);

	if(!profile || !theirs)
		return;
	put_tags(out, to, true); /* who gets the answer made the offer */
	ly_media_answer(theirs, profile, out);
	put_latching(c, from, out);
}

void lync_media_delete_flags(const lync_current_t *c, ly_buf_t *out)
{
	put_tags(out, c->call.caller, false);
}

/* From C ------------------------------------------------------------------------------------------------------------- */

static str no_branch = str_init("none");

typedef int (*command_t)(struct sip_msg *msg, str *flags, str *viabranch);

static bool command(struct sip_msg *msg, const lync_current_t *c, command_t run,
		void (*put_flags)(const lync_current_t *, ly_buf_t *))
{
	char text[LY_MEDIA_FLAGS + 256];
	ly_buf_t flags = ly_buf(text, sizeof(text));
	str words;

	put_flags(c, &flags);
	words = lync_str(ly_buf_slice(&flags));
	if(run && !flags.full && run(msg, &words, &no_branch) > 0)
		return true;
	LM_ERR("call %.*s: rtpengine does not answer or refuses; look at "
		   "rtpengine.show all\n",
			LY_FMT(lync_call_id(c)));
	return false;
}

bool lync_media_offer(struct sip_msg *msg, lync_current_t *c)
{
	return lync_media_take(msg, c) == LYNC_SDP_READY
		   && command(
				   msg, c, rtpengine.rtpengine_offer, lync_media_offer_flags);
}

bool lync_media_answer(struct sip_msg *msg, lync_current_t *c)
{
	return lync_media_take(msg, c) == LYNC_SDP_READY
		   && command(
				   msg, c, rtpengine.rtpengine_answer, lync_media_answer_flags);
}

bool lync_media_give(struct sip_msg *msg, lync_current_t *c, ly_slice_t sdp)
{
	c->sdp_taken = true;
	return set_variable(msg, sdp_out, sdp) >= 0;
}

void lync_media_delete(struct sip_msg *msg, const lync_current_t *c)
{
	command(msg, c, rtpengine.rtpengine_delete, lync_media_delete_flags);
}
