/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dialects: how one kind of peer writes SIP and SDP, as data. A rule says what is done to a message on its way to
 * the peer, and why.
 */
#ifndef LIBLYNC_DIALECT_H
#define LIBLYNC_DIALECT_H

#include "liblync/slice.h"

typedef struct ly_dialect ly_dialect_t;

/* NULL where no dialect has that name. */
const ly_dialect_t *ly_dialect(ly_slice_t name);
/* For messages: "lync2010, lync2013, sfb2015, sfb2019, rfc3261". */
const char *ly_dialect_names(void);

#endif
