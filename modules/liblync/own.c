/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/own.h"

#include "liblync/leg.h"

static ly_side_t other(ly_side_t side)
{
	return side == LY_LYNC ? LY_PSTN : LY_LYNC;
}

bool ly_own_slot(ly_own_t *call, ly_side_t side, unsigned *slot)
{
	ly_end_t *speaker = &call->end[other(side)];

	/* below what an end's first request has, where it has sent none */
	if(call->dialog.slot + speaker->own + 2u >= LY_LEG_SLOTS)
		return false;
	*slot = ++speaker->own;
	/* numbers below all that an end can have: there is nothing yet that they come behind */
	if(!speaker->spoke)
		*slot -= LY_LEG_SLOTS - 1;
	return true;
}

static void put_party(
		ly_buf_t *text, ly_slice_t name, ly_slice_t party, ly_slice_t tag)
{
	ly_put(text, name);
	ly_put(text, party);
	ly_put(text, LY_LIT(";tag="));
	ly_put(text, tag);
	ly_put(text, LY_LIT("\r\n"));
}

unsigned ly_own_last_slot(const ly_own_t *call, ly_side_t side)
{
	return LY_OWN_LAST_CSEQ
		   - ly_leg_cseq(call->end[other(side)].cseq, call->dialog.slot);
}

static void put_line(ly_buf_t *text, ly_slice_t name, ly_slice_t value)
{
	if(value.len == 0)
		return;
	ly_put(text, name);
	ly_put(text, value);
	ly_put(text, LY_LIT("\r\n"));
}

void ly_own_request(const ly_own_t *call, ly_side_t side, ly_slice_t method,
		ly_slice_t headers, ly_slice_t body, ly_buf_t *text)
{
	const ly_end_t *speaker = &call->end[other(side)];
	bool by_caller = side != call->caller;

	ly_put(text, method);
	ly_put(text, LY_LIT(" sip:own.invalid SIP/2.0\r\n"));
	/* its own To has the tag that it was shown; the one that is sent comes from the token, so any will do */
	put_party(text, LY_LIT("From: "), by_caller ? call->from : call->to,
			speaker->tag);
	put_party(text, LY_LIT("To: "), by_caller ? call->to : call->from,
			LY_LIT("x"));
	put_line(text, LY_LIT("Call-ID: "), call->call_id);
	ly_putf(text, "CSeq: %u %.*s\r\n", speaker->cseq, LY_FMT(method));
	put_line(text, LY_LIT("Record-Route: "), speaker->routes);
	if(speaker->contact.len && body.len) {
		ly_put(text, LY_LIT("Contact: <"));
		ly_put(text, speaker->contact);
		ly_put(text, LY_LIT(">\r\n"));
	}
	ly_put(text, headers);
	if(body.len)
		put_line(text, LY_LIT("Content-Type: "), LY_LIT("application/sdp"));
	ly_putf(text, "Content-Length: %zu\r\n\r\n", body.len);
	ly_put(text, body);
}

ly_token_t ly_own_token(const ly_own_t *call, ly_side_t side)
{
	const ly_end_t *receiver = &call->end[side];
	ly_token_t token = {.given_to = other(side),
			.callee = side == call->caller,
			.dialog = call->dialog,
			.contact = receiver->contact,
			.routes = receiver->routes,
			.tag = receiver->tag};

	if(token.callee) {
		token.from = call->from;
		token.to = call->to;
	}
	return token;
}
