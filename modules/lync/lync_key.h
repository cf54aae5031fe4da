/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The key that tokens are sealed with.
 */
#ifndef LYNC_KEY_H
#define LYNC_KEY_H

/*
 * Makes lync_key from the secret file, or from random bytes where none is set. For mod_init(), before the fork.
 * Returns 0, or -1 after an error line that says what to do.
 */
int lync_key_init(void);

#endif
