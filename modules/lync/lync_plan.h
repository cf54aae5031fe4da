/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Brings the plan and the key into the module at start.
 */
#ifndef LYNC_PLAN_H
#define LYNC_PLAN_H

/*
 * Loads the plan of lync_cfg into shared memory, finds this node in it, and checks that the sockets which Kamailio
 * has bound are those of the plan. For mod_init(), before the fork. Returns 0, or -1 after an error line that says
 * file, line, what is wrong and what to do.
 */
int lync_plan_init(void);

/* Makes lync_key from the secret file, or from random bytes where none is set. Returns 0 or -1 likewise. */
int lync_key_init(void);

void lync_plan_destroy(void);

#endif
