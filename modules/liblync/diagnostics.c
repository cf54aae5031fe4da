/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/diagnostics.h"

#include "liblync/diagnostic_codes.h"
#include "liblync/uri.h"

static const struct
{
	ly_slice_t name;
	size_t offset; /* in ly_diagnostic_t */
} texts[] = {
		{LY_LIT("source"), offsetof(ly_diagnostic_t, source)},
		{LY_LIT("reason"), offsetof(ly_diagnostic_t, reason)},
		{LY_LIT("component"), offsetof(ly_diagnostic_t, component)},
		{LY_LIT("SipResponseCode"), offsetof(ly_diagnostic_t, sip_code)},
		{LY_LIT("SipResponseText"), offsetof(ly_diagnostic_t, sip_text)},
};

static bool is_diagnostics(ly_slice_t name)
{
	return ly_ieq(name, LY_LIT("ms-diagnostics"))
		   || ly_ieq(name, LY_LIT("ms-diagnostics-public"));
}

/* What stands in the quotes of a quoted string (RFC 3261 25.1), or a token as it is. */
static ly_slice_t unquoted(ly_slice_t value)
{
	size_t end = 1;

	if(!value.len || value.s[0] != '"')
		return value;
	while(end < value.len && value.s[end] != '"')
		end += value.s[end] == '\\' ? 2 : 1;
	return ly_slice(value.s + 1, (end < value.len ? end : value.len) - 1);
}

static void read_text(ly_slice_t param, ly_diagnostic_t *d)
{
	ly_slice_t name = ly_param_name(param);

	for(size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ly_slice_t *text = (ly_slice_t *)((char *)d + texts[i].offset);

		if(!text->s && ly_ieq(name, texts[i].name))
			*text = unquoted(ly_trim(ly_from(param, ly_find(param, '=') + 1)));
	}
}

static bool read_value(ly_slice_t value, ly_diagnostic_t *d)
{
	size_t end = ly_find(value, ';');
	ly_slice_t number = ly_slice(value.s, end), rest = ly_from(value, end),
			   param;
	long id = ly_number(ly_trim(ly_slice(number.s, ly_find(number, '.'))),
			LY_DIAGNOSTIC_ID_MAX);

	if(id < 0)
		return false;
	*d = (ly_diagnostic_t){.id = (unsigned)id};
	while((param = ly_param_next(&rest)).len)
		read_text(param, d);
	return true;
}

unsigned ly_diagnostics_read(
		const ly_message_t *m, ly_diagnostic_t list[LY_DIAGNOSTICS_MAX])
{
	unsigned count = 0;

	for(unsigned i = 0; i < m->header_count && count < LY_DIAGNOSTICS_MAX;
			i++) {
		if(is_diagnostics(m->headers[i].name)
				&& read_value(m->headers[i].value, &list[count]))
			count++;
	}
	return count;
}

const ly_diagnostic_t *ly_diagnostics_telling(
		const ly_diagnostic_t *list, unsigned count)
{
	const ly_diagnostic_t *best = count ? list : NULL;

	for(unsigned i = 1; i < count; i++) {
		if(ly_diagnostic_meaning(list[i].id)->tells
				> ly_diagnostic_meaning(best->id)->tells)
			best = &list[i];
	}
	return best;
}

void ly_put_diagnostic_text(ly_buf_t *out, ly_slice_t text, size_t most)
{
	size_t begun = out->len;

	for(size_t i = 0; i < text.len && out->len - begun < most; i++) {
		unsigned char c = (unsigned char)text.s[i];

		if(c == '\\' && i + 1 < text.len)
			c = (unsigned char)text.s[++i];
		if(c > ' ' && c < 127)
			ly_putc(out, c == '"' ? '\'' : (char)c);
		else if(c > 127)
			ly_putc(out, '?');
		else if(out->len > begun && out->s[out->len - 1] != ' ')
			ly_putc(out, ' ');
		if(out->full)
			return;
	}
}
