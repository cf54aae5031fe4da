/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any message with ms-diagnostics: what is read lies in it, one of them tells most, and a log line gets one line. */
#include "fuzz.h"

#include "liblync/diagnostic_codes.h"
#include "liblync/diagnostics.h"

static void check_text(ly_slice_t text, ly_slice_t raw)
{
	char memory[64];
	ly_buf_t out = ly_buf(memory, sizeof(memory));

	must(within(text, raw), "a text lies in the message");
	ly_put_diagnostic_text(&out, text, sizeof(memory) / 2);
	must(!out.full && out.len <= sizeof(memory) / 2,
			"no more than is asked for");
	for(size_t i = 0; i < out.len; i++)
		must(out.s[i] >= ' ' && out.s[i] < 127 && out.s[i] != '"',
				"a log line stays one");
}

static void check(const ly_message_t *m)
{
	static ly_diagnostic_t list[LY_DIAGNOSTICS_MAX];
	unsigned count = ly_diagnostics_read(m, list);
	const ly_diagnostic_t *telling = ly_diagnostics_telling(list, count);

	must(count <= LY_DIAGNOSTICS_MAX, "the list has room");
	must(count ? telling >= list && telling < list + count : !telling,
			"one of them tells most");
	for(unsigned i = 0; i < count; i++) {
		const ly_meaning_t *meaning = ly_diagnostic_meaning(list[i].id);

		must(list[i].id <= LY_DIAGNOSTIC_ID_MAX, "a code has its size");
		must(meaning && meaning->meaning && meaning->to_do,
				"a code means something");
		check_text(list[i].source, m->raw);
		check_text(list[i].reason, m->raw);
		check_text(list[i].component, m->raw);
		check_text(list[i].sip_code, m->raw);
		check_text(list[i].sip_text, m->raw);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static ly_message_t m;
	ly_slice_t raw = copy_of(data, size);

	if(!ly_message_parse(raw, &m))
		check(&m);
	give_back(raw);
	return 0;
}
