/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A re-INVITE of our own, for lync_reinvite.c, which sends it, and lync_reinvite_answer.c. */
#ifndef LYNC_REINVITE_JOB_H
#define LYNC_REINVITE_JOB_H

#include "core/timer.h"
#include "lync_call.h"
#include "modules/tm/tm_load.h"

#define LYNC_REINVITE_TRIES 10 /* of one that has to wait */
#define LYNC_REINVITE_SOON_MS 50

/* A re-INVITE that is under way, or waits. In shared memory. */
typedef struct lync_reinvite_job
{
	struct timer_ln timer;
	ly_side_t side;
	unsigned tries;
	bool anew;		   /* the media begin anew with it */
	bool acknowledged; /* its 200 */
	bool lost;		   /* there are none, until it is answered */
	unsigned
			least; /* Min-SE of the 422 after which it is tried again; 0: none */
	lync_offered_t offered;
	/* what rtpengine has made for that side already, as the other one answered; empty: it is asked for */
	ly_slice_t sdp;
	ly_slice_t call_id;
	char memory[]; /* of both */
} lync_reinvite_job_t;

/* The same once more, for side; sdp: see there. NULL where there is no memory (logged). */
lync_reinvite_job_t *lync_reinvite_next(
		const lync_reinvite_job_t *job, ly_side_t side, ly_slice_t sdp);

/* It is sent then, or freed (logged). */
void lync_reinvite_later(lync_reinvite_job_t *job, unsigned ms);

/* Ends the call of one without which it has no media. */
void lync_reinvite_end(const lync_reinvite_job_t *job);

/* For tm, with these events; frees the job, which is *event->param. */
#define LYNC_REINVITE_EVENTS                                      \
	(TMCB_LOCAL_RESPONSE_IN | TMCB_LOCAL_COMPLETED | TMCB_DESTROY \
			| TMCB_DONT_ACK)
void lync_reinvite_event(struct cell *t, int type, struct tmcb_params *event);

#endif
