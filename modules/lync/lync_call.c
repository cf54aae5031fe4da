/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_call.h"

#include "core/dprint.h"
#include "core/route.h"
#include "core/usr_avp.h"
#include "liblync/match.h"
#include "lync.h"
#include "lync_key.h"
#include "lync_plan.h"

static lync_current_t now;

/* The AVP that carries a lync_call_t through a transaction. Not for scripts: $lync(…) shows what is in it. */
#define CALL_AVP (AVP_NAME_STR | AVP_VAL_STR)
static avp_name_t avp_name = {.s = str_init("lync:call")};

const char *lync_current_begin(
		const struct sip_msg *msg, lync_current_t **current)
{
	const char *wrong;

	*current = &now;
	now.msg_id = msg->id;
	now.msg_pid = msg->pid;
	lync_plan_use(LYNC_FOR_MESSAGE);
	lync_key_refresh();
	memset(&now.call, 0, sizeof(now.call));
	now.in_dialog = now.stray = now.own = now.agrees = false;
	now.own_slot = 0;
	now.media_anew = false;
	now.sdp_sent = 0;
	now.call_id = LY_EMPTY;
	now.sdp_refused = false;
	now.sdp_taken = now.sdp_made = LY_EMPTY;
	wrong = ly_message_parse(ly_slice(msg->buf, msg->len), &now.message);
	/* for a log line it will do; whoever asks for the current message must not get one cut in half */
	if(wrong)
		now.message.raw = LY_EMPTY;
	return wrong;
}

lync_current_t *lync_current_get(const struct sip_msg *msg)
{
	lync_current_t *c = &now;

	/* msg->buf: a failure route works on a copy of the request, in the same process perhaps, with the same id. */
	if(now.msg_id != msg->id || now.msg_pid != msg->pid
			|| now.message.raw.s != msg->buf)
		c = NULL;
	/* That copy was seen last by whoever handled the try before: what has become of the call, the transaction knows. */
	if(is_route_type(FAILURE_ROUTE)
			&& ((!c && lync_current_begin(msg, &c))
					|| !lync_call_recall(&c->call)))
		return NULL;
	return c;
}

/* A call as it is kept: names instead of pointers, for the plan may be replaced before it is looked at again. */
typedef struct kept
{
	lync_call_t call; /* its pointers mean nothing */
	uint32_t edition;
	uint32_t trunk, server, target; /* hashes of names; 0 = not chosen */
} kept_t;

int lync_call_keep(const lync_call_t *call)
{
	kept_t kept = {.call = *call,
			.edition = lync_plan_edition(),
			.trunk = call->trunk ? call->trunk->hash : 0,
			.server = call->server ? call->server->hash : 0,
			.target = call->target ? call->target->hash : 0};
	avp_value_t value;

	if(search_first_avp(CALL_AVP, avp_name, &value, NULL)) {
		memcpy(value.s.s, &kept, sizeof(kept));
		return 0;
	}
	value.s.s = (char *)&kept;
	value.s.len = sizeof(kept);
	if(add_avp(CALL_AVP, avp_name, value) < 0) {
		LM_ERR("no memory for a call's record\n");
		return -1;
	}
	return 0;
}

/* offset: of the member in a lync_call_t. */
static void keep_member(const lync_call_t *call, size_t offset, size_t size)
{
	avp_value_t value;

	if(search_first_avp(CALL_AVP, avp_name, &value, NULL)
			&& value.s.len == sizeof(kept_t))
		memcpy(value.s.s + offsetof(kept_t, call) + offset,
				(const char *)call + offset, size);
}

void lync_call_keep_shown_tag(const lync_call_t *call)
{
	keep_member(
			call, offsetof(lync_call_t, shown_tag), sizeof(call->shown_tag));
}

void lync_call_keep_answered_by(const lync_call_t *call)
{
	keep_member(call, offsetof(lync_call_t, answered_by),
			sizeof(call->answered_by));
}

void lync_call_keep_heard(const lync_call_t *call)
{
	keep_member(call, offsetof(lync_call_t, heard), sizeof(call->heard));
}

void lync_call_keep_forks(const lync_call_t *call)
{
	keep_member(call, offsetof(lync_call_t, forks), sizeof(call->forks));
}

void lync_call_keep_rang(const lync_call_t *call)
{
	keep_member(call, offsetof(lync_call_t, rang), sizeof(call->rang));
}

void lync_call_keep_byed(const lync_call_t *call)
{
	keep_member(call, offsetof(lync_call_t, byed), sizeof(call->byed));
}

bool lync_call_recall_hold(ly_hold_id_t hold[2])
{
	avp_value_t value;
	kept_t kept;

	if(!search_first_avp(CALL_AVP, avp_name, &value, NULL)
			|| value.s.len != sizeof(kept))
		return false;
	memcpy(&kept, value.s.s, sizeof(kept));
	memcpy(hold, kept.call.hold, sizeof(kept.call.hold));
	return true;
}

bool lync_call_recall(lync_call_t *call)
{
	avp_value_t value;
	kept_t kept;

	if(!search_first_avp(CALL_AVP, avp_name, &value, NULL)
			|| value.s.len != sizeof(kept))
		return false;
	memcpy(&kept, value.s.s, sizeof(kept));
	lync_plan_use_edition((uint16_t)kept.edition);
	*call = kept.call;
	call->trunk = kept.trunk ? ly_trunk_by_hash(lync_plan, kept.trunk) : NULL;
	call->server = kept.server ? ly_peer_by_hash(lync_plan, kept.server) : NULL;
	call->target = kept.target ? ly_peer_by_hash(lync_plan, kept.target) : NULL;
	/* Gone from the plan, and the edition that had it as well. */
	return !(kept.trunk && !call->trunk) && !(kept.server && !call->server)
		   && !(kept.target && !call->target);
}

ly_slice_t lync_call_id(const lync_current_t *c)
{
	const ly_header_t *h;

	if(c->call_id.s)
		return c->call_id;
	h = ly_header(&c->message, LY_H_CALL_ID);
	return h ? h->value : LY_LIT("-");
}

void lync_call_name(struct sip_msg *msg, const lync_current_t *c)
{
	if(msg->callid && c->call_id.s)
		msg->callid->body = lync_str(c->call_id);
}
