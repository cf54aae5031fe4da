/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Media profiles, and where a plan uses them. */
#include "liblync/plan_reader.h"

#include "liblync/media.h"

/* A profile is used on the side that it is for. */
static void check_side(ly_report_t *report, const char *element,
		const ly_media_profile_t *media, ly_side_t side, unsigned line)
{
	if(media->side != side)
		ly_found(report, line,
				"element <%s>: media '%.*s' is a profile of side '%s'; "
				"expected one of side '%s'",
				element, LY_FMT(media->name), ly_side_name(media->side),
				ly_side_name(side));
}

static void check_target(ly_report_t *report, const ly_peer_t *peer)
{
	check_side(report, "target", peer->media, LY_PSTN, peer->line);
	if(peer->media->srtp && peer->transport != LY_TLS)
		ly_found(report, peer->line,
				"element <target>: media '%.*s' is SRTP, whose keys would "
				"cross "
				"the network in the clear over %s; expected transport 'tls' or "
				"media without SRTP",
				LY_FMT(peer->media->name), ly_transport_name(peer->transport));
}

/* Over TCP Lync takes SRTPMode for NotSupported, whatever is configured: SRTP implies TLS. */
static void check_trunk(ly_report_t *report, const ly_trunk_t *trunk)
{
	bool srtp = trunk->media->srtp;
	bool tls = trunk->transport == LY_TLS;

	check_side(report, "trunk", trunk->media, LY_LYNC, trunk->line);
	if(!tls && trunk->SRTPMode != LY_SRTP_NOT_SUPPORTED)
		ly_found(report, trunk->line,
				"element <trunk>: over transport 'tcp' Lync forces SRTPMode to "
				"NotSupported; expected SRTPMode=\"NotSupported\" or transport "
				"'tls'");
	else if(srtp && trunk->SRTPMode == LY_SRTP_NOT_SUPPORTED)
		ly_found(report, trunk->line,
				"element <trunk>: media '%.*s' is SRTP, but SRTPMode is "
				"NotSupported; expected media 'lync-rtp'",
				LY_FMT(trunk->media->name));
	else if(trunk->media->srtp != LY_MEDIA_SRTP
			&& trunk->SRTPMode == LY_SRTP_REQUIRED)
		ly_found(report, trunk->line,
				"element <trunk>: media '%.*s' %s SRTP, but SRTPMode is "
				"Required; expected media 'lync-srtp-required'",
				LY_FMT(trunk->media->name),
				srtp ? "may do without" : "is without");
}

static void check_profiles(const ly_reader_t *reader)
{
	const ly_plan_t *plan = reader->plan;
	ly_report_t *report = reader->report;
	ly_codec_set_t events;

	ly_media_codecs(LY_LIT("telephone-event"), &events);
	for(unsigned i = 0; i < plan->profile_count; i++) {
		const ly_media_profile_t *p = &plan->profiles[i];
		if(!ly_media_speaks(p->codecs))
			ly_found(report, p->line,
					"element <profile>: none of its codecs carries speech; "
					"expected one such as PCMA");
		if(p->dtmf != LY_DTMF_RFC4733 && p->codecs & events)
			ly_found(report, p->line,
					"element <profile>: dtmf is '%s', but telephone-event "
					"is among its codecs; expected one of the two",
					ly_dtmf_name(p->dtmf));
		if(p->side == LY_LYNC && p->dtmf == LY_DTMF_INFO)
			ly_found(report, p->line,
					"element <profile>: dtmf is 'info' on side 'lync', which "
					"sends no digits by INFO; expected 'rfc4733' or 'inband'");
		/* what Microsoft means by it; RFC 8643 has other rules */
		if(p->side == LY_PSTN && p->srtp == LY_MEDIA_OPTIONAL)
			ly_found(report, p->line,
					"element <profile>: srtp is 'optional' on side 'pstn'; "
					"expected 'none' or 'required'");
	}
}

void ly_plan_check_media(ly_reader_t *reader)
{
	const ly_plan_t *plan = reader->plan;

	check_profiles(reader);
	for(unsigned i = 0; i < plan->peer_count; i++) {
		if(!plan->peers[i].pool)
			check_target(reader->report, &plan->peers[i]);
	}
	for(unsigned i = 0; i < plan->trunk_count; i++)
		check_trunk(reader->report, &plan->trunks[i]);
}
