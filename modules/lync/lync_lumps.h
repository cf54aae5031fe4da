/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Edits of liblync become lumps of the core, which writes the message when it is sent. */
#ifndef LYNC_LUMPS_H
#define LYNC_LUMPS_H

#include "core/parser/msg_parser.h"
#include "liblync/edit.h"
#include "liblync/sip.h"

/*
 * Has the core carry the edits out (finished, of the message m, which is msg) when it writes msg. 0, or -1 where there is
 * no memory: then msg must not be sent. Nothing of the edits is needed afterwards.
 */
int lync_lumps_apply(
		struct sip_msg *msg, const ly_message_t *m, const ly_edits_t *edits);

#endif
