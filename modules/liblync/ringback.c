/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/ringback.h"

#include "liblync/ng.h"

ly_ringback_step_t ly_ringback_next(
		uint64_t age, bool answered, bool heard, bool playing)
{
	if(answered || heard || age >= LY_RINGBACK_LONGEST_MS)
		return LY_RINGBACK_END;
	return playing || age < LY_RINGBACK_FIRST_MS ? LY_RINGBACK_WAIT
												 : LY_RINGBACK_PLAY;
}

static ly_slice_t inside(ly_slice_t dictionary, ly_slice_t key)
{
	ly_bencode_t value;

	return ly_bencode_find(dictionary, key, &value) ? value.text : LY_EMPTY;
}

/* The first item of a list. */
static ly_slice_t first(ly_slice_t list)
{
	ly_bencode_t value;

	return ly_bencode_next(&list, &value) ? value.text : LY_EMPTY;
}

/* The first stream of a medium is its RTP, the second its RTCP. */
bool ly_ringback_heard(ly_slice_t answer, ly_side_t side)
{
	ly_slice_t leg =
			inside(inside(answer, LY_LIT("tags")), ly_cstr(ly_side_name(side)));
	ly_slice_t stream = first(
			inside(first(inside(leg, LY_LIT("medias"))), LY_LIT("streams")));

	return ly_bencode_number(
				   inside(stream, LY_LIT("stats")), LY_LIT("packets"), 0)
		   > 0;
}
