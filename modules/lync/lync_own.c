/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_own.h"

#include "core/dprint.h"
#include "core/receive.h"
#include "liblync/own.h"
#include "lync.h"
#include "lync_ended.h"
#include "lync_relay.h"
#include "lync_peer.h"
#include "lync_plan.h"
#include "lync_within.h"
#include "lync_write.h"


lync_own_work_t lync_own_work;
#define work lync_own_work

int lync_own_init(void)
{
	return lync_record_init();
}

/* Making one --------------------------------------------------------------------------------------------------------- */

bool lync_own_find_parties(const lync_record_t *r, lync_call_t *call)
{
	lync_plan_use_edition((uint16_t)r->edition);
	call->trunk = ly_trunk_by_hash(lync_plan, r->trunk);
	call->server = ly_peer_by_hash(lync_plan, r->server);
	call->target = ly_peer_by_hash(lync_plan, r->target);
	return call->trunk && call->server && call->target;
}

/* As the core takes a message from the wire. */
static bool parse(struct sip_msg *msg, char *text, size_t len)
{
	memset(msg, 0, sizeof(*msg));
	msg->buf = text;
	msg->len = (unsigned)len;
	msg->id = inc_msg_no();
	return parse_msg(text, (unsigned)len, msg) == 0
		   && parse_headers(msg, HDR_EOH_F, 0) == 0;
}

void lync_own_end(void)
{
	free_sip_msg(&work.msg);
	lync_plan_return(work.lent);
}

bool lync_own_begin(ly_side_t side, ly_slice_t method, ly_slice_t headers,
		ly_slice_t body, unsigned slot)
{
	ly_buf_t text = ly_buf(work.request, sizeof(work.request));
	lync_current_t *c = &work.current;
	const lync_record_t *r = &work.record;

	memset(c, 0, sizeof(*c));
	ly_own_request(&r->own, side, method, headers, body, &text);
	if(text.full || !parse(&work.msg, text.s, text.len)) {
		LM_ERR("call %.*s: a %.*s of our own cannot be made\n",
				LY_FMT(r->own.call_id), LY_FMT(method));
		return false;
	}
	work.lent = lync_plan_lend();
	c->call_id = r->own.call_id;
	c->in_dialog = c->own = true;
	c->own_slot = slot;
	c->token = ly_own_token(&r->own, side);
	c->call.caller = r->own.caller;
	c->call.sender = lync_other_side(side);
	c->call.dialog = r->own.dialog;
	c->call.offer_in_request = body.len > 0;
	if(!ly_message_parse(ly_buf_slice(&text), &c->message)
			&& lync_own_find_parties(r, &c->call))
		return true;
	LM_ERR("call %.*s: trunk, server or target is no longer in the plan\n",
			LY_FMT(r->own.call_id));
	lync_own_end();
	return false;
}

bool lync_own_write(ly_side_t side)
{
	ly_buf_t out = ly_buf(work.sent, sizeof(work.sent));
	lync_current_t *c = &work.current;
	ly_addr_t at;
	const ly_peer_t *peer = lync_peer_of_contact(
			lync_peer_on(&c->call, side), c->token.contact, &at);

	return lync_write_text(&work.msg, c, &out)
		   && lync_peer_send_to(&work.msg, peer, c->call.trunk, c->call_id, &at)
					  >= 0
		   && !ly_message_parse(ly_buf_slice(&out), &work.out);
}

bool lync_own_send(int types, transaction_cb *cb, void *param)
{
	if(lync_within_send_message(&work.out, work.msg.dst_uri,
			   work.msg.force_send_socket, types, cb, param)
			== 0)
		return true;
	LM_ERR("call %.*s: a request of our own cannot be sent to %.*s\n",
			LY_FMT(work.current.call_id), STR_FMT(&work.msg.dst_uri));
	return false;
}

/* BYE ---------------------------------------------------------------------------------------------------------------- */

static bool send_bye(ly_side_t side, ly_slice_t reason)
{
	ly_own_t *own = &work.record.own;
	unsigned slot;
	bool sent;

	if(!own->end[side].contact.len)
		return false;
	/* nothing comes behind a BYE */
	if(!own->end[lync_other_side(side)].tag.len
			|| !ly_own_slot(own, side, &slot))
		slot = ly_own_last_slot(own, side);
	if(!lync_own_begin(side, LY_LIT("BYE"), reason, LY_EMPTY, slot))
		return false;
	sent = lync_own_write(side) && lync_own_send(0, NULL, NULL);
	lync_own_end();
	return sent;
}

static void delete_media(ly_side_t side)
{
	if(!lync_own_begin(side, LY_LIT("BYE"), LY_EMPTY, LY_EMPTY, 0))
		return;
	lync_relay_end(&work.current);
	lync_own_end();
}

int lync_own_bye(ly_slice_t call_id, ly_slice_t reason)
{
	int sent = 0;

	if(!lync_record_take(call_id, &work.record, work.memory))
		return -1;
	lync_ended_note(work.record.own.call_id);
	for(int side = 0; side < 2; side++)
		sent += send_bye((ly_side_t)side, reason);
	delete_media(LY_LYNC);
	return sent;
}
