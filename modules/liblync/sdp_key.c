/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/sdp_key.h"

#include "liblync/sdp.h"
#include "liblync/sdp_media.h"

#define WHY "own-keys"

void ly_sdp_bare(ly_slice_t sdp, ly_edits_t *e)
{
	ly_sdp_line_t line;

	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'm') {
			ly_slice_t protocol = ly_stream_read(line.value).protocol;

			if(ly_eq(protocol, LY_LIT("RTP/SAVP")))
				ly_edit_replace(e, protocol, LY_LIT("RTP/AVP"), WHY);
		} else if(line.type == 'a'
				  && ly_istarts(line.value, LY_LIT("crypto"))) {
			ly_edit_remove(e, line.line, WHY);
		}
	}
}

/* The next key of *sdp, of which what has been read is taken off; empty where none is left. */
static ly_slice_t next_key(ly_slice_t *sdp)
{
	ly_sdp_line_t line;
	ly_crypto_t crypto;

	while(ly_sdp_next(sdp, &line)) {
		if(line.type == 'a' && ly_crypto_parse(line.value, &crypto)
				&& crypto.key.len)
			return crypto.key;
	}
	return LY_EMPTY;
}

bool ly_sdp_shares_key(ly_slice_t a, ly_slice_t b)
{
	ly_slice_t mine, theirs;

	while((mine = next_key(&a)).len) {
		for(ly_slice_t rest = b; (theirs = next_key(&rest)).len;) {
			if(ly_eq(mine, theirs))
				return true;
		}
	}
	return false;
}
