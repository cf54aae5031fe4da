/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_relay.h"

#include "core/dprint.h"
#include "liblync/sdp.h"
#include "liblync/sdp_narrow.h"
#include "liblync/sdp_key.h"
#include "lync.h"
#include "lync_media.h"
#include "lync_ng.h"
#include "lync_own.h"

#define FLAGS_MAX 2048
#define DIGIT_VOLUME 10 /* dB below the loudest, as of a telephone */

/*
 * One constant tag a side instead of the dialog's: a call that forks has several To-tags, and rtpengine would open a
 * leg without keys for each.
 */
static ly_slice_t tag_of(ly_side_t side)
{
	return ly_cstr(ly_side_name(side));
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

/* What rtpengine is told of the sides of an offer or answer: who wrote it, and who gets what becomes of it. */
typedef struct sides
{
	ly_side_t from, to;
	const ly_media_profile_t *wrote, *gets; /* NULL: not known who it is */
} sides_t;

static sides_t sides_of(const lync_current_t *c)
{
	sides_t s = {.to = lync_receiver(c)};

	s.from = lync_other_side(s.to);
	s.wrote = lync_media_profile(&c->call, s.from);
	s.gets = lync_media_profile(&c->call, s.to);
	return s;
}

static void put_flags(
		const lync_current_t *c, const sides_t *s, bool answer, ly_buf_t *out)
{
	/* also later in the call: an rtpengine that does not know it, since it was started anew, begins it then */
	if(!answer)
		ly_put(out, s->from == LY_LYNC
							? LY_LIT("direction=lync direction=pstn ")
							: LY_LIT("direction=pstn direction=lync "));
	if(answer)
		ly_media_answer(s->wrote, s->gets, out);
	else
		ly_media_offer(s->wrote, s->gets, out);
	put_latching(c, s->from, out);
}

static ly_buf_t *begin(
		const lync_current_t *c, const char *name, ly_side_t from)
{
	ly_buf_t *out = lync_ng_begin(ly_cstr(name));

	ly_ng_text(out, LY_LIT("call-id"), lync_call_id(c));
	ly_ng_text(out, LY_LIT("from-tag"), tag_of(from));
	return out;
}

#define SDP_VERSION LY_LIT("replace-SDP-version")

/* What nobody gets to see takes no number of o=, which has to rise by one (RFC 3264 8). */
static void leave_version(ly_buf_t *flags)
{
	for(size_t at = 0; at + SDP_VERSION.len <= flags->len; at++) {
		if(!memcmp(flags->s + at, SDP_VERSION.s, SDP_VERSION.len))
			memset(flags->s + at, ' ', SDP_VERSION.len);
	}
}

/* One command with that SDP. What it makes of it: c->sdp_made. */
static bool command(lync_current_t *c, const sides_t *s, bool answer,
		ly_slice_t sdp, ly_slice_t more, ly_slice_t *why)
{
	char text[FLAGS_MAX];
	ly_buf_t flags = ly_buf(text, sizeof(text)), *out;
	ly_side_t offerer = answer ? s->to : s->from;
	ly_slice_t dictionary;

	put_flags(c, s, answer, &flags);
	/* an answer of before may have had another tag than rtpengine knows (liblync/sdp_key.h): not the same SDP */
	if(!answer && !c->call.initial && s->gets->srtp && c->message.raw.s)
		ly_put(&flags, LY_LIT(" replace-force-increment-sdp-ver"));
	ly_putc(&flags, ' ');
	ly_put(&flags, more);
	if(!c->message.raw.s) /* there is no message: of ours, for the node alone */
		leave_version(&flags);
	out = begin(c, answer ? "answer" : "offer", offerer);
	if(answer || !c->call.initial)
		ly_ng_text(out, LY_LIT("to-tag"), tag_of(lync_other_side(offerer)));
	ly_ng_text(out, LY_LIT("rtpp-flags"), ly_buf_slice(&flags));
	ly_ng_text(out, LY_LIT("sdp"), sdp);
	if(flags.full || !lync_ng_ask(c->call.dialog.media, &dictionary, why))
		return false;
	c->sdp_made = ly_bencode_text(dictionary, LY_LIT("sdp"));
	*why = LY_LIT("its answer has no SDP");
	return c->sdp_made.len != 0;
}

/* SRTP on both sides, each with keys of its own: see ly_media_twice(). */
static bool command_as_plain(
		lync_current_t *c, const sides_t *s, bool answer, ly_slice_t *why)
{
	static char none[1], text[LYNC_SDP_MAX];
	static ly_edits_t edits;
	ly_buf_t bare = ly_buf(text, sizeof(text));
	sides_t plain = *s;

	plain.wrote = s->wrote->plain;
	ly_edits_begin(&edits, c->sdp_taken, none, sizeof(none));
	ly_sdp_bare(c->sdp_taken, &edits);
	*why = LY_LIT("its SDP is too large");
	return ly_edits_finish(&edits) && ly_edits_apply(&edits, &bare)
		   && command(c, &plain, answer, ly_buf_slice(&bare), LY_EMPTY, why);
}

static bool ask(
		lync_current_t *c, bool answer, ly_slice_t more, ly_slice_t *why)
{
	const sides_t s = sides_of(c);

	*why = LY_LIT("it is not known what its sides may carry");
	if(!s.wrote || !s.gets
			|| ((c->call.initial || c->media_anew
						|| (answer && c->call.offered.begins))
					&& ly_media_twice(s.wrote, s.gets)
					&& !command_as_plain(c, &s, answer, why))
			|| !command(c, &s, answer, c->sdp_taken, more, why))
		return false;
	*why = LY_LIT("it would give one side the other's key");
	return !ly_sdp_shares_key(c->sdp_taken, c->sdp_made);
}

/* A call that is not there yet may have any node, also where its telephone rings already: its media begin anew. */
static bool may_move(const lync_current_t *c)
{
	return c->call.initial && c->message.request;
}

/* Sees to it that the call has a node, none of those tried (bits). False where there is none. */
static bool find_node(lync_current_t *c, unsigned tried)
{
	unsigned media = c->call.dialog.media;
	const lync_ng_node_t *n = lync_ng_node(media);
	bool fresh = n && !(tried & 1u << media);

	if(fresh && (!may_move(c) || atomic_load(&n->up)))
		return true;
	if(n && !may_move(c))
		return false;
	media = lync_ng_choose(lync_call_id(c), tried, false);
	if(!media && c->call.emergency)
		media = lync_ng_choose(lync_call_id(c), tried, true);
	if(!media)
		return false;
	if(fresh)
		lync_relay_end(c);
	c->call.dialog.media = (uint8_t)media;
	lync_call_keep(&c->call);
	return true;
}

void lync_relay_choose(lync_current_t *c)
{
	if(may_move(c))
		find_node(c, 0);
}

/*
 * What the ends get to see is made without the audio player: with it rtpengine takes telephone-event out of an answer.
 * Where the player was on, the media watch puts it on again (ly_media_agreed()).
 */
static ly_slice_t player_off(const lync_current_t *c)
{
	return c->call.initial ? LY_EMPTY : LY_LIT("audio-player=off");
}

bool lync_relay(lync_current_t *c, bool answer)
{
	ly_slice_t why = LY_LIT("no media node takes calls");
	unsigned tried = 0;

	while(find_node(c, tried)) {
		if(ask(c, answer, player_off(c), &why))
			return true;
		tried |= 1u << c->call.dialog.media;
		/* one that hangs hears all that it was told when it goes on: this, too */
		if(may_move(c))
			lync_relay_end(c);
	}
	c->sdp_made = LY_EMPTY;
	LM_ERR("call %.*s: refused: rtpengine does not answer or refuses the %s: "
		   "%.*s; look at lync.media\n",
			LY_FMT(lync_call_id(c)), answer ? "answer" : "offer", LY_FMT(why));
	return false;
}

/*
 * The audio player sends the first codec of an offer, be it answered or not, and what comes with another one then passes
 * it by: so where it may be on the offer has the codecs of the answer alone.
 */
static bool tell_again(lync_current_t *c, const lync_record_t *r, bool answer,
		ly_slice_t more, uint64_t made[2], ly_slice_t *why)
{
	static char text[LYNC_SDP_MAX];
	ly_side_t side = answer ? lync_other_side(r->offerer) : r->offerer;
	ly_buf_t said = ly_buf(text, sizeof(text));

	c->message.request = !answer;
	c->call.sender = r->offerer;
	if(!answer && more.len)
		ly_sdp_narrow(r->sdp[side], r->sdp[lync_other_side(side)], &said);
	else
		ly_put(&said, r->sdp[side]);
	*why = LY_LIT("what its ends have said is not known");
	if(!said.len || said.full
			|| !lync_media_normalise(c, ly_buf_slice(&said), false)
			|| !ask(c, answer, more, why))
		return false;
	made[lync_other_side(side)] = ly_sdp_place(c->sdp_made);
	return true;
}

bool lync_relay_renew(const lync_record_t *r, ly_slice_t more, uint64_t made[2])
{
	static lync_current_t c;
	ly_slice_t why = LY_LIT("its trunk or target is no longer in the plan");

	memset(&c, 0, sizeof(c));
	c.own = true;
	c.call_id = r->own.call_id;
	c.call.caller = r->own.caller;
	c.call.dialog = r->own.dialog;
	if(lync_own_find_parties(r, &c.call)
			&& tell_again(&c, r, false, more, made, &why)
			&& tell_again(&c, r, true, more, made, &why))
		return true;
	LM_ERR("call %.*s: its media node was not told what holds: %.*s; look at "
		   "lync.media\n",
			LY_FMT(r->own.call_id), LY_FMT(why));
	return false;
}

/* Without tags: after an offer alone rtpengine knows but one of them, and deletes nothing for the other. */
static void begin_delete(ly_slice_t call_id)
{
	ly_buf_t *out = lync_ng_begin(LY_LIT("delete"));

	ly_ng_text(out, LY_LIT("call-id"), call_id);
}

void lync_relay_leave(unsigned media, ly_slice_t call_id)
{
	begin_delete(call_id);
	lync_ng_tell(media);
}

bool lync_relay_forget(const lync_record_t *r, ly_slice_t *why)
{
	ly_slice_t answer;

	begin_delete(r->own.call_id);
	return lync_ng_ask(r->own.dialog.media, &answer, why);
}

bool lync_relay_press(const lync_current_t *c, const ly_digit_t *digit)
{
	const lync_ng_node_t *n = lync_ng_node(c->call.dialog.media);
	ly_buf_t *out;

	if(!n || !atomic_load(&n->up))
		return false;
	out = begin(c, "play DTMF", c->call.sender);
	ly_ng_number(out, LY_LIT("code"), digit->event);
	ly_ng_number(out, LY_LIT("duration"), digit->duration);
	ly_ng_number(out, LY_LIT("volume"), DIGIT_VOLUME);
	lync_ng_tell(c->call.dialog.media);
	return true;
}

void lync_relay_end(const lync_current_t *c)
{
	if(!c->call.dialog.media)
		return;
	lync_relay_leave(c->call.dialog.media, lync_call_id(c));
}
