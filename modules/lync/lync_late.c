/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_late.h"

#include <sodium.h>

#include "core/dprint.h"
#include "liblync/leg.h"
#include "liblync/uri.h"
#include "lync.h"
#include "lync_record.h"
#include "lync_within.h"

uint32_t lync_late_run;

void lync_late_init(void)
{
	lync_late_run = randombytes_random();
}

static bool has_tag(lync_record_t *r, void *data)
{
	const ly_slice_t *tag = data;

	return ly_eq(r->own.end[lync_other_side(r->own.caller)].tag, *tag);
}

/* By this one the call was taken: its ACK was lost, perhaps, and the caller sends another. */
static bool comes_again(const lync_current_t *c)
{
	const ly_header_t *to = ly_header(&c->message, LY_H_TO);
	ly_slice_t tag = LY_EMPTY;
	ly_nameaddr_t na;

	if(to && ly_nameaddr_split(to->value, &na))
		tag = ly_param(na.params, LY_LIT("tag"));
	return tag.len
		   && lync_record_change(lync_call_id(c), has_tag, &tag, NULL, NULL);
}

bool lync_late(const struct sip_msg *msg, const lync_current_t *c)
{
	lync_within_t within;

	if(!c->call.initial || c->origin.run != lync_late_run
			|| !ly_eq(ly_message_method(&c->message), LY_LIT("INVITE")))
		return false;
	if(c->message.status / 100 != 2)
		return true;
	if(comes_again(c))
		return false;
	LM_WARN("call %.*s: %s:%u has taken it when it was over, and gets BYE\n",
			LY_FMT(lync_call_id(c)),
			ip_addr2a((struct ip_addr *)&msg->rcv.src_ip), msg->rcv.src_port);
	if(!lync_within_reply(msg, &c->message, &within)
			|| lync_within_send(&within, LY_LIT("ACK"), LY_EMPTY) < 0
			|| lync_within_send(&within, LY_LIT("BYE"), LY_EMPTY) < 0)
		LM_ERR("call %.*s: ACK and BYE cannot be sent\n",
				LY_FMT(lync_call_id(c)));
	return true;
}
