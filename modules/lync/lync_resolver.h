/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions to the DNS, many at a time, without waiting (c-ares). For one process of its own: see lync_dns.c.
 *
 * The servers are those of lync_cfg.dns_servers, else of /etc/resolv.conf, which is read again when it has changed.
 * /etc/hosts goes before them where /etc/nsswitch.conf says so. A name is taken as it stands: no search list.
 */
#ifndef LYNC_RESOLVER_H
#define LYNC_RESOLVER_H

#include "liblync/names.h"

typedef struct lync_question lync_question_t;

/*
 * The answer to a question; the addresses stay until it returns. NULL: there will be none, because the servers have
 * changed; ask again.
 */
typedef void (*lync_answered_f)(
		lync_question_t *question, const ly_answer_t *answer);

/* The asker's memory; it stays until the answer. */
struct lync_question
{
	const char *fqdn;
	unsigned family; /* as ly_family() has it */
	lync_answered_f answered;
};

/* Whether lync_cfg.dns_servers can be read. For mod_init(). 0, or -1 after an error line. */
int lync_resolver_check(void);

/* Makes ready to ask. In the DNS process. 0, or -1 after an error line. */
int lync_resolver_open(void);

/* Asks; answered() may be called before it returns, else in lync_resolver_wait(), after some seconds at the latest. */
void lync_resolver_ask(lync_question_t *question);

/*
 * Handles what comes, for at most so many milliseconds; returns at once when something was handled, or wake (a file
 * descriptor) can be read. True: the servers have changed since the last time.
 */
bool lync_resolver_wait(int wake, int64_t milliseconds);

#endif
