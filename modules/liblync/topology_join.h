/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which service of a topology document runs where and depends on what, whichever way the document says it. Inside
 * liblync only.
 */
#ifndef LIBLYNC_TOPOLOGY_JOIN_H
#define LIBLYNC_TOPOLOGY_JOIN_H

#include "liblync/set.h"
#include "liblync/xml_node.h"

/* The services that matter here. */
typedef enum ly_role
{
	LY_ROLE_MEDIATION,
	LY_ROLE_GATEWAY, /* one for each trunk */
	LY_ROLES
} ly_role_t;

typedef struct ly_cluster
{
	const xmlNode *node;
	ly_slice_t fqdn;
	ly_slice_t site_id;
} ly_cluster_t;

typedef struct ly_service
{
	struct ly_service
			*next; /* of the same role, as they stand in the document */
	const xmlNode *node;
	ly_slice_t site_id;
	ly_slice_t site; /* its name */
	const ly_cluster_t *
			cluster; /* where it is installed; NULL: not said, or nowhere in the document */
	struct ly_service *needs
			[LY_ROLES]; /* the first of each role on which it depends, or NULL */
	void *item;			/* what the caller makes of it */
} ly_service_t;

typedef struct ly_services
{
	ly_xml_view_t view;		 /* to be set, as the arena of each set */
	ly_set_t sites;			 /* SiteId: its name, a slice */
	ly_set_t clusters;		 /* key: ly_cluster_t */
	ly_set_t keys[LY_ROLES]; /* key: ly_service_t */
	ly_service_t *first[LY_ROLES];
	ly_service_t **end[LY_ROLES];
	unsigned count[LY_ROLES];
} ly_services_t;

/* Fills *services with what stands below top. Without memory the report says so. */
void ly_topology_join(ly_services_t *services, const xmlNode *top);

#endif
