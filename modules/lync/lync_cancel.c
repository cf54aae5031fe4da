/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_cancel.h"

#include "lync.h"

static bool is_left_out(const struct ua_client *branch)
{
	return branch->last_received >= 100 && branch->last_received < 200
		   && !branch->local_cancel.buffer;
}

void lync_cancel_rest(struct sip_msg *msg)
{
	struct cell *own = lync_tm.t_gett(), *invite;
	int branch = lync_tm.t_gett_branch();
	bool any = false;

	invite = lync_tm.t_lookup_original(msg);
	if(invite && invite != T_UNDEFINED) {
		for(int i = 0; i < invite->nr_of_outgoings; i++)
			any |= is_left_out(&invite->uac[i]);
		if(any && (invite->flags & T_CANCELED))
			lync_tm.cancel_all_uacs(invite, 0);
		lync_tm.unref_cell(invite);
	}
	/* it is released behind us */
	lync_tm.t_sett(own, branch);
}
