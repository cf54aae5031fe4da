/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The profiles that come with the SBC. build.mk makes media_shipped.inc of rtpengine-profiles/. */
#include "liblync/media.h"

#define SIDE_lync LY_LYNC
#define SIDE_pstn LY_PSTN
#define SRTP_none LY_MEDIA_RTP
#define SRTP_optional LY_MEDIA_OPTIONAL
#define SRTP_required LY_MEDIA_SRTP
#define DTMF_rfc4733 LY_DTMF_RFC4733
#define DTMF_inband LY_DTMF_INBAND
#define DTMF_info LY_DTMF_INFO
#define TEXT(text)            \
	{                         \
			text,             \
			sizeof(text) - 1, \
	}
#define PROFILE(called, where, keys, names, digits) \
	{.name = TEXT(called),                          \
			.side = SIDE_##where,                   \
			.srtp = SRTP_##keys,                    \
			.codec_names = TEXT(names),             \
			.dtmf = DTMF_##digits},

static ly_media_profile_t shipped[] = {
#include "media_shipped.inc"
};
#define SHIPPED (sizeof(shipped) / sizeof(shipped[0]))
static ly_media_profile_t plain[SHIPPED];

__attribute__((constructor)) static void complete(void)
{
	for(unsigned i = 0; i < SHIPPED; i++) {
		ly_media_codecs(shipped[i].codec_names, &shipped[i].codecs);
		shipped[i].plain = ly_media_plain(&shipped[i], &plain[i]);
	}
}

const ly_media_profile_t *ly_media_shipped(unsigned i)
{
	return i < SHIPPED ? &shipped[i] : NULL;
}

const ly_media_profile_t *ly_media_profile(ly_slice_t name)
{
	for(unsigned i = 0; i < SHIPPED; i++) {
		if(ly_eq(shipped[i].name, name))
			return &shipped[i];
	}
	return NULL;
}
