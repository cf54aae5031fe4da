/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_relay.h"

#include "core/dprint.h"
#include "lync.h"
#include "lync_media.h"
#include "lync_ng.h"
#include "lync_worker.h"

#define FLAGS_MAX 2048

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

void lync_relay_flags(const lync_current_t *c, bool answer, ly_buf_t *out)
{
	ly_side_t to = lync_receiver(c), from = lync_other_side(to);
	const ly_media_profile_t *profile = lync_media_profile(&c->call, to);

	if(!profile)
		return;
	/* also later in the call: an rtpengine that does not know it, since it was started anew, begins it then */
	if(!answer)
		ly_put(out, from == LY_LYNC ? LY_LIT("direction=lync direction=pstn ")
									: LY_LIT("direction=pstn direction=lync "));
	ly_put(out, answer ? profile->answer : profile->offer);
	put_latching(c, from, out);
}

static ly_buf_t *begin(const lync_current_t *c, const char *name)
{
	ly_buf_t *out = lync_ng_begin(ly_cstr(name));

	ly_ng_text(out, LY_LIT("call-id"), lync_call_id(c));
	return out;
}

static bool ask(lync_current_t *c, bool answer, ly_slice_t *why)
{
	char text[FLAGS_MAX];
	ly_buf_t flags = ly_buf(text, sizeof(text)), *out;
	ly_side_t to = lync_receiver(c), from = lync_other_side(to),
			  offerer = answer ? to : from;
	ly_slice_t dictionary;

	lync_relay_flags(c, answer, &flags);
	out = begin(c, answer ? "answer" : "offer");
	ly_ng_text(out, LY_LIT("from-tag"), tag_of(offerer));
	if(answer || !c->call.initial || !c->message.request)
		ly_ng_text(out, LY_LIT("to-tag"), tag_of(lync_other_side(offerer)));
	ly_ng_text(out, LY_LIT("rtpp-flags"), ly_buf_slice(&flags));
	ly_ng_text(out, LY_LIT("sdp"), c->sdp_taken);
	if(flags.full || !lync_ng_ask(c->call.dialog.media, &dictionary, why))
		return false;
	c->sdp_made = ly_bencode_text(dictionary, LY_LIT("sdp"));
	*why = LY_LIT("its answer has no SDP");
	return c->sdp_made.len != 0;
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
	media = lync_ng_choose(lync_call_id(c), tried);
	if(!media)
		return false;
	/* one that hangs hears all that it was told when it goes on: this, too */
	if(n)
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

bool lync_relay(lync_current_t *c, bool answer)
{
	ly_slice_t why = LY_LIT("no media node takes calls");
	unsigned tried = 0;

	while(find_node(c, tried)) {
		if(ask(c, answer, &why))
			return true;
		tried |= 1u << c->call.dialog.media;
	}
	c->sdp_made = LY_EMPTY;
	LM_ERR("call %.*s: refused: rtpengine does not answer or refuses the %s: "
		   "%.*s; look at lync.media\n",
			LY_FMT(lync_call_id(c)), answer ? "answer" : "offer", LY_FMT(why));
	return false;
}

void lync_relay_end(const lync_current_t *c)
{
	if(!c->call.dialog.media)
		return;
	/* all of it, by no tag: one of a side that has said nothing yet would not be found, and nothing be deleted */
	begin(c, "delete");
	lync_ng_tell(c->call.dialog.media);
}
