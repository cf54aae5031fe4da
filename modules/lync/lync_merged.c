/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_merged.h"

#include "core/dprint.h"
#include "core/locking.h"
#include "liblync/uri.h"
#include "lync.h"

static ly_slice_t from_tag(const struct cell *t)
{
	const struct hdr_field *from = t->uas.request->from;
	ly_nameaddr_t na;

	return from && ly_nameaddr_split(lync_slice(&from->body), &na)
				   ? ly_param(na.params, LY_LIT("tag"))
				   : LY_EMPTY;
}

static bool is_same(const struct cell *t, const struct cell *other)
{
	return other->uas.request && other->uas.status < 300
		   && ly_eq(lync_slice(&t->callid_val), lync_slice(&other->callid_val))
		   && ly_eq(lync_slice(&t->cseq_num), lync_slice(&other->cseq_num))
		   && ly_eq(lync_slice(&t->cseq_met), lync_slice(&other->cseq_met))
		   && ly_eq(from_tag(t), from_tag(other));
}

/* tm puts transactions with the same Call-ID and CSeq into one list, the latest first. */
bool lync_merged(const lync_current_t *c)
{
	const struct cell *t = lync_tm.t_gett(), *other;
	struct entry *list;
	bool found = false;

	if(!t || t == T_UNDEFINED || !t->uas.request)
		return false;
	list = &lync_tm.get_table()->entries[t->hash_index];
	lock_get(&list->mutex);
	for(other = t->next_c; !found && other != (const void *)list;
			other = other->next_c)
		found = is_same(t, other);
	lock_release(&list->mutex);
	if(found)
		LM_WARN("call %.*s: refused with 482: the same request is under way "
				"already, by another way\n",
				LY_FMT(lync_call_id(c)));
	return found;
}
