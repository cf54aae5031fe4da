/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that Kamailio reads before modules load. */
#ifndef LYNC_SBC_CONFIG_H
#define LYNC_SBC_CONFIG_H

#include <stdio.h>

#include "liblync/plan.h"

/* What they are made from. */
typedef struct config
{
	const ly_plan_t *plan;
	const ly_node_t *node;
	/* absolute; without quotes, backslashes and control characters, as the next */
	const char *plan_path;
	const char *out; /* the folder, absolute */
} config_t;

/* Sockets. */
void put_listen_cfg(FILE *out, const config_t *config);
/* TLS profiles, for the tls module's parameter config. */
void put_tls_cfg(FILE *out, const config_t *config);
/* Definitions for kamailio.cfg. */
void put_node_cfg(FILE *out, const config_t *config);

#endif
