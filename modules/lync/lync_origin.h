/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the request came from that a reply answers: the transaction knows it, or our own Via in the reply does. */
#ifndef LYNC_ORIGIN_H
#define LYNC_ORIGIN_H

#include "core/parser/msg_parser.h"
#include "lync_call.h"

/*
 * Fills c->call, c->origin and c->call_id of the current reply. Returns 0; -1 where it belongs to no call of ours
 * (one line, where somebody has changed our Via).
 */
int lync_origin_find(struct sip_msg *msg, lync_current_t *c);

/* Appends the values of the Vias of the request msg to memory, as its reply has to have them. */
ly_slice_t lync_origin_vias(const struct sip_msg *msg, ly_buf_t *memory);

/* The same of its Record-Routes, as they stand there. */
ly_slice_t lync_origin_record_routes(
		const struct sip_msg *msg, ly_buf_t *memory);

#endif
