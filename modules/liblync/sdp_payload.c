/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/sdp_payload.h"

#include "liblync/sdp.h"
#include "liblync/sdp_media.h"

#define LAST_TYPE 127
#define FIRST_DYNAMIC 96 /* no codec by itself (RFC 3551 6) */

static void add(ly_payloads_t *set, long type)
{
	if(type >= 0)
		set->bits[type / 64] |= UINT64_C(1) << type % 64;
}

static void take_away(ly_payloads_t *set, long type)
{
	if(type >= 0)
		set->bits[type / 64] &= ~(UINT64_C(1) << type % 64);
}

static bool empty(const ly_payloads_t *set)
{
	return !set->bits[0] && !set->bits[1];
}

/* What does not carry speech by itself; in any case (RFC 4855 3). */
static bool no_speech(ly_slice_t encoding)
{
	static const ly_slice_t names[] = {
			{"telephone-event", 15}, {"CN", 2}, {"RED", 3}};

	encoding.len = ly_find(encoding, '/');
	for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if(ly_ieq(encoding, names[i]))
			return true;
	}
	return false;
}

/* What a stream names, and what of it are codecs. */
typedef struct named
{
	ly_payloads_t all;
	ly_payloads_t speech;
} named_t;

static void read_formats(ly_slice_t formats, named_t *named)
{
	ly_slice_t word;

	while((word = ly_word(&formats)).len) {
		long type = ly_number(word, LAST_TYPE);

		add(&named->all, type);
		/* 13 is CN, and was 19 */
		if(type < FIRST_DYNAMIC && type != 13 && type != 19)
			add(&named->speech, type);
	}
}

/* "101 telephone-event/8000" */
static void read_map(ly_slice_t map, named_t *named)
{
	long type = ly_number(ly_word(&map), LAST_TYPE);
	bool is_named =
			type >= 0 && named->all.bits[type / 64] & UINT64_C(1) << type % 64;

	if(no_speech(ly_word(&map)))
		take_away(&named->speech, type);
	else if(is_named)
		add(&named->speech, type);
}

static named_t read_stream(ly_slice_t sdp)
{
	named_t named = {0};
	bool inside = false;
	ly_sdp_line_t line;

	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'm') {
			ly_stream_t stream = ly_stream_read(line.value);

			if(!empty(&named.all))
				break;
			inside = stream.audio && stream.open;
			if(inside)
				read_formats(stream.formats, &named);
		} else if(inside && line.type == 'a'
				  && ly_istarts(line.value, LY_LIT("rtpmap:"))) {
			read_map(ly_from(line.value, 7), &named);
		}
	}
	return named;
}

ly_payloads_t ly_sdp_payloads(ly_slice_t sdp)
{
	return read_stream(sdp).all;
}

const char *ly_sdp_check_codecs(ly_slice_t sdp, const ly_payloads_t *offered)
{
	named_t answered = read_stream(sdp);

	if(empty(&answered.all))
		return NULL;
	if(empty(&answered.speech))
		return "it names no codec for speech, only telephone-event or CN";
	for(int i = 0; !empty(offered) && i < 2; i++) {
		if(answered.speech.bits[i] & ~offered->bits[i])
			return "it names a codec that was not offered";
	}
	return NULL;
}
