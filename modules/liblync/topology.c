/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "liblync/topology.h"

#include "liblync/topology_join.h"
#include "liblync/xml.h"

#define DEPLOY "urn:schema:Microsoft.Rtc.Management.Deploy."

/* The same years since Lync 2010. */
static const char *const namespaces[] = {DEPLOY "Topology.2008",
		DEPLOY "WritableTopology.2008", DEPLOY "TopologyBuilder.2008",
		DEPLOY "ServiceRoles.2008", NULL};

static void *take(const ly_xml_view_t *view, size_t count, size_t size)
{
	void *p = ly_arena_alloc(view->arena, count * size);

	if(!p)
		ly_found_no_memory(view->report);
	return p;
}

/* 0 where there is no such number. */
static unsigned number(const ly_xml_view_t *view, const xmlNode *node,
		const char *name, long max)
{
	long n = ly_number(ly_xml_attribute(view, node, name), max);

	return n > 0 ? (unsigned)n : 0;
}

static unsigned count_of(
		const ly_xml_view_t *view, const xmlNode *first, const char *name)
{
	unsigned count = 0;

	for(const xmlNode *node = first; node; node = ly_xml_next(view, node, name))
		count++;
	return count;
}

/* Ports -------------------------------------------------------------------------------------------------------------- */

/* Usage "SipClient" is the side of gateways, whoever calls. */
static bool read_port(const ly_xml_view_t *view, const xmlNode *node,
		const char *owner, ly_topology_port_t *port)
{
	static const struct
	{
		ly_slice_t name;
		ly_transport_t transport;
	} protocols[] = {{LY_LIT("Tcp"), LY_TCP}, {LY_LIT("Tls"), LY_TLS}};
	ly_slice_t protocol = ly_xml_attribute(view, node, "Protocol");
	ly_slice_t usage = ly_xml_attribute(view, node, "Usage");
	unsigned count = number(view, node, "Range", 65535);

	if(!ly_ieq(ly_xml_attribute(view, node, "Owner"), ly_cstr(owner))
			|| !ly_ieq(usage, LY_LIT("SipClient")))
		return false;
	port->port = (uint16_t)number(view, node, "Port", 65535);
	port->count = count ? count : 1;
	for(size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		port->transport = protocols[i].transport;
		if(ly_ieq(protocol, protocols[i].name))
			return port->port;
	}
	return false;
}

static const xmlNode *first_port(
		const ly_xml_view_t *view, const ly_service_t *service)
{
	return ly_xml_first(
			view, ly_xml_first(view, service->node, "Ports"), "Port");
}

/* Pools -------------------------------------------------------------------------------------------------------------- */

/* 0.0.0.0 means all of them. The side towards gateways counts, where the machine has one of its own. */
static ly_slice_t fixed_address(
		const ly_xml_view_t *view, const xmlNode *machine)
{
	static const char *const sides[] = {"Pstn", "Primary"};

	for(size_t i = 0; i < sizeof(sides) / sizeof(sides[0]); i++) {
		for(const xmlNode *face = ly_xml_first(view, machine, "NetInterface");
				face; face = ly_xml_next(view, face, "NetInterface")) {
			ly_slice_t side = ly_xml_attribute(view, face, "InterfaceSide");
			ly_slice_t text = ly_xml_attribute(view, face, "IPAddress");
			ly_addr_t address;
			if(ly_ieq(side, ly_cstr(sides[i])) && ly_addr_parse(text, &address)
					&& address.ip[0])
				return text;
		}
	}
	return LY_EMPTY;
}

static void read_servers(const ly_xml_view_t *view, const ly_cluster_t *cluster,
		ly_topology_pool_t *pool)
{
	const xmlNode *list = ly_xml_first(view, cluster->node, "Machines");
	const xmlNode *first =
			ly_xml_first(view, list ? list : cluster->node, "Machine");

	pool->servers = take(
			view, count_of(view, first, "Machine"), sizeof(*pool->servers));
	for(const xmlNode *machine = pool->servers ? first : NULL; machine;
			machine = ly_xml_next(view, machine, "Machine")) {
		ly_topology_server_t *server = &pool->servers[pool->server_count++];
		server->fqdn = ly_xml_attribute(view, machine, "Fqdn");
		server->address = fixed_address(view, machine);
		/* Of a cluster of one machine, .tbxml names the cluster only. */
		if(!server->fqdn.len)
			server->fqdn = cluster->fqdn;
	}
}

static void read_pool(const ly_xml_view_t *view, ly_service_t *service,
		ly_topology_pool_t *pool)
{
	const xmlNode *first = first_port(view, service);

	service->item = pool;
	pool->line = ly_xml_line(service->node);
	pool->version = number(view, service->node, "ServiceVersion", 1000);
	pool->site = service->site;
	if(service->cluster) {
		pool->fqdn = service->cluster->fqdn;
		read_servers(view, service->cluster, pool);
	}
	pool->ports =
			take(view, count_of(view, first, "Port"), sizeof(*pool->ports));
	for(const xmlNode *node = pool->ports ? first : NULL; node;
			node = ly_xml_next(view, node, "Port")) {
		if(read_port(view, node, "urn:component:Mediation",
				   &pool->ports[pool->port_count]))
			pool->port_count++;
	}
}

bool ly_topology_listens(
		const ly_topology_pool_t *pool, ly_transport_t transport, unsigned port)
{
	for(unsigned i = 0; i < pool->port_count; i++) {
		const ly_topology_port_t *p = &pool->ports[i];
		if(p->transport == transport && port >= p->port
				&& port - p->port < p->count)
			return true;
	}
	return false;
}

/* Trunks ------------------------------------------------------------------------------------------------------------- */

/*
 * A further trunk is a service of its own, on a cluster that bears the trunk's name. Its gateway stands at its port,
 * or else behind the root trunk on which it depends.
 */
static ly_slice_t gateway_of(const ly_xml_view_t *view,
		const ly_service_t *service, const xmlNode *port)
{
	const ly_service_t *root = service->needs[LY_ROLE_GATEWAY];
	ly_slice_t host = ly_xml_attribute(view, port, "ConfiguredFqdn");

	if(!host.len && root && root->cluster)
		host = root->cluster->fqdn;
	if(!host.len && service->cluster)
		host = service->cluster->fqdn;
	return host;
}

static void read_trunk(const ly_xml_view_t *view, const ly_service_t *service,
		ly_topology_trunk_t *trunk)
{
	const ly_service_t *mediation = service->needs[LY_ROLE_MEDIATION];
	const xmlNode *role =
			ly_xml_first(view, service->node, "PstnGatewayService");
	const xmlNode *node = first_port(view, service);
	ly_topology_port_t port;

	while(node && !read_port(view, node, "urn:component:GatewayComp", &port))
		node = ly_xml_next(view, node, "Port");
	if(node) {
		trunk->port = port.port;
		trunk->transport = port.transport;
	}
	trunk->line = ly_xml_line(service->node);
	trunk->root = !service->needs[LY_ROLE_GATEWAY];
	trunk->site = service->site;
	trunk->gateway = gateway_of(view, service, node);
	trunk->name = service->cluster ? service->cluster->fqdn : LY_EMPTY;
	trunk->pool = mediation ? mediation->item : NULL;
	trunk->mediation_port =
			(uint16_t)number(view, role, "MediationServerPort", 65535);
}

static void list_gateways(const ly_xml_view_t *view, ly_topology_t *topology)
{
	ly_set_t seen = {.arena = view->arena};

	for(unsigned i = 0; i < topology->trunk_count; i++) {
		ly_topology_trunk_t *trunk = &topology->trunks[i];
		const ly_set_entry_t *entry;
		if(!trunk->gateway.len)
			continue;
		entry = ly_set_add(&seen, trunk->gateway, trunk, 0);
		if(!entry)
			ly_found_no_memory(view->report);
		else if(entry->item == trunk)
			topology->gateways[topology->gateway_count++] = trunk->gateway;
	}
}

/* The document ----------------------------------------------------------------------------------------------------- */

/* Below what the sites, clusters and services of the document lie; NULL: it is of neither kind. */
static const xmlNode *top_of(const ly_xml_view_t *view, const xmlNode *root)
{
	if(ly_xml_is(view, root, "Topology"))
		return root;
	if(ly_xml_is(view, root, "TopologyBuilder"))
		return ly_xml_first(view, ly_xml_first(view, root, "NewTopology"),
				"PartialTopology");
	return NULL;
}

static void fill(ly_services_t *services, ly_topology_t *topology)
{
	const ly_xml_view_t *view = &services->view;
	unsigned pools = services->count[LY_ROLE_MEDIATION];
	unsigned trunks = services->count[LY_ROLE_GATEWAY];

	topology->pools = take(view, pools, sizeof(*topology->pools));
	topology->trunks = take(view, trunks, sizeof(*topology->trunks));
	topology->gateways = take(view, trunks, sizeof(*topology->gateways));
	if(view->report->no_memory)
		return;
	for(ly_service_t *s = services->first[LY_ROLE_MEDIATION]; s; s = s->next)
		read_pool(view, s, &topology->pools[topology->pool_count++]);
	for(ly_service_t *s = services->first[LY_ROLE_GATEWAY]; s; s = s->next)
		read_trunk(view, s, &topology->trunks[topology->trunk_count++]);
	list_gateways(view, topology);
}

static void read_document(
		const ly_xml_view_t *view, const xmlNode *root, ly_topology_t *topology)
{
	const xmlNode *top = top_of(view, root);
	ly_set_t empty = {.arena = view->arena};
	ly_services_t services = {.view = *view,
			.sites = empty,
			.clusters = empty,
			.keys = {empty, empty}};

	if(!top) {
		ly_found(view->report, ly_xml_line(root),
				"the document is a <%.60s>; expected what "
				"(Get-CsTopology -AsXml).ToString() gives, or a .tbxml file "
				"of Topology Builder",
				(const char *)root->name);
		return;
	}
	topology->signature = ly_xml_attribute(view, top, "Signature");
	topology->domain = ly_xml_attribute(
			view, ly_xml_first(view, top, "InternalDomains"), "DefaultDomain");
	ly_topology_join(&services, top);
	fill(&services, topology);
}

bool ly_topology_read(ly_slice_t bytes, ly_arena_t *arena, ly_report_t *report,
		ly_topology_t *topology)
{
	ly_xml_view_t view = {namespaces, arena, report};
	xmlDoc *doc = ly_xml_parse(bytes, "<Topology>", arena, report);

	*topology = (ly_topology_t){0};
	if(!doc)
		return false;
	read_document(&view, xmlDocGetRootElement(doc), topology);
	xmlFreeDoc(doc);
	return !report->count;
}
