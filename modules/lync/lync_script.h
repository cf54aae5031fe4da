/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of the script: what kamailio.cfg calls (w_ in lync_mod.c) and KEMI scripts call (KSR.lync.*).
 * Return values are those of Kamailio's scripts: positive is true, negative is false and says why in $rc.
 */
#ifndef LYNC_SCRIPT_H
#define LYNC_SCRIPT_H

#include "core/parser/msg_parser.h"

enum
{
	LYNC_NEW = 1,		/* accept: a request outside a dialog */
	LYNC_IN_DIALOG = 2, /* accept: one inside, its destination is set */
	/* accept: from nobody that the plan knows; answer 403 */
	LYNC_UNKNOWN = -1,
	/* accept: in a dialog that is not ours, or in place of one; answer 481 */
	LYNC_NO_DIALOG = -2,
	LYNC_UNREADABLE =
			-3,		   /* accept: not SIP that can be passed on; answer 400 */
	LYNC_FOREIGN = -4, /* accept: to a URI of another scheme; answer 416 */
	/* accept: an INVITE of our own is under way in the dialog; answer 491 */
	LYNC_PENDING = -5
};

/*
 * lync_accept(): whose is this request? First thing in the request route, for every request. Sets $lync(side),
 * $lync(peer), $lync(trunk). In a dialog it opens the token in the Request-URI and sets the destination.
 * Logs one line when it refuses.
 */
int ki_lync_accept(struct sip_msg *msg);

/*
 * lync_select(): chooses who gets a new call, and sets the destination. Request route, after lync_accept() returned 1.
 * 1, or -1 when there is nobody.
 */
int ki_lync_select(struct sip_msg *msg);

/*
 * lync_next(): the same in a failure route, or after t_relay() failed: one that had not its turn yet.
 */
int ki_lync_next(struct sip_msg *msg);

/*
 * lync_again(): the same peer once more, where it has refused with 422 (RFC 4028) a session timer that is ours: with the
 * one that it wants. 1, or -1 where it was not so, or that was done before. In a failure route.
 */
int ki_lync_again(struct sip_msg *msg);

/*
 * lync_media(): the offer or answer of the message, held against the policy of its sender and normalised, goes to
 * rtpengine; what lync_write() sends is what that made of it. 1; -1 when the message has none; -2 when it must not pass:
 * answer 488; -3 when rtpengine does not answer, or refuses it: answer 503. Both were logged. Waits for rtpengine, 0.6 s
 * at most.
 */
int ki_lync_media(struct sip_msg *msg);

/*
 * lync_media_end(): rtpengine gives the ports of the call back. Waits for nothing. 1, or -1 where no call is known.
 */
int ki_lync_media_end(struct sip_msg *msg);

/*
 * lync_write(): the one writer. Branch route for a new call, request route in a dialog, reply route for replies.
 * 1, or -1 when the message must not be sent (logged).
 */
int ki_lync_write(struct sip_msg *msg);

/*
 * lync_readable(): can this reply be read to its end? In the core's reply_route, the only place where a final reply
 * can be dropped. 1, or -1 (logged). What Lync says of a failure is told here: lync_diagnostics.h
 */
int ki_lync_readable(struct sip_msg *msg);

/*
 * lync_reply(): whose call does this reply belong to? First thing in a reply route. 1, or -1 when it belongs to none.
 */
int ki_lync_reply(struct sip_msg *msg);

/*
 * lync_hangup(): ends the call that the current message belongs to, from our side: BYE to both ends, because its media
 * could not be set up. 1, or -1 where nothing could be sent. Request route, behind t_relay().
 */
int ki_lync_hangup(struct sip_msg *msg);

#endif
