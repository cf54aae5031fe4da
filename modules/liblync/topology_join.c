/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both kinds of document say the same with the same elements; they differ in how one thing points to another:
 *   published   <ClusterId SiteId Number>, <ServiceId SiteId RoleName Instance> below the thing and below who refers
 *   .tbxml      UniqueId at the thing; InstalledOn and ServiceUniqueId at who refers
 * Both become one text, the key.
 */
#include "liblync/topology_join.h"

#define KEY_MAX 200
#define KEY_PARTS 3

/* How a thing is pointed to. */
typedef struct identity
{
	const char *element;			  /* published: below whom, and */
	const char *parts[KEY_PARTS + 1]; /* its attributes */
} identity_t;

static const identity_t cluster_id = {"ClusterId", {"SiteId", "Number", NULL}};
static const identity_t service_id = {
		"ServiceId", {"SiteId", "RoleName", "Instance", NULL}};

static const char *const role_names[LY_ROLES] = {
		"MediationServer", "PstnGateway"};

typedef struct reference
{
	char text[KEY_MAX];
	ly_slice_t key; /* empty: there is none */
} reference_t;

static ly_slice_t attribute(
		const ly_services_t *services, const xmlNode *node, const char *name)
{
	return ly_xml_attribute(&services->view, node, name);
}

static const xmlNode *child(
		const ly_services_t *services, const xmlNode *node, const char *name)
{
	return ly_xml_first(&services->view, node, name);
}

/* The key that stands below node, or in its attribute unique. */
static void read_key(const ly_services_t *services, const identity_t *identity,
		const xmlNode *node, const char *unique, reference_t *reference)
{
	const xmlNode *id = child(services, node, identity->element);
	ly_buf_t b = ly_buf(reference->text, sizeof(reference->text));

	if(!id)
		ly_put(&b, attribute(services, node, unique));
	for(size_t i = 0; id && identity->parts[i]; i++) {
		ly_put(&b, attribute(services, id, identity->parts[i]));
		ly_putc(&b, ' ');
	}
	reference->key = b.full ? LY_EMPTY : ly_buf_slice(&b);
}

static void *take(const ly_services_t *services, size_t size)
{
	void *p = ly_arena_alloc(services->view.arena, size);

	if(!p)
		ly_found_no_memory(services->view.report);
	return p;
}

static void add(const ly_services_t *services, ly_set_t *set, ly_slice_t key,
		void *item)
{
	if(key.len && !ly_set_add(set, key, item, 0))
		ly_found_no_memory(services->view.report);
}

/* What there is -------------------------------------------------------------------------------------------------- */

/* Returns the site's id. */
static ly_slice_t note_site(ly_services_t *services, const xmlNode *node)
{
	const xmlNode *name = child(services, node, "Name");
	ly_slice_t id = attribute(services, node, "SiteId");
	ly_slice_t *site = take(services, sizeof(*site));

	if(site && name) {
		*site = ly_trim(ly_xml_content(&services->view, name));
		add(services, &services->sites, id, site);
	}
	return id;
}

/* site_id is that of the element around it, where there is one. */
static void note_cluster(
		ly_services_t *services, const xmlNode *node, ly_slice_t site_id)
{
	const xmlNode *id = child(services, node, cluster_id.element);
	ly_cluster_t *cluster = take(services, sizeof(*cluster));
	reference_t reference;

	if(!cluster)
		return;
	cluster->node = node;
	cluster->fqdn = attribute(services, node, "Fqdn");
	cluster->site_id = id ? attribute(services, id, "SiteId") : site_id;
	read_key(services, &cluster_id, node, "UniqueId", &reference);
	add(services, &services->clusters, reference.key, cluster);
}

static void note_service(ly_services_t *services, const xmlNode *node)
{
	const xmlNode *id = child(services, node, service_id.element);
	ly_slice_t name = attribute(services, id ? id : node, "RoleName");
	ly_role_t role = LY_ROLE_MEDIATION;
	ly_service_t *service;
	reference_t reference;

	while(role < LY_ROLES && !ly_ieq(name, ly_cstr(role_names[role])))
		role++;
	service = role < LY_ROLES ? take(services, sizeof(*service)) : NULL;
	if(!service)
		return;
	service->node = node;
	service->site_id = attribute(services, id, "SiteId");
	read_key(services, &service_id, node, "UniqueId", &reference);
	add(services, &services->keys[role], reference.key, service);
	*services->end[role] = service;
	services->end[role] = &service->next;
	services->count[role]++;
}

/* Sites, clusters and services stand at different depths; libxml2 goes no deeper than 256. */
static void survey(
		ly_services_t *services, const xmlNode *parent, ly_slice_t site_id)
{
	const ly_xml_view_t *view = &services->view;

	for(const xmlNode *node = child(services, parent, NULL); node;
			node = ly_xml_next(view, node, NULL)) {
		if(ly_xml_is(view, node, "Cluster"))
			note_cluster(services, node, site_id);
		else if(ly_xml_is(view, node, "Service"))
			note_service(services, node);
		else if(ly_xml_is(view, node, "CentralSite")
				|| ly_xml_is(view, node, "RemoteSite"))
			survey(services, node, note_site(services, node));
		else
			survey(services, node, site_id);
	}
}

/* What points to what ------------------------------------------------------------------------------------------------ */

static void find_cluster(const ly_services_t *services, ly_service_t *service)
{
	const xmlNode *where = child(services, service->node, "InstalledOn");
	const ly_slice_t *site;
	reference_t reference;

	read_key(services, &cluster_id, where ? where : service->node,
			"InstalledOn", &reference);
	service->cluster = ly_set_find(&services->clusters, reference.key);
	if(service->cluster && !service->site_id.len)
		service->site_id = service->cluster->site_id;
	site = ly_set_find(&services->sites, service->site_id);
	service->site = site ? *site : LY_EMPTY;
}

static void find_needs(const ly_services_t *services, ly_service_t *service)
{
	const xmlNode *list = child(services, service->node, "DependsOn");

	for(const xmlNode *node = child(services, list, "Dependency"); node;
			node = ly_xml_next(&services->view, node, "Dependency")) {
		reference_t reference;
		read_key(services, &service_id, node, "ServiceUniqueId", &reference);
		for(ly_role_t role = LY_ROLE_MEDIATION; role < LY_ROLES; role++) {
			if(!service->needs[role])
				service->needs[role] =
						ly_set_find(&services->keys[role], reference.key);
		}
	}
}

void ly_topology_join(ly_services_t *services, const xmlNode *top)
{
	for(ly_role_t role = LY_ROLE_MEDIATION; role < LY_ROLES; role++)
		services->end[role] = &services->first[role];
	survey(services, top, LY_EMPTY);
	for(ly_role_t role = LY_ROLE_MEDIATION; role < LY_ROLES; role++) {
		for(ly_service_t *s = services->first[role]; s; s = s->next) {
			find_cluster(services, s);
			find_needs(services, s);
		}
	}
}
