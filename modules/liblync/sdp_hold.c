/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/sdp_hold.h"

#include "liblync/sdp.h"

#define RULE "hold"
#define NO_ADDRESS LY_LIT("IN IP4 0.0.0.0")

/* What hold is made of: lines of the session and, above them, of the call's stream. Empty where there is none. */
typedef struct held
{
	bool found; /* the call's stream */
	ly_sdp_direction_t direction;
	ly_slice_t said; /* the stream's own direction */
	ly_slice_t session_address, address;
	const char *end; /* of the stream's lines */
} held_t;

static void read_line(const ly_sdp_line_t *line, bool session, held_t *h)
{
	ly_slice_t *address = session ? &h->session_address : &h->address;

	if(line->type == 'c' && !address->len)
		*address = line->value;
	else if(line->type == 'a'
			&& ly_sdp_direction_parse(line->value, &h->direction) && !session)
		h->said = line->value;
}

static held_t read_held(ly_slice_t sdp)
{
	held_t h = {.direction = LY_SENDRECV};
	ly_sdp_line_t line;
	bool session = true;

	while(ly_sdp_next(&sdp, &line)) {
		if(line.type == 'm') {
			ly_stream_t stream = ly_stream_read(line.value);

			if(h.found)
				break;
			session = false;
			h.found = stream.audio && stream.open;
		} else if(session || h.found) {
			read_line(&line, session, &h);
		}
		if(h.found)
			h.end = line.line.s + line.line.len;
	}
	return h;
}

static void set_direction(
		const held_t *h, ly_sdp_direction_t direction, ly_edits_t *e)
{
	ly_slice_t name = ly_cstr(ly_sdp_direction_name(direction));
	bool whole = h->end[-1] == '\n';
	size_t start = e->text.len;

	if(direction == h->direction)
		return;
	if(h->said.len) {
		ly_edit_replace(e, h->said, name, RULE);
		return;
	}
	ly_put(&e->text, whole ? LY_LIT("a=") : LY_LIT("\r\na="));
	ly_put(&e->text, name);
	ly_put(&e->text, whole ? LY_LIT("\r\n") : LY_EMPTY);
	ly_edit_insert(
			e, h->end, ly_slice(e->text.s + start, e->text.len - start), RULE);
}

static bool is_hold(const held_t *h)
{
	ly_slice_t address = h->address.len ? h->address : h->session_address;

	return h->found
		   && ((h->direction & LY_SENDONLY) || ly_eq(address, NO_ADDRESS));
}

void ly_sdp_hold_offer(ly_slice_t sdp, ly_hold_t form, ly_edits_t *e)
{
	static const struct
	{
		ly_sdp_direction_t direction;
		bool no_address;
	} forms[] = {[LY_HOLD_SENDONLY] = {LY_SENDONLY, false},
			[LY_HOLD_SENDONLY_ZERO] = {LY_SENDONLY, true},
			[LY_HOLD_INACTIVE] = {LY_INACTIVE, false},
			[LY_HOLD_INACTIVE_ZERO] = {LY_INACTIVE, true},
			[LY_HOLD_SENDRECV] = {LY_SENDRECV, false}};
	held_t h;

	if(form == LY_HOLD_TRANSPARENT)
		return;
	h = read_held(sdp);
	if(!is_hold(&h))
		return;
	set_direction(&h, forms[form].direction, e);
	if(!forms[form].no_address)
		return;
	/* both: which of them is read differs from device to device */
	if(h.session_address.len)
		ly_edit_replace(e, h.session_address, NO_ADDRESS, RULE);
	if(h.address.len)
		ly_edit_replace(e, h.address, NO_ADDRESS, RULE);
}

void ly_sdp_hold_answer(
		ly_slice_t sdp, ly_sdp_direction_t offered, ly_edits_t *e)
{
	/* who does not receive is not sent to, and who does not send is not received from */
	unsigned mirrored = (offered & LY_SENDONLY ? LY_RECVONLY : 0u)
						| (offered & LY_RECVONLY ? LY_SENDONLY : 0u);
	held_t h;

	if(offered == LY_SENDRECV)
		return;
	h = read_held(sdp);
	if(h.found)
		set_direction(&h, (ly_sdp_direction_t)(h.direction | mirrored), e);
}
