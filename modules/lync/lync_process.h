/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processes of the module's own, beside Kamailio's. */
#ifndef LYNC_PROCESS_H
#define LYNC_PROCESS_H

#include <stdbool.h>

/* In mod_init(): Kamailio makes room for count more processes. */
void lync_process_register(unsigned count);

/*
 * In child_init() of PROC_MAIN: a process of that name that runs run(data), which returns only where it cannot go on:
 * then Kamailio ends. sends: it sends SIP, and works on messages. Returns 0; -1 after an error line.
 */
int lync_process_start(
		const char *name, bool sends, void (*run)(void *data), void *data);

#endif
