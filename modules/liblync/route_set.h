/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LIBLYNC_ROUTE_SET_H
#define LIBLYNC_ROUTE_SET_H

#include "liblync/sip.h"

#define LY_MAX_ROUTES 16

/*
 * The route set towards the sender of m (RFC 3261 12.1), as the value of a Route header written behind what memory
 * holds: Record-Route as it stands in a request, from its end in a reply. Empty where there is none. Of more than
 * LY_MAX_ROUTES entries the first are taken.
 */
ly_slice_t ly_route_set(const ly_message_t *m, ly_buf_t *memory);

#endif
