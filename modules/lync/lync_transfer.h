/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transfers by REFER.
 */
#ifndef LYNC_TRANSFER_H
#define LYNC_TRANSFER_H

#include "core/parser/msg_parser.h"

enum
{
	LYNC_REFER_PASSES = 1,
	LYNC_REFER_REFUSED = -1, /* of this side none passes; answer 405 */
	LYNC_REFER_UNABLE = -2,	 /* it needs what nobody here can do; answer 501 */
	LYNC_REFER_UNREADABLE = -3 /* answer 400 */
};

/*
 * lync_refer(): may this REFER go to the other side? Request route, in a dialog. Logs one line where it must not though
 * the plan lets its sender transfer calls.
 */
int ki_lync_refer(struct sip_msg *msg);

#endif
