/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Option tags (RFC 3261 19.2): what a message says that it can (Supported), or cannot do without (Require). */
#ifndef LIBLYNC_OPTION_H
#define LIBLYNC_OPTION_H

#include "liblync/sip.h"

#define LY_100REL LY_LIT("100rel") /* reliable provisional answers, RFC 3262 */

/* Whether one of m's headers of that id lists option. */
bool ly_lists_option(
		const ly_message_t *m, ly_header_id_t id, ly_slice_t option);

/*
 * Whether who gets m may answer with reliable provisional answers. stripped: 100rel goes out of Supported on the way.
 */
bool ly_offers_100rel(const ly_message_t *m, bool stripped);

#endif
