/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the call that a message belongs to. One message is handled at a time in a process, so the current
 * one is a state of the process; what later routes need (branch, reply, failure, perhaps in another process) is kept
 * with the transaction.
 */
#ifndef LYNC_CALL_H
#define LYNC_CALL_H

#include "core/parser/msg_parser.h"
#include "liblync/early.h"
#include "liblync/emergency.h"
#include "liblync/hold.h"
#include "liblync/leg.h"
#include "liblync/loop.h"
#include "liblync/origin.h"
#include "liblync/sdp_payload.h"
#include "liblync/plan.h"
#include "liblync/sip.h"
#include "liblync/timer.h"
#include "liblync/token.h"

#define LYNC_CALL_ID_MAX 512 /* of one that is shown sealed */

#define LYNC_NUMBER_MAX 64 /* with the 0 behind it */
#define LYNC_PLACES_MAX 8

/* Where targets have sent the call on to: lync_redirect.h */
typedef struct lync_redirected
{
	char number
			[LYNC_NUMBER_MAX]; /* is called in place of the INVITE's; or empty */
	/* hashes of target and number that had their turn */
	uint32_t places[LYNC_PLACES_MAX];
	uint8_t place_count;
	uint8_t count; /* of redirections that were followed */
} lync_redirected_t;

/* What an answer is held against. */
typedef struct lync_offered
{
	/* of the key line of who offers: its answer has it; not terminated, 0 behind it; empty: there was none */
	char tag[12];
	/* as who offers wrote it */
	ly_sdp_direction_t direction;
	unsigned streams;		/* 0: not known */
	ly_payloads_t payloads; /* that went to who answers; none: not known */
	bool begins;			/* the media of the call */
} lync_offered_t;

typedef struct lync_call
{
	ly_side_t caller; /* the side that made the call */
	/* the side that sent the request of this transaction */
	ly_side_t sender;
	bool initial; /* the request makes the dialog */
	bool ended;	  /* by us: its answer was refused */
	ly_emergency_t
			emergency; /* it is one; of a request in a dialog: it says so itself */
	bool sdp_alone; /* of an emergency call: who gets it has refused what stands beside the SDP */
	ly_dialog_t dialog;
	/* so the answer comes in the reply; else offer in the reply, answer in the ACK */
	bool offer_in_request;
	const ly_trunk_t *trunk;
	const ly_peer_t *server; /* NULL until one was chosen */
	const ly_peer_t *target; /* NULL until one was chosen */
	lync_offered_t
			offered; /* in the request; in its 200, where that had none */
	uint64_t
			offer_place; /* ly_sdp_place() of the offer that went to who is called */
	uint64_t
			begun; /* lync_now_ms(): when it was given to the first that was chosen */
	/* Lync's offer had no key, and SRTPMode Optional allows that */
	bool plain;
	uint8_t tried_count; /* peers that had their turn, by their indexes */
	uint16_t tried[LY_TRIES_MAX];
	ly_loop_pass_t pass;  /* of the try that is out: lync_loop.h */
	ly_hold_id_t hold[2]; /* at whom it is counted, by side; 0: not yet */
	int branch;			  /* of the transaction: the last of them */
	unsigned tries;		  /* that were made */
	uint32_t rings_for;	  /* ticks_t: as long as any telephone may ring */
	bool rang;			  /* the last of them has */
	uint32_t
			byed; /* branches whose answer came too late, and was ended by us */
	bool judged;  /* what the last of them came to has been counted */
	uint64_t
			given_at; /* lync_now_ms(): when it was given to the last of them */
	bool given;		  /* the INVITE to that one was written … */
	bool heard;		  /* … and it has said something of the call */
	unsigned turned_away;	/* by us, with this code: a drain, a limit; 0: no */
	unsigned retry_after;	/* seconds, with it */
	ly_timer_asked_t timer; /* what the request asks for, see liblync/timer.h */
	unsigned
			timer_least; /* Min-SE of the 422 after which the same peer is tried again; 0: it is not */
	uint32_t
			answered_by; /* hash of the To-tag of the last answer that rtpengine has heard; 0: of none */
	/* in To of what rang last, as the caller has seen it; not terminated, 0 behind it */
	char shown_tag[LY_LEG_TAG_LEN];
	ly_forks_t forks; /* of the last try: telephones of Lync that ring */
	lync_redirected_t redirected;
} lync_call_t;

/* The current message. Slices point into it, or into token_memory. */
typedef struct lync_current
{
	unsigned msg_id;
	int msg_pid;
	lync_call_t call;
	ly_message_t message;
	ly_slice_t call_id; /* the caller's; empty until it is known */
	char call_id_memory[LYNC_CALL_ID_MAX];
	bool in_dialog; /* token is that of the Request-URI */
	bool stray;		/* a reply whose transaction this node does not have */
	ly_slice_t
			sdp_taken; /* its SDP as rtpengine gets it; s is NULL: it has not been taken */
	ly_slice_t
			sdp_made; /* what goes out in its place; s is NULL: there is none */
	bool sdp_refused; /* and why was logged */
	uint64_t sdp_sent; /* ly_sdp_place() of what goes out; 0: none */
	bool own;		   /* a request of our own */
	bool media_anew;   /* rtpengine does not know the call, or no longer */
	unsigned own_slot; /* of it */
	bool agrees; /* a reply that says what session timer the call has now: agreed */
	ly_timer_agreed_t agreed;
	ly_token_t token;
	char token_memory[LY_TOKEN_TEXT_MAX];
	ly_origin_t origin; /* of the request that a reply answers */
	char origin_memory[LY_ORIGIN_MEMORY];
} lync_current_t;

/*
 * Begins the current message: cuts msg into its parts. Returns NULL, or why it cannot be read. The call is empty.
 */
const char *lync_current_begin(
		const struct sip_msg *msg, lync_current_t **current);

/*
 * The current message, when it is msg; NULL when lync_accept() or lync_reply() was not called for it. In a failure
 * route it is the request of the transaction, with the call as it was kept.
 */
lync_current_t *lync_current_get(const struct sip_msg *msg);

/*
 * Keeps the call with the transaction of msg (also one that comes to be only later in this route). Returns 0, or -1
 * when there is no memory.
 */
int lync_call_keep(const lync_call_t *call);

/* Keeps one member alone: who handles a reply does not hold the lock that others change the call under. */
void lync_call_keep_answered_by(const lync_call_t *call);
void lync_call_keep_shown_tag(const lync_call_t *call);
void lync_call_keep_heard(const lync_call_t *call);
void lync_call_keep_forks(const lync_call_t *call);
void lync_call_keep_rang(const lync_call_t *call);
void lync_call_keep_byed(const lync_call_t *call);

/* Where the call kept with the current transaction is counted; false where there is none. */
bool lync_call_recall_hold(ly_hold_id_t hold[2]);

/* The call kept with the current transaction; false where there is none. */
bool lync_call_recall(lync_call_t *call);

static inline ly_side_t lync_other_side(ly_side_t side)
{
	return side == LY_LYNC ? LY_PSTN : LY_LYNC;
}

/* The side that gets the current message. */
static inline ly_side_t lync_receiver(const lync_current_t *c)
{
	return c->message.request ? lync_other_side(c->call.sender)
							  : c->call.sender;
}

/* Who stands on a side of the call; NULL while not chosen. */
static inline const ly_peer_t *lync_peer_on(
		const lync_call_t *call, ly_side_t side)
{
	return side == LY_LYNC ? call->server : call->target;
}

/* Who got the call last; NULL while nobody was chosen. */
static inline const ly_peer_t *lync_called(const lync_call_t *call)
{
	return lync_peer_on(call, lync_other_side(call->sender));
}

/* The caller's Call-ID, whatever the message has; as it stands there where the call is not known. */
ly_slice_t lync_call_id(const lync_current_t *c);

/*
 * From here on the core calls msg by the caller's Call-ID: for rtpengine, which is to know a call by one name whoever
 * speaks, and for $ci. Not before tm has seen msg: it looks for retransmissions by what stands in them.
 */
void lync_call_name(struct sip_msg *msg, const lync_current_t *c);

#endif
