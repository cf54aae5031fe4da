/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as an answer of Kamailio's ctl: reading ends, and stays within them. */
#include "fuzz.h"

#include "liblync/binrpc.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t all = copy_of(data, size);
	ly_binrpc_t answer = {.rest = all};
	ly_binrpc_value_t value;
	size_t values = 0;

	must(ly_binrpc_length(all) >= -1, "a length, or that there is none");
	if(ly_binrpc_open(all, &answer))
		must(answer.rest.len < all.len, "the header is cut off");
	do {
		value = ly_binrpc_next(&answer);
		must(!value.text.len
						|| (value.text.s >= all.s
								&& value.text.s + value.text.len
										   <= all.s + all.len),
				"a text is a part of the answer");
		must(++values <= all.len + 1, "each value takes a byte");
	} while(value.kind != LY_BINRPC_END && value.kind != LY_BINRPC_BROKEN);
	must(ly_binrpc_next(&answer).kind == value.kind, "it stays so");
	give_back(all);
	return 0;
}
