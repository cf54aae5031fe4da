/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_progress.h"

#include "core/dprint.h"
#include "core/locking.h"
#include "core/pt.h"
#include "core/usr_avp.h"
#include "liblync/early.h"
#include "liblync/match.h"
#include "liblync/passage.h"
#include "liblync/uri.h"
#include "lync.h"
#include "lync_call.h"
#include "lync_crossing.h"
#include "lync_media.h"
#include "lync_plan.h"
#include "lync_relay.h"
#include "lync_ringback.h"

/* What the caller is shown of an answer that nobody has given. */
typedef struct shown
{
	unsigned code;
	ly_slice_t contact, tag, sdp;
} shown_t;

static bool is_wanted(const lync_current_t *c)
{
	return c->call.initial && c->message.request && c->call.sender == LY_LYNC
		   && c->call.trunk->early_media == LY_EARLY_IMMEDIATE
		   && c->sdp_made.len;
}

/* The 183 as the gateway would write it, with a Contact of where it is called. Its SDP is put in later: none of it has to be rewritten. */
static bool begin_reply(
		str contact, const lync_current_t *c, lync_current_t *reply)
{
	static char text[256];
	ly_buf_t out = ly_buf(text, sizeof(text));
	const ly_header_t *from = ly_header(&c->message, LY_H_FROM);

	*reply = *c;
	reply->call_id = lync_call_id(c);
	reply->own = true; /* nothing of it is kept with the transaction */
	memset(&reply->origin, 0, sizeof(reply->origin));
	ly_putf(&out, "SIP/2.0 183 Session Progress\r\nContact: <%.*s>\r\n\r\n",
			STR_FMT(&contact));
	if(!from || out.full
			|| ly_message_parse(ly_buf_slice(&out), &reply->message))
		return false;
	reply->origin.from = from->value;
	return true;
}

/* What Lync gets of the placeholder: rtpengine's port and key, which stay for the real answer. */
static bool open_media(
		struct sip_msg *msg, lync_current_t *reply, ly_slice_t *sdp)
{
	static char text[LYNC_SDP_MAX];
	char host[64];
	ly_buf_t out = ly_buf(text, sizeof(text)), at = ly_buf(host, sizeof(host));
	ly_uri_t uri;
	ly_addr_t address;

	if(!ly_uri_parse(lync_slice(&msg->dst_uri), &uri)
			|| !ly_host_addr(uri.host, &address))
		return false;
	ly_addr_put(&at, &address);
	if(!ly_early_placeholder(reply->sdp_made, ly_buf_slice(&at),
			   ly_name_hash(lync_call_id(reply)), &out))
		return false;
	reply->sdp_taken = ly_buf_slice(&out);
	return lync_relay(reply, true) && lync_media_result(reply, sdp);
}

/* The names of the dialog that the 183 begins, and all later answers belong to. */
static const char *name_dialog(
		const lync_current_t *reply, shown_t *shown, ly_buf_t *memory)
{
	const ly_crossing_t x = lync_crossing(reply);
	ly_rewrite_t r = {0};
	ly_passage_t p = {.keys = &lync_keys,
			.call_id = lync_call_id(reply),
			.dialog = reply->call.dialog,
			.origin = &reply->origin,
			.edition = (uint16_t)lync_plan_edition()};
	const char *wrong;
	size_t start;

	ly_crossing_passage(&x, &p);
	wrong = ly_passage_describe(&p, &r, memory);
	shown->contact = r.contact;
	start = memory->len;
	ly_passage_caller_sees(&p, memory);
	shown->tag = ly_slice(memory->s + start, memory->len - start);
	if(wrong)
		return wrong;
	return memory->full || shown->tag.len != LY_LEG_TAG_LEN ? "no room for it"
															: NULL;
}

static bool send_reply(struct cell *t, const shown_t *shown)
{
	char text[2048];
	ly_buf_t out = ly_buf(text, sizeof(text));
	str phrase = lync_str(
				ly_cstr(shown->code == 180 ? "Ringing" : "Session Progress")),
		body = lync_str(shown->sdp), tag = lync_str(shown->tag), headers;

	if(!t || t == T_UNDEFINED)
		return false;
	ly_putf(&out, "Contact: <%.*s>\r\n", LY_FMT(shown->contact));
	if(shown->sdp.len)
		ly_put(&out, LY_LIT("Content-Type: application/sdp\r\n"));
	headers = lync_str(ly_buf_slice(&out));
	if(out.full)
		return false;
	/* tm gives up a reference */
	atomic_inc(&t->ref_count);
	return lync_tm.t_reply_with_body(
				   t, shown->code, &phrase, &body, &headers, &tag)
		   > 0;
}

int ki_lync_progress(struct sip_msg *msg)
{
	static lync_current_t reply;
	static char names[LY_PASSAGE_MEMORY];
	lync_current_t *c = lync_current_get(msg);
	ly_buf_t memory = ly_buf(names, sizeof(names));
	shown_t shown = {.code = 183};
	const char *wrong;

	if(!c || !is_wanted(c) || !begin_reply(msg->dst_uri, c, &reply)
			|| !open_media(msg, &reply, &shown.sdp))
		return -1;
	/* what rtpengine says stands in one memory, and the INVITE has been written */
	c->sdp_made = LY_EMPTY;
	wrong = name_dialog(&reply, &shown, &memory);
	if(!wrong && !send_reply(lync_tm.t_gett(), &shown))
		wrong = "tm does not send it";
	if(wrong) {
		LM_ERR("call %.*s: no 183 of our own (early-media): %s\n",
				LY_FMT(lync_call_id(c)), wrong);
		return -1;
	}
	memcpy(c->call.shown_tag, shown.tag.s, sizeof(c->call.shown_tag));
	lync_call_keep_shown_tag(&c->call);
	lync_ringback_begin(c);
	return 1;
}

/* progress-after ----------------------------------------------------------------------------------------------------- */

/* As tm does it itself, which lends it to nobody: its own functions may take it once more while this process has it. */
static void hold_replies(struct cell *t)
{
	lock_get(&t->reply_mutex);
	atomic_set(&t->reply_locker_pid, my_pid());
}

static void let_replies_go(struct cell *t)
{
	atomic_set(&t->reply_locker_pid, 0);
	lock_release(&t->reply_mutex);
}

/* With the lock of the replies, and the call of the transaction. Returns NULL, or why it was not sent. */
static const char *progress(struct cell *t, lync_current_t *c)
{
	static lync_current_t reply;
	static char names[LY_PASSAGE_MEMORY];
	ly_buf_t memory = ly_buf(names, sizeof(names));
	shown_t shown = {0};
	const char *wrong;

	if(c->call.branch < 0 || c->call.branch >= t->nr_of_outgoings
			|| !begin_reply(t->uac[c->call.branch].uri, c, &reply))
		return "nobody has been called";
	wrong = name_dialog(&reply, &shown, &memory);
	shown.code = c->call.trunk->early_media == LY_EARLY_180_ONLY ? 180 : 183;
	if(!wrong && !send_reply(t, &shown))
		wrong = "tm does not send it";
	return wrong;
}

void lync_progress_of(struct cell *t)
{
	lync_current_t *c;
	avp_list_t *before;
	const char *wrong = NULL;

	hold_replies(t);
	if(t->uas.status < 180 && !(t->flags & T_CANCELED)) {
		before =
				set_avp_list(AVP_TRACK_FROM | AVP_CLASS_URI, &t->uri_avps_from);
		if(!lync_current_begin(t->uas.request, &c)
				&& lync_call_recall(&c->call)) {
			wrong = progress(t, c);
			if(wrong)
				LM_ERR("call %.*s: no 183 of our own (progress-after): %s\n",
						LY_FMT(lync_call_id(c)), wrong);
		}
		set_avp_list(AVP_TRACK_FROM | AVP_CLASS_URI, before);
		lync_plan_release(LYNC_FOR_MESSAGE);
	}
	let_replies_go(t);
}
