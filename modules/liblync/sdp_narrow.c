/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/sdp_narrow.h"

/* The payload types of the first m= line, behind type, port and protocol; s is NULL where there is none. */
static ly_slice_t formats(ly_slice_t sdp)
{
	ly_slice_t rest, line;

	for(rest = sdp; rest.len; rest = ly_from(rest, ly_find(rest, '\n') + 1)) {
		if(!ly_istarts(rest, LY_LIT("m=")))
			continue;
		line = ly_slice(rest.s, ly_find(rest, '\n'));
		if(line.len && line.s[line.len - 1] == '\r')
			line.len--;
		for(int i = 0; i < 3; i++)
			ly_word(&line);
		return line;
	}
	return LY_EMPTY;
}

static bool has_word(ly_slice_t words, ly_slice_t word)
{
	ly_slice_t one;

	while((one = ly_word(&words)).len) {
		if(ly_eq(one, word))
			return true;
	}
	return false;
}

void ly_sdp_narrow(ly_slice_t offer, ly_slice_t answer, ly_buf_t *out)
{
	ly_slice_t all = formats(offer), left = formats(answer), one;
	bool any = false;

	ly_put(out, all.s ? ly_span(offer.s, all.s) : offer);
	if(!all.s)
		return;
	while((one = ly_word(&left)).len) {
		if(!has_word(all, one))
			continue;
		any = true;
		ly_putc(out, ' ');
		ly_put(out, one);
	}
	if(!any)
		ly_put(out, all);
	ly_put(out, ly_span(all.s + all.len, offer.s + offer.len));
}
