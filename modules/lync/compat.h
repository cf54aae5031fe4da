/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between the Kamailio versions that we build against. The only place with an #if on the version.
 */
#ifndef LYNC_COMPAT_H
#define LYNC_COMPAT_H

#include "core/msg_translator.h"

/* 6.1 has a fifth argument: the instance to be sent. */
#if VERSIONVAL >= 6001000
#define LYNC_BUILD_REQ(msg, len, dst, mode) \
	build_req_buf_from_sip_req(msg, len, dst, mode, NULL)
#else
#define LYNC_BUILD_REQ(msg, len, dst, mode) \
	build_req_buf_from_sip_req(msg, len, dst, mode)
#endif

/* 6.1.4 has a third: how the Via is updated. */
#if VERSIONVAL >= 6001004
#define LYNC_BUILD_RES(msg, len) build_res_buf_from_sip_res(msg, len, 0)
#else
#define LYNC_BUILD_RES(msg, len) build_res_buf_from_sip_res(msg, len)
#endif

#endif
