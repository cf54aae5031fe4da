/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests of our own in calls that are up: how one is made and sent, and BYE to both sides; lync_reinvite.h has the
 * other one. From any process that may send (RPC, timer, worker), one at a time in each.
 */
#ifndef LYNC_OWN_H
#define LYNC_OWN_H

#include "core/parser/msg_parser.h"
#include "lync_call.h"
#include "lync_record.h"
#include "modules/tm/tm_load.h"

#define LYNC_OWN_TEXT_MAX 32768

/* Why a call ends whose media cannot be had again (Q.850: network out of order). */
#define LYNC_OWN_MEDIA_LOST \
	LY_LIT("Reason: Q.850;cause=38;text=\"Media lost\"\r\n")

/* One request while it is made. */
typedef struct lync_own_work
{
	lync_record_t record; /* of its call; whoever begins has filled it */
	char memory[LYNC_RECORD_MEMORY];
	char request[LYNC_OWN_TEXT_MAX], sent[LYNC_OWN_TEXT_MAX];
	struct sip_msg msg;		/* the request as the other end would send it */
	lync_current_t current; /* likewise */
	ly_message_t out;		/* as the end gets it */
	uint32_t lent;			/* see lync_plan_lend() */
} lync_own_work_t;
extern lync_own_work_t lync_own_work;

/* Before the fork; 0, or -1 after an error line. */
int lync_own_init(void);

/*
 * Ends the call: BYE to each end that is known, with the header line reason ("Reason: …" with its line end; may be
 * empty); its media is deleted. Returns to how many ends a BYE went, 0 where one could not be sent; -1 where no such
 * call is up here.
 */
int lync_own_bye(ly_slice_t call_id, ly_slice_t reason);

/*
 * The steps. begin: the request as the other end than side would have sent it becomes the current message of
 * lync_own_work; false: logged, and there is nothing to end. write: for side; send: by tm, with a callback. end: behind
 * all that, whatever came of it.
 */
bool lync_own_begin(ly_side_t side, ly_slice_t method, ly_slice_t headers,
		ly_slice_t body, unsigned slot);
bool lync_own_write(ly_side_t side);
bool lync_own_send(int types, transaction_cb *cb, void *param);
void lync_own_end(void);

/* The peers of the record's call, under the plan that it began with; false where one of them is gone. */
bool lync_own_find_parties(const lync_record_t *r, lync_call_t *call);

#endif
