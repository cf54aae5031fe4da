/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one process of the node that asks the DNS: for every peer that the plan has by name alone. SIP workers never
 * do; they read what it leaves in the directory (lync_names.h). Nobody waits for it, not even the start.
 */
#ifndef LYNC_DNS_H
#define LYNC_DNS_H

/* The process slot; from mod_init(). 0, or -1 after an error line. */
int lync_dns_init(void);

/* Starts the process; from child_init(). 0 or -1. */
int lync_dns_child_init(int rank);

/* Another plan is in force: its names are asked for at once. Any process. */
void lync_dns_wake(void);

#endif
