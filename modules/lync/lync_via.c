/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lync_via.h"

#include "core/dprint.h"
#include "core/xavp.h"
#include "liblync/origin.h"
#include "lync.h"

static str root = str_init("lync");

extern str _ksr_xavp_via_params; /* core/msg_translator.c */

int lync_via_init(void)
{
	if(ly_eq(lync_slice(&_ksr_xavp_via_params), lync_slice(&root)))
		return 0;
	LM_ERR("the configuration must say xavp_via_params=\"%.*s\": our Via is "
		   "where a reply finds its way back from\n",
			STR_FMT(&root));
	return -1;
}

int lync_via_write(struct sip_msg *msg, ly_slice_t origin)
{
	str name = lync_str(LY_ORIGIN_PARAM), value = lync_str(origin);

	msg->msg_flags |= FL_VIA_NORECEIVED;
	if(origin.len == 0)
		return 0;
	msg->msg_flags |= FL_ADD_XAVP_VIA_PARAMS;
	if(xavp_set_child_sval(&root, &name, &value) >= 0)
		return 0;
	LM_ERR("no memory for a Via parameter\n");
	return -1;
}
