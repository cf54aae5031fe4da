/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as an offer and, behind the first NUL, its answer: without keys there are none, all key lines have the tag
 * that is wanted and the keys that they had, and an offer that is made narrower by its answer offers nothing new.
 */
#include "fuzz.h"

#include "liblync/sdp.h"
#include "liblync/sdp_key.h"
#include "liblync/sdp_media.h"
#include "liblync/sdp_narrow.h"
#include "liblync/sdp_payload.h"

static ly_edits_t edits;

static ly_slice_t bare(ly_slice_t sdp)
{
	ly_edits_begin(&edits, sdp, NULL, 0);
	ly_sdp_bare(sdp, &edits);
	return ly_edits_finish(&edits) ? applied(&edits) : LY_EMPTY;
}

static ly_slice_t retagged(ly_slice_t sdp)
{
	ly_edits_begin(&edits, sdp, NULL, 0);
	ly_sdp_retag(sdp, LY_LIT("7"), &edits);
	return ly_edits_finish(&edits) ? applied(&edits) : LY_EMPTY;
}

/* How many keys there are; each key line with the tag, where one is given. */
static unsigned count_keys(ly_slice_t sdp, ly_slice_t tag)
{
	unsigned count = 0;
	ly_sdp_line_t line;
	ly_crypto_t crypto;

	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'm' && !tag.len)
			must(!ly_eq(ly_stream_read(line.value).protocol,
						 LY_LIT("RTP/SAVP")),
					"what is bare is plain RTP");
		if(line.type != 'a' || !ly_crypto_parse(line.value, &crypto))
			continue;
		must(!tag.len || ly_eq(crypto.tag, tag), "each line has the tag");
		count += crypto.key.len != 0;
	}
	return count;
}

static void check_keys(ly_slice_t sdp, ly_slice_t other)
{
	ly_slice_t without = bare(sdp), tagged = retagged(sdp), again;

	if(without.s) {
		must(!count_keys(without, LY_EMPTY), "no key is left");
		must(!ly_sdp_shares_key(without, sdp), "nor shared");
		again = bare(without);
		must(ly_eq(without, again), "bare twice is bare once");
		give_back(again);
	}
	if(tagged.s) {
		bool any = count_keys(tagged, LY_LIT("7"));

		must(any == ly_sdp_shares_key(sdp, tagged), "keys stay");
		must(ly_sdp_shares_key(sdp, other) == ly_sdp_shares_key(other, tagged),
				"shared whichever comes first, and whatever the tag");
	}
	give_back(without);
	give_back(tagged);
}

static unsigned count_streams(ly_slice_t sdp)
{
	unsigned count = 0;
	ly_sdp_line_t line;

	while(ly_sdp_next(&sdp, &line))
		count += line.type == 'm';
	return count;
}

static void check_narrow(ly_slice_t offer, ly_slice_t answer)
{
	ly_payloads_t all = ly_sdp_payloads(offer), left;
	size_t room = 2 * offer.len + 2 * answer.len + 16;
	char *memory = malloc(room);
	ly_buf_t out = ly_buf(memory, room);
	ly_slice_t narrow;

	if(!memory)
		abort();
	ly_sdp_check_codecs(answer, &all);
	ly_sdp_narrow(offer, answer, &out);
	narrow = copy_of(out.s, out.len);
	left = ly_sdp_payloads(narrow);
	must(!out.full, "there is room");
	must(count_streams(offer) > 1
					|| (!(left.bits[0] & ~all.bits[0])
							&& !(left.bits[1] & ~all.bits[1])),
			"nothing new is offered");
	give_back(narrow);
	free(memory);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t all = copy_of(data, size);
	size_t end = ly_find(all, '\0');
	ly_slice_t rest = ly_from(all, end + 1);
	ly_slice_t offer = copy_of(all.s, end), answer = copy_of(rest.s, rest.len);

	check_keys(offer, answer);
	check_keys(answer, offer);
	check_narrow(offer, answer);
	give_back(offer);
	give_back(answer);
	give_back(all);
	return 0;
}
