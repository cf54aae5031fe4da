/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_reinvite.h"

#include "core/dprint.h"
#include "core/mem/shm_mem.h"
#include "liblync/sdp.h"
#include "lync.h"
#include "lync_media.h"
#include "lync_own.h"
#include "lync_reinvite_job.h"
#include "lync_relay.h"

#define WAIT_MS 1000 /* for another INVITE to end */
/* an INVITE of theirs that shows no end by then has none: 64 * T1 */
#define RELAYED_FOR_MS 32000

#define work lync_own_work

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
	return r->relayed && lync_now_ms() - r->relayed < RELAYED_FOR_MS;
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
static bool forget(lync_reinvite_job_t *job)
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
static bool find_offer(lync_reinvite_job_t *job)
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
static void put_headers(const lync_reinvite_job_t *job, ly_buf_t *out)
{
	const lync_record_t *r = &work.record;
	uint64_t passed = lync_now_ms() - r->refreshed;
	ly_side_t refresher = r->timer.refresher == LY_REFRESHER_UAC
								  ? r->timer_uac
								  : lync_other_side(r->timer_uac);

	ly_put(out, LY_LIT("Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, INFO, "
					   "OPTIONS\r\n"));
	ly_timer_keep(&r->timer, (unsigned)(passed / 1000), refresher == job->side,
			job->least, out);
}

/* The current request. */
static bool send_job(ly_side_t side, lync_reinvite_job_t *job)
{
	if(!lync_own_write(side))
		return false;
	/* the answer may be here before this process goes on */
	job->offered = work.current.call.offered;
	return lync_own_send(LYNC_REINVITE_EVENTS, lync_reinvite_event, job);
}

static bool send_invite(lync_reinvite_job_t *job, unsigned slot)
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

void lync_reinvite_end(const lync_reinvite_job_t *job)
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
static lync_asked_t ask(lync_reinvite_job_t *job)
{
	attempt_t attempt = {
			.side = job->side, .anew = job->anew, .result = LYNC_ASKED_NOBODY};

	lync_record_change(
			job->call_id, try_to_ask, &attempt, &work.record, work.memory);
	if(attempt.result == LYNC_ASKED_LATER && job->tries++ < LYNC_REINVITE_TRIES)
		return LYNC_ASKED_LATER;
	if(attempt.result == LYNC_ASKED && !send_invite(job, attempt.slot)) {
		lync_record_change(
				job->call_id, no_longer_asked, &job->side, NULL, NULL);
		attempt.result = LYNC_ASKED_FAILED;
	}
	if(attempt.result == LYNC_ASKED)
		return LYNC_ASKED;
	if(job->lost)
		lync_reinvite_end(job);
	shm_free(job);
	return attempt.result == LYNC_ASKED_LATER ? LYNC_ASKED_FAILED
											  : attempt.result;
}

static lync_reinvite_job_t *make_job(
		ly_slice_t call_id, ly_side_t side, ly_slice_t sdp)
{
	lync_reinvite_job_t *job =
			shm_malloc(sizeof(lync_reinvite_job_t) + call_id.len + sdp.len);

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

/* The same once more; sdp: see lync_reinvite_job_t. */
lync_reinvite_job_t *lync_reinvite_next(
		const lync_reinvite_job_t *job, ly_side_t side, ly_slice_t sdp)
{
	lync_reinvite_job_t *next = make_job(job->call_id, side, sdp);

	if(!next)
		return NULL;
	next->tries = job->tries;
	next->anew = job->anew;
	next->lost = job->lost;
	return next;
}

void lync_reinvite_later(lync_reinvite_job_t *job, unsigned ms)
{
	if(timer_add(&job->timer, MS_TO_TICKS(ms)) == 0)
		return;
	LM_ERR("no timer for a re-INVITE of our own\n");
	shm_free(job);
}

void lync_reinvite_soon(ly_slice_t call_id, ly_side_t side)
{
	lync_reinvite_job_t *job = make_job(call_id, side, LY_EMPTY);

	if(job)
		lync_reinvite_later(job, LYNC_REINVITE_SOON_MS);
}

static lync_asked_t ask_now(lync_reinvite_job_t *job)
{
	lync_asked_t result = job ? ask(job) : LYNC_ASKED_FAILED;

	if(result == LYNC_ASKED_LATER)
		lync_reinvite_later(job, WAIT_MS);
	return result;
}

lync_asked_t lync_reinvite(ly_slice_t call_id, ly_side_t side)
{
	return ask_now(make_job(call_id, side, LY_EMPTY));
}

/* Lync first: what rtpengine offers it has one key line with the tag of an offer. */
lync_asked_t lync_reinvite_anew(ly_slice_t call_id, bool lost)
{
	lync_reinvite_job_t *job = make_job(call_id, LY_LYNC, LY_EMPTY);

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
