/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The payload types of a call's stream: those of an answer are compared with those of its offer. */
#ifndef LIBLYNC_SDP_PAYLOAD_H
#define LIBLYNC_SDP_PAYLOAD_H

#include <stdint.h>

#include "liblync/slice.h"

/* A bit for each of the 128 payload types (RFC 3550 5.1): what a call remembers of an offer. */
typedef struct ly_payloads
{
	uint64_t bits[2];
} ly_payloads_t;

/* Those of the first audio stream of sdp that is open; none where it has none. */
ly_payloads_t ly_sdp_payloads(ly_slice_t sdp);

/*
 * Whether sdp answers an offer with these payload types (none: they are not known) by a codec that carries speech.
 * RFC 3264 6.1 lets an answer name others besides: telephone-event and CN may be among them, but no codec, since it
 * may be what is sent then, and nobody would hear it. Streams that are refused are of no concern. Returns NULL, or what
 * is wrong (a static text).
 */
const char *ly_sdp_check_codecs(ly_slice_t sdp, const ly_payloads_t *offered);

#endif
