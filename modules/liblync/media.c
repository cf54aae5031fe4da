/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/media.h"

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
#define OFFER COMMON " DTLS=off rtcp-mux-demux"

/* rtpengine offers twelve suites unless told otherwise; repeated on each offer, or it adds the others later. */
#define ONE_SUITE " SDES-only-AES_CM_128_HMAC_SHA1_80 SDES-lifetime"

/* An answer to Lync names one codec: it re-offers that one only, and whatever the gateway mixes becomes it. */
#define ONE_CODEC " single-codec"

static const ly_media_profile_t profiles[] = {
		{LY_LIT("lync-srtp-required"), true,
				LY_LIT("RTP/SAVP " OFFER ONE_SUITE),
				LY_LIT(COMMON " SDES-lifetime" ONE_CODEC)},
		{LY_LIT("lync-rtp"), false, LY_LIT("RTP/AVP " OFFER),
				LY_LIT(COMMON ONE_CODEC)},
		{LY_LIT("gateway-rtp"), false, LY_LIT("RTP/AVP " OFFER),
				LY_LIT(COMMON)},
};

const ly_media_profile_t *ly_media_profile(ly_slice_t name)
{
	for(unsigned i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		if(ly_eq(profiles[i].name, name))
			return &profiles[i];
	}
	return NULL;
}

const char *ly_media_profile_names(void)
{
	return "lync-srtp-required, lync-rtp, gateway-rtp";
}
