/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as the body of an INFO, as each of its two types; and any message: a digit is one that rtpengine can play. */
#include "fuzz.h"

#include "liblync/dtmf.h"

static void check(ly_slice_t raw)
{
	static ly_message_t m;
	ly_digit_t digit;

	if(ly_message_parse(raw, &m) || ly_info_read(&m, &digit) != LY_INFO_DIGIT)
		return;
	must(ly_eq(m.method, LY_LIT("INFO")), "nothing but INFO tells a digit");
	must(digit.event <= 15, "an event of RFC 4733");
	must(digit.duration >= LY_DIGIT_SHORTEST
					&& digit.duration <= LY_DIGIT_LONGEST,
			"a duration that rtpengine takes");
}

static void check_body(const char *type, ly_slice_t body)
{
	size_t room = body.len + 300;
	char *memory = malloc(room);
	ly_buf_t out = ly_buf(memory, room);
	ly_slice_t raw;

	if(!memory)
		abort();
	ly_putf(&out,
			"INFO sip:a@192.0.2.1 SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK1\r\n"
			"From: <sip:b@192.0.2.2>;tag=1\r\nTo: <sip:a@192.0.2.1>;tag=2\r\n"
			"Call-ID: 1\r\nCSeq: 2 INFO\r\nContent-Type: %s\r\n"
			"Content-Length: %zu\r\n\r\n",
			type, body.len);
	ly_put(&out, body);
	must(!out.full, "there is room");
	raw = copy_of(out.s, out.len);
	check(raw);
	give_back(raw);
	free(memory);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	ly_slice_t all = copy_of(data, size);

	check(all);
	check_body("application/dtmf-relay", all);
	check_body("application/dtmf", all);
	give_back(all);
	return 0;
}
