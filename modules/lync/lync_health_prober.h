/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that sends OPTIONS to every address of every peer, and says who gets calls. See lync_health.h.
 */
#ifndef LYNC_HEALTH_PROBER_H
#define LYNC_HEALTH_PROBER_H

/* From lync_health_init(). Returns 0, or -1 after an error line. */
int lync_health_prober_init(void);

/* In child_init(), of every rank. Returns 0, or -1 after an error line. */
int lync_health_prober_child_init(int rank);

#endif
