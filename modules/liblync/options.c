/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/options.h"

#include <inttypes.h>

#include "liblync/hash.h"
#include "liblync/uri.h"

#define BRANCH "z9hG4bKlyop"
#define ID_LEN 8
#define SECRET_LEN 16

static void put_end(ly_buf_t *out, const ly_options_end_t *end)
{
	ly_put_host(out, end->host);
	ly_putf(out, ":%u", end->port);
}

static void put_uri(
		ly_buf_t *out, const ly_options_end_t *end, ly_transport_t transport)
{
	ly_put(out, LY_LIT("sip:"));
	put_end(out, end);
	if(transport != LY_UDP)
		ly_putf(out, ";transport=%s", ly_transport_name(transport));
}

static void put_address(ly_buf_t *out, const char *header,
		const ly_options_end_t *end, ly_transport_t transport)
{
	ly_putf(out, "%s: <", header);
	put_uri(out, end, transport);
	ly_putc(out, '>');
}

void ly_options_put(const ly_options_t *o, ly_buf_t *out)
{
	static const char *const names[] = {
			[LY_UDP] = "UDP", [LY_TCP] = "TCP", [LY_TLS] = "TLS"};

	ly_put(out, LY_LIT("OPTIONS "));
	put_uri(out, &o->peer, o->transport);
	ly_putf(out, " SIP/2.0\r\nVia: SIP/2.0/%s ", names[o->transport]);
	put_end(out, &o->via);
	ly_putf(out,
			";branch=" BRANCH "%08" PRIx32 "%016" PRIx64
			"\r\nMax-Forwards: 70\r\n",
			o->id, o->secret);
	put_address(out, "From", &o->us, o->transport);
	ly_putf(out, ";tag=%08" PRIx32 "\r\n", o->id);
	put_address(out, "To", &o->peer, o->transport);
	ly_putf(out,
			"\r\nCall-ID: %016" PRIx64 "%08" PRIx32 "\r\nCSeq: 1 OPTIONS\r\n",
			ly_hash_mix(o->secret), o->id);
	put_address(out, "Contact", &o->us, o->transport);
	ly_put(out, LY_LIT("\r\nAccept: application/sdp\r\nContent-Length: "
					   "0\r\n\r\n"));
}

static bool read_hex(ly_slice_t text, uint64_t *number)
{
	*number = 0;
	for(size_t i = 0; i < text.len; i++) {
		char c = text.s[i];
		unsigned digit = c >= '0' && c <= '9'	? (unsigned)(c - '0')
						 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
												: 16;

		if(digit > 15)
			return false;
		*number = *number << 4 | digit;
	}
	return true;
}

bool ly_options_branch(ly_slice_t branch, uint32_t *id, uint64_t *secret)
{
	const ly_slice_t begin = LY_LIT(BRANCH);
	uint64_t number;

	if(branch.len != begin.len + ID_LEN + SECRET_LEN
			|| !ly_eq(ly_slice(branch.s, begin.len), begin)
			|| !read_hex(ly_slice(branch.s + begin.len, ID_LEN), &number)
			|| !read_hex(ly_slice(branch.s + begin.len + ID_LEN, SECRET_LEN),
					secret))
		return false;
	*id = (uint32_t)number;
	return true;
}
