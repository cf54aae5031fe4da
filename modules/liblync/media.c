/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/media.h"

/* What rtpengine 12.5 of Debian both reads and writes; AMR, iLBC and others it can only read. */
static const ly_slice_t codecs[] = {{"PCMU", 4}, {"PCMA", 4}, {"G722", 4},
		{"G729", 4}, {"G723", 4}, {"GSM", 3}, {"speex", 5}, {"opus", 4},
		{"CN", 2}, {"telephone-event", 15}};
#define CODECS (sizeof(codecs) / sizeof(codecs[0]))
#define NO_SPEECH ((ly_codec_set_t)3 << (CODECS - 2)) /* the last two */

const char *ly_media_codec_names(void)
{
	return "PCMU, PCMA, G722, G729, G723, GSM, speex, opus, CN, "
		   "telephone-event";
}

/* 0: there is no such codec. */
static ly_codec_set_t codec_bit(ly_slice_t name)
{
	for(unsigned i = 0; i < CODECS; i++) {
		if(ly_eq(codecs[i], name))
			return (ly_codec_set_t)1 << i;
	}
	return 0;
}

ly_slice_t ly_media_codecs(ly_slice_t text, ly_codec_set_t *set)
{
	ly_slice_t name;

	*set = 0;
	while((name = ly_word(&text)).len) {
		ly_codec_set_t bit = codec_bit(name);

		if(!bit)
			return name;
		*set |= bit;
	}
	return LY_EMPTY;
}

static ly_codec_set_t speech(ly_codec_set_t set)
{
	return set & ~NO_SPEECH;
}

bool ly_media_speaks(ly_codec_set_t set)
{
	return speech(set) != 0;
}

const ly_media_profile_t *ly_media_plain(
		const ly_media_profile_t *profile, ly_media_profile_t *room)
{
	if(!profile->srtp)
		return profile;
	*room = *profile;
	room->srtp = LY_MEDIA_RTP;
	room->plain = room;
	return room;
}

/* Flags that both offer and answer have ------------------------------------------------------------------------------ */

/*
 * On every offer and answer: ICE and rtcp-mux end here, our own addresses everywhere, media is taken from the
 * signalled address alone (strict-source, with endpoint-learning = off in rtpengine.conf: rtpengine 12.5.1.31 lacks
 * the fixes of CVE-2025-53399), and RTCP is made by rtpengine, since Lync ends a call after 30 s without. o= counts
 * the versions of each leg by itself (RFC 3264 8): one of our own re-INVITEs adds some.
 */
#define COMMON                                              \
	"ICE=remove replace-origin replace-session-connection " \
	"replace-zero-address replace-SDP-version "             \
	"port-latching strict-source generate-RTCP"

/* SRTP --------------------------------------------------------------------------------------------------------------- */

bool ly_media_twice(
		const ly_media_profile_t *from, const ly_media_profile_t *to)
{
	return from->srtp && to->srtp;
}

/*
 * rtpengine offers twelve suites unless told otherwise; repeated on each offer, or it adds the others later. Where the
 * SDP that it reads has a key it would offer that one: then no suite is to be taken over and none to be added, and what
 * stands there is what it made itself when ly_media_twice() was heeded.
 */
static void put_suite(const ly_media_profile_t *from, ly_buf_t *out)
{
	ly_put(out, from->srtp ? LY_LIT(" SDES-only-NONE SDES-lifetime")
						   : LY_LIT(" SDES-only-AES_CM_128_HMAC_SHA1_80 "
									"SDES-lifetime"));
}

/*
 * MS-SDPEXT: an offer with optional encryption says RTP/AVP and has a key; a Mediation Server answers RTP/SAVP with a
 * key of its own, or RTP/AVP without. OSRTP-offer makes rtpengine write and understand it.
 */
static ly_slice_t transport(const ly_media_profile_t *to)
{
	static const ly_slice_t texts[] = {[LY_MEDIA_RTP] = {"RTP/AVP ", 8},
			[LY_MEDIA_OPTIONAL] = {"RTP/AVP OSRTP-offer ", 20},
			[LY_MEDIA_SRTP] = {"RTP/SAVP ", 9}};

	return texts[to->srtp];
}

/* Codecs ------------------------------------------------------------------------------------------------------------- */

/* " codec-WHAT-NAME" for each codec of a profile that is in set. */
static void put_codecs(ly_buf_t *out, ly_slice_t what,
		const ly_media_profile_t *profile, ly_codec_set_t set)
{
	ly_slice_t rest = profile->codec_names, name;

	while((name = ly_word(&rest)).len) {
		ly_codec_set_t bit = codec_bit(name);

		if(!(bit & set))
			continue;
		set &= ~bit; /* once, even where it is named twice */
		ly_put(out, what);
		ly_put(out, name);
	}
}

/*
 * Both speak the same: all passes as it is, which costs a fourth of transcoding. They share some: those pass, nobody
 * hears of the others. They share none: who gets the offer hears of his own alone, and rtpengine translates.
 */
static bool put_speech(const ly_media_profile_t *from,
		const ly_media_profile_t *to, ly_buf_t *out)
{
	ly_codec_set_t theirs = speech(from->codecs), ours = speech(to->codecs);

	if(theirs == ours)
		return false;
	if(theirs & ours) {
		ly_put(out, LY_LIT(" codec-strip-all"));
		put_codecs(out, LY_LIT(" codec-offer-"), to,
				to->codecs & ~codec_bit(LY_LIT("telephone-event")));
	} else {
		ly_put(out, LY_LIT(" codec-mask-all"));
		put_codecs(out, LY_LIT(" codec-transcode-"), to, ours);
	}
	return true;
}

/* Its audio has no telephone-event. */
static bool has_tones(const ly_media_profile_t *p)
{
	return p->dtmf != LY_DTMF_RFC4733;
}

/* masked: nothing of the offer passes but what is named. */
static void put_dtmf(const ly_media_profile_t *from,
		const ly_media_profile_t *to, bool masked, ly_buf_t *out)
{
	if(!has_tones(from) && has_tones(to))
		ly_put(out, LY_LIT(" codec-consume-telephone-event"));
	else if(has_tones(from) && !has_tones(to))
		ly_put(out, LY_LIT(" codec-transcode-telephone-event"));
	else if(masked && !has_tones(to))
		ly_put(out, LY_LIT(" codec-offer-telephone-event"));
}

/* rtpengine plays digits ("play DTMF") into what both offer and answer have said this of. */
static void put_injection(const ly_media_profile_t *from,
		const ly_media_profile_t *to, ly_buf_t *out)
{
	if(from->dtmf == LY_DTMF_INFO || to->dtmf == LY_DTMF_INFO)
		ly_put(out, LY_LIT(" inject-DTMF"));
}

/* ---------------------------------------------------------------------------------------------------------------------- */

bool ly_media_offer(const ly_media_profile_t *from,
		const ly_media_profile_t *to, ly_buf_t *out)
{
	ly_put(out, transport(to));
	ly_put(out, LY_LIT(COMMON " DTLS=off rtcp-mux-demux"));
	if(to->srtp)
		put_suite(from, out);
	if(to->srtp == LY_MEDIA_OPTIONAL)
		ly_put(out, LY_LIT(" sdp-attr-add-audio-encryption:optional"));
	put_dtmf(from, to, put_speech(from, to, out), out);
	put_injection(from, to, out);
	return !out->full;
}

/* Lync re-offers only what an answer has named: one codec, and whatever the gateway mixes becomes it. */
bool ly_media_answer(const ly_media_profile_t *from,
		const ly_media_profile_t *to, ly_buf_t *out)
{
	/* what is translated, rtpengine knows from the offer */
	ly_put(out, LY_LIT(COMMON));
	if(to->srtp)
		ly_put(out, LY_LIT(" SDES-lifetime"));
	if(to->side == LY_LYNC)
		ly_put(out, LY_LIT(" single-codec"));
	put_injection(from, to, out);
	return !out->full;
}
