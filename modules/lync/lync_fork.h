/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers of several telephones to one offer. rtpengine 12.5 has agreed on the codec of the first: where another one takes
 * another codec, it answers with none, and the call would be silent. It has to hear the offer again first.
 */
#ifndef LYNC_FORK_H
#define LYNC_FORK_H

#include "lync_call.h"

/*
 * lync_relay() of the answer in c, whose offer goes to rtpengine once more before (as it stands in the transaction's
 * request) where another telephone has answered before; and also where what it made has no codec for speech. False where it
 * does not answer, or refuses (logged).
 */
bool lync_fork_answer(lync_current_t *c);

#endif
