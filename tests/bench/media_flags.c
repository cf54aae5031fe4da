/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flags that the module composes for the media benchmark, one line each: "lync offer FLAGS" is those of the offer
 * of a call that comes from Lync, "pstn answer FLAGS" those of the answer to one that comes from the gateway.
 */
#include <stdio.h>

#include "liblync/media.h"

static void print(const char *caller, const char *what, ly_slice_t flags)
{
	printf("%s %s %.*s\n", caller, what, LY_FMT(flags));
}

int main(void)
{
	const ly_media_profile_t *lync = ly_media_profile(
									 LY_LIT("lync-srtp-required")),
							 *gateway = ly_media_profile(LY_LIT("gateway-rtp"));

	if(!lync || !gateway)
		return 1;
	print("lync", "offer", gateway->offer);
	print("lync", "answer", lync->answer);
	print("pstn", "offer", lync->offer);
	print("pstn", "answer", gateway->answer);
	return 0;
}
