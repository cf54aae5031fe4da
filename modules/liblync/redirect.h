/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Redirections (RFC 3261 8.1.3.4): where a 3xx leads. Which of the places may be called is the plan's to say.
 */
#ifndef LIBLYNC_REDIRECT_H
#define LIBLYNC_REDIRECT_H

#include "liblync/plan.h"
#include "liblync/sip.h"
#include "liblync/uri.h"

#define LY_REDIRECTS_MAX 3 /* of one call */
#define LY_REDIRECT_CONTACTS 8

/*
 * The Contacts of a 3xx that can be called, those with the highest q first: fills uris (LY_REDIRECT_CONTACTS of them)
 * and returns how many. Of more the first are taken.
 */
unsigned ly_redirect_contacts(const ly_message_t *m, ly_uri_t *uris);

/*
 * Whether port, transport and scheme of uri are the target's. That its host is, the caller knows. Without a port it is
 * the usual one of an address, and any of a name, for which RFC 3263 asks the DNS.
 */
bool ly_redirect_fits(const ly_uri_t *uri, const ly_peer_t *target);

#endif
