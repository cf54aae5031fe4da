/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_transfer.h"

#include "core/dprint.h"
#include "liblync/refer.h"
#include "lync.h"
#include "lync_call.h"

static int refuse(const lync_current_t *c, int why, const char *text)
{
	LM_WARN("call %.*s: refused REFER of %.*s: %s\n", LY_FMT(lync_call_id(c)),
			LY_FMT(lync_peer_on(&c->call, c->call.sender)->name), text);
	return why;
}

int ki_lync_refer(struct sip_msg *msg)
{
	const lync_current_t *c = lync_current_get(msg);

	if(!c || !c->in_dialog) {
		LM_BUG("lync_refer() is for a REFER in a dialog, after "
			   "lync_accept()\n");
		return LYNC_REFER_REFUSED;
	}
	if(!(c->call.sender == LY_LYNC ? c->call.trunk->pass_refer
								   : c->call.target->pass_refer))
		return LYNC_REFER_REFUSED;
	switch(ly_refer_read(&c->message)) {
		case LY_REFER_CALL:
			return LYNC_REFER_PASSES;
		case LY_REFER_DIALOG:
			return refuse(c, LYNC_REFER_UNABLE,
					"it names another call (Replaces), which the other side "
					"knows by other names");
		case LY_REFER_OTHER:
			return refuse(c, LYNC_REFER_UNABLE,
					"it asks for something else than a call");
		default:
			return refuse(c, LYNC_REFER_UNREADABLE,
					"it has no Refer-To that can be read, or several");
	}
}
