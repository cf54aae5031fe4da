/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ringback in place of early media that do not come: a caller that has SDP of a provisional answer stops its own ringing
 * tone, and hears nothing until who is called sends audio. Until then it is played a file.
 */
#ifndef LIBLYNC_RINGBACK_H
#define LIBLYNC_RINGBACK_H

#include <stdint.h>

#include "liblync/plan_words.h"
#include "liblync/slice.h"

/* Audio that comes at once is not to be cut off by a piece of the file. */
#define LY_RINGBACK_FIRST_MS 200
/* Longer than anything rings: RINGING_MS of kamailio.cfg. */
#define LY_RINGBACK_LONGEST_MS 200000

typedef enum ly_ringback_step
{
	LY_RINGBACK_WAIT, /* as it is, until the next look */
	LY_RINGBACK_PLAY,
	LY_RINGBACK_END /* stop the file where it is played, and look no more */
} ly_ringback_step_t;

/*
 * What to do for a call. age: milliseconds since it began to ring; answered: it has a final answer; heard: audio of who
 * is called has come; playing: the file is played.
 */
ly_ringback_step_t ly_ringback_next(
		uint64_t age, bool answered, bool heard, bool playing);

/* Whether RTP of that side has come, by rtpengine's answer to "query" (the inside of its dictionary). */
bool ly_ringback_heard(ly_slice_t answer, ly_side_t side);

#endif
