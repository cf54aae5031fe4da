/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The streams of an SDP: one m= line each, in an order that offer and answer share (RFC 3264 5, 6). One of them is the
 * call: the first audio stream that has a port.
 */
#ifndef LIBLYNC_SDP_MEDIA_H
#define LIBLYNC_SDP_MEDIA_H

#include "liblync/slice.h"

/* Which way media flows, as the writer of the SDP sees it (RFC 4566 6): a bit for each way that it does not. */
typedef enum ly_sdp_direction
{
	LY_SENDRECV = 0,
	LY_RECVONLY = 1, /* it does not send */
	LY_SENDONLY = 2, /* it does not receive */
	LY_INACTIVE = 3
} ly_sdp_direction_t;

const char *ly_sdp_direction_name(ly_sdp_direction_t direction);
/* attribute is the value of an a= line. False where it is no direction. */
bool ly_sdp_direction_parse(
		ly_slice_t attribute, ly_sdp_direction_t *direction);

/* An m= line: "audio 51466 RTP/SAVP 97 101 13 0 8" */
typedef struct ly_stream
{
	ly_slice_t kind;
	ly_slice_t port;
	ly_slice_t protocol;
	ly_slice_t formats; /* from behind the protocol to the end */
	bool audio;
	bool open; /* its port is not 0: it is offered, or taken */
} ly_stream_t;

/* value is that of the m= line. What is missing is empty. */
ly_stream_t ly_stream_read(ly_slice_t value);

#define LY_STREAMS_MAX 63 /* more are counted as that many */

typedef struct ly_streams
{
	unsigned count;				  /* of m= lines */
	bool audio;					  /* an audio stream is open */
	bool other;					  /* another kind of stream is */
	ly_sdp_direction_t direction; /* of the call's stream */
} ly_streams_t;

/* What sdp says of its streams, in one walk. */
ly_streams_t ly_sdp_streams(ly_slice_t sdp);

/*
 * Whether a call can be made of them: audio, unless all of them are refused, and in an answer as many as were offered
 * (0: not known, or an offer). Returns NULL, or what is wrong (a static text).
 */
const char *ly_streams_check(const ly_streams_t *streams, unsigned offered);

#endif
