/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * $lync(name): what is known of the current message and its call. Read only.
 */
#ifndef LYNC_PV_H
#define LYNC_PV_H

#include "core/pvar.h"

int lync_pv_parse_name(pv_spec_t *spec, str *name);
int lync_pv_get(struct sip_msg *msg, pv_param_t *param, pv_value_t *value);


#endif
