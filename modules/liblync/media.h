/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Media profiles: what one side of a call may carry, and the flags that make rtpengine 12.5 do it.
 */
#ifndef LIBLYNC_MEDIA_H
#define LIBLYNC_MEDIA_H

#include "liblync/slice.h"

typedef struct ly_media_profile
{
	ly_slice_t name; /* "lync-srtp-required", "lync-rtp", "gateway-rtp" */
	/* the m= line says RTP/SAVP and carries exactly one a=crypto; else RTP/AVP and none */
	bool srtp;
	ly_slice_t offer;  /* flags of an offer towards this side */
	ly_slice_t answer; /* flags of an answer towards this side */
} ly_media_profile_t;

/* NULL where no profile has that name. */
const ly_media_profile_t *ly_media_profile(ly_slice_t name);
/* For messages: "lync-srtp-required, lync-rtp, gateway-rtp". */
const char *ly_media_profile_names(void);

#endif
