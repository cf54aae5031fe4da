/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of the calls that are up on this node: what a request of our own needs, and when a call is over that nobody
 * refreshes. No message needs one to be passed on. A call that came from another node has one from its first message here on, with what that
 * message tells.
 *
 * In shared memory, under a lock for each bucket that is held for copying alone.
 */
#ifndef LYNC_RECORD_H
#define LYNC_RECORD_H

#include "liblync/media_watch.h"
#include "liblync/own.h"
#include "lync_call.h"

#define LYNC_RECORD_MEMORY 16384 /* bytes that hold all texts of one */

/* Times are lync_now_ms(): the ticks of the core jump with the time of day. */
typedef struct lync_record
{
	ly_own_t own;
	uint32_t trunk, server, target; /* hashes of names */
	uint32_t edition;
	ly_slice_t
			sdp[2]; /* the last that each side has said, as rtpengine got it */
	/* what held before an offer that has no answer yet; both empty: there is none such offer */
	ly_slice_t before[2];
	/* whose offer the sdp are, and the before: rtpengine has other keys for one that it offers than for an answer */
	ly_side_t offerer, offerer_before;
	/* ly_sdp_place() of the last that each side was told; 0: not known */
	uint64_t told[2], told_before[2];
	lync_offered_t offered; /* in a 200, until its ACK */
	bool asked[2];			/* an INVITE of ours to that side is under way */
	/* when an INVITE of theirs set out that has no end yet; 0: none */
	uint64_t relayed;
	bool early; /* begun by a PRACK: nobody has answered yet */
	/* what the ends have agreed last, in a 2xx that passed at refreshed to a request of timer_uac; all 0: nothing */
	ly_timer_agreed_t timer;
	ly_side_t timer_uac;
	uint64_t refreshed;
	uint64_t heard; /* when the last message of the call passed */
	ly_media_watch_t media;
	ly_hold_id_t
			hold[2]; /* at whom the call is counted, by side: lync_calls.h */
} lync_record_t;

/* Before the fork; 0, or -1 after an error line. */
int lync_record_init(void);

/* A 2xx has made the call: of the current message, with the transaction of the INVITE where this node has it. */
void lync_record_answered(const struct sip_msg *msg, const lync_current_t *c);

/* The request comes from one who was called, and another one has taken the call: whatever it says, this is not to end. */
bool lync_record_is_anothers(const lync_current_t *c);

/* A request, or the answer to one, that is passed on in the call. A BYE ends the record. */
void lync_record_request(const lync_current_t *c);
void lync_record_reply(const lync_current_t *c);

/* What was offered in the 200 that c's ACK belongs to; not known (all 0) where no record knows the call. */
void lync_record_offered(const lync_current_t *c, lync_offered_t *offered);

/*
 * An offer within the call was refused: what held before it holds again. copy, its texts in memory
 * (LYNC_RECORD_MEMORY), is the record as it is then. False where there was none, or no record knows.
 */
bool lync_record_refused(
		const lync_current_t *c, lync_record_t *copy, char *memory);

/*
 * Changes the record of a call in place: change(record, data) is called with the lock held, may set any member to what
 * it likes (texts are copied afterwards), and returns what is returned here. False where there is no record, too. copy, where not
 * NULL, gets the record as it is then, its texts in memory (LYNC_RECORD_MEMORY).
 */
bool lync_record_change(ly_slice_t call_id,
		bool (*change)(lync_record_t *record, void *data), void *data,
		lync_record_t *copy, char *memory);

/* Puts a record in the place of the one of its call, or as a new one. Its texts are copied. Where there is no memory the old one stays (logged). */
void lync_record_put(lync_record_t *record);

/* Takes the record of a call away, into copy. False where there is none: somebody else has ended it. */
bool lync_record_take(ly_slice_t call_id, lync_record_t *copy, char *memory);

/* Forgets the call; if_early: one alone that nobody has answered yet. False where there is no such record. */
bool lync_record_drop(ly_slice_t call_id, bool if_early);

/* Whether no offer, of theirs or of ours, waits for its answer: then what the record says holds. */
bool lync_record_is_settled(const lync_record_t *record);

/* Whether an INVITE or UPDATE from c's sender must wait: one of ours is under way in the call. */
bool lync_record_is_asked(const lync_current_t *c);

/*
 * The route set of the end on side, into memory; s is NULL where no record knows the call.
 */
ly_slice_t lync_record_routes(
		ly_slice_t call_id, ly_side_t side, ly_buf_t *memory);

/* Seconds of the session timer that c's call has agreed on; 0: none, or not known. *early: nobody has answered yet. */
unsigned lync_record_timer(const lync_current_t *c, bool *early);

/*
 * Calls visit(record, data) for every record, with the lock of its bucket held: it must only look. Until one call
 * returns false.
 */
void lync_record_each(
		bool (*visit)(const lync_record_t *record, void *data), void *data);

/* How many there are. */
unsigned lync_record_count(void);

#endif
