/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/reason.h"

#include "liblync/codes.h"
#include "liblync/uri.h"

#define LARGEST_CAUSE 127 /* seven bits of Q.850 */
#define LONGEST_RETRY 86400

/* A quoted string (RFC 3261 25.1) that may stand on one line of another message. */
static bool is_quoted(ly_slice_t text)
{
	bool escaped = false;

	if(text.len < 2 || text.len > LY_REASON_TEXT_MAX || text.s[0] != '"')
		return false;
	for(size_t i = 1; i < text.len; i++) {
		unsigned char c = (unsigned char)text.s[i];
		if(c < ' ' || c == 127)
			return false;
		if(c == '"' && !escaped)
			return i == text.len - 1;
		escaped = c == '\\' && !escaped;
	}
	return false;
}

/* One value of a Reason header. */
static bool read_value(ly_slice_t value, ly_reason_t *reason)
{
	size_t end = ly_find(value, ';');
	ly_slice_t params = ly_from(value, end), text;
	long cause;

	if(!ly_ieq(ly_trim(ly_slice(value.s, end)), LY_LIT("Q.850")))
		return false;
	cause = ly_number(
			ly_trim(ly_param(params, LY_LIT("cause"))), LARGEST_CAUSE);
	if(cause < 1)
		return false;
	text = ly_trim(ly_param(params, LY_LIT("text")));
	reason->cause = (unsigned)cause;
	reason->text = is_quoted(text) ? text : LY_EMPTY;
	return true;
}

ly_reason_t ly_reason_q850(const ly_message_t *m)
{
	ly_reason_t reason = {0, LY_EMPTY};

	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];
		ly_slice_t rest = h->value, value;

		if(!ly_ieq(h->name, LY_LIT("Reason")))
			continue;
		while((value = ly_value_next(&rest)).len) {
			if(read_value(value, &reason))
				return reason;
		}
	}
	return reason;
}

void ly_put_reason(ly_buf_t *out, unsigned cause, ly_slice_t text)
{
	const char *meaning = ly_cause_text(cause);

	if(!cause)
		return;
	ly_put(out, LY_LIT("Reason: Q.850;cause="));
	ly_put_number(out, cause);
	if(text.len) {
		ly_put(out, LY_LIT(";text="));
		ly_put(out, text);
	} else if(meaning) {
		ly_put(out, LY_LIT(";text=\""));
		ly_put(out, ly_cstr(meaning));
		ly_putc(out, '"');
	}
	ly_put(out, LY_LIT("\r\n"));
}

unsigned ly_retry_after(const ly_message_t *m)
{
	for(unsigned i = 0; i < m->header_count; i++) {
		const ly_header_t *h = &m->headers[i];
		size_t digits = 0;
		long seconds;

		if(!ly_ieq(h->name, LY_LIT("Retry-After")))
			continue;
		/* "18000;duration=3600", "120 (I'm in a meeting)" */
		while(digits < h->value.len && h->value.s[digits] >= '0'
				&& h->value.s[digits] <= '9')
			digits++;
		seconds = ly_number(ly_slice(h->value.s, digits), LONGEST_RETRY);
		return seconds > 0 ? (unsigned)seconds : 0;
	}
	return 0;
}
