/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any datagram in place of rtpengine's answer: what is read of it lies in it, however deep it is looked into, and what
 * was taken as a whole can be taken apart to its end. Any bytes in a command: they come back.
 */
#include "fuzz.h"

#include "liblync/media_watch.h"
#include "liblync/ng.h"

/* One value after the other, and what is in them. How many levels there were. */
static unsigned check_values(ly_slice_t rest, ly_slice_t whole, bool inside)
{
	unsigned deepest = 0, depth;
	ly_bencode_t value;

	for(;;) {
		ly_slice_t before = rest;

		if(!ly_bencode_next(&rest, &value))
			break;
		must(within(value.text, whole), "a value lies in the datagram");
		must(rest.len < before.len && within(rest, whole), "it goes on");
		depth = value.kind == LY_BENCODE_LIST
								|| value.kind == LY_BENCODE_DICTIONARY
						? 1 + check_values(value.text, whole, true)
						: 0;
		deepest = depth > deepest ? depth : deepest;
	}
	must(!inside || rest.len == 0, "what was taken whole can be taken apart");
	return deepest;
}

static void check_answer(ly_slice_t datagram)
{
	ly_slice_t cookie, dictionary, sdp;
	ly_media_seen_t seen;

	must(check_values(datagram, datagram, false) <= LY_BENCODE_DEPTH,
			"not deeper than it may be");
	if(!ly_ng_answer(datagram, &cookie, &dictionary))
		return;
	must(cookie.len && within(cookie, datagram) && within(dictionary, datagram),
			"an answer lies in the datagram");
	check_values(dictionary, datagram, true);
	sdp = ly_bencode_text(dictionary, LY_LIT("sdp"));
	must(within(sdp, dictionary), "an SDP lies in the answer");
	ly_bencode_number(dictionary, LY_LIT("created"), 0);
	ly_media_read(dictionary, &seen);
}

static void check_command(ly_slice_t text)
{
	size_t room = text.len + 100;
	char *memory = malloc(room);
	ly_buf_t out = ly_buf(memory, room);
	ly_slice_t cookie, dictionary;

	ly_ng_begin(&out, LY_LIT("c"), LY_LIT("offer"));
	ly_ng_text(&out, LY_LIT("sdp"), text);
	ly_ng_number(&out, LY_LIT("n"), (unsigned)text.len);
	ly_ng_end(&out);
	must(memory && !out.full, "there is room");
	must(ly_ng_answer(ly_buf_slice(&out), &cookie, &dictionary)
					&& ly_eq(cookie, LY_LIT("c"))
					&& ly_eq(ly_bencode_text(dictionary, LY_LIT("sdp")), text)
					&& ly_bencode_number(dictionary, LY_LIT("n"), -1)
							   == (long long)text.len,
			"written and read");
	free(memory);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t datagram = copy_of(data, size);

	check_answer(datagram);
	check_command(datagram);
	give_back(datagram);
	return 0;
}
