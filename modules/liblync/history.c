/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/history.h"

/* RFC 7544 4: the first of a cause, and the first of a reason, is the one that is written. */
static const struct
{
	const char *reason;
	unsigned cause;
} reasons[] = {{"unconditional", 302}, {"user-busy", 486}, {"no-answer", 408},
		{"deflection", 480}, {"deflection", 487}, {"unavailable", 503},
		{"unknown", 404}};
#define REASONS (sizeof(reasons) / sizeof(reasons[0]))
#define UNCONDITIONAL 302
#define UNKNOWN 404

/* How many values can be looked at; a longer history is somebody's joke. */
#define MAX_ENTRIES 32

const char *ly_diversion_reason(unsigned cause)
{
	for(unsigned i = 0; i < REASONS; i++) {
		if(reasons[i].cause == cause)
			return reasons[i].reason;
	}
	return "unknown";
}

static unsigned cause_of(ly_slice_t reason)
{
	if(reason.len > 1 && reason.s[0] == '"')
		reason = ly_slice(reason.s + 1, reason.len - 2);
	for(unsigned i = 0; i < REASONS; i++) {
		if(ly_ieq(reason, ly_cstr(reasons[i].reason)))
			return reasons[i].cause;
	}
	return UNKNOWN;
}

/* The values of all headers of one kind, in their order. Returns how many. */
static unsigned entries_of(
		const ly_message_t *m, ly_header_id_t id, ly_nameaddr_t *entries)
{
	unsigned count = 0;

	for(unsigned i = 0; i < m->header_count; i++) {
		ly_slice_t rest, value;
		if(m->headers[i].id != id)
			continue;
		rest = m->headers[i].value;
		while(count < MAX_ENTRIES && (value = ly_value_next(&rest)).len) {
			if(ly_nameaddr_parse(value, &entries[count]))
				count++;
		}
	}
	return count;
}

/* A number behind name in text, whatever the case of name; 0 where there is none. */
static unsigned number_after(ly_slice_t text, ly_slice_t name)
{
	for(; text.len > name.len; text = ly_from(text, 1)) {
		unsigned n = 0;
		if(!ly_istarts(text, name))
			continue;
		text = ly_from(text, name.len);
		for(size_t i = 0;
				i < 3 && i < text.len && text.s[i] >= '0' && text.s[i] <= '9';
				i++)
			n = n * 10 + (unsigned)(text.s[i] - '0');
		return n;
	}
	return 0;
}

/* Why the call left party: its own Reason (RFC 7044 5), or the cause that stands with the next one (RFC 4458). */
static unsigned why_left(const ly_nameaddr_t *party, const ly_nameaddr_t *next)
{
	long cause = number_after(party->uri.headers, LY_LIT("SIP%3Bcause%3D"));

	if(!cause && next)
		cause = ly_number(ly_param(next->uri.params, LY_LIT("cause")), 699);
	/* Lync says no reason: its users forward all calls, or those of a time that it has chosen. */
	return cause > 0 ? (unsigned)cause : UNCONDITIONAL;
}

static bool hides(const ly_nameaddr_t *party)
{
	ly_slice_t headers = party->uri.headers;

	for(; headers.len; headers = ly_from(headers, 1)) {
		if(ly_istarts(headers, LY_LIT("Privacy=")))
			return !ly_istarts(ly_from(headers, 8), LY_LIT("none"));
	}
	return false;
}

static bool is_called_party(const ly_message_t *m, const ly_nameaddr_t *party)
{
	ly_uri_t called;

	return ly_uri_parse(m->uri, &called) && called.user.len
		   && ly_ieq(called.user, party->uri.user);
}

static unsigned from_history(const ly_message_t *m,
		const ly_nameaddr_t *entries, unsigned count, ly_diversion_t *list)
{
	unsigned kept = 0;
	/* those who have forwarded: all, but for the called party behind them */
	unsigned parties =
			count - (is_called_party(m, &entries[count - 1]) ? 1 : 0);
	unsigned first =
			parties > LY_MAX_DIVERSIONS ? parties - LY_MAX_DIVERSIONS : 0;

	for(unsigned i = first; i < parties; i++)
		list[kept++] = (ly_diversion_t){.party = entries[i],
				.cause = why_left(
						&entries[i], i + 1 < count ? &entries[i + 1] : NULL),
				.hidden = hides(&entries[i])};
	return kept;
}

/* Diversion has the newest first. */
static unsigned from_diversion(
		const ly_nameaddr_t *entries, unsigned count, ly_diversion_t *list)
{
	unsigned kept = count < LY_MAX_DIVERSIONS ? count : LY_MAX_DIVERSIONS;

	for(unsigned i = 0; i < kept; i++) {
		const ly_nameaddr_t *party = &entries[kept - 1 - i];
		ly_slice_t privacy = ly_param(party->params, LY_LIT("privacy"));
		list[i] = (ly_diversion_t){.party = *party,
				.cause = cause_of(ly_param(party->params, LY_LIT("reason"))),
				.hidden = privacy.len && !ly_ieq(privacy, LY_LIT("off"))};
	}
	return kept;
}

unsigned ly_history_read(const ly_message_t *m, ly_diversion_t *list)
{
	ly_nameaddr_t entries[MAX_ENTRIES];
	unsigned count = entries_of(m, LY_H_HISTORY_INFO, entries);

	if(count)
		return from_history(m, entries, count, list);
	count = entries_of(m, LY_H_DIVERSION, entries);
	return from_diversion(entries, count, list);
}
