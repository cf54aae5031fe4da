/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a SIP message: refused, or cut into parts that lie where they belong. */
#include "fuzz.h"

#include "liblync/reason.h"
#include "liblync/sip.h"
#include "liblync/uri.h"

/* The lines of the headers follow each other without a gap, from the start line to the empty line. */
static void check_parts(const ly_message_t *m)
{
	const char *at = m->raw.s + ly_find(m->raw, '\n') + 1;

	must(within(m->method, m->raw) && within(m->uri, m->raw),
			"parts lie in the message");
	must(m->request == (m->method.len > 0) && m->request == (m->status == 0),
			"a request or a reply");
	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];

		must(h->line.s == at, "no gap between headers");
		at += h->line.len;
		must(at[-1] == '\n', "a line has an end");
		must(within(h->name, h->line) && within(h->value, h->line),
				"name and value lie in the line");
		must(h->name.len
						&& h->name.s + h->name.len
								   < h->value.s + (h->value.len == 0),
				"the name comes first");
		must(h->value.s + h->value.len < at,
				"the line end belongs to no value");
		must(ly_header_name(h).len, "a header has a name");
	}
	must(at < m->body.s && m->body.s + m->body.len == m->raw.s + m->raw.len,
			"the body is what is left");
	must(ly_trim(ly_span(at, m->body.s)).len == 0,
			"an empty line before the body");
}

/* Each header's value as names and addresses. */
static void check_values(const ly_header_t *h)
{
	ly_slice_t rest = h->value, value;
	ly_nameaddr_t na;
	size_t before;

	do {
		before = rest.len;
		value = ly_value_next(&rest);
		must(within(value, h->value) && within(rest, h->value),
				"values lie in their header");
		must(rest.len < before || before == 0, "a list has an end");
		if(ly_nameaddr_parse(value, &na)) {
			must(within(na.display, value) && within(na.params, value)
							&& within(na.uri.text, value)
							&& within(na.uri.host, na.uri.text)
							&& within(na.uri.user, na.uri.text),
					"parts of an address lie in it");
			ly_param(na.params, LY_LIT("tag"));
		}
	} while(rest.len);
}

/* A cause that is read can be written on one line, and is read from it again. */
static void check_reason(const ly_message_t *m)
{
	static ly_message_t again;
	char text[512];
	ly_buf_t out = ly_buf(text, sizeof(text));
	ly_reason_t read = ly_reason_q850(m), reread;

	must(within(read.text, m->raw), "the text stands in the message");
	if(!read.cause)
		return;
	ly_put(&out, LY_LIT("SIP/2.0 480 X\r\n"));
	ly_put_reason(&out, read.cause, read.text);
	ly_put(&out, LY_LIT("\r\n"));
	must(!out.full && !ly_message_parse(ly_buf_slice(&out), &again)
					&& again.header_count == 1,
			"a Reason is one header");
	reread = ly_reason_q850(&again);
	must(reread.cause == read.cause
					&& (!read.text.len || ly_eq(reread.text, read.text)),
			"a Reason that was written is read again");
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static ly_message_t m;
	ly_slice_t raw = copy_of(data, size);

	if(!ly_message_parse(raw, &m)) {
		check_parts(&m);
		for(unsigned i = 0; i < m.header_count; i++)
			check_values(&m.headers[i]);
		check_reason(&m);
		must(within(ly_message_method(&m), m.raw),
				"the method stands in the message");
	}
	give_back(raw);
	return 0;
}
