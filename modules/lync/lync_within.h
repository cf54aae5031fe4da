/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests of ours within a dialog, sent by tm: it makes Via, and sends again what is not answered. */
#ifndef LYNC_WITHIN_H
#define LYNC_WITHIN_H

#include "core/parser/msg_parser.h"
#include "liblync/sip.h"
#include "modules/tm/tm_load.h"

/* The dialog with who has sent a reply. Texts that no message holds stand in it. */
typedef struct lync_within
{
	char next_hop[100];
	char routes[1024];
	dlg_t dialog;
} lync_within_t;

/*
 * Fills w for who has sent reply, a 2xx to an INVITE of ours on that leg; m: the same cut into its parts. False where
 * the reply cannot be read so far.
 */
bool lync_within_reply(
		const struct sip_msg *reply, const ly_message_t *m, lync_within_t *w);

/*
 * Sends method with these header lines; an ACK has the CSeq number of the INVITE, any other the next one. 0, or -1.
 */
int lync_within_send(lync_within_t *w, ly_slice_t method, ly_slice_t headers);

/*
 * Sends the request m as it stands (but for its Vias, Max-Forwards and Content-Length) to next_hop, from socket. cb and
 * param: as of tm, with the types cb_types. 0, or -1.
 */
int lync_within_send_message(const ly_message_t *m, str next_hop,
		struct socket_info *socket, int cb_types, transaction_cb *cb,
		void *param);

#endif
