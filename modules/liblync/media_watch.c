/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/media_watch.h"

#define PACKETS_A_SECOND 50

static bool is_restarted(const ly_media_watch_t *w, const ly_media_node_t *n)
{
	return w->begun < n->started && w->known < n->started;
}

static uint64_t due(const ly_media_watch_t *w)
{
	return w->due ? w->due : w->begun + LY_MEDIA_FIRST_MS;
}

/*
 * Media that begin anew lose the index of what Lync sends as well, and Lync may go on with its own for what it gets, so
 * a call whose numbers have wrapped is better off with the player.
 */
ly_media_step_t ly_media_next(const ly_media_watch_t *w,
		const ly_media_node_t *n, const ly_media_rules_t *rules, uint64_t now)
{
	if(!n->up)
		return n->away >= rules->patience ? LY_MEDIA_MOVE : LY_MEDIA_NOTHING;
	if(is_restarted(w, n))
		return LY_MEDIA_RESCUE;
	if(now < due(w))
		return LY_MEDIA_NOTHING;
	return w->player == LY_PLAYER_FIRST_AID && !w->wrapped && !w->again
				   ? LY_MEDIA_ANEW
				   : LY_MEDIA_LOOK;
}

/* Whether a side that should send has sent nothing for too long. */
static bool is_silent(ly_media_watch_t *w, const ly_media_rules_t *rules,
		const ly_media_seen_t *seen, uint64_t now)
{
	bool silent = false;

	for(int side = 0; side < 2; side++) {
		if(!w->heard[side] || seen->got[side] != w->got[side] || !seen->active)
			w->heard[side] = now;
		silent |= rules->timeout && now - w->heard[side] >= rules->timeout;
		w->got[side] = seen->got[side];
	}
	return silent;
}

/*
 * Whether all that a side sends is SRTP with another key than it has told: nobody hears anything of it. A few such
 * packets come where it has just changed its key, or made no haste to, so between others they count for nothing yet.
 */
static bool has_wrong_key(
		ly_media_watch_t *w, const ly_media_seen_t *seen, uint64_t now)
{
	bool wrong = false;

	for(int side = 0; side < 2; side++) {
		bool bad = seen->bad_from[side] >= w->bad[side] + LY_MEDIA_BAD;
		bool good = seen->rtp_from[side] > w->rtp[side];

		wrong |= bad && !good;
		if(bad && good)
			w->due = now + LY_MEDIA_SOON_MS;
		w->bad[side] = seen->bad_from[side];
		w->rtp[side] = seen->rtp_from[side];
	}
	return wrong;
}

static bool may_wrap(const ly_media_seen_t *seen, uint64_t interval)
{
	return seen->srtp
		   && seen->index + 2 * interval * PACKETS_A_SECOND / 1000 > 0xffff;
}

static ly_media_step_t switch_player(ly_media_watch_t *w,
		const ly_media_seen_t *seen, bool more_rtp, bool wants_rtcp,
		uint64_t now)
{
	bool again = w->again;

	w->again = false;
	if(w->player == LY_PLAYER_FIRST_AID)
		return again ? LY_MEDIA_AID : LY_MEDIA_NOTHING;
	if(w->player == LY_PLAYER_RTCP && more_rtp && seen->to_lync) {
		w->player = LY_PLAYER_OFF;
		return LY_MEDIA_RELEASE;
	}
	if((!seen->sent_rtp[LY_LYNC] && wants_rtcp)
			|| (w->player == LY_PLAYER_RTCP && again)) {
		w->player = LY_PLAYER_RTCP;
		w->due = now + LY_MEDIA_SOON_MS;
		return LY_MEDIA_PLAY;
	}
	if(w->player == LY_PLAYER_RTCP)
		w->due = now + LY_MEDIA_SOON_MS;
	return LY_MEDIA_NOTHING;
}

ly_media_step_t ly_media_found(ly_media_watch_t *w, const ly_media_node_t *n,
		const ly_media_rules_t *rules, const ly_media_seen_t *seen,
		bool wants_rtcp, uint64_t now)
{
	bool restarted = is_restarted(w, n), silent, wrong_key,
		 more_rtp = seen->got[LY_PSTN] > w->got[LY_PSTN]
					&& seen->rtp_from[LY_PSTN];

	if(!seen->known)
		return restarted ? LY_MEDIA_LOST : LY_MEDIA_GONE;
	w->known = now;
	w->due = now + rules->interval;
	silent = is_silent(w, rules, seen, now);
	wrong_key = has_wrong_key(w, seen, now);
	if(!restarted)
		w->wrapped |= may_wrap(seen, rules->interval);
	if(restarted && seen->srtp) {
		/* nobody has looked before: it may be an old one that was another node's */
		w->player = LY_PLAYER_FIRST_AID;
		w->again = false;
		w->due = now + LY_MEDIA_AFTER_AID_MS;
		return LY_MEDIA_AID;
	}
	if(restarted) {
		/* what it has sent before does not count for RTCP */
		w->player = LY_PLAYER_OFF;
		w->due = now + LY_MEDIA_SOON_MS;
		return LY_MEDIA_NOTHING;
	}
	if(wrong_key)
		return LY_MEDIA_WRONG_KEY;
	if(silent)
		return LY_MEDIA_SILENT;
	return switch_player(w, seen, more_rtp, wants_rtcp, now);
}

void ly_media_agreed(ly_media_watch_t *w, uint64_t now)
{
	uint64_t at = now + LY_MEDIA_FIRST_MS;

	if(w->player != LY_PLAYER_OFF) {
		w->again = true;
		at = now + LY_MEDIA_AGAIN_MS;
	}
	if(due(w) > at)
		w->due = at;
}

void ly_media_begun(ly_media_watch_t *w, uint64_t now)
{
	uint8_t left = w->left;
	bool wrapped = w->wrapped;

	*w = (ly_media_watch_t){.begun = now, .left = left, .wrapped = wrapped};
	w->player = wrapped ? LY_PLAYER_FIRST_AID : LY_PLAYER_OFF;
}

/* "query" ------------------------------------------------------------------------------------------------------------ */

static ly_slice_t inside(ly_slice_t dictionary, ly_slice_t key)
{
	ly_bencode_t value;

	return ly_bencode_find(dictionary, key, &value)
						   && (value.kind == LY_BENCODE_LIST
								   || value.kind == LY_BENCODE_DICTIONARY)
				   ? value.text
				   : LY_EMPTY;
}

static bool has_flag(ly_slice_t dictionary, ly_slice_t name)
{
	ly_slice_t flags = inside(dictionary, LY_LIT("flags"));
	ly_bencode_t flag;

	while(ly_bencode_next(&flags, &flag)) {
		if(flag.kind == LY_BENCODE_TEXT && ly_eq(flag.text, name))
			return true;
	}
	return false;
}

static uint64_t number_of(ly_slice_t stream, ly_slice_t of, ly_slice_t what)
{
	long long count = ly_bencode_number(inside(stream, of), what, 0);

	return count > 0 ? (uint64_t)count : 0;
}

/* The index of the last packet of each SSRC; with SRTP all 32 bits of it. */
static void read_index(ly_slice_t stream, ly_slice_t of, ly_media_seen_t *seen)
{
	ly_slice_t list = inside(stream, of);
	ly_bencode_t one;

	while(ly_bencode_next(&list, &one)) {
		long long index =
				ly_bencode_number(one.text, LY_LIT("last RTP seq"), 0);

		if(index > seen->index)
			seen->index = (uint32_t)index;
	}
}

static uint64_t packets(ly_slice_t stream, ly_slice_t of)
{
	return number_of(stream, of, LY_LIT("packets"));
}

/* Of plain RTP nothing is decrypted: what counts as an error there is something else. */
static void read_stream(
		ly_slice_t stream, bool srtp, ly_side_t side, ly_media_seen_t *seen)
{
	uint64_t came = packets(stream, LY_LIT("stats"));

	seen->got[side] += came;
	if(!has_flag(stream, LY_LIT("RTP")))
		return;
	seen->rtp_from[side] += came;
	if(srtp)
		seen->bad_from[side] +=
				number_of(stream, LY_LIT("stats"), LY_LIT("errors"));
	seen->sent_rtp[side] += packets(stream, LY_LIT("stats_out"));
	if(side == LY_LYNC) {
		read_index(stream, LY_LIT("ingress SSRCs"), seen);
		read_index(stream, LY_LIT("egress SSRCs"), seen);
	}
}

/* Of the one audio stream of a side. */
static bool read_side(ly_slice_t tags, ly_side_t side, ly_media_seen_t *seen)
{
	ly_slice_t medias =
			inside(inside(tags, ly_cstr(ly_side_name(side))), LY_LIT("medias"));
	ly_bencode_t media, stream;
	ly_slice_t streams;
	bool srtp;

	if(!ly_bencode_next(&medias, &media) || media.kind != LY_BENCODE_DICTIONARY)
		return false;
	srtp = ly_istarts(ly_bencode_text(media.text, LY_LIT("protocol")),
			LY_LIT("RTP/SAVP"));
	seen->srtp |= srtp;
	seen->to_lync &= has_flag(
			media.text, side == LY_LYNC ? LY_LIT("send") : LY_LIT("recv"));
	seen->active &= has_flag(media.text, LY_LIT("send"))
					&& has_flag(media.text, LY_LIT("recv"));
	streams = inside(media.text, LY_LIT("streams"));
	while(ly_bencode_next(&streams, &stream))
		read_stream(stream.text, srtp, side, seen);
	return true;
}

bool ly_media_read(ly_slice_t dictionary, ly_media_seen_t *seen)
{
	ly_slice_t tags = inside(dictionary, LY_LIT("tags"));

	*seen = (ly_media_seen_t){.known = true, .to_lync = true, .active = true};
	return read_side(tags, LY_LYNC, seen) && read_side(tags, LY_PSTN, seen);
}
