/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of the answer to a re-INVITE of our own. */
#include "core/dprint.h"
#include "core/rand/kam_rand.h"
#include "core/mem/shm_mem.h"
#include "liblync/content.h"
#include "liblync/sdp.h"
#include "lync.h"
#include "lync_media.h"
#include "lync_own.h"
#include "lync_plan.h"
#include "lync_reinvite_job.h"
#include "lync_timer.h"
#include "lync_within.h"

#define work lync_own_work

/* RFC 3261 14.1, by who owns the Call-ID on that leg: the callee's was made by us. */
static unsigned glare_ms(const lync_reinvite_job_t *job, ly_side_t caller)
{
	unsigned random = (unsigned)kam_rand();

	return job->side == caller ? random % 200 * 10 : 2100 + random % 191 * 10;
}

static void ask_again(const lync_reinvite_job_t *job, ly_side_t caller)
{
	lync_reinvite_job_t *next;

	if(job->tries >= LYNC_REINVITE_TRIES) {
		LM_WARN("call %.*s: a re-INVITE of our own has met one of the peer's "
				"%u times, and was given up\n",
				LY_FMT(job->call_id), job->tries);
		if(job->lost)
			lync_reinvite_end(job);
		return;
	}
	if(!(next = lync_reinvite_next(job, job->side, job->sdp)))
		return;
	next->tries++;
	lync_reinvite_later(next, glare_ms(job, caller));
}

/* 422: what is left of the session is less than that side wants (RFC 4028 7.4). False where it says no more. */
static bool ask_for_more(
		const lync_reinvite_job_t *job, const struct sip_msg *reply)
{
	unsigned least = job->least ? 0 : lync_timer_least(reply);
	lync_reinvite_job_t *next =
			least ? lync_reinvite_next(job, job->side, job->sdp) : NULL;

	if(!next)
		return false;
	next->least = least;
	lync_reinvite_later(next, LYNC_REINVITE_SOON_MS);
	return true;
}

/* The reply to the job's INVITE becomes the current message. */
static bool begin_answer(const lync_reinvite_job_t *job, struct sip_msg *reply)
{
	lync_current_t *c = &work.current;

	memset(c, 0, sizeof(*c));
	if(ly_message_parse(ly_slice(reply->buf, reply->len), &c->message)
			|| !lync_own_find_parties(&work.record, &c->call))
		return false;
	c->call_id = work.record.own.call_id;
	c->call.caller = work.record.own.caller;
	c->call.sender = lync_other_side(job->side);
	c->call.dialog = work.record.own.dialog;
	c->call.offer_in_request = true;
	c->media_anew = job->anew;
	c->call.offered = job->offered;
	/* what becomes of the answer is an offer to the other side */
	memset(c->call.offered.tag, 0, sizeof(c->call.offered.tag));
	lync_call_name(reply, c);
	return true;
}

static bool answered(lync_record_t *r, void *data)
{
	const lync_reinvite_job_t *job = data;

	r->asked[job->side] = false;
	return true;
}

/* In the lock: what the side has answered. Returns whether the other side has to be told something that it does not know. */
static bool keep_answer(lync_record_t *r, void *data)
{
	const lync_current_t *c = data;
	ly_slice_t *sdp = &r->sdp[lync_other_side(c->call.sender)],
			   said = ly_sdp_of(&c->message);
	bool news = c->sdp_sent ? r->told[c->call.sender] != c->sdp_sent
							: ly_sdp_place(*sdp) != ly_sdp_place(said);

	*sdp = said;
	r->offerer = c->call.sender;
	ly_media_agreed(&r->media, lync_now_ms());
	return news;
}

/*
 * The answer to an offer that rtpengine has made goes to rtpengine, and what comes of it is for the other side, where
 * that one does not know it. It gets just that: to be asked for it once more rtpengine would change the keys of the
 * first. Where even so an end has moved, all begins anew from there, a few times at most.
 */
static bool take_answer(lync_reinvite_job_t *job, struct sip_msg *reply)
{
	lync_current_t *c = &work.current;
	ly_side_t other = lync_other_side(job->side);
	ly_slice_t sdp = LY_EMPTY;
	lync_reinvite_job_t *next;

	if(job->sdp.len ? lync_media_take(reply, c) != LYNC_SDP_READY
					: lync_media_pass(reply, c) != LYNC_SDP_READY
							  || !lync_media_result(c, &sdp))
		return false;
	if(!lync_record_change(job->call_id, keep_answer, c, NULL, NULL)
			|| job->tries >= LYNC_REINVITE_TRIES)
		return true;
	next = lync_reinvite_next(job, other, sdp);
	if(next) {
		next->tries += 3;
		next->anew = false;
		lync_reinvite_later(next, LYNC_REINVITE_SOON_MS);
	}
	return true;
}

/* Each 200 is acknowledged, also one that comes again. */
static void acknowledge(struct sip_msg *reply)
{
	static ly_message_t m;
	static lync_within_t within;

	if(ly_message_parse(ly_slice(reply->buf, reply->len), &m)
			|| !lync_within_reply(reply, &m, &within)
			|| lync_within_send(&within, LY_LIT("ACK"), LY_EMPTY) < 0)
		LM_ERR("the answer to a re-INVITE of our own cannot be acknowledged\n");
}

static void on_2xx(lync_reinvite_job_t *job, struct sip_msg *reply)
{
	bool good;

	work.lent = lync_plan_lend();
	good = begin_answer(job, reply) && take_answer(job, reply);
	lync_plan_return(work.lent);
	/* not before: an INVITE of theirs that follows on the ACK has to find all this done */
	lync_record_change(job->call_id, answered, job, NULL, NULL);
	acknowledge(reply);
	job->acknowledged = true;
	if(good)
		return;
	LM_ERR("call %.*s: ended: the answer to a re-INVITE of our own would make "
		   "it silent\n",
			LY_FMT(job->call_id));
	lync_own_bye(job->call_id, LY_LIT("Reason: SIP;cause=488;text=\"Not "
									  "Acceptable Here\"\r\n"));
}

static bool is_there(lync_record_t *r, void *data)
{
	return true;
}

static void on_completed(
		lync_reinvite_job_t *job, const struct tmcb_params *event)
{
	bool accepted = event->code / 100 == 2;

	/* it has ended meanwhile */
	if(!lync_record_change(job->call_id, accepted ? is_there : answered, job,
			   &work.record, work.memory)) {
		if(accepted)
			acknowledge(event->rpl);
		return;
	}
	if(accepted)
		on_2xx(job, event->rpl);
	else if(event->code == 491)
		ask_again(job, work.record.own.caller);
	else if(event->code == 408 || event->code == 481) {
		LM_WARN("call %.*s: ended: its end knows it no longer (%d to a "
				"re-INVITE of our own)\n",
				LY_FMT(job->call_id), event->code);
		lync_own_bye(job->call_id, LY_EMPTY);
	} else if(event->code == 422 && ask_for_more(job, event->rpl)) {
		return;
	} else if(job->lost) {
		LM_WARN("call %.*s: %d to the re-INVITE that tells of new media\n",
				LY_FMT(job->call_id), event->code);
		lync_reinvite_end(job);
	} else {
		LM_WARN("call %.*s: %d to a re-INVITE of our own; the call goes on as "
				"it was\n",
				LY_FMT(job->call_id), event->code);
	}
}

void lync_reinvite_event(struct cell *t, int type, struct tmcb_params *event)
{
	lync_reinvite_job_t *job = *event->param;

	if(type == TMCB_DESTROY)
		shm_free(job);
	else if(type == TMCB_LOCAL_RESPONSE_IN && event->code / 100 == 2
			&& job->acknowledged)
		acknowledge(event->rpl);
	else if(type == TMCB_LOCAL_COMPLETED)
		on_completed(job, event);
}
