/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands where rtpengine would: a thread behind the address of core.cfg, which tells a test what it was sent, and
 * answers an offer or answer with the SDP that the test has given it. What rtpengine itself does is seen in scenarios.
 */
#ifndef TESTS_CORE_NG_H
#define TESTS_CORE_NG_H

/* Once, before the tests. Ends the process where the port cannot be had. */
void core_ng_start(void);

/* The SDP of its next answers. NULL: it refuses. text lives as long as it is in force. */
void core_ng_says(const char *text);

/*
 * A member of the last command, "" where it has none. Fails the test unless that is `command`; waits for it, since who
 * ends a call does not wait until it has come. Good until the next call.
 */
const char *core_ng_heard(const char *command, const char *key);

#endif
