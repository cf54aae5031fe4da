/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A 3xx of a target that is followed: redirect="follow".
 */
#ifndef LYNC_REDIRECT_H
#define LYNC_REDIRECT_H

#include "lync_call.h"

/*
 * Who gets the call next where its last try came to a 3xx that is followed: the target that a Contact names. Sets the
 * number that is called there. NULL where it leads nowhere (logged, if the target's redirections are followed), or was
 * none. Failure route.
 */
const ly_peer_t *lync_redirect_target(lync_current_t *c);

#endif
