/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Session timers (RFC 4028) as who stands between two peers has them: it asks for a timer where nobody has, and the
 * peers refresh the session with a re-INVITE or UPDATE. Who sees that nobody does so any more knows that the call is
 * over. All of it is computed from a message and from what the caller remembers; times are whole seconds, and nobody
 * here knows how late it is. Nothing allocates, and all results point into the message or are plain values.
 *
 * An INVITE or UPDATE:  ly_timer_request() says what is to be written into it, and what to remember.
 * Its 422:              ly_timer_least() says whether the request is to be tried once more.
 * Its 2xx:              ly_timer_response() says what is to be written into it, and what the peers have agreed;
 *                       ly_timer_deadline() how long to wait for the next 2xx.
 */
#ifndef LIBLYNC_TIMER_H
#define LIBLYNC_TIMER_H

#include "liblync/sip.h"

#define LY_TIMER_LEAST 90	/* no interval is shorter: section 5 */
#define LY_TIMER_MOST 86400 /* a longer one does not tell who is gone */
#define LY_TIMER_GRACE 32	/* behind the end of a session: 64 * T1 */
#define LY_TIMER_LINES_MAX \
	80 /* bytes of the longest lines that are added to a message */

typedef enum ly_refresher
{
	LY_REFRESHER_NONE, /* none is named, or one that is neither */
	LY_REFRESHER_UAC,  /* who has sent the request */
	LY_REFRESHER_UAS
} ly_refresher_t;

/* What a message says about timers. */
typedef struct ly_timer
{
	const char *wrong; /* what cannot be read, for a log line; or NULL */
	/* the number of Session-Expires, as written; s is NULL where there is no such header */
	ly_slice_t expires;
	ly_slice_t min_se; /* of Min-SE, likewise */
	unsigned interval; /* seconds of Session-Expires; 0: none, or wrong */
	unsigned least;	   /* seconds of Min-SE; 0: none, or wrong */
	bool supported;	   /* Supported or Require lists timer */
	bool required;	   /* Require does */
	ly_refresher_t refresher;
} ly_timer_t;

/*
 * Reads Session-Expires (x), Min-SE, Supported (k) and Require of m (sections 4 and 5): in any case, with blanks and
 * folding where RFC 3261 lets them be, several lines and lists. A number that is none, 0 or too large for 32 bits,
 * and a second Session-Expires or Min-SE, are wrong; what is wrong counts as not said. Never fails.
 */
ly_timer_t ly_timer_read(const ly_message_t *m);

/* What a request that went on asks for: to be kept until its final response has passed. */
typedef struct ly_timer_asked
{
	unsigned
			interval; /* seconds of its Session-Expires; 0: none that is ours to look after */
	bool uac_supports; /* who sent it can refresh */
	bool inserted;	   /* the Session-Expires is ours */
	bool again;		   /* it is tried for the second time, after a 422 */
} ly_timer_asked_t;

/* A number in a message that becomes another one. */
typedef struct ly_timer_change
{
	ly_slice_t digits; /* what goes, in the message; len 0: nothing */
	unsigned number;   /* what comes */
} ly_timer_change_t;

/*
 * What is to be changed in m, an INVITE or UPDATE that goes to a peer (section 8.1). interval: the seconds that this
 * peer is asked for where m asks for none; 0: nothing is changed. least: 0, or the Min-SE of the 422 after which m is
 * tried again, of ly_timer_least(). Writes whole header lines that are to be added to lines, which LY_TIMER_LINES_MAX
 * bytes hold:
 *
 * - no Session-Expires: one without a refresher, as long as Min-SE asks for at least. None where Min-SE is longer
 *   than LY_TIMER_MOST.
 * - one that is there stays; shorter than Min-SE, or than LY_TIMER_LEAST, it is made as long, and longer than
 *   LY_TIMER_MOST as short as Min-SE allows: that is the change.
 * - Min-SE is written only where m is tried again (7.4). A middle that puts its own before a peer with timers could
 *   hold calls up for ever, so section 8.1 forbids it; LY_TIMER_LEAST goes without saying.
 * - what is wrong stays as it is: the peer refuses it or passes it over.
 *
 * For other requests, and an UPDATE before the call is answered, there is nothing to do: *asked is zero.
 */
ly_timer_change_t ly_timer_request(const ly_message_t *m, unsigned interval,
		unsigned least, ly_buf_t *lines, ly_timer_asked_t *asked);

/*
 * m is the final response to a request of which asked was kept. For a 422 whose Session-Expires is ours, and which
 * says in Min-SE how long it has to be: that Min-SE, with which the request is to be tried again, once (section 7.4).
 * 0: m goes on to who has sent the request, who may have asked for the interval or not, as every other refusal does.
 */
unsigned ly_timer_least(const ly_message_t *m, const ly_timer_asked_t *asked);

/* What the peers have agreed with a 2xx. */
typedef struct ly_timer_agreed
{
	unsigned interval; /* seconds; 0: the session has no end */
	ly_refresher_t
			refresher; /* who of the 2xx's request; LY_REFRESHER_NONE: nobody will */
} ly_timer_agreed_t;

/*
 * What is to be added to m, the 2xx to an INVITE or UPDATE, on its way to who sent the request (section 8.2): where
 * it has no Session-Expires, but the request had one and its sender knows timers, the sender is to refresh. Writes
 * whole header lines to lines, which LY_TIMER_LINES_MAX bytes hold. Nothing that is in m is changed. What the peers
 * have agreed is in *agreed, and takes the place of what they agreed before, even where it is nothing.
 *
 * False where m is no such response: what was agreed before holds, *agreed is as it was.
 */
bool ly_timer_response(const ly_message_t *m, const ly_timer_asked_t *asked,
		ly_buf_t *lines, ly_timer_agreed_t *agreed);

/*
 * After how many seconds without another 2xx to an INVITE or UPDATE, counted from when the last one went on, the call
 * is over (section 8.3); 0: never, there is nothing to watch, because nobody refreshes. It is grace seconds longer than
 * the session, LY_TIMER_GRACE where there is no reason for another number: the peer that waits for refreshes hangs up
 * before its end (section 10), and a refresh that left in its last second is answered within 64 * T1 or fails; so
 * whoever has a reason to end the call has done so. The section says too that a proxy sends no BYE: it forgets the call.
 */
unsigned ly_timer_deadline(const ly_timer_agreed_t *agreed, unsigned grace);

/*
 * For a re-INVITE of our own to one of the peers, in the name of the other: writes header lines that leave what they
 * have agreed as it is (without them the timer would be off, section 7.4). Who refreshes goes on doing so; receiver:
 * that is who gets the INVITE. The other peer learns nothing of the INVITE, and for it the session ends when it would
 * have ended; so the interval is what is left of the session of which passed seconds have gone, LY_TIMER_LEAST at
 * least. least: 0, or the Min-SE of the 422 after which the INVITE is tried again. Nothing where there is no timer.
 * LY_TIMER_LINES_MAX bytes hold the lines.
 */
void ly_timer_keep(const ly_timer_agreed_t *agreed, unsigned passed,
		bool receiver, unsigned least, ly_buf_t *lines);

#endif
