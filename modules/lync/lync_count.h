/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counting calls at those whom they concern: at whom a call comes from once, at whom it goes to each time one is tried. */
#ifndef LYNC_COUNT_H
#define LYNC_COUNT_H

#include "lync_call.h"
#include "lync_state.h"

/* An INVITE goes out: counted at whom it goes to, and with the first try of a call at whom it comes from. */
void lync_count_begun(const lync_call_t *call);

/* Who is called rings. */
void lync_count_rang(const lync_call_t *call);

/* … or has answered, perhaps without. */
void lync_count_answered(const lync_call_t *call);

/*
 * A try has come to nothing. why says it in words, which are kept where what is LYNC_FAILED. try_counts: at whom it
 * went to; last: the call is over with it, at whom it came from. Any process; takes the lock of lync_slot_failed().
 */
void lync_count_over(const lync_call_t *call, lync_count_t what, ly_slice_t why,
		bool try_counts, bool last);

/* A call that we did not take. */
void lync_count_turned_away(const lync_call_t *call);

#endif
