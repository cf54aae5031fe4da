/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our own Via: the core writes it; what we have to say in it goes there as a parameter. */
#ifndef LYNC_VIA_H
#define LYNC_VIA_H

#include "core/parser/msg_parser.h"
#include "liblync/slice.h"

/* Whether the core has been told where to look for parameters (xavp_via_params). Returns 0, or -1 after an error line. */
int lync_via_init(void);

/*
 * The sender's Vias have been taken out of msg: nothing is to be written into them. origin, where it has a text, stands
 * in our Via, in the parameter "lt". Returns 0, or -1 where there is no memory.
 */
int lync_via_write(struct sip_msg *msg, ly_slice_t origin);

#endif
