/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flags that the module composes for the media benchmark, one line each: "lync offer FLAGS" is those of the offer
 * of a call that comes from Lync, "pstn answer FLAGS" those of the answer to one that comes from the gateway.
 */
#include <stdio.h>

#include "liblync/media.h"

typedef bool (*compose_t)(const ly_media_profile_t *from,
		const ly_media_profile_t *to, ly_buf_t *out);

static void print(const char *caller, const char *what, compose_t compose,
		const ly_media_profile_t *from, const ly_media_profile_t *to)
{
	char text[LY_MEDIA_FLAGS];
	ly_buf_t flags = ly_buf(text, sizeof(text));

	compose(from, to, &flags);
	printf("%s %s %.*s\n", caller, what, LY_FMT(ly_buf_slice(&flags)));
}

int main(void)
{
	const ly_media_profile_t *lync = ly_media_profile(
									 LY_LIT("lync-srtp-required")),
							 *gateway = ly_media_profile(LY_LIT("gateway-rtp"));

	if(!lync || !gateway)
		return 1;
	print("lync", "offer", ly_media_offer, lync, gateway);
	print("lync", "answer", ly_media_answer, gateway, lync);
	print("pstn", "offer", ly_media_offer, gateway, lync);
	print("pstn", "answer", ly_media_answer, lync, gateway);
	return 0;
}
