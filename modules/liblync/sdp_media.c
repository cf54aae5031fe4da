/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/sdp_media.h"

#include "liblync/sdp.h"

static const char *const directions[] = {[LY_SENDRECV] = "sendrecv",
		[LY_RECVONLY] = "recvonly",
		[LY_SENDONLY] = "sendonly",
		[LY_INACTIVE] = "inactive"};
#define DIRECTIONS (sizeof(directions) / sizeof(directions[0]))
#define DIRECTION_LENGTH 8 /* of each */

const char *ly_sdp_direction_name(ly_sdp_direction_t direction)
{
	return directions[direction];
}

bool ly_sdp_direction_parse(ly_slice_t attribute, ly_sdp_direction_t *direction)
{
	if(attribute.len != DIRECTION_LENGTH)
		return false;
	for(unsigned i = 0; i < DIRECTIONS; i++) {
		if(memcmp(attribute.s, directions[i], DIRECTION_LENGTH) == 0) {
			*direction = (ly_sdp_direction_t)i;
			return true;
		}
	}
	return false;
}

ly_stream_t ly_stream_read(ly_slice_t value)
{
	ly_stream_t stream;

	stream.kind = ly_word(&value);
	stream.port = ly_word(&value);
	stream.protocol = ly_word(&value);
	stream.formats = value;
	stream.audio = ly_eq(stream.kind, LY_LIT("audio"));
	stream.open = !ly_eq(stream.port, LY_LIT("0"));
	return stream;
}

ly_streams_t ly_sdp_streams(ly_slice_t sdp)
{
	ly_streams_t streams = {0};
	bool asked = true; /* its direction: of the session, or the call's stream */
	ly_sdp_line_t line;

	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'm') {
			ly_stream_t stream = ly_stream_read(line.value);

			asked = stream.audio && stream.open && !streams.audio;
			streams.audio |= stream.audio && stream.open;
			streams.other |= !stream.audio && stream.open;
			streams.count += streams.count < LY_STREAMS_MAX;
		} else if(asked && line.type == 'a') {
			ly_sdp_direction_parse(line.value, &streams.direction);
		}
	}
	return streams;
}

const char *ly_streams_check(const ly_streams_t *streams, unsigned offered)
{
	if(streams->other && !streams->audio)
		return "no audio stream: T.38 and video are refused, G.711 goes on";
	if(offered && streams->count != offered)
		return "it answers another number of streams than were offered";
	return NULL;
}
