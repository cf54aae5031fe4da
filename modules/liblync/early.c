/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/early.h"

#include "liblync/content.h"
#include "liblync/option.h"
#include "liblync/sdp.h"
#include "liblync/sdp_media.h"
#include "liblync/token.h"

/* What a caller of each mode is not shown. */
static const struct
{
	bool sdp;
	bool progress; /* 183 */
} hidden[] = {[LY_EARLY_PASS] = {false, false},
		[LY_EARLY_STRIP_SDP] = {true, false},
		[LY_EARLY_180_ONLY] = {true, true},
		[LY_EARLY_IMMEDIATE] = {false, false}};

ly_early_t ly_early(const ly_message_t *m, ly_early_media_t mode)
{
	ly_early_t early = {0};
	bool sdp;

	if(m->request || m->status <= 100 || m->status >= 200 || !hidden[mode].sdp)
		return early;
	sdp = ly_sdp_of(m).len > 0;
	if(sdp && ly_lists_option(m, LY_H_REQUIRE, LY_100REL))
		return early;
	early.without_sdp = sdp;
	early.status = hidden[mode].progress && m->status == 183 ? 180 : 0;
	return early;
}

bool ly_forks_admit(ly_forks_t *forks, ly_slice_t tag, unsigned max)
{
	uint32_t hash = ly_name_hash(tag);

	if(tag.len == 0)
		return true;
	for(unsigned i = 0; i < forks->count; i++) {
		if(forks->tags[i] == hash)
			return true;
	}
	if(forks->count >= max)
		return false;
	if(forks->count < LY_FORKS_MAX)
		forks->tags[forks->count++] = hash;
	return true;
}

/* The placeholder ---------------------------------------------------------------------------------------------------- */

bool ly_early_session(ly_slice_t sdp, uint32_t session, ly_buf_t *out)
{
	ly_slice_t lines = sdp;
	ly_sdp_line_t line;

	while(ly_sdp_next(&lines, &line)) {
		if(line.type != 'o')
			continue;
		ly_put(out, ly_slice(sdp.s, (size_t)(line.value.s - sdp.s)));
		ly_word(&line.value);
		ly_word(&line.value);
		ly_put(out, LY_LIT("- "));
		ly_put_number(out, session);
		ly_putc(out, ' ');
		line.value = ly_trim(line.value);
		ly_put(out, ly_slice(line.value.s,
							(size_t)(sdp.s + sdp.len - line.value.s)));
		return !out->full;
	}
	return false;
}

/* Payload types of RFC 3551 6 that are speech, or all others. */
static void put_formats(ly_slice_t formats, bool speech, ly_buf_t *out)
{
	ly_slice_t word;

	while((word = ly_word(&formats)).len) {
		long type = ly_number(word, 127);

		if((type >= 0 && type < 35 && type != 13) != speech)
			continue;
		ly_putc(out, ' ');
		ly_put(out, word);
	}
}

/* Who is offered telephone-event first would have it first in the answer, too, where the codec is looked for. */
static void put_stream(const ly_stream_t *stream, bool taken, ly_buf_t *out)
{
	ly_putf(out, "m=%.*s %s %.*s", LY_FMT(stream->kind), taken ? "9" : "0",
			LY_FMT(stream->protocol));
	put_formats(stream->formats, true, out);
	put_formats(stream->formats, false, out);
	ly_put(out, LY_LIT("\r\n"));
}

/* What an answer repeats: the meaning of payload types. */
static bool describes_codec(ly_slice_t attribute)
{
	return ly_istarts(attribute, LY_LIT("rtpmap:"))
		   || ly_istarts(attribute, LY_LIT("fmtp:"));
}

bool ly_early_placeholder(
		ly_slice_t offer, ly_slice_t address, uint32_t session, ly_buf_t *out)
{
	const char *family = ly_find(address, ':') < address.len ? "6" : "4";
	bool taken = false, found = false;
	ly_sdp_line_t line;

	ly_putf(out,
			"v=0\r\no=- %u 1 IN IP%s %.*s\r\ns=-\r\nc=IN IP%s %.*s\r\nt=0 "
			"0\r\n",
			session, family, LY_FMT(address), family, LY_FMT(address));
	while(ly_sdp_next(&offer, &line)) {
		if(line.type == 'm') {
			ly_stream_t stream = ly_stream_read(line.value);

			taken = !found && stream.audio && stream.open
					&& ly_eq(stream.protocol, LY_LIT("RTP/AVP"));
			found |= taken;
			put_stream(&stream, taken, out);
		} else if(taken && line.type == 'a' && describes_codec(line.value)) {
			ly_putf(out, "a=%.*s\r\n", LY_FMT(line.value));
		}
	}
	return found && !out->full;
}
