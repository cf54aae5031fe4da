/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_reinvite.h"

#include "core/dprint.h"
#include "core/mem/shm_mem.h"
#include "core/rand/kam_rand.h"
#include "core/timer.h"
#include "liblync/content.h"
#include "liblync/sdp.h"
#include "lync.h"
#include "lync_media.h"
#include "lync_own.h"
#include "lync_plan.h"
#include "lync_relay.h"
#include "lync_timer.h"
#include "lync_within.h"

#define TRIES 10 /* of one re-INVITE that has to wait */
#define FOLLOW_UP_MS 50
#define WAIT_MS 1000 /* for another INVITE to end */
/* an INVITE of theirs that shows no end by then has none: 64 * T1 */
#define RELAYED_FOR_MS 32000

#define work lync_own_work

/* A re-INVITE that is under way, or waits. In shared memory. */
typedef struct job
{
	struct timer_ln timer;
	ly_side_t side;
	unsigned tries;
	bool anew; /* the media begin anew with it */
	bool lost; /* there are none, until it is answered */
	unsigned
			least; /* Min-SE of the 422 after which it is tried again; 0: none */
	lync_offered_t offered;
	/* what rtpengine has made for that side already, as the other one answered; empty: it is asked for */
	ly_slice_t sdp;
	ly_slice_t call_id;
	char memory[]; /* of both */
} job_t;

#define JOB_EVENTS                                                \
	(TMCB_LOCAL_RESPONSE_IN | TMCB_LOCAL_COMPLETED | TMCB_DESTROY \
			| TMCB_DONT_ACK)
static void on_event(struct cell *t, int type, struct tmcb_params *event);

/* In the lock of the record. */
typedef struct attempt
{
	ly_side_t side;
	bool anew;
	unsigned slot;
	lync_asked_t result;
} attempt_t;

static bool is_relayed(const lync_record_t *r)
{
	return r->relayed
		   && TICKS_TO_MS(get_ticks_raw() - r->relayed) < RELAYED_FOR_MS;
}

static bool try_to_ask(lync_record_t *r, void *data)
{
	attempt_t *a = data;
	ly_side_t other = lync_other_side(a->side);

	if(!r->own.end[a->side].contact.len || !r->own.end[other].contact.len
			|| !r->sdp[other].len)
		a->result = LYNC_ASKED_NOBODY;
	else if(r->asked[LY_LYNC] || r->asked[LY_PSTN] || is_relayed(r))
		a->result = LYNC_ASKED_LATER;
	else if(!ly_own_slot(&r->own, a->side, &a->slot))
		a->result = LYNC_ASKED_TOO_OFTEN;
	else
		a->result = LYNC_ASKED;
	r->asked[a->side] |= a->result == LYNC_ASKED;
	if(a->anew && a->result == LYNC_ASKED)
		ly_media_begun(&r->media, lync_now_ms());
	return true;
}

static bool no_longer_asked(lync_record_t *r, void *data)
{
	r->asked[*(ly_side_t *)data] = false;
	return true;
}

static ticks_t on_time(ticks_t now, struct timer_ln *timer, void *data);

/* Its keys and ports go with it. */
static bool forget(job_t *job)
{
	ly_slice_t why;

	if(!lync_relay_forget(&work.record, &why)) {
		LM_ERR("call %.*s: its media node does not forget it: %.*s\n",
				LY_FMT(job->call_id), LY_FMT(why));
		return false;
	}
	job->lost = true;
	return true;
}

/* The offer of the current request: the other side's last SDP, made anew by rtpengine, or what it made before. */
static bool find_offer(job_t *job)
{
	if(job->sdp.len == 0)
		return (!job->anew || forget(job))
			   && lync_media_pass(&work.msg, &work.current) == LYNC_SDP_READY;
	work.current.sdp_made = job->sdp;
	return true;
}

static bool told(lync_record_t *r, void *data)
{
	const lync_current_t *c = data;

	r->told[lync_other_side(c->call.sender)] = c->sdp_sent;
	return true;
}

/* Without the session timer that the ends have agreed, it would be off for who gets the INVITE. */
static void put_headers(const job_t *job, ly_buf_t *out)
{
	const lync_record_t *r = &work.record;
	ticks_t passed = get_ticks_raw() - r->refreshed;
	ly_side_t refresher = r->timer.refresher == LY_REFRESHER_UAC
								  ? r->timer_uac
								  : lync_other_side(r->timer_uac);

	ly_put(out, LY_LIT("Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, INFO, "
					   "OPTIONS\r\n"));
	ly_timer_keep(&r->timer, (unsigned)TICKS_TO_S(passed),
			refresher == job->side, job->least, out);
}

/* The current request. */
static bool send_job(ly_side_t side, job_t *job)
{
	if(!lync_own_write(side))
		return false;
	/* the answer may be here before this process goes on */
	job->offered = work.current.call.offered;
	return lync_own_send(JOB_EVENTS, on_event, job);
}

static bool send_invite(job_t *job, unsigned slot)
{
	char memory[200];
	ly_buf_t headers = ly_buf(memory, sizeof(memory));
	ly_side_t side = job->side;
	lync_current_t *c = &work.current;
	bool sent;

	put_headers(job, &headers);
	if(!lync_own_begin(side, LY_LIT("INVITE"), ly_buf_slice(&headers),
			   work.record.sdp[lync_other_side(side)], slot))
		return false;
	c->media_anew = job->anew;
	sent = find_offer(job) && send_job(side, job);
	if(sent)
		lync_record_change(job->call_id, told, c, NULL, NULL);
	lync_own_end();
	return sent;
}

static void end_lost(const job_t *job)
{
	if(lync_own_bye(job->call_id, LYNC_OWN_MEDIA_LOST) >= 0)
		LM_WARN("call %.*s: ended: its media are lost, and cannot begin "
				"anew\n",
				LY_FMT(job->call_id));
}

/*
 * One try. LYNC_ASKED: the job belongs to the transaction; LYNC_ASKED_LATER: the caller has it still; otherwise it is
 * gone.
 */
static lync_asked_t ask(job_t *job)
{
	attempt_t attempt = {
			.side = job->side, .anew = job->anew, .result = LYNC_ASKED_NOBODY};

	lync_record_change(
			job->call_id, try_to_ask, &attempt, &work.record, work.memory);
	if(attempt.result == LYNC_ASKED_LATER && job->tries++ < TRIES)
		return LYNC_ASKED_LATER;
	if(attempt.result == LYNC_ASKED && !send_invite(job, attempt.slot)) {
		lync_record_change(
				job->call_id, no_longer_asked, &job->side, NULL, NULL);
		attempt.result = LYNC_ASKED_FAILED;
	}
	if(attempt.result == LYNC_ASKED)
		return LYNC_ASKED;
	if(job->lost)
		end_lost(job);
	shm_free(job);
	return attempt.result == LYNC_ASKED_LATER ? LYNC_ASKED_FAILED
											  : attempt.result;
}

static job_t *make_job(ly_slice_t call_id, ly_side_t side, ly_slice_t sdp)
{
	job_t *job = shm_malloc(sizeof(job_t) + call_id.len + sdp.len);

	if(!job) {
		LM_ERR("no shared memory for a re-INVITE\n");
		return NULL;
	}
	memset(job, 0, sizeof(*job));
	job->side = side;
	job->call_id = ly_slice(job->memory, call_id.len);
	job->sdp = ly_slice(job->memory + call_id.len, sdp.len);
	memcpy(job->memory, call_id.s, call_id.len);
	if(sdp.len)
		memcpy(job->memory + call_id.len, sdp.s, sdp.len);
	timer_init(&job->timer, on_time, job, 0);
	return job;
}

/* The same once more; sdp: see job_t. */
static job_t *make_next(const job_t *job, ly_side_t side, ly_slice_t sdp)
{
	job_t *next = make_job(job->call_id, side, sdp);

	if(!next)
		return NULL;
	next->tries = job->tries;
	next->anew = job->anew;
	next->lost = job->lost;
	return next;
}

static void ask_later(job_t *job, unsigned ms)
{
	if(timer_add(&job->timer, MS_TO_TICKS(ms)) == 0)
		return;
	LM_ERR("no timer for a re-INVITE of our own\n");
	shm_free(job);
}

void lync_reinvite_soon(ly_slice_t call_id, ly_side_t side)
{
	job_t *job = make_job(call_id, side, LY_EMPTY);

	if(job)
		ask_later(job, FOLLOW_UP_MS);
}

static lync_asked_t ask_now(job_t *job)
{
	lync_asked_t result = job ? ask(job) : LYNC_ASKED_FAILED;

	if(result == LYNC_ASKED_LATER)
		ask_later(job, WAIT_MS);
	return result;
}

lync_asked_t lync_reinvite(ly_slice_t call_id, ly_side_t side)
{
	return ask_now(make_job(call_id, side, LY_EMPTY));
}

/* Lync first: what rtpengine offers it has one key line with the tag of an offer. */
lync_asked_t lync_reinvite_anew(ly_slice_t call_id, bool lost)
{
	job_t *job = make_job(call_id, LY_LYNC, LY_EMPTY);

	if(job) {
		job->anew = true;
		job->lost = lost;
	}
	return ask_now(job);
}

static ticks_t on_time(ticks_t now, struct timer_ln *timer, void *data)
{
	switch(ask(data)) {
		case LYNC_ASKED:
		case LYNC_ASKED_NOBODY: /* the call has ended meanwhile */
			return 0;
		case LYNC_ASKED_LATER:
			return MS_TO_TICKS(WAIT_MS);
		default:
			LM_WARN("a re-INVITE of our own that had to wait was given up\n");
			return 0;
	}
}

/* Its answer --------------------------------------------------------------------------------------------------------- */

/* RFC 3261 14.1, by who owns the Call-ID on that leg: the callee's was made by us. */
static unsigned glare_ms(const job_t *job, ly_side_t caller)
{
	unsigned random = (unsigned)kam_rand();

	return job->side == caller ? random % 200 * 10 : 2100 + random % 191 * 10;
}

static void ask_again(const job_t *job, ly_side_t caller)
{
	job_t *next;

	if(job->tries >= TRIES) {
		LM_WARN("call %.*s: a re-INVITE of our own has met one of the peer's "
				"%u times, and was given up\n",
				LY_FMT(job->call_id), job->tries);
		if(job->lost)
			end_lost(job);
		return;
	}
	if(!(next = make_next(job, job->side, job->sdp)))
		return;
	next->tries++;
	ask_later(next, glare_ms(job, caller));
}

/* 422: what is left of the session is less than that side wants (RFC 4028 7.4). False where it says no more. */
static bool ask_for_more(const job_t *job, const struct sip_msg *reply)
{
	unsigned least = job->least ? 0 : lync_timer_least(reply);
	job_t *next = least ? make_next(job, job->side, job->sdp) : NULL;

	if(!next)
		return false;
	next->least = least;
	ask_later(next, FOLLOW_UP_MS);
	return true;
}

/* The reply to the job's INVITE becomes the current message. */
static bool begin_answer(const job_t *job, struct sip_msg *reply)
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
	const job_t *job = data;

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
static bool take_answer(job_t *job, struct sip_msg *reply)
{
	lync_current_t *c = &work.current;
	ly_side_t other = lync_other_side(job->side);
	ly_slice_t sdp = LY_EMPTY;
	job_t *next;

	if(job->sdp.len ? lync_media_take(reply, c) != LYNC_SDP_READY
					: lync_media_pass(reply, c) != LYNC_SDP_READY
							  || !lync_media_result(c, &sdp))
		return false;
	if(!lync_record_change(job->call_id, keep_answer, c, NULL, NULL)
			|| job->tries >= TRIES)
		return true;
	next = make_next(job, other, sdp);
	if(next) {
		next->tries += 3;
		next->anew = false;
		ask_later(next, FOLLOW_UP_MS);
	}
	return true;
}

static void on_2xx(job_t *job, struct sip_msg *reply)
{
	bool good;

	work.lent = lync_plan_lend();
	good = begin_answer(job, reply) && take_answer(job, reply);
	lync_plan_return(work.lent);
	if(good)
		return;
	LM_ERR("call %.*s: ended: the answer to a re-INVITE of our own would make "
		   "it silent\n",
			LY_FMT(job->call_id));
	lync_own_bye(job->call_id, LY_LIT("Reason: SIP;cause=488;text=\"Not "
									  "Acceptable Here\"\r\n"));
}

static void on_completed(job_t *job, const struct tmcb_params *event)
{
	/* it has ended meanwhile */
	if(!lync_record_change(
			   job->call_id, answered, job, &work.record, work.memory))
		return;
	if(event->code / 100 == 2)
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
		end_lost(job);
	} else {
		LM_WARN("call %.*s: %d to a re-INVITE of our own; the call goes on as "
				"it was\n",
				LY_FMT(job->call_id), event->code);
	}
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

static void on_event(struct cell *t, int type, struct tmcb_params *event)
{
	job_t *job = *event->param;

	if(type == TMCB_DESTROY)
		shm_free(job);
	else if(type == TMCB_LOCAL_RESPONSE_IN && event->code / 100 == 2)
		acknowledge(event->rpl);
	else if(type == TMCB_LOCAL_COMPLETED)
		on_completed(job, event);
}
