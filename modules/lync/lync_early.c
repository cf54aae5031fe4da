/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_early.h"

#include "core/dprint.h"
#include "liblync/uri.h"
#include "lync.h"
#include "lync_crossing.h"

bool lync_early_hides_sdp(const lync_current_t *c)
{
	ly_crossing_t x;

	if(c->message.request)
		return false;
	x = lync_crossing(c);
	return ly_crossing_early(&x).without_sdp;
}

static ly_slice_t to_tag(const ly_message_t *m)
{
	const ly_header_t *to = ly_header(m, LY_H_TO);
	ly_nameaddr_t na;

	return to && ly_nameaddr_split(to->value, &na)
				   ? ly_param(na.params, LY_LIT("tag"))
				   : LY_EMPTY;
}

bool lync_early_admit(lync_current_t *c)
{
	ly_forks_t *forks = &c->call.forks;
	unsigned known = forks->count, max;
	bool told = forks->told, admitted;

	if(!c->call.initial || c->stray || c->call.sender != LY_PSTN
			|| !c->call.trunk || c->message.status >= 200)
		return true;
	max = c->call.trunk->MaxEarlyDialogs;
	admitted = ly_forks_admit(forks, to_tag(&c->message), max);
	forks->told |= !admitted;
	if(!admitted && !told)
		LM_WARN("call %.*s: more than %u telephones ring for it: of others no "
				"provisional answer is passed on (MaxEarlyDialogs of trunk "
				"%.*s)\n",
				LY_FMT(lync_call_id(c)), max, LY_FMT(c->call.trunk->name));
	if(forks->count != known || forks->told != told)
		lync_call_keep_forks(&c->call);
	return admitted;
}
